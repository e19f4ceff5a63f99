// Names are numbers inside: "user_12345" <-> 17, each kind counting from 1.
//
// One thread assigns; any thread reads without a lock (find() under a base::Epochs::Pin). Numbers and the bytes behind
// them never change or move while the dictionary lives.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/epoch.h"
#include "definition/datum.h"

namespace augury::store {

using definition::NameKind;

class Dictionary {
 public:
  explicit Dictionary(base::Epochs& epochs);
  ~Dictionary();

  // 0 if the name has no number.
  uint32_t find(NameKind kind, std::string_view name) const;
  // Empty for 0 and for numbers never given.
  std::string_view name(NameKind kind, uint32_t number) const;
  // Numbers 1..size(kind) are in use.
  uint32_t size(NameKind kind) const;

  // Writer only: the number of `name`, and whether it is new (then it must be journaled with the block that uses it).
  struct Assigned {
    uint32_t number;
    bool is_new;
  };
  Assigned assign(NameKind kind, std::string_view name);
  // Recovery. False, changing nothing, unless `number` is the one assign() would give next or is known with that name.
  [[nodiscard]] bool restore(NameKind kind, uint32_t number, std::string_view name);

  uint64_t bytes() const;

 private:
  struct Table;
  std::unique_ptr<Table> tables_[4];
};

}  // namespace augury::store
