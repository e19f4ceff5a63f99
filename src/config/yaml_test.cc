#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "config/node.h"

namespace augury::config {
namespace {

std::string problem(std::string_view text) {
  auto root = parse_yaml(text);
  if (root) return "accepted";
  return std::to_string(root.error().place.line) + ":" + std::to_string(root.error().place.column) + ": " +
         root.error().message;
}

TEST(Yaml, KnowsWhereEachThingWasWritten) {
  auto root = parse_yaml("a: one\nb:\n  - 'two'  # said\n  - {c: three words   # why\n}\nd:\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->place, (Place{1, 4}));
  const auto& list = root->find("b")->elements;
  EXPECT_EQ(list[0].place, (Place{3, 5}));
  EXPECT_EQ(list[0].text_place(), (Place{3, 6}));
  EXPECT_TRUE(list[0].quoted);
  EXPECT_FALSE(list[0].comment_follows) << "behind quotes nobody takes it for part of the text";
  EXPECT_TRUE(list[1].find("c")->comment_follows);
  EXPECT_EQ(list[1].find("c")->scalar, "three words");
  EXPECT_EQ(root->find("d")->kind, Node::Kind::Null);
  EXPECT_EQ(root->find("e"), nullptr);
  EXPECT_EQ(root->entries[1].place, (Place{2, 1}));
}

TEST(Yaml, KnowsWhichTextsStandOnOneLine) {
  auto root = parse_yaml("a: >\n  folded\n  text\nb: \"with \\\" escape\"\nc: plain\n  goes on\nd: one line\n");
  ASSERT_TRUE(root);
  EXPECT_FALSE(root->find("a")->one_line);
  EXPECT_FALSE(root->find("b")->one_line);
  EXPECT_FALSE(root->find("c")->one_line);
  EXPECT_TRUE(root->find("d")->one_line);
}

TEST(Yaml, RefusesWhatItWouldOtherwiseGuessAt) {
  EXPECT_EQ(problem("a: 1\nb: 2\na: 3\n"), "3:1: key 'a' is written twice");
  EXPECT_EQ(problem("[a]: 1\n"), "1:1: a key must be plain text, found a list");
  EXPECT_THAT(problem("a: !thing x\n"), testing::HasSubstr("1:4: found the tag '!thing'"));
  EXPECT_THAT(problem("a: 1\n---\nb: 2\n"), testing::HasSubstr("a second document"));
  EXPECT_THAT(problem("a: b: c\n"), testing::HasSubstr("needs quotes"));
  EXPECT_THAT(problem("a: *nobody\n"), testing::HasSubstr("1:4: not valid YAML"));
  EXPECT_THAT(problem(std::string("a\0b", 3)), testing::HasSubstr("zero byte"));
  EXPECT_THAT(problem(std::string(kYamlBytesMax + 1, ' ')), testing::HasSubstr("1 MiB"));
}

TEST(Yaml, SpellsAliasesOutWithinBounds) {
  auto root = parse_yaml("a: &x {k: 1}\nb: *x\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("b")->find("k")->scalar, "1");
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    auto below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int j = 1; j < 10; ++j) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_THAT(problem(bomb), testing::HasSubstr("200,000"));
  EXPECT_NE(problem("a: &x [*x]\n"), "accepted");
}

TEST(Yaml, BoundsItsDepth) {
  EXPECT_EQ(problem(std::string(60, '[') + std::string(60, ']')), "accepted");
  EXPECT_THAT(problem(std::string(70, '[') + std::string(70, ']')), testing::HasSubstr("deeper than 64"));
  EXPECT_NE(problem(std::string(100'000, '[')), "accepted");
}

TEST(Yaml, SurvivesRandomBytes) {
  constexpr uint64_t kSeed = 4;
  SCOPED_TRACE(kSeed);
  base::Random random(kSeed);
  constexpr std::string_view kAlphabet = "ab:-[]{}&*!|>'\"#%@`, \n\t?~<=.0";
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t n = random.below(60); n > 0; --n) text += kAlphabet[random.below(kAlphabet.size())];
    (void)parse_yaml(text);
  }
}

}  // namespace
}  // namespace augury::config
