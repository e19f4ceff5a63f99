#include "ingest/syncer.h"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace augury::ingest {

namespace {

// What nobody waits for (exposures, ack=os) is durable this soon all the same.
constexpr auto kSyncAtLeastEvery = std::chrono::seconds{1};
constexpr auto kRetryFullDisk = std::chrono::seconds{1};

}  // namespace

Syncer::Syncer(io::Database& database, journal::Journal& journal, std::function<void()> woke)
    : database_(database), journal_(journal), woke_(std::move(woke)), synced_(journal.newest()) {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "augury-sync");
}

Syncer::~Syncer() { stop(); }

void Syncer::stop() {
  {
    base::Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Syncer::want() {
  {
    base::Lock lock(mutex_);
    wanted_ = true;
    busy_.store(true, std::memory_order_release);
  }
  changed_.notify_one();
}

void Syncer::failed(const Error& error) {
  base::Lock lock(mutex_);
  open_.store(false, std::memory_order_release);
  if (!problem_ || problem_->code == Code::Exhausted)
    problem_ = Error{error.code == Code::Exhausted ? Code::Exhausted : Code::Unavailable, error.message};
  changed_.notify_one();
}

std::optional<Error> Syncer::problem() const {
  base::Lock lock(mutex_);
  return problem_;
}

void Syncer::run() {
  while (auto turn = next()) {
    uint64_t newest = journal_.newest();
    auto result = *turn == Turn::Resume ? database_.resume() : Result<void>();
    if (result) result = journal_.sync();
    settle(result, newest);
    woke_();
  }
}

std::optional<Syncer::Turn> Syncer::next() {
  base::Lock lock(mutex_);
  while (!stopping_) {
    if (!problem_ && std::exchange(wanted_, false)) return Turn::Sync;
    bool full = problem_ && problem_->code == Code::Exhausted;
    bool timed_out = !changed_.wait_for(lock, full ? kRetryFullDisk : kSyncAtLeastEvery);
    if (stopping_ || !timed_out) continue;
    if (problem_ && problem_->code == Code::Exhausted) return Turn::Resume;
    if (!problem_ && journal_.newest() > synced()) return Turn::Sync;
  }
  return std::nullopt;
}

void Syncer::settle(const Result<void>& result, uint64_t newest) {
  base::Lock lock(mutex_);
  if (!wanted_) busy_.store(false, std::memory_order_release);
  if (result) {
    synced_.store(newest, std::memory_order_release);
    problem_.reset();
  } else if (problem_ && problem_->code == Code::Exhausted) {
    // Still full: whatever resume() says, the next try may work.
  } else {
    bool full = result.error().code == Code::Exhausted;
    problem_ = Error{full ? Code::Exhausted : Code::Unavailable, result.error().message};
  }
  open_.store(!problem_, std::memory_order_release);
}

}  // namespace augury::ingest
