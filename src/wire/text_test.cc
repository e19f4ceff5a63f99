#include "wire/text.h"

#include <gtest/gtest.h>

#include <string>

namespace augury::wire {
namespace {

TEST(Text, KnowsUtf8FromWhatOnlyLooksLikeIt) {
  for (std::string_view good :
       {"", "plain ascii that is longer than eight bytes", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "mixed \xc3\xa9 and ascii again"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (std::string_view bad : {"\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                               "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xff", "eight ok\xc3"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Text, IdsAreOneTo256BytesWithoutControlCharacters) {
  EXPECT_TRUE(is_id("user 12345/\xc3\xa9"));
  EXPECT_TRUE(is_id(std::string(256, 'x')));
  EXPECT_FALSE(is_id(std::string(257, 'x')));
  EXPECT_FALSE(is_id(""));
  EXPECT_FALSE(is_id("a\nb"));
  EXPECT_FALSE(is_id("a\x7f"));
  EXPECT_FALSE(is_id("a\xc2\x85")) << "U+0085 is a control character too";
  EXPECT_TRUE(is_id("a\xc2\xa0"));
  EXPECT_FALSE(is_id("a\xff"));
}

}  // namespace
}  // namespace augury::wire
