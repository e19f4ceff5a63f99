// A model kept as a JSON or UBJSON document: which library wrote it, and the steps that all readers of one take.
//
// Readers go through the document twice, once for what describes the model and once for its trees, because the order
// of members is nobody's promise. Nothing is kept of what they skip.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "augury/result.h"
#include "model/tree/flat_forest.h"
#include "wire/value_stream.h"

namespace augury::model {

enum class DocumentKind {
  XGBoost,
  LightGbm,
  CatBoost,
  XGBoostDump,  // Booster.dump_model(): the trees without what it takes to score them.
  Unknown,
};

// Told by the members at the top, read as far as it takes.
DocumentKind document_kind(std::string_view file);

std::unique_ptr<wire::ValueStream> open_document(std::string_view file);

// The most inputs and outputs a model may have: what they take in memory does not come from the file.
constexpr size_t kInputsMax = 1'000'000;
constexpr uint32_t kOutputsMax = 65'536;

// "model 'x': what", with the code of `error`.
Error in_model(std::string_view name, const Error& error);

// Calls take(member) for each member of the object that stands here; a Result<bool> that is false means "not mine", and
// the value is skipped.
template <typename Take>
Result<void> each_member(wire::ValueStream& in, Take take) {
  AUGURY_TRY_VOID(in.begin_object());
  std::string member;
  for (;;) {
    AUGURY_TRY(const bool more, in.next_member(member));
    if (!more) return {};
    AUGURY_TRY(const bool taken, take(std::string_view(member)));
    if (!taken) AUGURY_TRY_VOID(in.skip());
  }
}

// Calls take() for each element of the array that stands here; it takes the element.
template <typename Take>
Result<void> each_element(wire::ValueStream& in, Take take) {
  AUGURY_TRY_VOID(in.begin_array());
  for (;;) {
    AUGURY_TRY(const bool more, in.next_element());
    if (!more) return {};
    AUGURY_TRY_VOID(take());
  }
}

// Goes to the member `path` of the object that stands here and calls take() with its value; whether it was there.
template <typename Take>
Result<bool> at_member(wire::ValueStream& in, std::string_view path, Take take) {
  const std::string_view first = path.substr(0, path.find('/'));
  bool found = false;
  auto walked = each_member(in, [&](std::string_view member) -> Result<bool> {
    if (member != first) return false;
    if (first.size() == path.size()) {
      AUGURY_TRY_VOID(take());
      found = true;
      return true;
    }
    AUGURY_TRY(const bool deeper, at_member(in, path.substr(first.size() + 1), take));
    found |= deeper;
    return true;
  });
  AUGURY_TRY_VOID(std::move(walked));
  return found;
}

Result<std::vector<std::string>> read_names(wire::ValueStream& in);

// Invalid if two inputs have one name.
Result<void> check_names(const std::vector<std::string>& names);

// Category sets of a forest's trees, held to a size that what the file lists can explain: one number far from the
// others makes a set as long as itself.
class CategorySets {
 public:
  explicit CategorySets(size_t file_bytes) : words_left_(file_bytes / 2 + kWordsFree) {}

  // Appends a set to those of `tree` and gives its number. Invalid: a category below 0 or too many words.
  Result<size_t> add(const std::vector<int64_t>& categories, RawTree& tree);

 private:
  static constexpr size_t kWordsFree = size_t{4} << 20;
  size_t words_left_;
};

}  // namespace augury::model
