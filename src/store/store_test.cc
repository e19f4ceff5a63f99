#include "store/store.h"

#include <gtest/gtest.h>

#include <thread>

namespace augury::store {
namespace {

definition::App app_with(size_t features, size_t attributes, size_t events) {
  definition::App app;
  app.features.resize(features);
  app.item_attributes.resize(attributes);
  app.events.resize(events);
  return app;
}

std::shared_ptr<RankedList> list(uint64_t number, int feature, int attribute) {
  auto made = std::make_shared<RankedList>();
  made->number = number;
  made->feature = feature;
  made->attribute = attribute;
  return made;
}

TEST(Store, HasNoListBeforeTheFirstIsPublished) {
  Store store(app_with(2, 1, 1), {});
  EXPECT_EQ(store.list_by_feature(0), nullptr);
  EXPECT_EQ(store.list_by_feature(-1), nullptr);
  EXPECT_EQ(store.list_by_feature(2), nullptr) << "attributes are not features";
  EXPECT_EQ(store.list_by_attribute(0), nullptr);
  EXPECT_EQ(store.list_by_attribute(1), nullptr);
}

TEST(Store, KeepsTheNewestListOfEachKind) {
  Store store(app_with(2, 2, 1), {});
  store.publish(list(1, 1, -1));
  store.publish(list(2, -1, 1));
  auto old = store.list_by_feature(1);
  store.publish(list(3, 1, -1));
  EXPECT_EQ(store.list_by_feature(1)->number, 3u);
  EXPECT_EQ(store.list_by_attribute(1)->number, 2u);
  EXPECT_EQ(old->number, 1u) << "whoever holds the old one still reads it";
}

TEST(Store, GivesListsToReadersWhileTheyAreReplaced) {
  Store store(app_with(1, 0, 1), {});
  store.publish(list(1, 0, -1));
  std::atomic<bool> done = false, back = false;
  std::thread reader([&] {
    for (uint64_t last = 0; !done;) {
      uint64_t number = store.list_by_feature(0)->number;
      if (number < last) back = true;
      last = number;
    }
  });
  for (uint64_t i = 2; i < 5'000; ++i) store.publish(list(i, 0, -1));
  done = true;
  reader.join();
  EXPECT_FALSE(back);
}

TEST(Store, RemembersTheNewestEventOfAUserByType) {
  Store store(app_with(0, 0, 3), {});
  store.note_event(70, 1, 500);
  EXPECT_EQ(store.newest_event(70, 1), 500u);
  EXPECT_EQ(store.newest_event(70, 2), 0u);
  EXPECT_EQ(store.newest_event(71, 1), 0u);
  EXPECT_EQ(store.newest_event(70, 9), 0u);
  EXPECT_TRUE(store.has_history(70));
  EXPECT_FALSE(store.has_history(71));
  store.note_event(0, 1, 501);
  EXPECT_FALSE(store.has_history(0)) << "0 is nobody";
}

TEST(Store, BringsHistoryBackFromWhatItGave) {
  Store store(app_with(0, 0, 1), {}), other(app_with(0, 0, 1), {});
  for (uint32_t user : {1u, 64u, 5000u}) store.note_event(user, 0, 1);
  other.restore_history(store.history());
  for (uint32_t user = 0; user < 6000; ++user) ASSERT_EQ(other.has_history(user), store.has_history(user)) << user;
}

TEST(Store, ShowsHowFarItIs) {
  TableKind kinds[] = {TableKind::Dense, TableKind::Hashed};
  Store store(app_with(0, 0, 1), kinds);
  EXPECT_EQ(store.views(), 2u);
  EXPECT_EQ(store.applied(), Position{});
  store.set_applied(9);
  store.set_newest_receipt(from_micros(5));
  EXPECT_EQ(store.applied().offset, 9u);
  EXPECT_EQ(store.newest_receipt(), from_micros(5));
}

}  // namespace
}  // namespace augury::store
