// Rows in a hash map, for tests and benchmarks of plans.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "feature/row.h"

namespace augury::feature {

// Not thread-safe. Checks that a plan keeps to the rules: one row open at a time, and closed in the end.
class MemoryRows : public RowSource, public RowReader {
 public:
  MutableRow open(uint32_t view, uint64_t key, uint32_t words) override {
    AUGURY_CHECK(!open_);
    open_ = true;
    Row& row = rows_[{view, key}];
    if (row.words.empty()) row.words = std::vector<std::atomic<uint64_t>>(words);
    return mutable_row(row);
  }
  MutableRow grow(const MutableRow& row, uint32_t words) override {
    Row& old = *static_cast<Row*>(row.handle);
    std::vector<std::atomic<uint64_t>> grown(std::max<size_t>(words, old.words.size()));
    for (size_t i = 0; i < old.words.size(); ++i) grown[i].store(old.words[i].load());
    old.words = std::move(grown);
    return mutable_row(old);
  }
  void close(const MutableRow&) override { open_ = false; }
  void prefetch(uint32_t, uint64_t) override {}

  std::span<const uint64_t> read(uint32_t view, uint64_t key, std::pmr::memory_resource& arena) const override {
    auto found = rows_.find({view, key});
    if (found == rows_.end()) return {};
    const auto& words = found->second.words;
    auto* copy = static_cast<uint64_t*>(arena.allocate(words.size() * sizeof(uint64_t), alignof(uint64_t)));
    for (size_t i = 0; i < words.size(); ++i) copy[i] = words[i].load(std::memory_order_relaxed);
    return {copy, words.size()};
  }

  size_t size() const { return rows_.size(); }
  size_t words() const {
    size_t all = 0;
    for (const auto& [key, row] : rows_) all += row.words.size();
    return all;
  }

  // As a checkpoint and a reopen would: the words, and nothing else.
  using Saved = std::vector<std::pair<std::pair<uint32_t, uint64_t>, std::vector<uint64_t>>>;
  Saved save() const {
    Saved saved;
    for (const auto& [key, row] : rows_) saved.push_back({key, {row.words.begin(), row.words.end()}});
    return saved;
  }
  void load(const Saved& saved) {
    rows_.clear();
    for (const auto& [key, words] : saved) {
      std::vector<std::atomic<uint64_t>> loaded(words.size());
      for (size_t i = 0; i < words.size(); ++i) loaded[i].store(words[i]);
      rows_[key].words = std::move(loaded);
    }
  }

 private:
  struct Row {
    std::vector<std::atomic<uint64_t>> words;
  };
  struct Hash {
    size_t operator()(const std::pair<uint32_t, uint64_t>& key) const {
      return base::mix(key.second ^ (uint64_t{key.first} << 58));
    }
  };
  static MutableRow mutable_row(Row& row) { return {row.words.data(), static_cast<uint32_t>(row.words.size()), &row}; }

  std::unordered_map<std::pair<uint32_t, uint64_t>, Row, Hash> rows_;
  bool open_ = false;
};

}  // namespace augury::feature
