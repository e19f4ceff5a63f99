#include "cli/importing/first_app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/importing/meter.h"
#include "definition/parse.h"

namespace augury::cli::importing {
namespace {

using testing::HasSubstr;

std::string file(const std::string& name, const std::string& text) {
  auto path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

FirstApp made(const std::string& events_file, const std::string& items_file = "") {
  auto events =
      sample_file(events_file, {}, {"event", "event_id", "user_id", "session_id", "item_id", "timestamp"}, 1000);
  EXPECT_TRUE(events) << events.error().message;
  FileSample items;
  FirstAppInput input{
      .name = "my shop", .app_file = "shop.yaml", .event_name = "rating", .events_file = "e.csv", .events = &*events};
  if (!items_file.empty()) {
    items = *sample_file(items_file, {}, {"item_id"}, 1000);
    input.items_file = "i.csv";
    input.items = &items;
  }
  auto app = first_app(input);
  EXPECT_TRUE(app) << app.error().message;
  auto parsed = definition::parse_app(app->text, "shop.yaml");
  EXPECT_TRUE(parsed.problems.empty()) << parsed.problems[0].text() << "\n" << app->text;
  return *app;
}

TEST(FirstApp, KnowsColumnsByTheirNamesAndTypesByTheirValues) {
  auto app = made(file("first_app_events.csv",
                       "timestamp,visitorid,type,itemid,amount\n1433221332117,257597,view,355908,\n"
                       "1433224214164,992329,view,248676,\n1433221999827,111016,transaction,318965,12.5\n"),
                  file("first_app_items.csv", "itemid,Brand Name,tags,added,stock\n1,Acme,a|b,2024-01-02,true\n"));
  EXPECT_THAT(app.text, HasSubstr("app: my_shop\n"));
  EXPECT_THAT(app.text, HasSubstr("  view: [user, item]"));
  EXPECT_THAT(app.text, HasSubstr("  transaction: {keys: [user, item], fields: {amount: number}}"))
      << "a field belongs to the events that have it";
  EXPECT_THAT(app.text, HasSubstr("brand_name: string"));
  EXPECT_THAT(app.text, HasSubstr("tags: strings"));
  EXPECT_THAT(app.text, HasSubstr("added: time"));
  EXPECT_THAT(app.text, HasSubstr("stock: boolean"));
  EXPECT_EQ(app.import_flags, " --column event=type --column item_id=itemid --column user_id=visitorid");
  EXPECT_EQ(app.import_items_flags, " --column item_id=itemid --column 'attributes.brand_name=Brand Name'");
}

TEST(FirstApp, NamesTheEventWhereTheFileDoesNot) {
  auto app = made(file("first_app_ratings.csv", "user_id,movie_id,rating,timestamp\n433,884,2.5,1362063653000000\n"));
  EXPECT_THAT(app.text, HasSubstr("  rating: {keys: [user, item], fields: {rating: number}}"));
  EXPECT_EQ(app.import_flags, " --column item_id=movie_id --time us");
}

TEST(FirstApp, RenamesEventsThatNoAppFileCanName) {
  auto app = made(file("first_app_names.csv", "user,item,action\na,b,Add to cart\na,b,any\n"));
  EXPECT_THAT(app.text, HasSubstr("  add_to_cart: [user, item]"));
  EXPECT_THAT(app.import_flags, HasSubstr(" --event-name 'Add to cart=add_to_cart'"));
  EXPECT_THAT(app.import_flags, HasSubstr(" --event-name any=any_event"));
}

TEST(FirstApp, ReadsLinesOfJsonWithNestedFields) {
  auto app =
      made(file("first_app.ndjson", R"({"event":"click","user_id":"u","item_id":"i","fields":{"dwell":1.5}})"
                                    "\n"
                                    R"({"event":"impression","user_id":"u","item_id":"i","context":{"device":"tv"}})"
                                    "\n"));
  EXPECT_THAT(app.text, HasSubstr("  click: {keys: [user, item], fields: {dwell: number}}"));
  EXPECT_THAT(app.text, HasSubstr("impressions: sent"));
  EXPECT_EQ(app.import_flags, "");
}

TEST(FirstApp, TakesForAKeyWhatMostEventsHave) {
  auto app = made(file("first_app_guests.csv", "user_id,item_id\na,i\nb,i\n,i\n"));
  EXPECT_THAT(app.text, HasSubstr("  rating: [user, item]"));
  EXPECT_THAT(app.text, HasSubstr("# 3 of the records; 1 lack a key and are bad"));
  EXPECT_EQ(app.import_flags, " --max-bad 1000000000");
}

TEST(FirstApp, SaysWhatItLooksFor) {
  auto sample = *sample_file(file("first_app_odd.csv", "a,b\n1,2\n"), {}, {"user_id", "item_id"}, 1000);
  EXPECT_THAT(
      first_app({.name = "x", .app_file = "x.yaml", .event_name = "e", .events_file = "odd.csv", .events = &sample})
          .error()
          .message,
      HasSubstr("no column is known as a user_id or an item_id"));
  EXPECT_FALSE(sample_file(file("first_app_none.csv", "a,b\n"), {}, {}, 1000));
  EXPECT_THAT(sample_file(file("first_app.xls", "a"), {}, {}, 1000).error().message, HasSubstr("give --format"));
}

TEST(Meter, SaysHowFarItIsAndHowLongItWillTake) {
  EXPECT_EQ(Meter::line("e.csv", {.records = 450'000, .bad = 3, .taken = 45, .in_all = 100}, 50'000, 2, true),
            "e.csv  45 % [#########           ]  450,000 records, 200,000 a second, 3 bad, 2 s left");
  EXPECT_EQ(Meter::line("-", {.records = 10}, 0, 0, true), "-  10 records");
}

}  // namespace
}  // namespace augury::cli::importing
