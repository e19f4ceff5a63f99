// Blocking on what is answered later, for callers that have nothing else to do.
#pragma once

#include <memory>
#include <optional>

#include "augury/result.h"
#include "base/sync.h"

namespace augury::engine {

// Starts something that calls back once, from any thread, and waits for it.
template <typename T, typename Start>
Result<T> wait_for(Start start) {
  struct Slot {
    base::Mutex mutex;
    base::Condition filled;
    std::optional<Result<T>> result;
  };
  auto slot = std::make_shared<Slot>();
  start([slot](Result<T> result) {
    base::Lock lock(slot->mutex);
    slot->result.emplace(std::move(result));
    slot->filled.notify_one();
  });
  base::Lock lock(slot->mutex);
  while (!slot->result) slot->filled.wait(lock);
  return std::move(*slot->result);
}

}  // namespace augury::engine
