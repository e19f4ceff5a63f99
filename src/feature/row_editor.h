// One row while an event changes it: opened only if something counts, grown only when something is full.
#pragma once

#include <cstdint>

#include "feature/layout.h"
#include "feature/row.h"

namespace augury::feature {

// Closes the row when it goes. Not thread-safe (the one writer).
class RowEditor {
 public:
  explicit RowEditor(RowSource& rows) : rows_(rows) {}
  RowEditor(const RowEditor&) = delete;
  RowEditor& operator=(const RowEditor&) = delete;
  ~RowEditor() {
    if (open_) rows_.close(row_);
  }

  bool is_open() const { return open_; }
  // A new row gets `expected` words, an old one at least `fixed`.
  void open(uint32_t view, uint64_t key, uint32_t fixed, uint32_t expected) {
    row_ = rows_.open(view, key, expected);
    open_ = true;
    need(fixed);
  }

  uint64_t get(uint32_t at) const { return row_.load(at); }
  void set(uint32_t at, uint64_t value) const { row_.store(at, value); }
  uint32_t size() const { return row_.size; }
  const MutableRow& row() const { return row_; }

  // Room for at least `words`; new ones are zero.
  void need(uint32_t words) {
    if (words > row_.size) row_ = rows_.grow(row_, words);
  }

  void move(uint32_t from, uint32_t to, uint32_t words) const;
  void clear(uint32_t from, uint32_t to) const {
    for (uint32_t i = from; i < to; ++i) set(i, 0);
  }

  // Doubles the capacity of a section; later ones move up.
  Directory widen(const ViewLayout& layout, uint32_t section);
  // Drops the oldest entries.
  Directory drop_oldest(const Section& section, Directory directory, uint32_t entries) const;
  // Opens a gap before entry `at`, which must have room, and counts it as used. Returns its first word.
  uint32_t insert(const Section& section, Directory directory, uint32_t at) const;

 private:
  RowSource& rows_;
  MutableRow row_;
  bool open_ = false;
};

}  // namespace augury::feature
