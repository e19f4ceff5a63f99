#include "io/testing/faulty_file_system.h"

#include <array>
#include <thread>

#include "base/sync.h"
#include "io/rocks_internal.h"
#include "io/testing/watched_file_system_internal.h"

namespace augury::io::testing {

using rocksdb::IOStatus;

struct FaultyFileSystem::State : Watcher {
  mutable base::Mutex mutex;
  std::optional<Plan> plan AUGURY_GUARDED_BY(mutex);
  std::array<std::chrono::microseconds, 12> slower AUGURY_GUARDED_BY(mutex){};
  uint64_t calls AUGURY_GUARDED_BY(mutex) = 0;
  std::array<uint64_t, 12> calls_by_kind AUGURY_GUARDED_BY(mutex){};
  uint64_t faults AUGURY_GUARDED_BY(mutex) = 0;

  IOStatus before(FileEvent& event) override {
    std::chrono::microseconds wait;
    IOStatus answer;
    {
      base::Lock held(mutex);
      wait = slower[static_cast<size_t>(event.call)];
      answer = judged(event);
    }
    if (wait.count() > 0) std::this_thread::sleep_for(wait);
    return answer;
  }
  void after(const FileEvent&) override {}

  IOStatus judged(FileEvent& event) AUGURY_REQUIRES(mutex) {
    ++calls;
    ++calls_by_kind[static_cast<size_t>(event.call)];
    if (!plan || (plan->only && *plan->only != event.call)) return IOStatus::OK();
    if (plan->nth > 1) return --plan->nth, IOStatus::OK();
    if (plan->times == 0) return IOStatus::OK();
    --plan->times;
    ++faults;
    event.bytes = plan->fault == Fault::ShortWrite ? event.bytes / 2 : 0;
    return plan->fault == Fault::Io ? IOStatus::IOError("made to fail", event.path)
                                    : IOStatus::NoSpace("made to be full", event.path);
  }
};

FaultyFileSystem::FaultyFileSystem(std::unique_ptr<Inside> inside, std::shared_ptr<State> state)
    : FileSystem(std::move(inside)), state_(std::move(state)) {}

std::shared_ptr<FaultyFileSystem> FaultyFileSystem::over(const std::shared_ptr<FileSystem>& below) {
  auto state = std::make_shared<State>();
  auto inside = std::make_unique<Inside>(watched(below->inside().rocks, state), 1000);
  return std::shared_ptr<FaultyFileSystem>(new FaultyFileSystem(std::move(inside), state));
}

void FaultyFileSystem::fail(const Plan& plan) {
  base::Lock held(state_->mutex);
  state_->plan = plan;
}

void FaultyFileSystem::heal() {
  base::Lock held(state_->mutex);
  state_->plan.reset();
}

void FaultyFileSystem::slow_down(FileCall call, std::chrono::microseconds by) {
  base::Lock held(state_->mutex);
  state_->slower[static_cast<size_t>(call)] = by;
}

uint64_t FaultyFileSystem::calls() const {
  base::Lock held(state_->mutex);
  return state_->calls;
}

uint64_t FaultyFileSystem::calls(FileCall kind) const {
  base::Lock held(state_->mutex);
  return state_->calls_by_kind[static_cast<size_t>(kind)];
}

uint64_t FaultyFileSystem::faults() const {
  base::Lock held(state_->mutex);
  return state_->faults;
}

}  // namespace augury::io::testing
