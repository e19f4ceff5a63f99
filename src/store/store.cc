#include "store/store.h"

#include <algorithm>

#include "base/check.h"
#include "base/segmented_array.h"

namespace augury::store {

using ListPointer = std::shared_ptr<const RankedList>;

// One place per feature, then one per attribute of item; each holds a pointer on the heap, replaced whole.
struct Store::Lists {
  Lists(size_t f, size_t attributes) : features(f), places(f + attributes) {}
  ~Lists() {
    for (auto& place : places) delete place.load(std::memory_order_relaxed);
  }

  ListPointer read(base::Epochs& epochs, size_t index) const {
    if (index >= places.size()) return nullptr;
    base::Epochs::Pin pin(epochs);
    const ListPointer* list = places[index].load(std::memory_order_acquire);
    return list == nullptr ? nullptr : *list;
  }

  size_t features;
  std::vector<std::atomic<const ListPointer*>> places;
};

struct Store::UserMarks {
  explicit UserMarks(size_t event_types) : newest(event_types) {}

  std::vector<base::SegmentedArray<std::atomic<uint64_t>>> newest;  // By event type, then user.
  base::SegmentedArray<std::atomic<uint64_t>> history;              // A bit per user.
  std::atomic<uint32_t> words{0};                                   // Of `history` in use.

  void mark(uint32_t word, uint64_t bits) {
    auto& place = history.at(word);
    uint64_t before = place.load(std::memory_order_relaxed);
    if ((before | bits) == before) return;
    place.store(before | bits, std::memory_order_relaxed);
    words.store(std::max(words.load(std::memory_order_relaxed), word + 1), std::memory_order_relaxed);
  }
};

namespace {

std::vector<int> compared_attributes(const definition::App& app) {
  std::vector<int> attributes;
  for (const auto& feature : app.features)
    if (const auto* similar = feature.similar();
        similar && std::ranges::find(attributes, similar->attribute) == attributes.end())
      attributes.push_back(similar->attribute);
  return attributes;
}

}  // namespace

Store::Store(const definition::App& app, std::span<const TableKind> views)
    : dictionary_(epochs_),
      items_(epochs_, app.item_attributes.size() + app.item_vectors.size(), compared_attributes(app)),
      users_(epochs_, app.user_attributes.size() + app.user_vectors.size()),
      lists_(std::make_unique<Lists>(app.features.size(), app.item_attributes.size())),
      marks_(std::make_unique<UserMarks>(app.events.size())) {
  for (TableKind kind : views) rows_.push_back(std::make_unique<Rows>(epochs_, kind));
}

Store::~Store() = default;

std::shared_ptr<const RankedList> Store::list_by_feature(int feature) const {
  auto index = static_cast<size_t>(feature);
  return feature < 0 || index >= lists_->features ? nullptr : lists_->read(epochs_, index);
}

std::shared_ptr<const RankedList> Store::list_by_attribute(int attribute) const {
  return attribute < 0 ? nullptr : lists_->read(epochs_, lists_->features + static_cast<size_t>(attribute));
}

void Store::publish(std::shared_ptr<const RankedList> list) {
  size_t index =
      static_cast<size_t>(list->feature >= 0 ? list->feature : static_cast<int>(lists_->features) + list->attribute);
  AUGURY_CHECK(index < lists_->places.size());
  const auto* old = lists_->places[index].exchange(new ListPointer(std::move(list)), std::memory_order_acq_rel);
  if (old != nullptr) epochs_.retire([old] { delete old; });
}

uint64_t Store::newest_event(uint32_t user, int event_type) const {
  auto type = static_cast<size_t>(event_type);
  if (type >= marks_->newest.size()) return 0;
  auto* place = marks_->newest[type].find(user);
  return place == nullptr ? 0 : place->load(std::memory_order_acquire);
}

void Store::note_event(uint32_t user, int event_type, uint64_t sequence) {
  if (user == 0) return;
  marks_->newest[static_cast<size_t>(event_type)].at(user).store(sequence, std::memory_order_release);
  marks_->mark(user / 64, uint64_t{1} << (user % 64));
}

bool Store::has_history(uint32_t user) const {
  auto* place = marks_->history.find(user / 64);
  return place != nullptr && (place->load(std::memory_order_relaxed) >> (user % 64)) % 2 != 0;
}

std::vector<uint64_t> Store::history() const {
  std::vector<uint64_t> words(marks_->words.load(std::memory_order_relaxed));
  for (uint32_t i = 0; i < words.size(); ++i)
    if (auto* place = marks_->history.find(i)) words[i] = place->load(std::memory_order_relaxed);
  return words;
}

void Store::restore_history(std::span<const uint64_t> words) {
  for (uint32_t i = 0; i < words.size(); ++i) marks_->mark(i, words[i]);
}

}  // namespace augury::store
