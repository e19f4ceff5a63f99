#include "store/catalog/dictionary.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace augury::store {
namespace {

std::string name_of(uint32_t i) { return "user_" + std::to_string(i); }

TEST(Dictionary, NumbersEachKindFromOne) {
  base::Epochs epochs;
  Dictionary names(epochs);
  EXPECT_EQ(names.assign(NameKind::User, "ann").number, 1u);
  EXPECT_EQ(names.assign(NameKind::Item, "book").number, 1u);
  EXPECT_EQ(names.assign(NameKind::User, "bob").number, 2u);
  EXPECT_EQ(names.size(NameKind::User), 2u);
  EXPECT_EQ(names.size(NameKind::Session), 0u);
}

TEST(Dictionary, SaysWhichNamesAreNew) {
  base::Epochs epochs;
  Dictionary names(epochs);
  EXPECT_TRUE(names.assign(NameKind::Text, "red").is_new);
  EXPECT_FALSE(names.assign(NameKind::Text, "red").is_new);
}

TEST(Dictionary, FindsBackEveryNameOfMany) {
  base::Epochs epochs;
  Dictionary names(epochs);
  for (uint32_t i = 1; i <= 50'000; ++i) ASSERT_EQ(names.assign(NameKind::User, name_of(i)).number, i);
  base::Epochs::Pin pin(epochs);
  for (uint32_t i = 1; i <= 50'000; ++i) {
    ASSERT_EQ(names.find(NameKind::User, name_of(i)), i);
    ASSERT_EQ(names.name(NameKind::User, i), name_of(i));
  }
  EXPECT_EQ(names.find(NameKind::User, "user_0"), 0u);
  EXPECT_EQ(names.name(NameKind::User, 50'001), "");
  EXPECT_EQ(names.name(NameKind::User, 0), "");
}

TEST(Dictionary, StaysBelowFiftyBytesANameOfTenBytes) {
  base::Epochs epochs;
  Dictionary names(epochs);
  constexpr uint32_t kNames = 100'000;
  for (uint32_t i = 0; i < kNames; ++i) names.assign(NameKind::User, name_of(i + 10'000));
  EXPECT_LT(names.bytes(), kNames * 50u);
}

TEST(Dictionary, KeepsTextsOfAnyLengthAndTheEmptyOne) {
  base::Epochs epochs;
  Dictionary names(epochs);
  for (size_t size : {0, 1, 127, 128, 16'383, 16'384, 300'000}) {
    std::string text(size, 'x');
    auto [number, is_new] = names.assign(NameKind::Text, text);
    EXPECT_TRUE(is_new);
    EXPECT_EQ(names.name(NameKind::Text, number), text);
    EXPECT_EQ(names.find(NameKind::Text, text), number);
  }
}

TEST(Dictionary, RestoresNumbersInOrderAndRefusesAGapOrAnotherName) {
  base::Epochs epochs;
  Dictionary names(epochs);
  EXPECT_TRUE(names.restore(NameKind::Item, 1, "a"));
  EXPECT_TRUE(names.restore(NameKind::Item, 2, "b"));
  EXPECT_TRUE(names.restore(NameKind::Item, 1, "a")) << "known with the same name";
  EXPECT_FALSE(names.restore(NameKind::Item, 1, "c"));
  EXPECT_FALSE(names.restore(NameKind::Item, 4, "d"));
  EXPECT_FALSE(names.restore(NameKind::Item, 0, ""));
  EXPECT_EQ(names.assign(NameKind::Item, "e").number, 3u);
}

TEST(Dictionary, IsReadWhileItGrows) {
  base::Epochs epochs;
  Dictionary names(epochs);
  constexpr uint32_t kNames = 30'000;
  std::atomic<bool> wrong = false, done = false;
  std::vector<std::thread> readers;
  for (int r = 0; r < 2; ++r) {
    readers.emplace_back([&] {
      for (uint32_t i = 1; !done; i = i % kNames + 1) {
        base::Epochs::Pin pin(epochs);
        uint32_t size = names.size(NameKind::User);
        uint32_t found = names.find(NameKind::User, name_of(i));
        if (i <= size ? found != i : (found != 0 && found != i)) wrong = true;
        if (i <= size && names.name(NameKind::User, i) != name_of(i)) wrong = true;
      }
    });
  }
  for (uint32_t i = 1; i <= kNames; ++i) names.assign(NameKind::User, name_of(i));
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_FALSE(wrong) << "a reader missed a name that was there, or saw another one";
}

}  // namespace
}  // namespace augury::store
