#include "api/http/query_string.h"

#include <gtest/gtest.h>

namespace augury::api {
namespace {

TEST(QueryString, ReadsPairsInOrderAndDecodesThem) {
  auto pairs = parse_query("user_id=ann+b&x=%41%2f&empty=&flag");
  ASSERT_EQ(pairs.size(), 4u);
  EXPECT_EQ(pairs[0], std::pair(std::string("user_id"), std::string("ann b")));
  EXPECT_EQ(pairs[1], std::pair(std::string("x"), std::string("A/")));
  EXPECT_EQ(pairs[2].second, "");
  EXPECT_EQ(pairs[3].first, "flag");
}

TEST(QueryString, LeavesOutWhatDoesNotDecode) {
  EXPECT_TRUE(parse_query("a=%4").empty());
  EXPECT_TRUE(parse_query("a=%zz").empty());
  EXPECT_TRUE(parse_query("=x").empty());
  EXPECT_TRUE(parse_query("").empty());
}

TEST(QueryString, KeepsAPlusInAPath) {
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a%2Bb", false), "a+b");
  EXPECT_EQ(percent_decode("%", false), std::nullopt);
}

}  // namespace
}  // namespace augury::api
