#include "wire/value_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"

namespace augury::wire {
namespace {

using namespace std::literals;

// All that is in a document, as JSON: so that both streams can be compared.
Result<std::string> written(ValueStream& in) {
  AUGURY_TRY(const auto kind, in.kind());
  std::string text;
  std::string name;
  switch (kind) {
    case ValueStream::Kind::Null:
      AUGURY_TRY_VOID(in.null());
      return "null"s;
    case ValueStream::Kind::Boolean: {
      AUGURY_TRY(const bool value, in.boolean());
      return std::string(value ? "true" : "false");
    }
    case ValueStream::Kind::Number: {
      AUGURY_TRY(const double value, in.number());
      return std::to_string(value);
    }
    case ValueStream::Kind::Text: {
      AUGURY_TRY(const std::string value, in.text());
      return "\"" + value + "\"";
    }
    case ValueStream::Kind::Array: {
      AUGURY_TRY_VOID(in.begin_array());
      for (text = "[";; text += ",") {
        AUGURY_TRY(const bool more, in.next_element());
        if (!more) return text + "]";
        AUGURY_TRY(const std::string element, written(in));
        text += element;
      }
    }
    case ValueStream::Kind::Object: {
      AUGURY_TRY_VOID(in.begin_object());
      for (text = "{";; text += ",") {
        AUGURY_TRY(const bool more, in.next_member(name));
        if (!more) return text + "}";
        text += name + ":";
        AUGURY_TRY(const std::string value, written(in));
        text += value;
      }
    }
  }
  return text;
}

std::string all_of(std::unique_ptr<ValueStream> in) {
  auto text = written(*in);
  if (!text) return text.error().message;
  if (auto done = in->end(); !done) return done.error().message;
  return *text;
}

TEST(JsonStream, ReadsEveryKindOfValue) {
  EXPECT_EQ(
      all_of(json_stream(R"( {"a": [1, -2.5e3, true, false, null], "b\n": {"c": "\u00e4\ud83d\ude00\"/"}, "d":[]} )")),
      "{a:[1.000000,-2500.000000,true,false,null,],b\n:{c:\"ä😀\"/\",},d:[],}");
}

TEST(JsonStream, ReadsWhatProgramsWriteForNumbersThatJsonLacks) {
  auto in = json_stream("[NaN, Infinity, -Infinity, nan, inf, 1e999, 1e-999]");
  ASSERT_TRUE(in->begin_array());
  std::vector<double> values;
  while (in->next_element().value()) values.push_back(in->number().value());
  ASSERT_EQ(values.size(), 7u);
  EXPECT_TRUE(std::isnan(values[0]) && std::isnan(values[3]));
  EXPECT_EQ(values[1], INFINITY);
  EXPECT_EQ(values[2], -INFINITY);
  EXPECT_EQ(values[4], INFINITY);
  EXPECT_EQ(values[5], INFINITY);
  EXPECT_EQ(values[6], 0);
}

TEST(JsonStream, RoundsOnceToAFloat) {
  // Just above half-way between 1 and the next float: as a double it is half-way, and would go down to 1.
  auto in = json_stream("1.000000059604644775390625000000001");
  EXPECT_EQ(in->number_as_float().value(), std::nextafter(1.0f, 2.0f));
}

TEST(JsonStream, SkipsAnythingInOneStep) {
  auto in = json_stream(R"([{"a": [[], {}, {"b": [1, {"c": "]"}]}]}, 7])");
  ASSERT_TRUE(in->begin_array());
  ASSERT_TRUE(in->next_element().value());
  ASSERT_TRUE(in->skip());
  ASSERT_TRUE(in->next_element().value());
  EXPECT_EQ(in->integer().value(), 7);
  EXPECT_FALSE(in->next_element().value());
  EXPECT_TRUE(in->end());
}

TEST(JsonStream, RefusesWhatIsNotJsonWithTheByte) {
  const std::pair<std::string, std::string> table[] = {
      {"", "byte 0: found the end of the document, expected a value"},
      {"[1 2]", "byte 3: found '2]', expected ',' or ']'"},
      {"[1,]", "byte 3: found ']', expected a value"},
      {"{\"a\" 1}", "byte 5: found '1}', expected ':'"},
      {"{a: 1}", "byte 1: found 'a: 1}', expected the name of a member"},
      {"[1", "byte 2: found the end of the document, expected ',' or ']'"},
      {"\"abc", "byte 4: found the end of the document, expected '\"'"},
      {"\"a\nb\"", "byte 2: found '?b\"', expected no control character in a text"},
      {"\"\\x\"", "byte 1: found '\\x\"', expected an escape"},
      {"\"\\u12\"", "expected four hex digits"},
      {"\"\\ud800x\"", "expected both halves of a character"},
      {"\"\\ud800\\u0041\"", "expected the second half of a character"},
      {"1.2.3", "byte 0: found '1.2.3', expected a number"},
      {"nul", "byte 0: found 'nul', expected a number"},
      {"1 2", "byte 2: found '2', expected the end of the document"},
      {std::string(70'000, '['), "found more than 65536 levels"},
  };
  for (const auto& [text, says] : table) {
    auto in = json_stream(text);
    auto done = text.size() > 100 ? in->skip() : Result<void>{};
    const std::string message = done ? all_of(json_stream(text)) : done.error().message;
    EXPECT_NE(message.find(says), std::string::npos) << message << "\n  lacks: " << says;
  }
}

TEST(JsonStream, TakesWholeNumbersOnlyWhereTheyAreAskedFor) {
  EXPECT_EQ(json_stream("-9223372036854775808")->integer().value(), INT64_MIN);
  EXPECT_EQ(json_stream("1.5")->integer().error().code, Code::Corrupt);
  EXPECT_EQ(json_stream("9223372036854775808")->integer().error().code, Code::Corrupt);
}

TEST(UbjsonStream, ReadsEveryKindOfValue) {
  const std::string bytes = "{i\x01"s + "a[i\x05U\xffI\xff\xfel\x00\x00\x01\x00L\x00\x00\x00\x00\x00\x00\x00\x07]"s +
                            "i\x01"s + "b[$d#i\x02\x3f\x80\x00\x00\xc0\x00\x00\x00"s + "i\x01"s + "c[#i\x03TFZ"s +
                            "i\x01"s + "dD\x3f\xe0\x00\x00\x00\x00\x00\x00"s + "i\x01"s + "eSi\x02hiNi\x01"s + "fCx}"s;
  EXPECT_EQ(all_of(ubjson_stream(bytes)),
            "{a:[5.000000,255.000000,-2.000000,256.000000,7.000000,],b:[1.000000,-2.000000,],c:[true,false,null,],"
            "d:0.500000,e:\"hi\",f:\"x\",}");
}

TEST(UbjsonStream, RefusesLengthsBeyondTheData) {
  const std::pair<std::string, std::string> table[] = {
      {"", "found 0 bytes, expected a value"},
      {"[$l#L\x7f\xff\xff\xff\xff\xff\xff\xff", "found 9223372036854775807 elements declared, expected at most the 0"},
      {"[#L\x00\x00\x00\x00\x7f\xff\xff\xff"s, "found 2147483647 elements declared"},
      {"[#L\xff\xff\xff\xff\xff\xff\xff\xff", "found the length -1, expected 0 or more"},
      {"[$Z#L\x00\x00\x00\x00\x7f\xff\xff\xff"s, "found 'Z', expected a type of numbers"},
      {"[$[#i\x01", "found '[', expected a type of numbers"},
      {"[$di\x01", "found 'i', expected '#'"},
      {"SL\x00\x00\x00\x00\x40\x00\x00\x00"s, "found a text of 1073741824 bytes, expected at most the 0"},
      {"{L\x00\x00\x00\x00\x40\x00\x00\x00"s, "found a text of 1073741824 bytes"},
      {"{$i#i\x01", "found an optimized object"},
      {"l\x00\x00"s, "found 2 bytes, expected the 4 of a number"},
      {"Hi\x01\x31", "a high-precision number"},
      {"?", "found '?', expected the marker of a value"},
      {"[i\x01", "expected an element or ']'"},
      {"TT", "expected the end of the document"},
      {std::string(100, '['), "found more than 64 levels"},
  };
  for (const auto& [bytes, says] : table) {
    const std::string message = all_of(ubjson_stream(bytes));
    EXPECT_NE(message.find(says), std::string::npos) << message << "\n  lacks: " << says;
  }
}

TEST(ValueStream, EndsWhateverTheBytesAre) {
  constexpr uint64_t kSeed = 812;
  base::Random random(kSeed);
  constexpr std::string_view kJson = "{}[]\",:019.e-\\untrfalse ";
  constexpr std::string_view kUbjson = "{}[]$#iUIlLdDSCHTFZN\x00\x01\x02"sv;
  int whole = 0;
  for (int i = 0; i < 20'000; ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", document " << i);
    std::string json;
    std::string ubjson;
    for (uint64_t length = random.below(30); length > 0; --length) {
      json += kJson[random.below(kJson.size())];
      ubjson += kUbjson[random.below(kUbjson.size())];
    }
    const auto a = json_stream(json);
    whole += a->skip().has_value() ? 1 : 0;
    EXPECT_LE(a->offset(), json.size());
    const auto b = ubjson_stream(ubjson);
    whole += b->skip().has_value() ? 1 : 0;
    EXPECT_LE(b->offset(), ubjson.size());
  }
  EXPECT_GT(whole, 100);
}

}  // namespace
}  // namespace augury::wire
