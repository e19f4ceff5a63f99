#include "store/catalog/dictionary.h"

#include <atomic>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "base/segmented_array.h"

namespace augury::store {

namespace {

// A slot is (tag << 32) | number; 0 is empty. The tag is half of the name's hash, and its low bits are the slot's
// home, so growing needs no name.
class Slots {
 public:
  explicit Slots(uint64_t size) : mask_(size - 1), slots_(size) {}

  uint64_t size() const { return mask_ + 1; }
  // Calls `same(number)` for each slot whose tag matches until it is true; 0 if it never is.
  template <typename Same>
  uint32_t find(uint32_t tag, const Same& same) const {
    for (uint64_t at = tag & mask_;; at = (at + 1) & mask_) {
      uint64_t slot = slots_[at].load(std::memory_order_acquire);
      if (slot == 0) return 0;
      auto number = static_cast<uint32_t>(slot);
      if (slot >> 32 == tag && same(number)) return number;
    }
  }
  void add(uint64_t slot) {
    uint64_t at = (slot >> 32) & mask_;
    while (slots_[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & mask_;
    slots_[at].store(slot, std::memory_order_release);
  }
  void add_all_to(Slots& other) const {
    for (auto& slot : slots_)
      if (uint64_t full = slot.load(std::memory_order_relaxed); full != 0) other.add(full);
  }

 private:
  uint64_t mask_;
  std::vector<std::atomic<uint64_t>> slots_;
};

// Bytes that never move: [length as varint][bytes], packed into chunks. Chunks start small, for a kind hardly used.
class Arena {
 public:
  const char* add(std::string_view bytes) {
    char head[10];
    size_t head_size = 0;
    for (uint64_t rest = bytes.size();; rest >>= 7) {
      head[head_size++] = static_cast<char>(rest >= 0x80 ? (rest | 0x80) : rest);
      if (rest < 0x80) break;
    }
    char* place = room(head_size + bytes.size());
    std::memcpy(place, head, head_size);
    if (!bytes.empty()) std::memcpy(place + head_size, bytes.data(), bytes.size());
    return place;
  }
  static std::string_view read(const char* place) {
    uint64_t size = 0;
    for (int shift = 0;; shift += 7) {
      auto byte = static_cast<uint8_t>(*place++);
      size |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return {place, size};
    }
  }
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  char* room(size_t size) {
    if (size > left_) {
      size_t chunk = std::max(size, chunks_.size() < 4 ? size_t{4} << 10 : size_t{64} << 10);
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
      next_ = chunks_.back().get();
      left_ = chunk;
      bytes_.fetch_add(chunk, std::memory_order_relaxed);
    }
    char* place = next_;
    next_ += size;
    left_ -= size;
    return place;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  std::atomic<uint64_t> bytes_{0};
};

uint32_t tag_of(std::string_view name) { return static_cast<uint32_t>(base::hash64(name, base::process_seed()) >> 32); }

}  // namespace

struct Dictionary::Table {
  explicit Table(base::Epochs& e) : epochs(e), slots(new Slots(64)) {}
  ~Table() { delete slots.load(std::memory_order_relaxed); }

  std::string_view name(uint32_t number) const {
    auto* place = names.find(number);
    const char* bytes = place == nullptr ? nullptr : place->load(std::memory_order_acquire);
    return bytes == nullptr ? std::string_view{} : Arena::read(bytes);
  }
  uint32_t find(std::string_view wanted, uint32_t tag) const {
    return slots.load(std::memory_order_acquire)->find(tag, [&](uint32_t number) { return name(number) == wanted; });
  }
  uint32_t add(std::string_view bytes, uint32_t tag) {
    uint32_t number = size.load(std::memory_order_relaxed) + 1;
    AUGURY_CHECK(number != 0);
    if (uint64_t{number} * 10 > slots.load(std::memory_order_relaxed)->size() * 7) grow();
    names.at(number).store(arena.add(bytes), std::memory_order_release);
    slots.load(std::memory_order_relaxed)->add((uint64_t{tag} << 32) | number);
    size.store(number, std::memory_order_release);
    return number;
  }
  void grow() {
    Slots* old = slots.load(std::memory_order_relaxed);
    auto* wider = new Slots(old->size() * 2);
    old->add_all_to(*wider);
    slots.store(wider, std::memory_order_release);
    epochs.retire([old] { delete old; });
  }

  base::Epochs& epochs;
  std::atomic<Slots*> slots;
  base::SegmentedArray<std::atomic<const char*>> names;
  Arena arena;
  std::atomic<uint32_t> size{0};
};

Dictionary::Dictionary(base::Epochs& epochs) {
  for (auto& table : tables_) table = std::make_unique<Table>(epochs);
}
Dictionary::~Dictionary() = default;

uint32_t Dictionary::find(NameKind kind, std::string_view name) const {
  return tables_[static_cast<size_t>(kind)]->find(name, tag_of(name));
}

std::string_view Dictionary::name(NameKind kind, uint32_t number) const {
  return tables_[static_cast<size_t>(kind)]->name(number);
}

uint32_t Dictionary::size(NameKind kind) const {
  return tables_[static_cast<size_t>(kind)]->size.load(std::memory_order_acquire);
}

Dictionary::Assigned Dictionary::assign(NameKind kind, std::string_view name) {
  Table& table = *tables_[static_cast<size_t>(kind)];
  uint32_t tag = tag_of(name);
  if (uint32_t known = table.find(name, tag); known != 0) return {known, false};
  return {table.add(name, tag), true};
}

bool Dictionary::restore(NameKind kind, uint32_t number, std::string_view name) {
  Table& table = *tables_[static_cast<size_t>(kind)];
  uint32_t size = table.size.load(std::memory_order_relaxed);
  if (number <= size) return number != 0 && table.name(number) == name;
  if (number != size + 1) return false;
  table.add(name, tag_of(name));
  return true;
}

uint64_t Dictionary::bytes() const {
  uint64_t total = 0;
  for (auto& table : tables_)
    total += table->arena.bytes() + table->names.bytes() +
             table->slots.load(std::memory_order_acquire)->size() * sizeof(uint64_t);
  return total;
}

}  // namespace augury::store
