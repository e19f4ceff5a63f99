#include "wire/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace augury::wire {
namespace {

std::vector<std::string> split(std::string_view body) {
  std::vector<std::string> lines;
  for (auto line : Lines(body)) lines.emplace_back(line);
  return lines;
}

TEST(Lines, GivesEachLineWithoutItsEnd) {
  EXPECT_THAT(split("a\nb\r\nc"), testing::ElementsAre("a", "b", "c"));
  EXPECT_THAT(split("a\nb\n"), testing::ElementsAre("a", "b"));
}

TEST(Lines, PassesOverBlankOnes) {
  EXPECT_THAT(split("\n\na\n \t\n\r\nb\n\n"), testing::ElementsAre("a", "b"));
  EXPECT_THAT(split(""), testing::IsEmpty());
  EXPECT_THAT(split("\n"), testing::IsEmpty());
  EXPECT_THAT(split(" \n\r\n"), testing::IsEmpty());
}

}  // namespace
}  // namespace augury::wire
