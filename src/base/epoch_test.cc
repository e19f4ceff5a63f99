#include "base/epoch.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace augury {
namespace {

TEST(Epochs, KeepWhatAReaderMayStillSee) {
  base::Epochs epochs;
  bool freed = false;
  {
    base::Epochs::Pin pin(epochs);
    epochs.retire([&] { freed = true; });
    epochs.collect();
    EXPECT_FALSE(freed) << "the reader was pinned before it was retired";
  }
  epochs.collect();
  EXPECT_TRUE(freed);
}

TEST(Epochs, FreeBehindAReaderThatCameLater) {
  base::Epochs epochs;
  bool freed = false;
  epochs.retire([&] { freed = true; });
  base::Epochs::Pin pin(epochs);
  epochs.collect();
  EXPECT_TRUE(freed);
}

TEST(Epochs, PinsMayNest) {
  base::Epochs epochs;
  bool freed = false;
  base::Epochs::Pin outer(epochs);
  {
    base::Epochs::Pin inner(epochs);
    epochs.retire([&] { freed = true; });
  }
  epochs.collect();
  EXPECT_FALSE(freed);
}

TEST(Epochs, FreeEverythingAtTheirEnd) {
  int freed = 0;
  {
    base::Epochs epochs;
    for (int i = 0; i < 3; ++i) epochs.retire([&] { ++freed; });
  }
  EXPECT_EQ(freed, 3);
}

TEST(Epochs, CollectByThemselvesNowAndThen) {
  base::Epochs epochs;
  int freed = 0;
  for (int i = 0; i < 1000; ++i) epochs.retire([&] { ++freed; });
  EXPECT_GT(freed, 800);
}

TEST(Epochs, ReadersNeverSeeFreedMemoryWhileAWriterReplacesIt) {
  struct Box {
    std::atomic<int> alive{1};
  };
  base::Epochs epochs;
  std::atomic<Box*> shared{new Box};
  std::atomic<bool> stop{false};
  std::atomic<int> dead_seen{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        base::Epochs::Pin pin(epochs);
        if (shared.load()->alive.load() != 1) ++dead_seen;
      }
    });
  }
  for (int i = 0; i < 20'000; ++i) {
    Box* old = shared.exchange(new Box);
    epochs.retire([old] {
      old->alive = 0;
      delete old;
    });
  }
  stop = true;
  readers.clear();
  EXPECT_EQ(dead_seen, 0);
  delete shared.load();
}

}  // namespace
}  // namespace augury
