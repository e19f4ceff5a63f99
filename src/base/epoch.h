// Frees memory only when no reader can still be looking at it.
//
// Readers do not lock: they pin the current epoch, read, and unpin. A writer that unlinks something retires it; it is
// freed once every reader that was pinned then has unpinned (Fraser 2004, epoch-based reclamation). Pinning is one
// store to a cache line of the thread's own.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>

#include "base/sync.h"

namespace augury::base {

// Thread-safe. At most kThreadsMax threads may be pinned at once (further ones wait for a place).
class Epochs {
 public:
  static constexpr size_t kThreadsMax = 256;

  // Reading under a Pin: whatever was reachable when it began stays allocated until it ends. Cheap; may nest.
  class Pin {
   public:
    explicit Pin(Epochs& epochs) : slot_(epochs.enter()) {}
    ~Pin() { leave(slot_); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

   private:
    std::atomic<uint64_t>* slot_;
  };

  ~Epochs() { free_all(); }

  // Calls `free` later, when no Pin taken before now is left. What it frees must be unreachable for new readers.
  void retire(std::move_only_function<void()> free);

  // Frees what can be freed now; called by retire now and then.
  void collect();

 private:
  struct alignas(64) Slot {
    std::atomic<uint64_t> epoch{0};  // 0: nobody. Else the epoch the reader pinned.
  };
  struct Retired {
    uint64_t epoch;
    std::move_only_function<void()> free;
  };

  std::atomic<uint64_t>* enter();
  static void leave(std::atomic<uint64_t>* slot) { slot->store(0, std::memory_order_release); }
  void free_all();

  std::array<Slot, kThreadsMax> slots_;
  std::atomic<uint64_t> epoch_{1};
  Mutex mutex_;
  std::deque<Retired> retired_ AUGURY_GUARDED_BY(mutex_);
};

}  // namespace augury::base
