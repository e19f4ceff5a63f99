#include "wire/json_writer.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "base/random.h"
#include "wire/json_reader.h"
#include "wire/text.h"

namespace augury::wire {
namespace {

template <typename T>
std::string written(const T& x) {
  std::string out;
  JsonWriter(out).value(x);
  return out;
}

TEST(JsonWriter, PutsCommasBetweenValuesAndNowhereElse) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("a", 1);
  json.key("b");
  json.begin_array();
  json.value("x");
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.null();
  json.end_array();
  json.member("c", true);
  json.key("d");
  json.raw("{\"e\":0}");
  json.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":["x",{},[],null],"c":true,"d":{"e":0}})");
}

TEST(JsonWriter, WritesNumbersShortestAndWhatIsNoNumberAsNull) {
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(3.0), "3");
  EXPECT_EQ(written(1e300), "1e+300");
  EXPECT_EQ(written(-0.0), "-0");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(written(uint8_t{7}), "7");
  EXPECT_EQ(written(false), "false");
}

TEST(JsonWriter, EscapesWhatMustBeAndReplacesWhatIsNoUtf8) {
  EXPECT_EQ(written("a\"b\\c\n\r\t\x01"), R"("a\"b\\c\n\r\t\u0001")");
  EXPECT_EQ(written(std::string("nul\0", 4)), R"("nul\u0000")");
  EXPECT_EQ(written("caf\xc3\xa9 \xf0\x9f\x98\x80"), "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
  EXPECT_EQ(written("\xff"
                    "a\xe2\x82"),
            "\"\xef\xbf\xbd"
            "a\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(JsonWriter, WhatItWritesReadsBackTheSame) {
  constexpr uint64_t kSeed = 20260;
  SCOPED_TRACE(kSeed);
  base::Random random(kSeed);
  JsonReader reader;
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (uint64_t n = random.below(20); n > 0; --n) text += static_cast<char>(random.below(256));
    double number = std::bit_cast<double>(random());
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    json.value(text);
    json.value(number);
    json.end_array();
    auto root = reader.read(out);
    ASSERT_TRUE(root) << out;
    auto at = root->elements().begin();
    if (is_utf8(text)) {
      EXPECT_EQ((*at).text(), text);
    }
    ++at;
    EXPECT_EQ((*at).number(), std::isfinite(number) ? std::optional(number) : std::nullopt);
  }
}

TEST(JsonWriter, WritesAFloatAsTheShortestTextThatReadsBackAsIt) {
  std::string out;
  JsonWriter json(out);
  std::vector<float> numbers{0.1f, -2, 1e-40f, 3.4e38f, std::numeric_limits<float>::infinity()};
  json.value(numbers);
  EXPECT_EQ(out, "[0.1,-2,1e-40,3.4e+38,null]");
}

}  // namespace
}  // namespace augury::wire
