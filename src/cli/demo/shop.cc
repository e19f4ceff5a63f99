#include "cli/demo/shop.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace augury::cli::demo {
namespace {

struct Category {
  std::string_view name;
  double price;  // Typical.
};

constexpr Category kCategories[] = {{"tent", 240},   {"boot", 140}, {"jacket", 180}, {"backpack", 110},
                                    {"stove", 70},   {"lamp", 40},  {"rope", 90},    {"kayak", 620},
                                    {"bike", 900},   {"glove", 35}, {"map", 15},     {"bottle", 25},
                                    {"hammock", 60}, {"sock", 12},  {"goggle", 80},  {"ski", 420}};
constexpr int kCategoryCount = static_cast<int>(std::size(kCategories));
constexpr std::string_view kBrands[] = {"Norrland", "Alpenglow", "Fernweh", "Tarn", "Sirocco", "Basecamp"};
constexpr int64_t kDayMicros = 86'400'000'000;
constexpr int kDaysPerInterest = 3;

double unit(uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1p-53; }

uint64_t blend(uint64_t seed, uint64_t a, uint64_t b) {
  return base::mix(base::mix(seed ^ a * 0x9e3779b97f4a7c15u) ^ b);
}

double sigmoid(double x) { return 1 / (1 + base::exp(-x)); }

}  // namespace

Shop::Shop(uint64_t seed, Timestamp opened) : seed_(seed), opened_(opened), by_category_(kCategoryCount) {
  base::Random random(seed);
  std::vector<int> serial(kCategoryCount, 0);
  for (int i = 0; i < kItems; ++i) {
    int c = static_cast<int>(random.below(kCategoryCount));
    ShopItem item;
    char id[32];
    std::snprintf(id, sizeof id, "%s-%03d", kCategories[c].name.data(), ++serial[static_cast<size_t>(c)]);
    item.id = id;
    item.category = kCategories[c].name;
    item.brand = kBrands[random.below(std::size(kBrands))];
    item.category_number = c;
    item.price = std::round(kCategories[c].price * (0.5 + 1.5 * random.uniform() * random.uniform()) * 100) / 100;
    item.released_at = from_micros(micros(opened) - random.between(0, 365 * kDayMicros));
    item.quality = random.uniform() + random.uniform() - 1;
    by_category_[static_cast<size_t>(c)].push_back(i);
    items_.push_back(std::move(item));
  }
}

std::string Shop::user_id(int user) {
  char id[16];
  std::snprintf(id, sizeof id, "user-%04d", user);
  return id;
}

std::string_view Shop::category_name(int category) { return kCategories[category].name; }
int Shop::categories() { return kCategoryCount; }

double Shop::taste(int user, int category) const {
  return unit(blend(seed_ + 1, static_cast<uint64_t>(user), static_cast<uint64_t>(category)));
}

int Shop::interest(int user, Timestamp at) const {
  int64_t shift =
      static_cast<int64_t>(blend(seed_ + 2, static_cast<uint64_t>(user), 0) % (kDaysPerInterest * kDayMicros));
  auto period = static_cast<uint64_t>((micros(at) + shift) / (kDaysPerInterest * kDayMicros));
  // The better liked of two draws: people come back to what they like.
  int a = static_cast<int>(blend(seed_ + 3, static_cast<uint64_t>(user), period) % kCategoryCount);
  int b = static_cast<int>(blend(seed_ + 4, static_cast<uint64_t>(user), period) % kCategoryCount);
  return taste(user, a) >= taste(user, b) ? a : b;
}

double Shop::appeal(int user, const ShopItem& item, Timestamp at) const {
  double age_days = static_cast<double>(micros(at) - micros(item.released_at)) / kDayMicros;
  double budget = 0.6 + unit(blend(seed_ + 5, static_cast<uint64_t>(user), 0));
  double dear = item.price / kCategories[item.category_number].price;
  double x = -4.2 + 1.6 * taste(user, item.category_number) + 1.6 * item.quality;
  if (interest(user, at) == item.category_number) x += 2.4;
  if (age_days >= 0 && age_days < 14) x += 0.8;
  if (dear > budget) x -= 1.2 * (dear - budget);
  return sigmoid(x);
}

Reaction Shop::react(int user, const ShopItem& item, Timestamp at, base::Random& random) const {
  double p = appeal(user, item, at);
  double draw = random.uniform();
  if (draw < p * 0.08) return Reaction::Purchase;
  if (draw < p * 0.2) return Reaction::Cart;
  if (draw < p) return Reaction::Click;
  return draw < 2 * p ? Reaction::View : Reaction::None;
}

int Shop::visitor(base::Random& random) const {
  double u = random.uniform();
  return std::min(kUsers - 1, static_cast<int>(u * u * kUsers));
}

std::vector<int> Shop::shelf(int user, Timestamp at, int size, base::Random& random) const {
  std::vector<int> shown;
  const auto& wanted = by_category_[static_cast<size_t>(interest(user, at))];
  while (static_cast<int>(shown.size()) < size) {
    double u = random.uniform();
    int item = u < 0.4 ? wanted[random.below(wanted.size())] : static_cast<int>(random.below(kItems));
    // Good items are put in front more often.
    if (u > 0.6 && items_[static_cast<size_t>(item)].quality < random.uniform() - 0.4) continue;
    if (std::ranges::find(shown, item) == shown.end()) shown.push_back(item);
  }
  return shown;
}

}  // namespace augury::cli::demo
