#include "config/names.h"

#include <gtest/gtest.h>

#include <vector>

namespace augury::config {
namespace {

TEST(Names, CountsASwapOfNeighboursAsOneEdit) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("clcik", "click"), 1);
  EXPECT_EQ(edit_distance("same", "same"), 0);
}

TEST(Names, SuggestsOnlyWhatIsNear) {
  std::vector<std::string> names{"category", "color", "brand"};
  EXPECT_EQ(nearest("colour", names), "color");
  EXPECT_EQ(nearest("zebra_crossing", names), std::nullopt);
  EXPECT_EQ(expected_one_of("colour", names), "; expected one of category, color, brand (did you mean 'color'?)");
  EXPECT_EQ(expected_one_of("x", {}), "");
  std::vector<std::string> letters{"a", "b"};
  EXPECT_EQ(nearest("c", letters), std::nullopt) << "nothing of it is the same";
}

TEST(Names, NamesBeginWithALetter) {
  EXPECT_TRUE(is_name("a_1"));
  EXPECT_FALSE(is_name("1a"));
  EXPECT_FALSE(is_name(""));
  EXPECT_FALSE(is_name("a-b"));
  EXPECT_TRUE(is_name("a-b", true));
}

}  // namespace
}  // namespace augury::config
