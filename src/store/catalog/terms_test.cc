#include "store/catalog/terms.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/catalog/catalog.h"

namespace augury::store {
namespace {

using definition::Datum;
using definition::Text;

Datum text(std::string_view bytes) { return Datum::of(Text{bytes, 0}); }

size_t common(Terms& terms, std::string_view a, std::string_view b) {
  size_t found = 0;
  auto left = terms.terms_of(text(a)), right = terms.terms_of(text(b));
  for (const Term& term : left) found += std::ranges::find(right, term) != right.end() ? 1 : 0;
  return found;
}

TEST(Terms, AreTheWordsOfATextWhateverTheirCase) {
  Terms terms;
  EXPECT_EQ(terms.terms_of(text("WHITE HANGING heart T-Light holder")).size(), 5u) << "T stands alone: too short";
  EXPECT_EQ(common(terms, "White lantern", "METAL LANTERN, WHITE!"), 2u);
  EXPECT_EQ(common(terms, "set of 6", "box of 6"), 0u);
  EXPECT_EQ(terms.terms_of(text("red red RED")).size(), 1u);
  EXPECT_EQ(terms.terms_of(text("žluť")).size(), 1u);
}

TEST(Terms, AreTheTextItselfWhereItHasNoWords) {
  Terms terms;
  EXPECT_EQ(common(terms, "XL", "XL"), 1u);
  EXPECT_EQ(common(terms, "B-42", "B-43"), 0u);
  EXPECT_TRUE(terms.terms_of(text("")).empty());
  EXPECT_TRUE(terms.terms_of(Datum()).empty());
}

TEST(Terms, AreWholeStringsOfAList) {
  Terms terms;
  std::vector<Text> tags{{"science fiction", 1}, {"war", 2}, {"war", 2}};
  EXPECT_EQ(terms.terms_of(Datum::of(std::span<const Text>(tags))).size(), 2u);
}

TEST(Catalog, CountsTermsOfItsItemsAsTheyAre) {
  base::Epochs epochs;
  int compared[] = {1};
  Catalog catalog(epochs, 2, compared);
  auto put = [&](uint32_t item, std::string_view title) {
    Datum values[] = {Datum::of(1.0), text(title)};
    catalog.put(item, values);
  };
  auto items_with = [&](uint32_t item) {
    auto terms = catalog.terms(item, 1);
    return terms.empty() ? 0 : catalog.terms(1).items_with(terms[0].number);
  };
  put(1, "lantern");
  put(2, "lantern");
  put(3, "candle");
  EXPECT_EQ(catalog.terms(1).items(), 3u);
  EXPECT_EQ(items_with(1), 2u);
  put(2, "candle");
  EXPECT_EQ(items_with(1), 1u);
  EXPECT_EQ(items_with(3), 2u);
  catalog.erase(3);
  EXPECT_EQ(items_with(2), 1u);
  EXPECT_EQ(catalog.terms(1).items(), 2u);
  EXPECT_TRUE(catalog.terms(3, 1).empty());
  put(3, "");
  EXPECT_EQ(catalog.terms(1).items(), 2u) << "an item without words does not count";
}

}  // namespace
}  // namespace augury::store
