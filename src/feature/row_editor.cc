#include "feature/row_editor.h"

#include <algorithm>

#include "base/check.h"

namespace augury::feature {

void RowEditor::move(uint32_t from, uint32_t to, uint32_t words) const {
  if (from < to) {
    for (uint32_t i = words; i-- > 0;) set(to + i, get(from + i));
  } else if (from > to) {
    for (uint32_t i = 0; i < words; ++i) set(to + i, get(from + i));
  }
}

Directory RowEditor::widen(const ViewLayout& layout, uint32_t section) {
  const Section& grown = layout.sections[section];
  uint32_t begin = layout.fixed;
  uint32_t end = layout.fixed;
  for (uint32_t i = 0; i < layout.sections.size(); ++i) {
    if (i == section) begin = end;
    end += Directory::of(get(layout.sections[i].directory)).capacity * layout.sections[i].stride;
  }
  auto directory = Directory::of(get(grown.directory));
  AUGURY_CHECK(directory.capacity < grown.capacity_max);
  uint32_t capacity = std::min(std::max(directory.capacity * 2, 1u), grown.capacity_max);
  uint32_t extra = (capacity - directory.capacity) * grown.stride;
  uint32_t behind = begin + directory.capacity * grown.stride;
  need(end + extra);
  move(behind, behind + extra, end - behind);
  clear(behind, std::min(behind + extra, end));
  for (uint32_t i = section + 1; i < layout.sections.size(); ++i) {
    auto later = Directory::of(get(layout.sections[i].directory));
    if (later.capacity == 0) continue;
    later.offset += extra;
    set(layout.sections[i].directory, later.word());
  }
  directory.offset = begin;
  directory.capacity = capacity;
  set(grown.directory, directory.word());
  return directory;
}

Directory RowEditor::drop_oldest(const Section& section, Directory directory, uint32_t entries) const {
  if (entries == 0) return directory;
  uint32_t left = directory.used - entries;
  move(directory.offset + entries * section.stride, directory.offset, left * section.stride);
  clear(directory.offset + left * section.stride, directory.offset + directory.used * section.stride);
  directory.used = left;
  set(section.directory, directory.word());
  return directory;
}

uint32_t RowEditor::insert(const Section& section, Directory directory, uint32_t at) const {
  AUGURY_DCHECK(directory.used < directory.capacity && at <= directory.used);
  uint32_t place = directory.offset + at * section.stride;
  move(place, place + section.stride, (directory.used - at) * section.stride);
  clear(place, place + section.stride);
  ++directory.used;
  set(section.directory, directory.word());
  return place;
}

}  // namespace augury::feature
