// How work that finishes elsewhere tells a request that may have been answered long since.
//
// The request's thread closes the box when it answers; whatever is posted afterwards is dropped, and the Resumer, which
// may be gone by then, is not touched.
//
// Thread-safe.
#pragma once

#include <functional>
#include <utility>

#include "augury/engine.h"
#include "base/sync.h"

namespace augury::serve {

class Mailbox {
 public:
  explicit Mailbox(Resumer& resumer) : resumer_(&resumer) {}

  void post(std::move_only_function<void()> step) {
    base::Lock held(mutex_);
    if (resumer_ != nullptr) resumer_->post(std::move(step));
  }
  void close() {
    base::Lock held(mutex_);
    resumer_ = nullptr;
  }

 private:
  base::Mutex mutex_;
  Resumer* resumer_ AUGURY_GUARDED_BY(mutex_);  // Null once answered.
};

}  // namespace augury::serve
