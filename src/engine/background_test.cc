#include "engine/background.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace augury::engine {
namespace {

TEST(Background, DoesOneThingAfterTheOther) {
  std::vector<int> order;
  {
    Background background(10);
    std::promise<void> last;
    for (int i = 0; i < 5; ++i) {
      Background::Task task = [&, i](const std::stop_token&) {
        order.push_back(i);
        if (i == 4) last.set_value();
      };
      ASSERT_TRUE(background.start(task));
    }
    last.get_future().wait();
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Background, RefusesMoreThanMayWaitAndLeavesTheTaskWithTheCaller) {
  std::promise<void> begun, go;
  Background background(1);
  Background::Task first = [&](const std::stop_token&) {
    begun.set_value();
    go.get_future().wait();
  };
  ASSERT_TRUE(background.start(first));
  begun.get_future().wait();
  bool ran = false;
  Background::Task second = [](const std::stop_token&) {}, third = [&](const std::stop_token&) { ran = true; };
  EXPECT_TRUE(background.start(second));
  EXPECT_FALSE(background.start(third));
  third({});
  EXPECT_TRUE(ran);
  go.set_value();
}

TEST(Background, LetsWhatWaitsGiveItsAnswerWhenItStops) {
  bool told_to_stop = false;
  {
    std::promise<void> begun;
    Background background(4);
    Background::Task first = [&](const std::stop_token& stop) {
      begun.set_value();
      while (!stop.stop_requested()) std::this_thread::yield();
    };
    Background::Task second = [&](const std::stop_token& stop) { told_to_stop = stop.stop_requested(); };
    ASSERT_TRUE(background.start(first) && background.start(second));
    begun.get_future().wait();
  }
  EXPECT_TRUE(told_to_stop);
}

}  // namespace
}  // namespace augury::engine
