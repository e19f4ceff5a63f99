#include "model/tree/model_document.h"

#include <algorithm>

namespace augury::model {
namespace {

// In UBJSON a member's name begins with the type of its length; in JSON with a quote.
bool is_ubjson(std::string_view file) {
  return file.size() > 1 && file[0] == '{' && std::string_view("iUIlLN").contains(file[1]);
}

DocumentKind kind_of_member(std::string_view member) {
  if (member == "learner") return DocumentKind::XGBoost;
  if (member == "tree_info") return DocumentKind::LightGbm;
  if (member == "oblivious_trees" || member == "trees" || member == "features_info") return DocumentKind::CatBoost;
  return DocumentKind::Unknown;
}

Result<DocumentKind> find_kind(wire::ValueStream& in) {
  AUGURY_TRY(const auto root, in.kind());
  if (root == wire::ValueStream::Kind::Array) {
    AUGURY_TRY_VOID(in.begin_array());
    AUGURY_TRY(const bool any, in.next_element());
    if (!any) return DocumentKind::Unknown;
    bool dump = false;
    auto walked = each_member(in, [&](std::string_view member) -> Result<bool> {
      dump |= member == "nodeid";
      return false;
    });
    AUGURY_TRY_VOID(std::move(walked));
    return dump ? DocumentKind::XGBoostDump : DocumentKind::Unknown;
  }
  AUGURY_TRY_VOID(in.begin_object());
  std::string member;
  for (;;) {
    AUGURY_TRY(const bool more, in.next_member(member));
    if (!more) return DocumentKind::Unknown;
    const DocumentKind kind = kind_of_member(member);
    if (kind != DocumentKind::Unknown) return kind;
    AUGURY_TRY_VOID(in.skip());
  }
}

}  // namespace

DocumentKind document_kind(std::string_view file) {
  const auto in = open_document(file);
  return find_kind(*in).value_or(DocumentKind::Unknown);
}

std::unique_ptr<wire::ValueStream> open_document(std::string_view file) {
  return is_ubjson(file) ? wire::ubjson_stream(file) : wire::json_stream(file);
}

Error in_model(std::string_view name, const Error& error) {
  return Error{error.code, "model '" + std::string(name) + "': " + error.message};
}

Result<std::vector<std::string>> read_names(wire::ValueStream& in) {
  std::vector<std::string> names;
  auto walked = each_element(in, [&]() -> Result<void> {
    if (names.size() == kInputsMax) return in.wrong("more than a million names of features", "fewer");
    AUGURY_TRY(std::string name, in.text());
    names.push_back(std::move(name));
    return {};
  });
  AUGURY_TRY_VOID(std::move(walked));
  return names;
}

Result<void> check_names(const std::vector<std::string>& names) {
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return {};
  return Error{Code::Corrupt, "'" + std::string(twice->substr(0, 40)) + "' names two features, expected one"};
}

Result<size_t> CategorySets::add(const std::vector<int64_t>& categories, RawTree& tree) {
  if (tree.category_bounds.empty()) tree.category_bounds.push_back(0);
  size_t words = 0;
  for (const int64_t category : categories) {
    if (category < 0 || category >= INT32_MAX)
      return Error{Code::Corrupt, "found category " + std::to_string(category) + ", expected 0 to 2147483646"};
    words = std::max(words, static_cast<size_t>(category) / 32 + 1);
  }
  if (words > words_left_)
    return Error{Code::Invalid,
                 "category numbers up to " + std::to_string(*std::max_element(categories.begin(), categories.end())) +
                     " take more memory than the file explains; number categories from 0 on and train again"};
  words_left_ -= words;
  const size_t first = tree.category_words.size();
  tree.category_words.resize(first + words);
  for (const int64_t category : categories)
    tree.category_words[first + static_cast<size_t>(category) / 32] |= 1u << (category % 32);
  tree.category_bounds.push_back(static_cast<uint32_t>(tree.category_words.size()));
  return tree.category_bounds.size() - 2;
}

}  // namespace augury::model
