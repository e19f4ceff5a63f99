#include "definition/functions.h"

namespace augury::definition {
namespace {

using Arguments = std::span<const Datum>;

// visit(bytes, weight) for each member; the members of strings weigh 1, a text is its own only member.
template <typename Visit>
void each_member(const Datum& of, Visit visit) {
  if (of.kind == Datum::Kind::Text) visit(of.text.bytes, 1.0);
  if (of.kind == Datum::Kind::Texts)
    for (const auto& text : of.texts) visit(text.bytes, 1.0);
  if (of.kind == Datum::Kind::List)
    for (const auto& entry : of.list) visit(entry.id, entry.weight);
}

bool has(const Datum& list, std::string_view wanted) {
  bool found = false;
  each_member(list, [&](std::string_view bytes, double) { found = found || bytes == wanted; });
  return found;
}

Datum share(Arguments a, const Constants&) {
  double total = 0;
  double of = 0;
  each_member(a[0], [&](std::string_view bytes, double weight) {
    total += weight;
    if (has(a[1], bytes)) of += weight;
  });
  return Datum::of(of / total);
}

Datum overlap(Arguments a, const Constants&) {
  double common = 0;
  size_t place = 0;
  each_member(a[0], [&](std::string_view bytes, double) {
    size_t here = place++;
    size_t earlier = 0;
    bool repeated = false;
    each_member(a[0],
                [&](std::string_view other, double) { repeated = repeated || (earlier++ < here && other == bytes); });
    if (!repeated && has(a[1], bytes)) ++common;
  });
  return Datum::of(common);
}

Datum contains(Arguments a, const Constants&) {
  bool found = false;
  each_member(a[1], [&](std::string_view bytes, double) { found = found || has(a[0], bytes); });
  return Datum::of(found);
}

Datum size(Arguments a, const Constants&) {
  double count = 0;
  each_member(a[0], [&](std::string_view, double) { ++count; });
  return Datum::of(count);
}

constexpr FunctionRow kList[] = {
    {"share", "mw", Type::Number, share},
    {"overlap", "mm", Type::Number, overlap},
    {"contains", "mw", Type::Boolean, contains},
    {"size", "m", Type::Number, size},
};

}  // namespace

std::span<const FunctionRow> list_functions() { return kList; }

}  // namespace augury::definition
