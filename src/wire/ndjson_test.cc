#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/record_reader.h"

namespace augury::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ByteSource source(std::string text, size_t step = 5) {
  return [text = std::move(text), step, at = size_t{0}](std::span<char> into) mutable -> Result<size_t> {
    size_t n = std::min({step, into.size(), text.size() - at});
    std::copy_n(text.data() + at, n, into.data());
    at += n;
    return n;
  };
}

struct Shown {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::pair<uint64_t, std::string>> problems;
};

Shown read(std::string text, std::vector<std::string> names, size_t step = 5) {
  auto records = open_ndjson(source(std::move(text), step));
  records->select(names);
  Shown shown;
  for (Record record; *records->next(record);) {
    if (!record.problem.empty()) {
      shown.problems.emplace_back(record.number, record.problem);
      continue;
    }
    std::vector<std::string> row;
    for (const auto& cell : record.cells) row.push_back(show(cell));
    shown.rows.push_back(row);
  }
  return shown;
}

TEST(Ndjson, FindsMembersByNameAndByPath) {
  auto shown = read(R"({"user":"u1","fields":{"price":2.5,"a":{"b":true}},"fields.x":7})",
                    {"user", "fields.price", "fields.a.b", "fields.x", "none"});
  EXPECT_THAT(shown.rows, ElementsAre(ElementsAre("'u1'", "the number 2.5", "true", "the number 7", "nothing")));
}

TEST(Ndjson, KeepsTheKindOfEveryValue) {
  auto shown = read(R"({"l":["a","b"],"n":[1,2.5],"m":[1,"a"],"o":{"lat":1},"z":null,"e":[],"i":12345678901234567})",
                    {"l", "n", "m", "o", "z", "e", "i"}, 1000);
  EXPECT_THAT(shown.rows[0], ElementsAre("a list of texts", "a list of numbers", "a list of several kinds", "an object",
                                         "nothing", "a list of texts", "the number 12345678901234567"));
}

TEST(Ndjson, NamesBadLinesAndGoesOn) {
  auto shown = read("\xef\xbb\xbf{\"a\":1}\r\n\n{\"a\":\n[1]\n{\"a\":\"\xff\"}\n{\"a\":2}", {"a"});
  EXPECT_THAT(shown.rows, ElementsAre(ElementsAre("the number 1"), ElementsAre("the number 2")));
  ASSERT_EQ(shown.problems.size(), 3u);
  EXPECT_EQ(shown.problems[0].first, 3u);
  EXPECT_EQ(shown.problems[1].first, 4u);
  EXPECT_THAT(shown.problems[1].second, HasSubstr("expected a JSON object"));
  EXPECT_EQ(shown.problems[2].first, 5u);
}

TEST(Ndjson, RefusesHugeLinesAndGoesOn) {
  auto shown = read("{\"a\":\"" + std::string(kRecordBytesMax, 'x') + "\"}\n{\"a\":1}\n", {"a"}, 50'000);
  EXPECT_THAT(shown.rows, ElementsAre(ElementsAre("the number 1")));
  EXPECT_THAT(shown.problems[0].second, HasSubstr("longer than 1 MiB"));
}

TEST(Ndjson, AnEmptyFileHasNoRecords) { EXPECT_TRUE(read("", {"a"}).rows.empty()); }

TEST(ShownCells, AreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "\xc3\xa9";
  EXPECT_EQ(show(Cell{std::string_view(text)}), "'" + text.substr(0, 40) + "...'");
  EXPECT_EQ(show(Cell{std::string_view("a" + text)}), "'a" + text.substr(0, 40) + "...'");
}

}  // namespace
}  // namespace augury::wire
