#include "store/catalog/terms.h"

#include <algorithm>
#include <string>

#include "base/hash.h"

namespace augury::store {

using definition::Datum;

namespace {

constexpr size_t kWordMin = 3;  // Shorter ones tell little: of, in, the sizes of things.

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_a_letter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }  // UTF-8.

template <typename Visit>
void each_word(std::string_view text, Visit visit) {
  std::string word;
  size_t letters = 0;
  bool any = false;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_letter(text[i])) {
      word += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + ('a' - 'A')) : text[i];
      letters += continues_a_letter(text[i]) ? 0 : 1;
      continue;
    }
    if (letters >= kWordMin) visit(std::string_view(word)), any = true;
    word.clear();
    letters = 0;
  }
  if (!any && !text.empty()) visit(text);
}

}  // namespace

uint32_t Terms::items_with(uint32_t number) const {
  auto* place = counts_.find(number);
  return place == nullptr ? 1 : std::max(place->load(std::memory_order_relaxed), 1u);
}

std::vector<Term> Terms::terms_of(const Datum& value) {
  std::vector<Term> terms;
  auto visit = [&](std::string_view term) {
    uint64_t hash = base::hash64(term);
    auto [at, is_new] = numbers_.try_emplace(hash, static_cast<uint32_t>(numbers_.size() + 1));
    if (is_new) bytes_.fetch_add(sizeof(*at) + 2 * sizeof(void*), std::memory_order_relaxed);
    terms.push_back({hash, at->second});
  };
  if (value.kind == Datum::Kind::Text) each_word(value.text.bytes, visit);
  if (value.kind == Datum::Kind::Texts)
    for (const auto& text : value.texts) visit(text.bytes);
  std::ranges::sort(terms, {}, &Term::hash);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

void Terms::add(std::span<const Term> terms) {
  for (const Term& term : terms) counts_.at(term.number).fetch_add(1, std::memory_order_relaxed);
  if (!terms.empty()) items_.fetch_add(1, std::memory_order_relaxed);
}

void Terms::remove(std::span<const Term> terms) {
  for (const Term& term : terms) counts_.at(term.number).fetch_sub(1, std::memory_order_relaxed);
  if (!terms.empty()) items_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace augury::store
