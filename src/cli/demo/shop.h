// An outdoor shop that exists only here: items, people, and what they would do.
//
// Everything follows from the seed. People like some categories and not others, and what they like drifts: every few
// days somebody is into something else. An item is clicked for what it is (quality, age, price) and for who looks at
// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "augury/time.h"
#include "base/random.h"

namespace augury::cli::demo {

struct ShopItem {
  std::string id;  // "tent-042"
  std::string category;
  std::string brand;
  double price = 0;
  Timestamp released_at;
  int category_number = 0;
  double quality = 0;  // About -1..1; nobody is told.
};

// What a shown item made somebody do.
enum class Reaction { None, View, Click, Cart, Purchase };

// Not thread-safe; the random generator of each caller is its own.
class Shop {
 public:
  static constexpr int kItems = 2'000;
  static constexpr int kUsers = 5'000;

  // Items were released during the year before `opened`.
  Shop(uint64_t seed, Timestamp opened);

  const std::vector<ShopItem>& items() const { return items_; }
  static std::string user_id(int user);
  static std::string_view category_name(int category);
  static int categories();

  // The category this person is into at that time.
  int interest(int user, Timestamp at) const;
  // How likely a click is when the item is shown; 0..1.
  double appeal(int user, const ShopItem& item, Timestamp at) const;
  Reaction react(int user, const ShopItem& item, Timestamp at, base::Random& random) const;

  // Somebody comes by: regulars more often than others.
  int visitor(base::Random& random) const;
  // What a shop without recommendations would show: some of what they look for, some of what sells, some at random.
  std::vector<int> shelf(int user, Timestamp at, int size, base::Random& random) const;

 private:
  double taste(int user, int category) const;

  uint64_t seed_;
  Timestamp opened_;
  std::vector<ShopItem> items_;
  std::vector<std::vector<int>> by_category_;
};

}  // namespace augury::cli::demo
