// Locks whose rules the compiler can read (clang thread-safety annotations; nothing to other compilers).
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define AUGURY_THREAD(x) __attribute__((x))
#else
#define AUGURY_THREAD(x)
#endif
#define AUGURY_GUARDED_BY(m) AUGURY_THREAD(guarded_by(m))
#define AUGURY_REQUIRES(m) AUGURY_THREAD(requires_capability(m))

namespace augury::base {

class AUGURY_THREAD(capability("mutex")) Mutex {
 public:
  void lock() AUGURY_THREAD(acquire_capability()) { mutex_.lock(); }
  bool try_lock() AUGURY_THREAD(try_acquire_capability(true)) { return mutex_.try_lock(); }
  void unlock() AUGURY_THREAD(release_capability()) { mutex_.unlock(); }

 private:
  friend class Lock;
  std::mutex mutex_;
};

// Holds a Mutex for a scope. Passing `const Lock&` says in a signature that it must be held.
class AUGURY_THREAD(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) AUGURY_THREAD(acquire_capability(mutex)) : lock_(mutex.mutex_) {}
  ~Lock() AUGURY_THREAD(release_capability()) {}

 private:
  friend class Condition;
  std::unique_lock<std::mutex> lock_;
};

class Condition {
 public:
  void wait(Lock& held) { inner_.wait(held.lock_); }
  // False if `wait` passed without a signal.
  template <typename Rep, typename Period>
  bool wait_for(Lock& held, std::chrono::duration<Rep, Period> wait) {
    return inner_.wait_for(held.lock_, wait) == std::cv_status::no_timeout;
  }
  void notify_one() { inner_.notify_one(); }
  void notify_all() { inner_.notify_all(); }

 private:
  std::condition_variable inner_;
};

}  // namespace augury::base
