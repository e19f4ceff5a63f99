#include "store/catalog/catalog.h"

#include <algorithm>
#include <atomic>

#include "base/check.h"
#include "base/segmented_array.h"

namespace augury::store {

using definition::Datum;
using definition::Text;

namespace {

// The attributes of one entity; lists of texts point into `texts`.
struct Entry {
  std::vector<Datum> values;
  std::vector<Text> texts;

  uint64_t bytes() const { return sizeof(Entry) + values.size() * sizeof(Datum) + texts.size() * sizeof(Text); }
};

Entry* copy(std::span<const Datum> values, size_t width) {
  auto* entry = new Entry{{values.begin(), values.end()}, {}};
  entry->values.resize(width);
  size_t texts = 0;
  for (auto& value : entry->values)
    if (value.kind == Datum::Kind::Texts) texts += value.texts.size();
  entry->texts.reserve(texts);
  for (auto& value : entry->values) {
    if (value.kind != Datum::Kind::Texts) continue;
    size_t start = entry->texts.size();
    entry->texts.insert(entry->texts.end(), value.texts.begin(), value.texts.end());
    value = Datum::of(std::span<const Text>(entry->texts).subspan(start));
  }
  return entry;
}

}  // namespace

struct Catalog::Entries {
  Entries(base::Epochs& e, size_t w) : epochs(e), width(std::max<size_t>(w, 1)) {}
  ~Entries() {
    for (uint32_t number = 1; number <= highest.load(std::memory_order_relaxed); ++number)
      if (auto* place = by_number.find(number)) delete place->load(std::memory_order_relaxed);
  }

  void replace(uint32_t number, Entry* entry) {
    auto& place = by_number.at(number);
    const Entry* old = place.load(std::memory_order_relaxed);
    place.store(entry, std::memory_order_release);
    if (entry != nullptr) bytes.fetch_add(entry->bytes(), std::memory_order_relaxed);
    if (old != nullptr) bytes.fetch_sub(old->bytes(), std::memory_order_relaxed);
    count.fetch_add(uint64_t{entry != nullptr} - uint64_t{old != nullptr}, std::memory_order_relaxed);
    if (number > highest.load(std::memory_order_relaxed)) highest.store(number, std::memory_order_release);
    if (old != nullptr) epochs.retire([old] { delete old; });
  }

  base::Epochs& epochs;
  size_t width;  // At least 1, so that a known entity without attributes is told from an unknown one.
  base::SegmentedArray<std::atomic<const Entry*>> by_number;
  std::atomic<uint32_t> highest{0};
  std::atomic<uint64_t> count{0};
  std::atomic<uint64_t> bytes{0};
};

Catalog::Catalog(base::Epochs& epochs, size_t attributes) : entries_(std::make_unique<Entries>(epochs, attributes)) {}
Catalog::~Catalog() = default;

std::span<const Datum> Catalog::attributes(uint32_t number) const {
  auto* place = entries_->by_number.find(number);
  const Entry* entry = place == nullptr ? nullptr : place->load(std::memory_order_acquire);
  return entry == nullptr ? std::span<const Datum>{} : std::span<const Datum>(entry->values);
}

void Catalog::put(uint32_t number, std::span<const Datum> values) {
  AUGURY_CHECK(number != 0);
  entries_->replace(number, copy(values, entries_->width));
}

void Catalog::erase(uint32_t number) {
  if (contains(number)) entries_->replace(number, nullptr);
}

uint32_t Catalog::highest() const { return entries_->highest.load(std::memory_order_acquire); }
uint64_t Catalog::count() const { return entries_->count.load(std::memory_order_relaxed); }
uint64_t Catalog::bytes() const {
  return entries_->bytes.load(std::memory_order_relaxed) + entries_->by_number.bytes();
}

}  // namespace augury::store
