// similar(...) against its definition, written out in words. AUGURY_SEED is printed; another chooses another run.
#include "pipeline/likeness.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <iostream>
#include <map>
#include <set>

#include "base/random.h"

namespace augury::pipeline {
namespace {

using definition::Datum;
using definition::ListEntry;
using definition::Text;

constexpr const char* kWords[] = {"red",    "white", "lantern", "heart", "hanging",
                                  "holder", "metal", "vintage", "spotty"};

uint64_t seed() {
  const char* set = std::getenv("AUGURY_SEED");
  return set != nullptr ? std::strtoull(set, nullptr, 10) : 20110907;
}

using Words = std::set<std::string>;

class Shop {
 public:
  Shop() : catalog_(epochs_, 1, compared_) {}

  void put(uint32_t item, const Words& words) {
    std::string title;
    for (const auto& word : words) title += (title.empty() ? "" : " ") + word;
    titles_.push_back(std::make_unique<std::string>(title));
    Datum values[] = {Datum::of(Text{*titles_.back(), 0})};
    catalog_.put(item, values);
    words_[item] = words;
  }
  void erase(uint32_t item) {
    catalog_.erase(item);
    words_.erase(item);
  }

  double found(std::span<const uint32_t> list, uint32_t item) {
    std::pmr::monotonic_buffer_resource arena;
    std::vector<ListEntry> entries;
    for (uint32_t each : list) entries.push_back({each, {}, 1});
    return Likeness(catalog_, 0, entries, arena).of(item).as_number();
  }

  double expected(std::span<const uint32_t> list, uint32_t item) {
    if (words_[item].empty()) return std::nan("");
    std::vector<uint32_t> distinct;
    for (uint32_t each : list)
      if (std::count(distinct.begin(), distinct.end(), each) == 0 && distinct.size() < 10) distinct.push_back(each);
    double sum = 0, total = 0;
    for (size_t r = 0; r < distinct.size(); ++r) {
      double weight = std::pow(0.8, static_cast<double>(r));
      total += weight;
      sum += weight * cosine(words_[distinct[r]], words_[item]);
    }
    return total == 0 ? 0 : sum / total;
  }

  const std::map<uint32_t, Words>& words() const { return words_; }

 private:
  double weight(const std::string& word) const {
    double n = 0, df = 0;
    for (const auto& [item, words] : words_) n += words.empty() ? 0 : 1, df += words.count(word) > 0 ? 1 : 0;
    return std::log(1 + n / df);
  }
  double cosine(const Words& a, const Words& b) const {
    double dot = 0, left = 0, right = 0;
    for (const auto& word : a)
      left += std::pow(weight(word), 2), dot += b.count(word) > 0 ? std::pow(weight(word), 2) : 0;
    for (const auto& word : b) right += std::pow(weight(word), 2);
    return left == 0 || right == 0 ? 0 : dot / std::sqrt(left) / std::sqrt(right);
  }

  static constexpr int compared_[] = {0};
  base::Epochs epochs_;
  store::Catalog catalog_;
  std::vector<std::unique_ptr<std::string>> titles_;
  std::map<uint32_t, Words> words_;
};

Words random_words(base::Random& random) {
  Words words;
  for (uint64_t i = random.below(5); i > 0; --i) words.insert(kWords[random.below(std::size(kWords))]);
  return words;
}

void change(Shop& shop, base::Random& random) {
  auto item = static_cast<uint32_t>(random.between(1, 20));
  random.below(5) == 0 ? shop.erase(item) : shop.put(item, random_words(random));
}

TEST(Likeness, IsTheCosineOfTheDefinitionWhateverBecameOfTheCatalogue) {
  std::cout << "AUGURY_SEED=" << seed() << "\n";
  base::Random random(seed());
  for (int round = 0; round < 200; ++round) {
    Shop shop;
    for (int i = 0; i < 60; ++i) change(shop, random);
    std::vector<uint32_t> list;
    for (uint64_t i = random.below(15); i > 0; --i) list.push_back(static_cast<uint32_t>(random.between(1, 22)));
    for (uint32_t item = 1; item <= 22; ++item) {
      double expected = shop.expected(list, item), found = shop.found(list, item);
      ASSERT_EQ(std::isnan(expected), std::isnan(found)) << "item " << item << " round " << round;
      if (std::isnan(expected)) continue;
      ASSERT_NEAR(found, expected, 1e-12) << "item " << item << " round " << round;
    }
  }
}

TEST(Likeness, IsTheSameToTheBitInACatalogueBuiltInAnotherOrder) {
  base::Random random(seed());
  Shop lived;
  for (int i = 0; i < 200; ++i) change(lived, random);
  Shop restored;
  auto words = lived.words();
  for (auto at = words.rbegin(); at != words.rend(); ++at) restored.put(at->first, at->second);
  std::vector<uint32_t> list{3, 9, 3, 12, 1, 20};
  for (uint32_t item = 1; item <= 20; ++item)
    ASSERT_EQ(std::bit_cast<uint64_t>(lived.found(list, item)), std::bit_cast<uint64_t>(restored.found(list, item)));
}

}  // namespace
}  // namespace augury::pipeline
