#include "serve/compute_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace augury::serve {
namespace {

TEST(ComputePool, RunsWhatItIsGiven) {
  std::atomic<int> sum{0};
  {
    ComputePool pool({.threads = 2, .waiting_max = 100});
    std::vector<std::promise<void>> done(50);
    for (auto& d : done) ASSERT_TRUE(pool.start([&] { ++sum, d.set_value(); }));
    for (auto& d : done) d.get_future().wait();
  }
  EXPECT_EQ(sum, 50);
}

TEST(ComputePool, RefusesMoreThanMayWaitSoThatAHungModelCannotFillTheMemory) {
  ComputePool pool({.threads = 1, .waiting_max = 2});
  std::promise<void> begun, let_go;
  auto gate = let_go.get_future().share();
  while (!pool.start([&begun, gate] { begun.set_value(), gate.wait(); })) {
  }
  begun.get_future().wait();
  EXPECT_TRUE(pool.start([] {}));
  EXPECT_TRUE(pool.start([] {}));
  EXPECT_FALSE(pool.start([] {}));
  let_go.set_value();
}

TEST(ComputePool, DropsWhatHasNotBegunWhenItCloses) {
  std::atomic<int> ran{0};
  auto held = std::make_shared<int>(1);
  std::promise<void> begun, let_go;
  auto gate = let_go.get_future().share();
  auto pool = std::make_unique<ComputePool>(ComputePoolOptions{.threads = 1, .waiting_max = 10});
  ASSERT_TRUE(pool->start([&begun, gate] { begun.set_value(), gate.wait(); }));
  begun.get_future().wait();
  ASSERT_TRUE(pool->start([&ran, held] { ++ran; }));
  std::jthread closer([&] { pool.reset(); });
  while (held.use_count() > 1) std::this_thread::yield();
  let_go.set_value();
  closer.join();
  EXPECT_EQ(ran, 0);
}

}  // namespace
}  // namespace augury::serve
