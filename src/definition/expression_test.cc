#include "definition/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/hash.h"
#include "base/random.h"
#include "wire/time_text.h"

namespace augury::definition {
namespace {

using Kind = Reference::Kind;

// Names a shop's expressions use, with values to be set by the test.
class World : public Scope {
 public:
  std::map<std::string, Datum, std::less<>> values;

  Datum value(const Reference& reference) const override {
    auto at = values.find(reference.name);
    return at == values.end() ? Datum() : at->second;
  }

  static Expression::Names names() {
    static const std::map<std::string, Reference, std::less<>> known{
        {"x", {Kind::Feature, "x", 0, Type::Number}},
        {"y", {Kind::Feature, "y", 1, Type::Number}},
        {"absent", {Kind::Feature, "absent", 2, Type::Number}},
        {"recent", {Kind::Feature, "recent", 3, Type::List}},
        {"other", {Kind::Feature, "other", 4, Type::List}},
        {"now", {Kind::Now, "now", -1, Type::Time}},
        {"item", {Kind::Item, "item", -1, Type::Text}},
        {"item.category", {Kind::ItemAttribute, "category", 0, Type::Text}},
        {"item.tags", {Kind::ItemAttribute, "tags", 1, Type::Texts}},
        {"item.in_stock", {Kind::ItemAttribute, "in_stock", 2, Type::Boolean}},
        {"item.made", {Kind::ItemAttribute, "made", 3, Type::Time}},
        {"taste", {Kind::UserAttribute, "taste", 0, Type::Vector, 3}},
        {"book", {Kind::ItemAttribute, "book", 5, Type::Vector, 3}},
        {"item.location", {Kind::ItemAttribute, "at", 4, Type::Location}},
        {"context.device", {Kind::ContextField, "device", -1, Type::Text}},
        {"context.location", {Kind::ContextField, "location", -1, Type::Location}},
        {"context.timezone", {Kind::ContextField, "timezone", -1, Type::Text}}};
    Expression::Names names;
    names.resolve = [](std::string_view name) -> std::optional<Reference> {
      auto at = known.find(name);
      return at == known.end() ? std::nullopt : std::optional(at->second);
    };
    names.names = [] { return std::vector<std::string>{"x", "y", "item.category"}; };
    names.done = [](std::string_view event, std::optional<Duration>) -> Result<Reference> {
      return Reference{Kind::Feature, "done " + std::string(event), 9, Type::Number};
    };
    return names;
  }
};

Expression compiled(std::string_view text) {
  auto expression = Expression::compile(text, World::names());
  EXPECT_TRUE(expression) << text << ": " << expression.error().message;
  return *expression;
}

class Evaluated : public testing::Test, public World {
 protected:
  Evaluated() {
    values["x"] = Datum::of(6.0);
    values["y"] = Datum::of(-1.5);
    values["now"] = Datum::of(*wire::parse_rfc3339("2026-01-10T19:30:00Z"));
    values["made"] = Datum::of(*wire::parse_rfc3339("2026-01-08T07:30:00Z"));
    values["item"] = Datum::of(Text{"book-7"});
    values["category"] = Datum::of(Text{"books"});
    values["tags"] = Datum::of(std::span<const Text>(tags_));
    values["in_stock"] = Datum::of(true);
    values["recent"] = Datum::of(std::span<const ListEntry>(recent_));
    values["other"] = Datum::of(std::span<const ListEntry>(other_));
    values["device"] = Datum::of(Text{"tablet"});
    values["location"] = Datum::of(Location{48.8566, 2.3522});
    values["at"] = Datum::of(Location{51.5074, -0.1278});
  }

  Datum run(std::string_view text) { return compiled(text).evaluate(*this, *std::pmr::new_delete_resource()); }
  double number(std::string_view text) { return run(text).as_number(); }
  bool holds(std::string_view text) { return compiled(text).holds(*this, *std::pmr::new_delete_resource()); }
  bool missing(std::string_view text) { return run(text).missing(); }

  float taste_[3] = {1, -2, 3};
  float book_[3] = {0.5, 0.25, 2};
  Text tags_[3] = {{"new"}, {"books"}, {"red"}};
  ListEntry recent_[4] = {{1, "books", 2}, {2, "toys", 1}, {3, "games", 1}, {2, "toys", 4}};
  ListEntry other_[2] = {{2, "toys", 1}, {7, "red", 1}};
};

TEST_F(Evaluated, ArithmeticBindsAsAtSchool) {
  EXPECT_EQ(number("1 + 2 * 3"), 7);
  EXPECT_EQ(number("(1 + 2) * 3"), 9);
  EXPECT_EQ(number("10 - 2 - 3"), 5);
  EXPECT_EQ(number("12 / 2 / 3"), 2);
  EXPECT_EQ(number("-x + 2 * -y"), -3);
  EXPECT_EQ(number("- - 3"), 3);
  EXPECT_EQ(number("x * 2.5e1"), 150);
  EXPECT_EQ(number("item.in_stock + 1"), 2) << "true counts as 1";
}

TEST_F(Evaluated, FunctionsOfNumbers) {
  EXPECT_EQ(number("min(x, y, 3)"), -1.5);
  EXPECT_EQ(number("max(x, y)"), 6);
  EXPECT_EQ(number("abs(y)"), 1.5);
  EXPECT_NEAR(number("log(x)"), std::log(6), 1e-15);
  EXPECT_NEAR(number("log1p(x)"), std::log(7), 1e-15);
  EXPECT_NEAR(number("exp(1)"), 2.718281828459045, 1e-15);
  EXPECT_EQ(number("sqrt(16)"), 4);
  EXPECT_EQ(number("round(2.5)"), 3);
  EXPECT_EQ(number("round(y)"), -2);
  EXPECT_EQ(number("clip(x, 0, 5)"), 5);
  EXPECT_EQ(number("clip(y, 0, 5)"), 0);
  EXPECT_EQ(number("bucket(x, [1, 6, 10])"), 2);
  EXPECT_EQ(number("bucket(y, [1, 6, 10])"), 0);
}

TEST_F(Evaluated, CodesAndHashes) {
  EXPECT_EQ(number("code(context.device, [mobile, tablet, desktop])"), 1);
  EXPECT_TRUE(missing("code(context.device, [mobile, desktop])"));
  EXPECT_EQ(number("code(x, [3, 6])"), 1);
  EXPECT_EQ(number("code(item.category, [\"a b\", books])"), 1);
  EXPECT_EQ(number("hash(item.category, 1000)"), static_cast<double>(base::hash64("books") % 1000));
  EXPECT_EQ(number("hash(x, 7)"), static_cast<double>(base::hash64("6") % 7));
}

TEST_F(Evaluated, WhatHasNoValueIsMissingAndSpreads) {
  for (auto text : {"1 / 0", "0 / 0", "log(y)", "log(0)", "sqrt(y)", "exp(1000)", "absent", "absent + 1",
                    "min(x, absent)", "absent > 1", "not (absent > 1)", "hash(absent, 3)", "if(x > 0, absent, 1)",
                    "-absent", "days(absent)", "1e308 * 10", "hour_of_day(now) / 0"})
    EXPECT_TRUE(missing(text)) << text;
  values["x"] = Datum::of(std::nan(""));
  EXPECT_TRUE(missing("x")) << "NaN is how a matrix says missing";
}

TEST_F(Evaluated, TheFirstPresentWins) {
  EXPECT_EQ(number("absent or x"), 6);
  EXPECT_EQ(number("y or x"), -1.5);
  EXPECT_EQ(number("1 / 0 or absent or 3"), 3);
  EXPECT_TRUE(missing("absent or absent"));
}

TEST_F(Evaluated, MissingIsFalseInAConditionAndSoIsItsNot) {
  EXPECT_TRUE(holds("x > 5"));
  EXPECT_FALSE(holds("absent > 5"));
  EXPECT_FALSE(holds("not absent > 5"));
  EXPECT_TRUE(holds("absent > 5 or x > 5"));
  EXPECT_TRUE(holds("x > 5 or absent > 5"));
  EXPECT_FALSE(holds("absent > 5 and x > 5"));
  EXPECT_TRUE(holds("not (absent > 5 and x < 5)")) << "false and anything is false";
  EXPECT_EQ(number("if(absent > 5, 1, 2)"), 2);
  EXPECT_TRUE(holds("true and not false"));
}

TEST_F(Evaluated, ComparesNumbersTextsAndTimes) {
  EXPECT_TRUE(holds("item.category == \"books\" and item.category != 'toys'"));
  EXPECT_TRUE(holds("context.device == \"tablet\""));
  EXPECT_TRUE(holds("\"tablet\" == context.device"));
  EXPECT_TRUE(holds("item.made < now and now >= item.made"));
  EXPECT_TRUE(holds("x <= 6 and x >= 6 and x == 6 and not x != 6"));
  EXPECT_TRUE(holds("item == \"book-7\""));
  values["device"] = Datum::of(7.0);
  EXPECT_TRUE(missing("context.device == \"tablet\"")) << "a number where text is compared";
  EXPECT_TRUE(holds("context.device > 6"));
}

TEST_F(Evaluated, TimesSubtractToSeconds) {
  EXPECT_EQ(number("now - item.made"), 60 * 3600);
  EXPECT_EQ(number("days(now - item.made)"), 2.5);
  EXPECT_EQ(number("hours(now - item.made)"), 60);
  EXPECT_EQ(number("minutes(90)"), 1.5);
  EXPECT_EQ(number("seconds(x)"), 6);
  EXPECT_EQ(number("hours(1d)"), 24) << "a duration is a number of seconds";
  EXPECT_TRUE(holds("now - 2d > item.made and item.made + 3d > now"));
}

TEST_F(Evaluated, ReadsTheClockOnTheWallOfTheContextsZone) {
  EXPECT_EQ(number("hour_of_day(now)"), 19) << "UTC without a zone";
  EXPECT_TRUE(holds("part_of_day(now) == \"evening\""));
  values["timezone"] = Datum::of(Text{"Asia/Tokyo"});
  EXPECT_EQ(number("hour_of_day(now)"), 4);
  EXPECT_EQ(number("day_of_week(now)"), 7);
  EXPECT_TRUE(holds("is_weekend(now)"));
  EXPECT_EQ(number("code(part_of_day(now), [morning, afternoon, evening, night])"), 3);
  values["timezone"] = Datum::of(Text{"America/Los_Angeles"});
  EXPECT_TRUE(holds("part_of_day(now) == \"morning\""));
  EXPECT_TRUE(holds("part_of_day(now + 2h) == \"afternoon\""));
  values["timezone"] = Datum::of(Text{"Nowhere"});
  EXPECT_TRUE(missing("hour_of_day(now)"));
}

TEST_F(Evaluated, MeasuresDistanceOnTheGlobe) {
  EXPECT_NEAR(number("distance(context.location, item.location)"), 343.56, 0.1) << "Paris to London";
  EXPECT_EQ(number("distance(item.location, item.location)"), 0);
  values.erase("location");
  EXPECT_TRUE(missing("distance(context.location, item.location)"));
}

TEST_F(Evaluated, ListsAndStrings) {
  EXPECT_EQ(number("share(recent, item.category)"), 2.0 / 8);
  EXPECT_EQ(number("share(recent, \"toys\")"), 5.0 / 8);
  EXPECT_EQ(number("share(recent, item.tags)"), 2.0 / 8);
  EXPECT_EQ(number("share(item.tags, \"red\")"), 1.0 / 3);
  EXPECT_EQ(number("overlap(recent, other)"), 1) << "toys, once";
  EXPECT_EQ(number("overlap(item.tags, other)"), 1);
  EXPECT_TRUE(holds("contains(recent, \"games\")"));
  EXPECT_FALSE(holds("contains(recent, \"red\")"));
  EXPECT_TRUE(holds("contains(item.tags, item.category)"));
  EXPECT_EQ(number("size(recent)"), 4);
  EXPECT_EQ(number("size(item.tags)"), 3);
  values["recent"] = Datum::of(std::span<const ListEntry>());
  EXPECT_TRUE(missing("share(recent, item.category)")) << "nothing of nothing";
  EXPECT_EQ(number("size(recent)"), 0);
}

TEST_F(Evaluated, VectorsMultiplyAndHaveALength) {
  values["taste"] = Datum::of(std::span<const float>(taste_));
  values["book"] = Datum::of(std::span<const float>(book_));
  EXPECT_EQ(number("dot(taste, book)"), 6);
  EXPECT_EQ(number("norm(taste)"), std::sqrt(14.0));
  EXPECT_EQ(number("cosine(taste, book)"), 6 / (std::sqrt(14.0) * std::sqrt(4.3125)));
  EXPECT_EQ(number("cosine(book, if(x > 100, taste, book))"), 1);
  EXPECT_EQ(compiled("taste or book").type(), Type::Vector);
  EXPECT_EQ(compiled("taste or book").dimension(), 3);
}

TEST_F(Evaluated, AVectorThatIsNotThereMakesItMissing) {
  values["taste"] = Datum::of(std::span<const float>(taste_));
  for (auto text : {"dot(taste, book)", "cosine(book, taste)", "norm(book)"}) EXPECT_TRUE(missing(text)) << text;
  values["book"] = Datum::of(std::span<const float>(book_, 2));
  EXPECT_TRUE(missing("dot(taste, book)")) << "of another dimension than the file says";
  float nothing[3] = {};
  values["book"] = Datum::of(std::span<const float>(nothing));
  EXPECT_EQ(number("dot(taste, book)"), 0);
  EXPECT_TRUE(missing("cosine(taste, book)")) << "zero has no direction";
}

TEST_F(Evaluated, DoneIsAPositiveCount) {
  EXPECT_FALSE(holds("done(purchase, 30d)")) << "no user, no value";
  values["done purchase"] = Datum::of(0.0);
  EXPECT_FALSE(holds("done(purchase, 30d)"));
  EXPECT_TRUE(holds("not done(purchase, 30d)"));
  values["done purchase"] = Datum::of(2.0);
  EXPECT_TRUE(holds("done(purchase, 30d)"));
}

TEST(Expression, ListsEachThingItReadsOnceInOrderOfFirstUse) {
  std::vector<std::string> read;
  auto expression = compiled("y + x * y + hour_of_day(now) + hour_of_day(now)");
  for (const auto& reference : expression.references()) read.push_back(reference.name);
  EXPECT_THAT(read, testing::ElementsAre("y", "x", "now", "timezone"));
}

TEST(Expression, KnowsItsType) {
  EXPECT_EQ(compiled("x + 1").type(), Type::Number);
  EXPECT_EQ(compiled("x > 1").type(), Type::Boolean);
  EXPECT_EQ(compiled("item.category").type(), Type::Text);
  EXPECT_EQ(compiled("now - 1d").type(), Type::Time);
  EXPECT_EQ(compiled("if(x > 1, item.in_stock, 0)").type(), Type::Number);
  EXPECT_EQ(compiled("context.device").type(), Type::Number) << "a field of the context alone is a model's input";
  EXPECT_EQ(compiled("recent or other").type(), Type::List);
}

TEST(Expression, NamesTheColumnOfWhatIsWrong) {
  auto error = [](std::string_view text) { return Expression::compile(text, World::names()).error().message; };
  EXPECT_EQ(error("x + z"), "column 5: unknown name 'z'; expected one of x, y, item.category (a text needs quotes)");
  EXPECT_EQ(error("x +"), "column 4: found the end, expected a value: a name, a number, a text in quotes or '('");
  EXPECT_THAT(error(std::string(100, '(')), testing::HasSubstr("nested deeper"));
  EXPECT_THAT(error(std::string(20'000, 'x')), testing::HasSubstr("16 KiB"));
  std::string chain = "x";
  for (int i = 0; i < 300; ++i) chain += "+x";
  EXPECT_THAT(error(chain), testing::HasSubstr("256 operators"));
  EXPECT_THAT(error("'abc"), testing::HasSubstr("not closed"));
  EXPECT_THAT(error("1e999"), testing::HasSubstr("too large"));
  EXPECT_THAT(error("and x"), testing::HasSubstr("expected a value before it"));
}

// A random expression with the value it must have, computed beside it.
struct Sample {
  std::string text;
  std::optional<double> value;
};

Sample sample(base::Random& random, int depth) {
  if (depth == 0 || random.chance(0.2)) {
    if (random.chance(0.2)) return {"absent", {}};
    if (random.chance(0.3)) return {"x", 6.0};
    auto whole = static_cast<double>(random.below(20));
    return {std::to_string(static_cast<int>(whole)), whole};
  }
  auto finite = [](double v) { return std::isfinite(v) ? std::optional(v) : std::nullopt; };
  Sample a = sample(random, depth - 1);
  Sample b = sample(random, depth - 1);
  bool both = a.value && b.value;
  switch (random.below(8)) {
    case 0:
      return {"(" + a.text + " + " + b.text + ")", both ? finite(*a.value + *b.value) : std::nullopt};
    case 1:
      return {"(" + a.text + " - " + b.text + ")", both ? finite(*a.value - *b.value) : std::nullopt};
    case 2:
      return {"(" + a.text + " * " + b.text + ")", both ? finite(*a.value * *b.value) : std::nullopt};
    case 3:
      return {"(" + a.text + " / " + b.text + ")", both ? finite(*a.value / *b.value) : std::nullopt};
    case 4:
      return {"(" + a.text + " or " + b.text + ")", a.value ? a.value : b.value};
    case 5:
      return {"sqrt(" + a.text + ")", a.value ? finite(std::sqrt(*a.value)) : std::nullopt};
    case 6:
      return {"max(" + a.text + ", " + b.text + ")", both ? finite(std::max(*a.value, *b.value)) : std::nullopt};
    default:
      return {"if(" + a.text + " > " + b.text + ", " + b.text + ", " + a.text + ")",
              both && *a.value > *b.value ? b.value : a.value};
  }
}

TEST_F(Evaluated, AgreesWithADirectComputationOfRandomExpressions) {
  constexpr uint64_t kSeed = 812;
  SCOPED_TRACE(kSeed);
  base::Random random(kSeed);
  for (int i = 0; i < 3000; ++i) {
    Sample s = sample(random, 4);
    if (s.text.find('(') == std::string::npos) continue;
    auto expression = Expression::compile(s.text, World::names());
    if (!expression) {
      EXPECT_THAT(expression.error().message, testing::HasSubstr("operators")) << s.text;
      continue;
    }
    Datum got = expression->evaluate(*this, *std::pmr::new_delete_resource());
    ASSERT_EQ(got.missing() ? std::nullopt : std::optional(got.as_number()), s.value) << s.text;
  }
}

}  // namespace
}  // namespace augury::definition
