#include "store/online/row_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace augury::store {
namespace {

TEST(RowMemory, GivesZeroedBlocksOnCacheLines) {
  RowMemory memory;
  std::set<void*> blocks;
  for (size_t bytes = 64; bytes <= 4096; bytes += 64) {
    auto* block = static_cast<char*>(memory.allocate(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(block[i], 0);
    std::memset(block, 1, bytes);
    if (RowMemory::is_large(bytes)) {
      memory.free(block, bytes);
    } else {
      EXPECT_TRUE(blocks.insert(block).second);
    }
  }
}

TEST(RowMemory, ReusesAFreedBlockAndZeroesItAgain) {
  RowMemory memory;
  void* first = memory.allocate(128);
  std::memset(first, 1, 128);
  memory.free(first, 128);
  void* second = memory.allocate(128);
  EXPECT_EQ(second, first);
  EXPECT_EQ(static_cast<char*>(second)[0], 0);
  EXPECT_EQ(static_cast<char*>(second)[127], 0);
}

}  // namespace
}  // namespace augury::store
