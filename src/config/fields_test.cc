#include "config/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace augury::config {
namespace {

std::vector<std::string> texts(const Problems& problems) {
  std::vector<std::string> out;
  for (const auto& p : problems.sorted())
    out.push_back(std::to_string(p.place.line) + ":" + std::to_string(p.place.column) + ": " + p.message);
  return out;
}

TEST(Fields, ReportsUnknownMissingAndUnbuiltKeysInTheFilesOrder) {
  auto root = parse_yaml("ttl: 1h\nkeep: 3\ncolour: red\n");
  Problems problems;
  Fields fields(*root, "cache", problems);
  EXPECT_EQ(fields.take("ttl")->scalar, "1h");
  EXPECT_EQ(fields.take("color"), nullptr);
  EXPECT_EQ(fields.require("size"), nullptr);
  fields.later("keep");
  fields.finish();
  EXPECT_THAT(texts(problems),
              testing::ElementsAre("1:1: cache: 'size' is missing", "2:1: cache: 'keep' is not built yet",
                                   "3:1: unknown key 'colour' in cache; expected one of ttl, color, size (did you mean "
                                   "'color'?)"));
}

TEST(Fields, SaysWhatWasFoundAndExpected) {
  auto root = parse_yaml("a: x\nb: [1]\nc:\n");
  Problems problems;
  read_duration(*root->find("a"), "ttl", problems);
  read_number(*root->find("b"), "weight", problems);
  read_boolean(*root->find("c"), "enabled", problems);
  EXPECT_FALSE(read_whole(*root->find("a"), "count", 1, 10, problems));
  EXPECT_FALSE(read_share(*root->find("a"), "share", problems));
  EXPECT_FALSE(read_count(*root->find("a"), "entries", problems));
  EXPECT_FALSE(read_text(*root->find("b"), "name", problems));
  EXPECT_THAT(texts(problems),
              testing::IsSupersetOf({"1:4: ttl: found 'x', expected a duration such as 100ms, 5m or 30d",
                                     "2:4: weight: found a list, expected a number",
                                     "1:4: count: found 'x', expected a whole number from 1 to 10",
                                     "2:4: name: found a list, expected text"}));
  EXPECT_EQ(problems.size(), 7u);
}

TEST(Fields, WhatIsNoMapIsReportedOnce) {
  auto root = parse_yaml("a: 5\n");
  Problems problems;
  Fields fields(*root->find("a"), "events", problems);
  EXPECT_EQ(fields.require("x"), nullptr);
  fields.finish();
  EXPECT_THAT(texts(problems), testing::ElementsAre("1:4: events: found '5', expected a map"));
}

}  // namespace
}  // namespace augury::config
