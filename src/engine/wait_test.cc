#include "engine/wait.h"

#include <gtest/gtest.h>

#include <thread>

namespace augury::engine {
namespace {

TEST(WaitFor, ReturnsWhatTheCallbackWasGiven) {
  std::jthread worker;
  auto result = wait_for<int>([&](auto done) { worker = std::jthread([done]() mutable { done(7); }); });
  EXPECT_EQ(*result, 7);
}

TEST(WaitFor, ReturnsAtOnceWhenTheCallbackRanInside) {
  auto result = wait_for<int>([](auto done) { done(Error{Code::Invalid, "no"}); });
  EXPECT_EQ(result.error().message, "no");
}

}  // namespace
}  // namespace augury::engine
