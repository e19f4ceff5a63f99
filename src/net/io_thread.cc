#include "net/io_thread.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <ctime>

#include "base/check.h"

namespace augury::net {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;
using boost::system::error_code;

constexpr std::chrono::seconds kLinger{2};
constexpr int kAcceptsPerWake = 64;
constexpr int kReadsPerWake = 4;  // Then the others' turn.

thread_local const IoThread* current_thread = nullptr;

bool must_wait(int problem) { return problem == EAGAIN || problem == EWOULDBLOCK; }

}  // namespace

struct IoThread::Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::steady_timer ticker{context};
  asio::steady_timer alarm{context};
  std::vector<Descriptor> listeners;
  std::vector<bool> listener_waits;
  std::array<char, 64 << 10> buffer;  // What a read brings is consumed at once, so one serves all connections.
};

struct IoThread::Session {
  Session(IoThread& thread, uint64_t own_id, Socket socket)
      : id(own_id),
        on_request([&thread, own_id](const HttpRequest& request, uint64_t number) {
          thread.server_.counters_.requests.fetch_add(1, std::memory_order_relaxed);
          thread.server_.service_(request, Responder(thread.shared_from_this(), own_id, number));
        }),
        http(thread.server_.options_.connection, thread.date_line_, on_request),
        descriptor(thread.loop_->context, socket.release()) {}

  uint64_t id;
  HttpConnection::OnRequest on_request;
  HttpConnection http;
  Descriptor descriptor;
  base::MonotonicTime since;     // When the phase began.
  base::MonotonicTime progress;  // When a byte was last sent.
  HttpConnection::Phase phase = HttpConnection::Phase::Idle;
  uint64_t requests = 0;  // When the phase began.
  bool reading = false;   // Waits are outstanding.
  bool writing = false;
  bool receiving = false;
  bool answered = false;  // Listed in answered_.
  bool lingering = false;
};

IoThread::IoThread(HttpServer& server, std::vector<Socket> listeners, const base::WallClock& wall,
                   const base::MonotonicClock& clock)
    : server_(server), wall_(wall), clock_(clock), listeners_(std::move(listeners)), loop_(std::make_unique<Loop>()) {}

IoThread::~IoThread() { AUGURY_CHECK(!thread_.joinable()); }

void IoThread::start() {
  thread_ = std::thread([this] { run(); });
}

void IoThread::run() {
  current_thread = this;
  update_date();
  now_ = clock_.now();
  for (auto& socket : listeners_) {
    loop_->listeners.emplace_back(loop_->context, socket.release());
    loop_->listener_waits.push_back(false);
  }
  for (size_t i = 0; i < loop_->listeners.size(); ++i) wait_to_accept(i);
  tick();
  loop_->context.run();
  for (auto& session : sessions_) {
    if (session) close(*session);
  }
}

void IoThread::join() {
  {
    base::Lock lock(mutex_);
    if (closed_) return;
    closed_ = true;
  }
  loop_->context.stop();
  if (thread_.joinable()) thread_.join();
  // Steps may hold responders, and those this thread: dropped by hand to end the circle.
  std::vector<Step> steps;
  {
    base::Lock lock(mutex_);
    steps.swap(posted_);
  }
  steps.clear();
  std::exchange(alarms_, {}).clear();
  sessions_.clear();
  loop_->listeners.clear();
}

// ---- accepting ----

void IoThread::wait_to_accept(size_t listener) {
  if (!loop_->listeners[listener].is_open()) return;
  loop_->listener_waits[listener] = true;
  loop_->listeners[listener].async_wait(Descriptor::wait_read, [this, listener](error_code problem) {
    loop_->listener_waits[listener] = false;
    if (!problem) accept_some(listener);
  });
}

void IoThread::accept_some(size_t listener) {
  for (int i = 0; i < kAcceptsPerWake && loop_->listeners[listener].is_open(); ++i) {
    Socket socket(accept4(loop_->listeners[listener].native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open()) {
      admit(std::move(socket));
    } else if (must_wait(errno)) {
      break;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return;  // The next tick tries again; waiting now would spin.
    }
  }
  wait_to_accept(listener);
}

void IoThread::admit(Socket socket) {
  auto& counters = server_.counters_;
  counters.accepted.fetch_add(1, std::memory_order_relaxed);
  if (counters.connections.fetch_add(1) >= server_.options_.connections_max) {
    counters.connections.fetch_sub(1);
    counters.refused.fetch_add(1, std::memory_order_relaxed);
    static constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    send(socket.fd(), kFull.data(), kFull.size(), MSG_NOSIGNAL);
    return;
  }
  int on = 1;
  setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<uint32_t>(sessions_.size()));
    sessions_.emplace_back();
  }
  uint32_t place = free_places_.back();
  free_places_.pop_back();
  uint64_t id = (++sessions_made_ << 32) | place;
  sessions_[place] = std::make_unique<Session>(*this, id, std::move(socket));
  ++open_connections_;
  auto& session = *sessions_[place];
  session.since = session.progress = now_;
  read_some(session);
}

void IoThread::stop_accepting() {
  post([this] {
    for (size_t i = 0; i < loop_->listeners.size(); ++i) {
      if (!loop_->listeners[i].is_open()) continue;
      accept_some(i);  // Whoever has connected already is served.
      error_code ignored;
      loop_->listeners[i].close(ignored);
    }
  });
}

// ---- one connection ----

IoThread::Session* IoThread::find(uint64_t id) {
  auto place = static_cast<uint32_t>(id);
  Session* session = place < sessions_.size() ? sessions_[place].get() : nullptr;
  return session && session->id == id ? session : nullptr;
}

void IoThread::close(Session& session) {
  auto place = static_cast<uint32_t>(session.id);
  sessions_[place].reset();
  free_places_.push_back(place);
  server_.counters_.connections.fetch_sub(1);
  --open_connections_;
}

void IoThread::wait_to_read(Session& session) {
  if (session.reading || !(session.lingering || session.http.wants_input())) return;
  session.reading = true;
  session.descriptor.async_wait(Descriptor::wait_read, [this, id = session.id](error_code) {
    if (Session* found = find(id)) {
      found->reading = false;
      read_some(*found);
    }
  });
}

void IoThread::wait_to_write(Session& session) {
  if (session.writing) return;
  session.writing = true;
  session.descriptor.async_wait(Descriptor::wait_write, [this, id = session.id](error_code) {
    if (Session* found = find(id)) {
      found->writing = false;
      push_on(*found);
    }
  });
}

void IoThread::read_some(Session& session) {
  auto& buffer = loop_->buffer;
  session.receiving = true;
  for (int i = 0; i < kReadsPerWake && (session.lingering || session.http.wants_input()); ++i) {
    ssize_t size = recv(session.descriptor.native_handle(), buffer.data(), buffer.size(), 0);
    if (size > 0) {
      if (!session.lingering) session.http.receive({buffer.data(), static_cast<size_t>(size)});
      if (static_cast<size_t>(size) < buffer.size()) break;
    } else if (size == 0 && !session.lingering) {
      session.http.input_ended();
    } else if (size == 0 || !(must_wait(errno) || errno == EINTR)) {
      return close(session);
    } else {
      break;
    }
  }
  session.receiving = false;
  push_on(session);
}

// Sends what there is to send, then waits for what comes next.
void IoThread::push_on(Session& session) {
  if (!send_some(session)) return close(session);
  auto phase = session.http.phase();
  if (phase != session.phase || session.http.requests() != session.requests) {
    session.phase = phase;
    session.requests = session.http.requests();
    session.since = now_;
  }
  if (!session.http.output().empty()) wait_to_write(session);
  if (session.http.is_finished() && !session.lingering)
    linger(session);
  else
    wait_to_read(session);
}

// False: the connection is broken.
bool IoThread::send_some(Session& session) {
  while (!session.http.output().empty()) {
    auto bytes = session.http.output();
    ssize_t size = send(session.descriptor.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return must_wait(errno);
    session.progress = now_;
    session.receiving = true;  // Room in the output may let requests read ahead be answered here.
    session.http.sent(static_cast<size_t>(size));
    session.receiving = false;
  }
  return true;
}

// Closing with unread bytes in the socket would reset it, and the client might never read the last reply: what still
// comes is read and dropped until the client closes, for a moment.
void IoThread::linger(Session& session) {
  shutdown(session.descriptor.native_handle(), SHUT_WR);
  session.lingering = true;
  session.since = now_;
  wait_to_read(session);
}

// ---- replies, steps, alarms ----

void IoThread::reply(uint64_t connection, uint64_t request, HttpReply reply) {
  if (current_thread == this) return answer(connection, request, std::move(reply));
  post(
      [this, connection, request, kept = std::move(reply)]() mutable { answer(connection, request, std::move(kept)); });
}

void IoThread::answer(uint64_t connection, uint64_t request, HttpReply reply) {
  Session* session = find(connection);
  if (!session) return;
  bool outermost = !session->receiving;
  session->receiving = true;
  session->http.reply(request, std::move(reply));
  if (!outermost) return;
  session->receiving = false;
  if (!std::exchange(session->answered, true)) answered_.push_back(connection);
  // From a step or an alarm it is sent when those are done; from another connection's request, soon.
  if (!stepping_ && answered_.size() == 1) post([] {});
}

void IoThread::push_answered() {
  auto ids = std::exchange(answered_, {});
  for (uint64_t id : ids) {
    if (Session* session = find(id)) {
      session->answered = false;
      push_on(*session);
    }
  }
}

void IoThread::post(Step step) {
  {
    base::Lock lock(mutex_);
    if (closed_) return;  // The step is destroyed by the caller, outside the lock.
    posted_.push_back(std::move(step));
    if (posted_.size() > 1) return;
  }
  asio::post(loop_->context, [this] { run_posted(); });
}

void IoThread::run_posted() {
  std::vector<Step> steps;
  {
    base::Lock lock(mutex_);
    steps.swap(posted_);
  }
  stepping_ = true;
  for (auto& step : steps) step();
  stepping_ = false;
  push_answered();
}

void IoThread::post_after(Duration wait, Step step) {
  alarms_.push_back({clock_.now() + wait, alarms_made_++, std::move(step)});
  std::push_heap(alarms_.begin(), alarms_.end());
  arm_alarm();
}

void IoThread::arm_alarm() {
  if (alarms_.empty() || alarms_.front().at >= armed_for_) return;
  armed_for_ = alarms_.front().at;
  loop_->alarm.expires_after(std::max(armed_for_ - clock_.now(), std::chrono::nanoseconds{0}));
  loop_->alarm.async_wait([this](error_code problem) {
    if (!problem) run_alarms();
  });
}

void IoThread::run_alarms() {
  armed_for_ = base::MonotonicTime::max();
  auto now = clock_.now();
  stepping_ = true;
  while (!alarms_.empty() && alarms_.front().at <= now) {
    std::pop_heap(alarms_.begin(), alarms_.end());
    Step step = std::move(alarms_.back().step);
    alarms_.pop_back();
    step();
  }
  stepping_ = false;
  arm_alarm();
  push_answered();
}

// ---- once a tick ----

void IoThread::tick() {
  now_ = clock_.now();
  update_date();
  for (size_t i = 0; i < loop_->listeners.size(); ++i) {
    if (!loop_->listener_waits[i] && loop_->listeners[i].is_open()) accept_some(i);
  }
  for (size_t i = 0; i < sessions_.size(); ++i) {
    if (sessions_[i]) look_over(*sessions_[i]);
  }
  loop_->ticker.expires_after(server_.options_.tick);
  loop_->ticker.async_wait([this](error_code problem) {
    if (!problem) tick();
  });
}

void IoThread::look_over(Session& session) {
  const auto& options = server_.options_;
  using Phase = HttpConnection::Phase;
  auto age = now_ - session.since;
  if (session.lingering) {
    if (age > kLinger) close(session);
    return;
  }
  if (!session.http.output().empty()) {
    if (now_ - session.progress > options.stalled) close(session);
    return;
  }
  if (session.phase == Phase::Idle && age > options.idle) return close(session);
  bool slow =
      (session.phase == Phase::Head && age > options.head) || (session.phase == Phase::Body && age > options.body);
  if (!slow) return;
  session.http.time_out();
  push_on(session);
}

void IoThread::drain() {
  post([this] {
    for (size_t i = 0; i < sessions_.size(); ++i) {
      uint64_t id = sessions_[i] ? sessions_[i]->id : 0;
      if (id != 0 && !sessions_[i]->lingering) read_some(*sessions_[i]);  // What has arrived is answered.
      if (Session* session = id != 0 ? find(id) : nullptr) drain_one(*session);
    }
    draining_ = true;
  });
}

void IoThread::drain_one(Session& session) {
  if (session.lingering) return;
  bool idle = session.http.phase() == HttpConnection::Phase::Idle;
  session.http.drain();
  if (idle && session.http.is_finished())
    close(session);
  else
    push_on(session);
}

void IoThread::update_date() {
  std::time_t seconds = micros(wall_.now()) / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  size_t size = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  date_line_.assign(text, size);
}

}  // namespace augury::net
