#include "cli/importing/record_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "definition/parse.h"

namespace augury::cli::importing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kApp = R"(
app: shop
entities:
  item: {attributes: {category: string, price: number, tags: strings, new: boolean, since: time, place: location}}
  user: {attributes: {country: string}}
events:
  view: {keys: [user, item], fields: {dwell: number}}
  purchase: {keys: [user, item], fields: {price: number}}
placements: {home: {}}
)";

definition::App app(std::string_view text = kApp) {
  auto parsed = definition::parse_app(text, "shop.yaml");
  EXPECT_TRUE(parsed.problems.empty());
  return parsed.app;
}

wire::ByteSource source(std::string text) {
  return [text = std::move(text), at = size_t{0}](std::span<char> into) mutable -> Result<size_t> {
    size_t n = std::min(into.size(), text.size() - at);
    std::copy_n(text.data() + at, n, into.data());
    at += n;
    return n;
  };
}

// Each record as JSON without its made-up event id, or what is wrong with it.
std::vector<std::string> forms(Kind kind, std::unique_ptr<wire::RecordReader> records, const Mapping& mapping = {},
                               const definition::App& of = app()) {
  auto form = RecordForm::make(kind, of, mapping, records->columns());
  if (!form) return {form.error().message};
  records->select(form->selected());
  std::vector<std::string> all;
  for (wire::Record record; *records->next(record);) {
    std::string text;
    auto problem = form->write(record, "file", text);
    if (auto id = text.find(",\"event_id\":\"");
        id != std::string::npos && text.find(':', id + 14) != std::string::npos)
      text = text.substr(0, id) + "}";
    all.push_back(problem.empty() ? text : problem);
  }
  return all;
}

std::vector<std::string> csv(Kind kind, std::string text, const Mapping& mapping = {},
                             const definition::App& of = app()) {
  return forms(kind, *wire::open_csv(source(std::move(text)), {}), mapping, of);
}

TEST(RecordForm, MakesEventsOfColumnsThatHaveOurNames) {
  EXPECT_THAT(csv(Kind::Events,
                  "event,user_id,item_id,timestamp,price,context.device\n"
                  "purchase,u1,i1,1700000000,2.50,mobile\nview,u2,i2,,9,\n"),
              ElementsAre(R"({"event":"purchase","user_id":"u1","item_id":"i1","timestamp":"2023-11-14T22:13:20Z",)"
                          R"("fields":{"price":2.5},"context":{"device":"mobile"}})",
                          R"({"event":"view","user_id":"u2","item_id":"i2","fields":{},"context":{}})"))
      << "price is a field of purchase alone";
}

TEST(RecordForm, FollowsTheMapping) {
  Mapping mapping;
  mapping.columns = {{"user_id", "Kunde"}, {"item_id", "Artikel"}, {"fields.dwell", "s"}};
  mapping.constants = {{"event", "ansehen"}, {"context.shop", "north"}};
  mapping.event_names = {{"ansehen", "view"}};
  EXPECT_THAT(csv(Kind::Events, "Kunde,Artikel,s\n7,8,1.5\n", mapping),
              ElementsAre(R"({"event":"view","user_id":"7","item_id":"8","fields":{"dwell":1.5},)"
                          R"("context":{"shop":"north"}})"));
}

TEST(RecordForm, ReadsEveryTypeOfAttribute) {
  EXPECT_THAT(csv(Kind::Items,
                  "item_id,category,price,tags,new,since,place\n"
                  "i1,tents,1e2,a| b |,yes,2024-01-02,\"48.1, 11.5\"\n"
                  "i2,,,,,,\n"),
              ElementsAre(R"({"item_id":"i1","attributes":{"category":"tents","price":100,"tags":["a","b"],"new":true,)"
                          R"("since":"2024-01-02T00:00:00Z","place":{"lat":48.1,"lon":11.5}}})",
                          R"({"item_id":"i2","attributes":{}})"));
}

TEST(RecordForm, SaysWhichCellIsWrong) {
  EXPECT_THAT(csv(Kind::Items, "item_id,price\ni1,cheap\n"), ElementsAre("price: found 'cheap', expected a number"));
  EXPECT_THAT(csv(Kind::Items, "item_id,new\ni1,2\n"), ElementsAre("new: found '2', expected true or false"));
  EXPECT_THAT(csv(Kind::Items, "item_id,since\ni1,soon\n")[0], HasSubstr("since: found 'soon', expected a time"));
  EXPECT_THAT(csv(Kind::Items, "item_id,place\ni1,here\n")[0], HasSubstr("expected a location"));
}

TEST(RecordForm, TakesLinesOfJsonAsTheApiDoes) {
  auto made =
      forms(Kind::Events,
            wire::open_ndjson(source(
                R"({"event":"view","user_id":"u","item_id":5,"fields":{"dwell":1,"odd":[1]},"context":{"a":{"b":1}}})"
                "\n"
                R"({"event":"view","user_id":"u","item_id":"i","dwell":2,"event_id":"mine"})"
                "\n"
                R"({"event":"view","user_id":"u","item_id":"i","fields":7})")));
  EXPECT_THAT(made,
              ElementsAre(R"({"event":"view","user_id":"u","item_id":"5","fields":{"dwell":1,"odd":[1]},)"
                          R"("context":{"a":{"b":1}}})",
                          R"({"event":"view","user_id":"u","item_id":"i","fields":{"dwell":2},"event_id":"mine"})",
                          "fields: found the number 7, expected an object"))
      << "what the app file does not know is left to the API to judge";
}

TEST(RecordForm, NeedsNoEventColumnWhereTheAppHasOneEvent) {
  auto one = app("app: a\nevents: {click: [user, item]}\nplacements: {home: {}}\n");
  EXPECT_THAT(csv(Kind::Events, "user_id,item_id\nu,i\n", {}, one)[0], HasSubstr(R"("event":"click")"));
}

TEST(RecordForm, SaysWhatIsMissingBeforeTheFirstRecord) {
  EXPECT_THAT(csv(Kind::Events, "visitor,item_id,event\nu,i,view\n")[0],
              HasSubstr("no column is called 'user_id'; say which one it is with --column user_id=COLUMN"));
  EXPECT_THAT(csv(Kind::Events, "user_id,item_id\nu,i\n")[0], HasSubstr("no column is called 'event'"));
  EXPECT_THAT(csv(Kind::Items, "a\ni\n")[0], HasSubstr("The file has: a"));
  Mapping mapping;
  mapping.columns = {{"userid", "a"}};
  EXPECT_THAT(csv(Kind::Users, "a\ni\n", mapping)[0], HasSubstr("did you mean 'user_id'"));
  mapping.columns = {{"user_id", "custmer"}};
  EXPECT_THAT(csv(Kind::Users, "customer\ni\n", mapping)[0], HasSubstr("did you mean 'customer'"));
}

TEST(RecordForm, GivesEventsIdsThatComeBackForTheSameRecordAlone) {
  auto ids = [](const std::string& text, std::string_view file) {
    auto records = *wire::open_csv(source(text), {});
    auto shop = app();
    auto form = *RecordForm::make(Kind::Events, shop, {}, records->columns());
    records->select(form.selected());
    std::vector<std::string> found;
    for (wire::Record record; *records->next(record);) {
      std::string out;
      EXPECT_EQ(form.write(record, file, out), "");
      found.push_back(out.substr(out.find("event_id")));
    }
    return found;
  };
  const std::string text = "event,user_id,item_id\nview,u,i\nview,u,i\n";
  auto first = ids(text, "a.csv");
  EXPECT_NE(first[0], first[1]) << "two equal lines are two events";
  EXPECT_EQ(ids(text + "view,u,j\n", "a.csv")[1], first[1]) << "a file that grew";
  EXPECT_NE(ids(text, "b.csv")[0], first[0]);
}

TEST(RecordForm, NamesTheColumnsItDoesNotUse) {
  std::vector<std::string> columns{"item_id", "price", "weight"};
  auto shop = app();
  auto form = *RecordForm::make(Kind::Items, shop, {}, &columns);
  EXPECT_THAT(form.unused(), ElementsAre("weight"));
}

}  // namespace
}  // namespace augury::cli::importing
