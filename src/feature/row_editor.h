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
  Units get_units(uint32_t at) const {
    return static_cast<Units>((static_cast<unsigned __int128>(get(at + 1)) << 64) | get(at));
  }
  void set_units(uint32_t at, Units units) const {
    set(at, static_cast<uint64_t>(units));
    set(at + 1, static_cast<uint64_t>(static_cast<unsigned __int128>(units) >> 64));
  }
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
  // The same where there may be no room: the oldest `gone()` entries go, and if none do the section widens.
  template <typename Gone>
  uint32_t insert_into(const ViewLayout& layout, uint32_t section, Directory directory, uint32_t at, Gone gone) {
    if (directory.used == directory.capacity) {
      uint32_t entries = gone();
      directory = drop_oldest(layout.sections[section], directory, entries);
      at -= entries;
    }
    if (directory.used == directory.capacity) directory = widen(layout, section);
    return insert(layout.sections[section], directory, at);
  }

  // The first entry at or after `key` (a pane, or a time for lists).
  uint32_t lower_bound(const Section& section, const Directory& directory, int64_t key) const {
    uint32_t begin = 0;
    uint32_t end = directory.used;
    if (end > 0 && static_cast<int64_t>(get(directory.offset + (end - 1) * section.stride)) < key) return end;
    while (begin < end) {
      uint32_t middle = (begin + end) / 2;
      if (static_cast<int64_t>(get(directory.offset + middle * section.stride)) < key) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

 private:
  RowSource& rows_;
  MutableRow row_;
  bool open_ = false;
};

}  // namespace augury::feature
