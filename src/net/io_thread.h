// One I/O thread of a server: its loop, its listening sockets, its connections.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <tuple>
#include <vector>

#include "base/sync.h"
#include "net/http_server.h"

namespace augury::net {

// Everything runs on the thread itself but reply(), post(), stop_accepting(), drain(), is_drained() and join().
class IoThread : public ReplySink, public Resumer, public std::enable_shared_from_this<IoThread> {
 public:
  IoThread(HttpServer& server, std::vector<Socket> listeners, const base::WallClock& wall,
           const base::MonotonicClock& clock);
  ~IoThread() override;

  void start();
  void stop_accepting();
  void drain();
  // Every connection there was when drain() was called is closed.
  bool is_drained() const { return draining_ && open_connections_ == 0; }
  // Ends the loop and drops what is left.
  void join();

  void reply(uint64_t connection, uint64_t request, HttpReply reply) override;
  Resumer& resumer() override { return *this; }
  void post(std::move_only_function<void()> step) override;
  void post_after(Duration wait, std::move_only_function<void()> step) override;

 private:
  struct Loop;  // Holds what is Asio's.
  struct Session;
  using Step = std::move_only_function<void()>;
  struct Alarm {
    base::MonotonicTime at;
    uint64_t order;
    Step step;
    bool operator<(const Alarm& other) const { return std::tie(other.at, other.order) < std::tie(at, order); }
  };

  void run();
  void wait_to_accept(size_t listener);
  void accept_some(size_t listener);
  void admit(Socket socket);
  void wait_to_read(Session& session);
  void wait_to_write(Session& session);
  void read_some(Session& session);
  void push_on(Session& session);
  bool send_some(Session& session);
  void linger(Session& session);
  void close(Session& session);
  Session* find(uint64_t id);
  void answer(uint64_t connection, uint64_t request, HttpReply reply);
  void run_posted();
  void run_alarms();
  void arm_alarm();
  void push_answered();
  void tick();
  void look_over(Session& session);
  void drain_one(Session& session);
  void update_date();

  HttpServer& server_;
  const base::WallClock& wall_;
  const base::MonotonicClock& clock_;
  std::vector<Socket> listeners_;
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
  std::string date_line_;
  base::MonotonicTime now_;  // As of the last tick.

  // sessions_[id % 2^32] is the session `id`, or a later one, or none.
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<uint32_t> free_places_;
  uint64_t sessions_made_ = 0;
  std::vector<uint64_t> answered_;  // Have new output that push_answered() sends.
  bool stepping_ = false;           // Inside run_posted() or run_alarms().
  std::atomic<size_t> open_connections_{0};
  std::atomic<bool> draining_{false};

  std::vector<Alarm> alarms_;  // A heap, earliest on top.
  uint64_t alarms_made_ = 0;
  base::MonotonicTime armed_for_ = base::MonotonicTime::max();

  base::Mutex mutex_;
  std::vector<Step> posted_ AUGURY_GUARDED_BY(mutex_);
  bool closed_ AUGURY_GUARDED_BY(mutex_) = false;
};

}  // namespace augury::net
