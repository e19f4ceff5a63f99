#include "config/yaml_text.h"

#include <gtest/gtest.h>

namespace augury::config {
namespace {

void expect_equal(const Node& a, const Node& b) {
  ASSERT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.scalar, b.scalar);
  ASSERT_EQ(a.elements.size(), b.elements.size());
  for (size_t i = 0; i < a.elements.size(); ++i) expect_equal(a.elements[i], b.elements[i]);
  ASSERT_EQ(a.entries.size(), b.entries.size());
  for (size_t i = 0; i < a.entries.size(); ++i) {
    EXPECT_EQ(a.entries[i].name, b.entries[i].name);
    expect_equal(a.entries[i].value, b.entries[i].value);
  }
}

TEST(YamlText, SpreadsTheUpperLevelsAndKeepsTheRestOnALine) {
  auto root =
      parse_yaml("app: shop\nplacements: {home: {recall: [{popular: hot, limit: 7}]}}\nfeatures:\n  a: 1 + b(c, d)\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(yaml_text(*root),
            "app: shop\n"
            "placements:\n"
            "  home: {recall: [{popular: hot, limit: 7}]}\n"
            "features:\n"
            "  a: 1 + b(c, d)\n");
}

TEST(YamlText, ParsesBackToTheSameTree) {
  auto root = parse_yaml(
      "a: 'it''s: \"so\" # here'\nb: [x, 'a, b', \"two\\nlines\", -5, '', ~, {}, [], 30d]\nc: {d: {e: {f: 'n: m'}}}\n"
      "expression: 'item.brand == \"house\" and not done(any)'\n'odd key': >-\n  folded\n  text\n"
      "tilde: '~'\nnumber: '12'\nstar: '*x'\nlong: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, "
      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
      "cccccccccccccccccccccccccccccccccccccccccccccccccccccc]\ndeep: {one: {two: [{three: [4, 5]}], six: {}}}\n");
  ASSERT_TRUE(root) << root.error().message;
  auto again = parse_yaml(yaml_text(*root));
  ASSERT_TRUE(again) << again.error().message << "\n" << yaml_text(*root);
  expect_equal(*root, *again);
}

}  // namespace
}  // namespace augury::config
