#include "store/online/rows.h"

#include <algorithm>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "base/check.h"
#include "base/sync.h"
#include "store/online/row_index.h"

namespace augury::store {

namespace {

// After this many looks at a row being written, its writer has lost the CPU: let it have ours.
constexpr int kLooksBeforeYield = 64;
constexpr size_t kVisitsPerPin = 64;

struct Kept {
  std::vector<uint64_t> words;
  uint64_t position = 0;
};

// One look at a row. False: it was being written, look again (from the table: it may have moved).
template <typename Room>
bool look(const Row& row, const Room& room, uint32_t& size, uint64_t& position, uint32_t& changed) {
  uint32_t before = row.lock.load(std::memory_order_acquire);
  if (before % 2 != 0) return false;
  size = row.size.load(std::memory_order_acquire);
  uint64_t* to = room(size);
  const auto* from = row.words();
  for (uint32_t i = 0; i < size; ++i) to[i] = from[i].load(std::memory_order_acquire);
  position = row.position.load(std::memory_order_acquire);
  changed = row.changed.load(std::memory_order_acquire);
  return row.lock.load(std::memory_order_relaxed) == before;
}

class Spin {
 public:
  void wait() {
    if (++looks_ % kLooksBeforeYield == 0) std::this_thread::yield();
  }

 private:
  int looks_ = 0;
};

}  // namespace

struct Rows::Table {
  Table(base::Epochs& e, TableKind kind) : epochs(e) {
    if (kind == TableKind::Hashed) hashed.emplace(e);
  }
  ~Table() {
    for (Row* row : large) memory->free(row, row->bytes());
  }

  Row* find(uint64_t key) const { return hashed ? hashed->find(key) : dense.find(key); }
  void set(uint64_t key, Row* row) { hashed ? hashed->set(key, row) : dense.set(key, row); }

  Row* add(uint64_t key, uint32_t words) {
    Row* row = make(key, words);
    count.fetch_add(1, std::memory_order_relaxed);
    bytes.fetch_add(row->bytes(), std::memory_order_relaxed);
    return row;
  }
  Row* make(uint64_t key, uint32_t words);
  void retire(Row* row);
  Row* move(Row* row, uint32_t words);
  void mark_dirty(Row* row);
  void keep_aside(const Row& row);
  bool visit_one(uint64_t key, std::vector<uint64_t>& buffer, const auto& visit);

  base::Epochs& epochs;
  // Shared with what waits in the epochs, which outlive this table.
  std::shared_ptr<RowMemory> memory = std::make_shared<RowMemory>();
  DenseIndex dense;
  std::optional<HashedIndex> hashed;
  std::unordered_set<Row*> large;  // Blocks too big for the chunks: freed one by one.

  std::atomic<uint32_t> generation_of_cut{0};
  uint32_t generation = 1;      // A row with `changed` == generation is in `dirty`.
  std::vector<uint64_t> dirty;  // Keys; those of erased rows too.
  std::vector<uint64_t> cut;    // Keys of the cut being taken; a row is in it iff `changed` == generation - 1.
  bool cutting = false;
  std::atomic<uint64_t> visited{0};  // Keys below are written: no need to keep them aside.
  base::Mutex mutex;
  std::unordered_map<uint64_t, Kept> aside AUGURY_GUARDED_BY(mutex);

  std::atomic<uint64_t> count{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> dirty_bytes{0};
};

Row* Rows::Table::make(uint64_t key, uint32_t words) {
  Row* row = Row::make(*memory, key, words);
  if (RowMemory::is_large(row->bytes())) large.insert(row);
  return row;
}

void Rows::Table::retire(Row* row) {
  if (RowMemory::is_large(row->bytes())) large.erase(row);
  epochs.retire([row, home = memory] { home->free(row, row->bytes()); });
}

Row* Rows::Table::move(Row* row, uint32_t words) {
  Row* roomier = make(row->key, words);
  roomier->lock.store(row->lock.load(std::memory_order_relaxed), std::memory_order_relaxed);
  roomier->changed.store(row->changed.load(std::memory_order_relaxed), std::memory_order_relaxed);
  roomier->position.store(row->position.load(std::memory_order_relaxed), std::memory_order_relaxed);
  uint32_t size = row->size.load(std::memory_order_relaxed);
  for (uint32_t i = 0; i < size; ++i)
    roomier->words()[i].store(row->words()[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
  bytes.fetch_add(roomier->bytes() - row->bytes(), std::memory_order_relaxed);
  dirty_bytes.fetch_add(roomier->bytes() - row->bytes(), std::memory_order_relaxed);
  set(row->key, roomier);
  retire(row);
  return roomier;
}

void Rows::Table::mark_dirty(Row* row) {
  row->changed.store(generation, std::memory_order_release);
  dirty.push_back(row->key);
  dirty_bytes.fetch_add(row->bytes(), std::memory_order_relaxed);
}

void Rows::Table::keep_aside(const Row& row) {
  if (!cutting || row.changed.load(std::memory_order_relaxed) != generation - 1) return;
  if (row.key < visited.load(std::memory_order_acquire)) return;
  Kept kept;
  kept.position = row.position.load(std::memory_order_relaxed);
  kept.words.resize(row.size.load(std::memory_order_relaxed));
  for (uint32_t i = 0; i < kept.words.size(); ++i) kept.words[i] = row.words()[i].load(std::memory_order_relaxed);
  base::Lock lock(mutex);
  aside.emplace(row.key, std::move(kept));
}

// The row at the moment of the cut: in its place if untouched since, else aside, else it was not there then.
bool Rows::Table::visit_one(uint64_t key, std::vector<uint64_t>& buffer, const auto& visit) {
  uint32_t size = 0, changed = 0;
  uint64_t position = 0;
  auto room = [&](uint32_t words) {
    if (buffer.size() < words) buffer.resize(words);
    return buffer.data();
  };
  const Row* row = find(key);
  if (row != nullptr && !look(*row, room, size, position, changed)) return false;
  if (row != nullptr && changed == generation_of_cut.load(std::memory_order_relaxed)) {
    visit(key, std::span<const uint64_t>(buffer.data(), size), position);
    return true;
  }
  Kept kept;
  {
    base::Lock lock(mutex);
    if (auto found = aside.find(key); found != aside.end()) kept = std::move(found->second), aside.erase(found);
  }
  visit(key, std::span<const uint64_t>(kept.words), kept.position);
  return true;
}

Rows::Rows(base::Epochs& epochs, TableKind kind) : table_(std::make_unique<Table>(epochs, kind)) {}
Rows::~Rows() = default;

Rows::Copy Rows::read(uint64_t key, std::pmr::memory_resource& arena) const {
  uint64_t* words = nullptr;
  uint32_t have = 0, size = 0, changed = 0;
  uint64_t position = 0;
  auto room = [&](uint32_t wanted) {
    if (wanted > have || words == nullptr) {
      words = static_cast<uint64_t*>(arena.allocate(std::max(wanted, 1u) * sizeof(uint64_t), alignof(uint64_t)));
      have = wanted;
    }
    return words;
  };
  for (Spin spin;; spin.wait()) {
    const Row* row = table_->find(key);
    if (row == nullptr) return {};
    if (look(*row, room, size, position, changed)) return {{words, size}, position};
  }
}

void Rows::prefetch(uint64_t key) const {
  const Row* row = table_->hashed ? table_->hashed->guess(key) : table_->dense.guess(key);
  const char* line = reinterpret_cast<const char*>(row);
  __builtin_prefetch(line);
  __builtin_prefetch(line + 64);
  __builtin_prefetch(line + 128);
}

Rows::Open Rows::open(uint64_t key, uint32_t words) {
  Table& table = *table_;
  Row* row = table.find(key);
  bool is_new = row == nullptr;
  if (is_new) {
    row = table.add(key, words);
  } else {
    table.keep_aside(*row);
  }
  AUGURY_DCHECK(row->lock.load(std::memory_order_relaxed) % 2 == 0);
  row->lock.store(row->lock.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (row->changed.load(std::memory_order_relaxed) != table.generation) table.mark_dirty(row);
  if (is_new) table.set(key, row);
  Open open{row->words(), row->size.load(std::memory_order_relaxed), row};
  return open.size < words ? grow(open, words) : open;
}

Rows::Open Rows::grow(const Open& open, uint32_t words) {
  auto* row = static_cast<Row*>(open.row);
  if (words > row->capacity) row = table_->move(row, words);
  if (words > row->size.load(std::memory_order_relaxed)) row->size.store(words, std::memory_order_release);
  return {row->words(), row->size.load(std::memory_order_relaxed), row};
}

void Rows::close(const Open& open, uint64_t position) {
  auto* row = static_cast<Row*>(open.row);
  row->position.store(position, std::memory_order_release);
  row->lock.store(row->lock.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void Rows::restore(uint64_t key, std::span<const uint64_t> words, uint64_t position) {
  AUGURY_DCHECK(table_->find(key) == nullptr);
  Row* row = table_->add(key, static_cast<uint32_t>(words.size()));
  row->position.store(position, std::memory_order_relaxed);
  for (size_t i = 0; i < words.size(); ++i) row->words()[i].store(words[i], std::memory_order_relaxed);
  table_->set(key, row);
}

void Rows::erase(uint64_t key) {
  Table& table = *table_;
  Row* row = table.find(key);
  if (row == nullptr) return;
  table.keep_aside(*row);
  if (row->changed.load(std::memory_order_relaxed) != table.generation) table.dirty.push_back(key);
  table.set(key, nullptr);
  table.count.fetch_sub(1, std::memory_order_relaxed);
  table.bytes.fetch_sub(row->bytes(), std::memory_order_relaxed);
  table.retire(row);
}

size_t Rows::begin_cut() {
  Table& table = *table_;
  AUGURY_CHECK(!table.cutting);
  table.cut.swap(table.dirty);
  table.generation_of_cut.store(table.generation++, std::memory_order_relaxed);
  table.visited.store(0, std::memory_order_relaxed);
  table.dirty_bytes.store(0, std::memory_order_relaxed);
  table.cutting = true;
  return table.cut.size();
}

void Rows::visit_cut(const std::function<void(uint64_t, std::span<const uint64_t>, uint64_t)>& visit) {
  Table& table = *table_;
  std::sort(table.cut.begin(), table.cut.end());
  table.cut.erase(std::unique(table.cut.begin(), table.cut.end()), table.cut.end());
  std::vector<uint64_t> buffer;
  for (size_t start = 0; start < table.cut.size(); start += kVisitsPerPin) {
    base::Epochs::Pin pin(table.epochs);
    size_t end = std::min(start + kVisitsPerPin, table.cut.size());
    for (size_t i = start; i < end; ++i) prefetch(table.cut[i]);
    for (size_t i = start; i < end; ++i) {
      for (Spin spin; !table.visit_one(table.cut[i], buffer, visit); spin.wait()) {
      }
      table.visited.store(table.cut[i] + 1, std::memory_order_release);
    }
  }
}

void Rows::end_cut(bool published) {
  Table& table = *table_;
  AUGURY_CHECK(table.cutting);
  table.cutting = false;
  if (!published) {
    for (uint64_t key : table.cut) {
      Row* row = table.find(key);
      if (row == nullptr) {
        table.dirty.push_back(key);
      } else if (row->changed.load(std::memory_order_relaxed) != table.generation) {
        table.mark_dirty(row);
      }
    }
  }
  table.cut = {};
  base::Lock lock(table.mutex);
  table.aside.clear();
}

uint64_t Rows::count() const { return table_->count.load(std::memory_order_relaxed); }
uint64_t Rows::bytes() const {
  return table_->bytes.load(std::memory_order_relaxed) +
         (table_->hashed ? table_->hashed->bytes() : table_->dense.bytes());
}
uint64_t Rows::dirty_bytes() const { return table_->dirty_bytes.load(std::memory_order_relaxed); }

}  // namespace augury::store
