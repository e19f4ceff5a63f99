#include "base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace augury {
namespace {

TEST(Hash, GivesThePublishedValuesOfXxh3) {
  EXPECT_EQ(base::hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(base::hash64("a"), 0xe6c632b61e964e1fu);
  EXPECT_EQ(base::hash64("abc"), 0x78af5f94892f3950u);
}

TEST(Hash, ChangesWithTheSeedAndEveryByte) {
  std::string text(500, 'x');
  uint64_t whole = base::hash64(text);
  EXPECT_NE(base::hash64(text, 1), whole);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'y';
    EXPECT_NE(base::hash64(other), whole) << i;
  }
}

TEST(Hash, TheProcessSeedStaysTheSame) { EXPECT_EQ(base::process_seed(), base::process_seed()); }

}  // namespace
}  // namespace augury
