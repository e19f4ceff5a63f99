#include "store/catalog/catalog.h"

#include <algorithm>
#include <atomic>

#include "base/check.h"
#include "base/segmented_array.h"

namespace augury::store {

using definition::Datum;
using definition::Text;

namespace {

// The attributes of one entity; lists of texts point into `texts`, vectors into `numbers`.
struct Entry {
  std::vector<Datum> values;
  std::vector<Text> texts;
  std::vector<float> numbers;
  std::vector<std::vector<Term>> terms;  // By compared attribute.

  uint64_t bytes() const {
    uint64_t sum = sizeof(Entry) + values.size() * sizeof(Datum) + texts.size() * sizeof(Text);
    for (const auto& each : terms) sum += sizeof(each) + each.size() * sizeof(Term);
    return sum + numbers.size() * sizeof(float);
  }
};

struct Compared {
  int attribute = -1;
  Terms terms{};
};

// `from` at the end of `all`, which has room for it.
template <typename T>
Datum kept(std::span<const T> from, std::vector<T>& all) {
  size_t start = all.size();
  all.insert(all.end(), from.begin(), from.end());
  return Datum::of(std::span<const T>(all).subspan(start));
}

Entry* copy(std::span<const Datum> values, size_t width) {
  auto* entry = new Entry{{values.begin(), values.end()}, {}, {}, {}};
  entry->values.resize(width);
  size_t texts = 0, numbers = 0;
  for (auto& value : entry->values) {
    if (value.kind == Datum::Kind::Texts) texts += value.texts.size();
    if (value.kind == Datum::Kind::Vector) numbers += value.vector.size();
  }
  entry->texts.reserve(texts);
  entry->numbers.reserve(numbers);
  for (auto& value : entry->values) {
    if (value.kind == Datum::Kind::Texts) value = kept(value.texts, entry->texts);
    if (value.kind == Datum::Kind::Vector) value = kept(value.vector, entry->numbers);
  }
  return entry;
}

}  // namespace

struct Catalog::Entries {
  Entries(base::Epochs& e, size_t w, std::span<const int> attributes) : epochs(e), width(std::max<size_t>(w, 1)) {
    for (int attribute : attributes) {
      compared.push_back(std::make_unique<Compared>());
      compared.back()->attribute = attribute;
    }
  }
  ~Entries() {
    for (uint32_t number = 1; number <= highest.load(std::memory_order_relaxed); ++number)
      if (auto* place = by_number.find(number)) delete place->load(std::memory_order_relaxed);
  }

  void replace(uint32_t number, Entry* entry) {
    auto& place = by_number.at(number);
    const Entry* old = place.load(std::memory_order_relaxed);
    // Terms that can be seen are counted: before they appear, and until they are gone.
    for (size_t i = 0; entry != nullptr && i < compared.size(); ++i) compared[i]->terms.add(entry->terms[i]);
    place.store(entry, std::memory_order_release);
    for (size_t i = 0; old != nullptr && i < compared.size(); ++i) compared[i]->terms.remove(old->terms[i]);
    if (entry != nullptr) bytes.fetch_add(entry->bytes(), std::memory_order_relaxed);
    if (old != nullptr) bytes.fetch_sub(old->bytes(), std::memory_order_relaxed);
    count.fetch_add(uint64_t{entry != nullptr} - uint64_t{old != nullptr}, std::memory_order_relaxed);
    if (number > highest.load(std::memory_order_relaxed)) highest.store(number, std::memory_order_release);
    if (old != nullptr) epochs.retire([old] { delete old; });
  }

  size_t place_of(int attribute) const {
    size_t i = 0;
    while (i < compared.size() && compared[i]->attribute != attribute) ++i;
    AUGURY_CHECK(i < compared.size());
    return i;
  }

  base::Epochs& epochs;
  CatalogFollower* follower = nullptr;
  std::vector<std::unique_ptr<Compared>> compared;
  size_t width;  // At least 1, so that a known entity without attributes is told from an unknown one.
  base::SegmentedArray<std::atomic<const Entry*>> by_number;
  std::atomic<uint32_t> highest{0};
  std::atomic<uint64_t> count{0};
  std::atomic<uint64_t> bytes{0};
};

Catalog::Catalog(base::Epochs& epochs, size_t attributes, std::span<const int> compared)
    : entries_(std::make_unique<Entries>(epochs, attributes, compared)) {}
Catalog::~Catalog() = default;

std::span<const Datum> Catalog::attributes(uint32_t number) const {
  auto* place = entries_->by_number.find(number);
  const Entry* entry = place == nullptr ? nullptr : place->load(std::memory_order_acquire);
  return entry == nullptr ? std::span<const Datum>{} : std::span<const Datum>(entry->values);
}

std::span<const Term> Catalog::terms(uint32_t number, int attribute) const {
  auto* place = entries_->by_number.find(number);
  const Entry* entry = place == nullptr ? nullptr : place->load(std::memory_order_acquire);
  return entry == nullptr ? std::span<const Term>{} : entry->terms[entries_->place_of(attribute)];
}

const Terms& Catalog::terms(int attribute) const { return entries_->compared[entries_->place_of(attribute)]->terms; }

void Catalog::put(uint32_t number, std::span<const Datum> values) {
  AUGURY_CHECK(number != 0);
  Entry* entry = copy(values, entries_->width);
  for (auto& compared : entries_->compared)
    entry->terms.push_back(compared->terms.terms_of(entry->values[static_cast<size_t>(compared->attribute)]));
  entries_->replace(number, entry);
  if (entries_->follower != nullptr) entries_->follower->put(number, entry->values);
}

void Catalog::erase(uint32_t number) {
  if (!contains(number)) return;
  entries_->replace(number, nullptr);
  if (entries_->follower != nullptr) entries_->follower->erase(number);
}

void Catalog::follow(CatalogFollower& follower) { entries_->follower = &follower; }

uint32_t Catalog::highest() const { return entries_->highest.load(std::memory_order_acquire); }
uint64_t Catalog::count() const { return entries_->count.load(std::memory_order_relaxed); }
uint64_t Catalog::bytes() const {
  uint64_t terms = 0;
  for (const auto& compared : entries_->compared) terms += compared->terms.bytes();
  return entries_->bytes.load(std::memory_order_relaxed) + entries_->by_number.bytes() + terms;
}

}  // namespace augury::store
