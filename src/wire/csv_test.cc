#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "wire/record_reader.h"
#include "wire/text.h"

namespace augury::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Row = std::vector<std::string>;

// Hands the text out `step` bytes at a time, so that records break anywhere.
ByteSource source(std::string text, size_t step) {
  return [text = std::move(text), step, at = size_t{0}](std::span<char> into) mutable -> Result<size_t> {
    size_t n = std::min({step, into.size(), text.size() - at});
    std::copy_n(text.data() + at, n, into.data());
    at += n;
    return n;
  };
}

std::string text_of(const Cell& cell) {
  const auto* text = std::get_if<std::string_view>(&cell);
  return text ? std::string(*text) : "";
}

struct Read {
  std::vector<Row> rows;
  std::vector<std::pair<uint64_t, std::string>> problems;
  std::vector<uint64_t> numbers;
};

Result<Read> read(std::string text, size_t step = 7, CsvOptions options = {}) {
  AUGURY_TRY(auto csv, open_csv(source(std::move(text), step), options));
  csv->select(*csv->columns());
  Read read;
  for (Record record;;) {
    AUGURY_TRY(bool more, csv->next(record));
    if (!more) return read;
    if (!record.problem.empty()) {
      read.problems.emplace_back(record.number, record.problem);
      continue;
    }
    Row row;
    for (const auto& cell : record.cells) row.push_back(text_of(cell));
    read.rows.push_back(std::move(row));
    read.numbers.push_back(record.number);
  }
}

TEST(Csv, GivesTheSelectedColumnsInTheOrderAskedFor) {
  auto csv = *open_csv(source("a,b,c\n1,2,3\n", 3), {});
  EXPECT_THAT(*csv->columns(), ElementsAre("a", "b", "c"));
  csv->select({"c", "missing", "a"});
  Record record;
  ASSERT_TRUE(*csv->next(record));
  EXPECT_EQ(text_of(record.cells[0]), "3");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(record.cells[1])) << "a column that is not there is nothing";
  EXPECT_EQ(text_of(record.cells[2]), "1");
  EXPECT_FALSE(*csv->next(record));
}

TEST(Csv, UnderstandsQuotesLineEndsAndAByteOrderMark) {
  auto r = *read(
      "\xef\xbb\xbf"
      "a,b\r\n\"x, \"\"y\"\"\",\"two\r\nlines\"\r\nplain \"inside\",\n\"\",\"\"\n");
  EXPECT_THAT(r.rows, ElementsAre(Row{"x, \"y\"", "two\r\nlines"}, Row{"plain \"inside\"", ""}, Row{"", ""}));
  EXPECT_THAT(r.numbers, ElementsAre(2u, 4u, 5u)) << "a record is called by the line it begins in";
  EXPECT_TRUE(r.problems.empty());
}

TEST(Csv, ReadsALastLineWithoutAnEnd) {
  EXPECT_THAT((*read("a,b\n1,2")).rows, ElementsAre(Row{"1", "2"}));
  EXPECT_THAT((*read("a,b\n1,\"2\"")).rows, ElementsAre(Row{"1", "2"}));
  EXPECT_THAT((*read("a,b\n1,")).rows, ElementsAre(Row{"1", ""}));
}

TEST(Csv, PassesOverEmptyLines) {
  auto r = *read("a\n\n\r\n1\n\n2\n");
  EXPECT_THAT(r.rows, ElementsAre(Row{"1"}, Row{"2"}));
  EXPECT_THAT(r.numbers, ElementsAre(4u, 6u));
}

TEST(Csv, NamesARaggedLineAndGoesOn) {
  auto r = *read("a,b\n1\n1,2,3\n1,2\n");
  EXPECT_THAT(r.rows, ElementsAre(Row{"1", "2"}));
  ASSERT_EQ(r.problems.size(), 2u);
  EXPECT_EQ(r.problems[0].first, 2u);
  EXPECT_EQ(r.problems[0].second, "found 1 fields, expected 2 as in line 1");
  EXPECT_THAT(r.problems[1].second, HasSubstr("found 3 fields"));
}

TEST(Csv, NamesALineThatIsNotUtf8AndGoesOn) {
  auto r = *read("a\ncaf\xe9\ncaf\xc3\xa9\n");
  EXPECT_THAT(r.rows, ElementsAre(Row{"caf\xc3\xa9"}));
  ASSERT_EQ(r.problems.size(), 1u);
  EXPECT_EQ(r.problems[0].first, 2u);
  EXPECT_THAT(r.problems[0].second, HasSubstr("iconv"));
}

TEST(Csv, AStrayQuoteCostsOneLine) {
  auto r = *read("a,b\n1,\"open\n2,3\n4,\"x\"y\n5,6\n", 5);
  EXPECT_THAT(r.rows, ElementsAre(Row{"2", "3"}, Row{"5", "6"})) << "the quote of line 2 closes, badly, in line 4";
  ASSERT_EQ(r.problems.size(), 2u);
  EXPECT_EQ(r.problems[0].first, 2u);
  EXPECT_EQ(r.problems[1].first, 4u);
  auto end = *read("a,b\n1,2\n3,\"open\n4,5\n");
  EXPECT_THAT(end.rows, ElementsAre(Row{"1", "2"}, Row{"4", "5"}));
  ASSERT_EQ(end.problems.size(), 1u);
  EXPECT_THAT(end.problems[0].second, HasSubstr("not closed"));
}

TEST(Csv, RefusesHugeRecordsAndGoesOn) {
  std::string huge(kRecordBytesMax + 1, 'x');
  auto r = *read("a\n" + huge + "\n1\n\"" + huge + "\n2\n", 100'000);
  EXPECT_THAT(r.rows, ElementsAre(Row{"1"}, Row{"2"}));
  ASSERT_EQ(r.problems.size(), 2u);
  EXPECT_THAT(r.problems[0].second, HasSubstr("longer than 1 MiB"));
  auto fits = *read("a\n" + std::string(kRecordBytesMax, 'x') + "\n", 100'000);
  EXPECT_EQ(fits.rows.size(), 1u);
}

TEST(Csv, RefusesAFileWithoutColumns) {
  EXPECT_THAT(read("").error().message, HasSubstr("the file is empty"));
  EXPECT_THAT(read("\n\n").error().message, HasSubstr("the file is empty"));
  EXPECT_THAT(read("a,b,a\n").error().message, HasSubstr("two columns are called 'a'"));
  EXPECT_TRUE((*read("a,b\n")).rows.empty());
}

TEST(Csv, NumbersTheColumnsOfAFileWithoutAHeader) {
  auto r = *read("x\ty\nz\tw\n", 3, {.delimiter = '\t', .header = false});
  EXPECT_THAT(r.rows, ElementsAre(Row{"x", "y"}, Row{"z", "w"}));
  EXPECT_THAT(r.numbers, ElementsAre(1u, 2u));
}

TEST(Tsv, HasNoQuotes) {
  auto r = *read("title\tyear\n\"Best\t2019\n", 4, {.delimiter = '\t', .quotes = false});
  EXPECT_THAT(r.rows, ElementsAre(Row{"\"Best", "2019"}));
}

// The obvious reading: one character at a time over the whole text, which has no bad records.
std::vector<Row> slow_rows(std::string_view text) {
  std::vector<Row> rows;
  Row row;
  std::string field;
  bool inside = false, any = false;
  auto end_row = [&] {
    if (any || !row.empty()) row.push_back(field), rows.push_back(row);
    row.clear(), field.clear(), any = false;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inside) {
      if (c != '"')
        field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        field += '"', ++i;
      else
        inside = false;
    } else if (c == '"' && field.empty()) {
      inside = any = true;
    } else if (c == ',') {
      row.push_back(field), field.clear(), any = true;
    } else if (c == '\n') {
      end_row();
    } else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
    } else {
      field += c, any = true;
    }
  }
  end_row();
  return rows;
}

TEST(Csv, ReadsBackWhatWasWrittenAtAnyBreakAsTheSlowParserDoes) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  const std::vector<std::string> pieces{"a", "\"", ",", "\n", "\r\n", "", "longer text", "\xc3\xa9", " ", "\t"};
  for (int round = 0; round < 300; ++round) {
    size_t columns = 1 + random.below(4), count = random.below(30);
    std::string end = random.chance(0.5) ? "\n" : "\r\n";
    std::string text;
    std::vector<Row> rows;
    for (size_t i = 0; i <= count; ++i) {
      Row row;
      for (size_t c = 0; c < columns; ++c) {
        std::string value = i == 0 ? "c" + std::to_string(c) : "";
        for (size_t n = i == 0 ? 0 : random.below(4); n > 0; --n) value += pieces[random.below(pieces.size())];
        bool needs = value.find_first_of("\",\r\n") != std::string::npos || (columns == 1 && value.empty());
        if (c > 0) text += ',';
        if (needs || random.chance(0.2)) {
          text += '"';
          for (char x : value) text += x == '"' ? std::string("\"\"") : std::string(1, x);
          text += '"';
        } else {
          text += value;
        }
        row.push_back(value);
      }
      if (i < count || random.chance(0.5)) text += end;
      rows.push_back(row);
    }
    ASSERT_EQ(slow_rows(text), rows) << text;
    auto fast = read(text, 1 + random.below(40));
    ASSERT_TRUE(fast) << fast.error().message;
    ASSERT_TRUE(fast->problems.empty()) << text << fast->problems[0].second;
    rows.erase(rows.begin());
    ASSERT_EQ(fast->rows, rows) << text;
  }
}

TEST(Csv, SurvivesAnyBytes) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  constexpr std::string_view kAlphabet = "ab,\"\n\r\xff\xc3\xa9\t";
  for (int round = 0; round < 2000; ++round) {
    std::string text = "a,b\n";
    for (size_t n = random.below(60); n > 0; --n) text += kAlphabet[random.below(kAlphabet.size())];
    auto r = read(text, 1 + random.below(9));
    ASSERT_TRUE(r) << r.error().message;
    uint64_t before = 1;
    for (uint64_t number : r->numbers) ASSERT_LT(std::exchange(before, number), number) << text;
    for (const auto& row : r->rows)
      for (const auto& value : row) ASSERT_TRUE(is_utf8(value)) << text;
  }
}

}  // namespace
}  // namespace augury::wire
