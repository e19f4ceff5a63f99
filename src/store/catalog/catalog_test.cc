#include "store/catalog/catalog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace augury::store {
namespace {

using definition::Datum;
using definition::Text;

TEST(Catalog, KnowsNothingBeforeThePut) {
  base::Epochs epochs;
  Catalog items(epochs, 2);
  EXPECT_FALSE(items.contains(1));
  EXPECT_TRUE(items.attributes(0).empty());
  EXPECT_EQ(items.highest(), 0u);
}

TEST(Catalog, GivesBackWhatWasPutUntilItIsErased) {
  base::Epochs epochs;
  Catalog items(epochs, 2);
  Datum values[] = {Datum::of(3.5), Datum::of(Text{"red", 4})};
  items.put(7, values);
  ASSERT_TRUE(items.contains(7));
  EXPECT_EQ(items.attributes(7)[0].number, 3.5);
  EXPECT_EQ(items.attributes(7)[1].text.bytes, "red");
  EXPECT_EQ(items.count(), 1u);
  EXPECT_EQ(items.highest(), 7u);
  values[0] = Datum::of(4.5);
  items.put(7, values);
  EXPECT_EQ(items.attributes(7)[0].number, 4.5);
  EXPECT_EQ(items.count(), 1u);
  items.erase(7);
  items.erase(8);
  EXPECT_FALSE(items.contains(7));
  EXPECT_EQ(items.count(), 0u);
}

TEST(Catalog, CopiesListsOfTexts) {
  base::Epochs epochs;
  Catalog items(epochs, 2);
  {
    std::vector<Text> first = {{"a", 1}, {"b", 2}}, second = {{"c", 3}};
    Datum values[] = {Datum::of(std::span<const Text>(first)), Datum::of(std::span<const Text>(second))};
    items.put(1, values);
  }
  auto values = items.attributes(1);
  ASSERT_EQ(values[0].texts.size(), 2u);
  EXPECT_EQ(values[0].texts[1].bytes, "b");
  ASSERT_EQ(values[1].texts.size(), 1u);
  EXPECT_EQ(values[1].texts[0].number, 3u);
}

TEST(Catalog, CopiesVectorsAndCountsThem) {
  base::Epochs epochs;
  Catalog items(epochs, 2);
  {
    std::vector<float> first = {1, 2, 3}, second = {4, 5};
    Datum values[] = {Datum::of(std::span<const float>(first)), Datum::of(std::span<const float>(second))};
    items.put(1, values);
    uint64_t one = items.bytes();
    items.put(2, values);
    EXPECT_GE(items.bytes() - one, 5 * sizeof(float));
  }
  auto values = items.attributes(1);
  ASSERT_EQ(values[0].vector.size(), 3u);
  EXPECT_EQ(values[0].vector[2], 3);
  ASSERT_EQ(values[1].vector.size(), 2u);
  EXPECT_EQ(values[1].vector[0], 4);
}

TEST(Catalog, TellsItsFollowerOfEveryChange) {
  struct Follower : CatalogFollower {
    void put(uint32_t number, std::span<const Datum> values) override {
      seen.push_back("put " + std::to_string(number) + " " + std::to_string(values[0].number));
    }
    void erase(uint32_t number) override { seen.push_back("erase " + std::to_string(number)); }
    std::vector<std::string> seen;
  } follower;
  base::Epochs epochs;
  Catalog items(epochs, 1);
  items.follow(follower);
  Datum value = Datum::of(2.0);
  items.put(3, {&value, 1});
  items.erase(4);
  items.erase(3);
  EXPECT_EQ(follower.seen, (std::vector<std::string>{"put 3 2.000000", "erase 3"}));
}

TEST(Catalog, TellsAKnownEntityWithoutAttributesFromAnUnknownOne) {
  base::Epochs epochs;
  Catalog users(epochs, 0);
  users.put(1, {});
  EXPECT_TRUE(users.contains(1));
  EXPECT_FALSE(users.contains(2));
}

TEST(Catalog, KeepsAnEntryUnderAPinWhileItIsReplaced) {
  base::Epochs epochs;
  Catalog items(epochs, 2);
  std::atomic<bool> done = false, torn = false;
  std::thread reader([&] {
    while (!done) {
      base::Epochs::Pin pin(epochs);
      auto values = items.attributes(5);
      if (!values.empty() && values[0].number != values[1].number) torn = true;
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    Datum values[] = {Datum::of(double(i)), Datum::of(double(i))};
    items.put(5, values);
    if (i % 100 == 0) items.erase(5);
  }
  done = true;
  reader.join();
  EXPECT_FALSE(torn);
}

}  // namespace
}  // namespace augury::store
