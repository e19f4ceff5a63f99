#include "pipeline/question.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_set>

namespace augury::pipeline {

using definition::Datum;
using definition::NameKind;
using definition::Text;
using Memory = std::pmr::memory_resource;

namespace {

constexpr size_t kCandidatesMax = 10'000;
constexpr size_t kExcludeMax = 10'000;
constexpr int kCountMax = 1'000;
constexpr Duration kAheadMax = std::chrono::minutes{5};

template <typename T>
std::span<T> room_for(size_t count, Memory& arena) {
  auto* place = std::pmr::polymorphic_allocator<T>(&arena).allocate(std::max<size_t>(1, count));
  std::uninitialized_default_construct_n(place, count);
  return {place, count};
}

std::string_view keep(std::string_view text, Memory& arena) {
  if (text.empty()) return {};
  auto place = room_for<char>(text.size(), arena);
  std::memcpy(place.data(), text.data(), text.size());
  return {place.data(), place.size()};
}

Datum datum_of(const Value& value, const store::Dictionary& names, Memory& arena) {
  auto text = [&](std::string_view bytes) { return Text{keep(bytes, arena), names.find(NameKind::Text, bytes)}; };
  if (const auto* x = std::get_if<double>(&value)) return Datum::of(*x);
  if (const auto* x = std::get_if<bool>(&value)) return Datum::of(*x);
  if (const auto* x = std::get_if<Location>(&value)) return Datum::of(*x);
  if (const auto* x = std::get_if<std::string_view>(&value)) return Datum::of(text(*x));
  if (const auto* x = std::get_if<Strings>(&value)) {
    auto all = room_for<Text>(x->size(), arena);
    for (size_t i = 0; i < all.size(); ++i) all[i] = text((*x)[i]);
    return Datum::of(std::span<const Text>(all));
  }
  return {};
}

Result<int> placement_of(const PredictRequest& request, const definition::App& app) {
  if (request.placement.empty() && app.placements.size() == 1) return 0;
  int found = app.placement(request.placement);
  if (found >= 0) return found;
  std::string all;
  for (const auto& p : app.placements) all += (all.empty() ? "" : ", ") + p.name;
  std::string asked = request.placement.empty()
                          ? "placement: which one?"
                          : "placement '" + std::string(request.placement) + "': no such placement;";
  return Error{request.placement.empty() ? Code::Invalid : Code::NotFound, asked + " there is " + all};
}

bool is_id(std::string_view id) { return !id.empty() && id.size() <= 256; }

Result<void> check(const PredictRequest& request) {
  auto too_many = [](std::string_view what, size_t count, size_t limit) {
    return Error{Code::Invalid,
                 std::string(what) + ": " + std::to_string(count) + ", at most " + std::to_string(limit)};
  };
  if (request.candidates.size() > kCandidatesMax)
    return too_many("candidates", request.candidates.size(), kCandidatesMax);
  if (request.exclude.size() > kExcludeMax) return too_many("exclude", request.exclude.size(), kExcludeMax);
  if (request.count && (*request.count < 1 || *request.count > kCountMax))
    return Error{Code::Invalid, "num_predictions: " + std::to_string(*request.count) + ", expected 1 to 1000"};
  if (request.user_id.size() > 256) return Error{Code::Invalid, "user_id: longer than 256 bytes"};
  if (request.session_id.size() > 248) return Error{Code::Invalid, "session_id: longer than 248 bytes"};
  for (auto id : request.candidates)
    if (!is_id(id)) return Error{Code::Invalid, "candidates: an id has 1 to 256 bytes"};
  return {};
}

std::span<const Candidate> candidates_of(std::span<const std::string_view> ids, const store::Dictionary& names,
                                         Memory& arena) {
  auto all = room_for<Candidate>(ids.size(), arena);
  std::unordered_set<std::string_view> seen;
  size_t count = 0;
  for (auto id : ids) {
    if (!seen.insert(id).second) continue;
    uint32_t item = names.find(NameKind::Item, id);
    Candidate c{.item = item, .id = item != 0 ? names.name(NameKind::Item, item) : keep(id, arena)};
    c.add(Origin::Request);
    c.recalled = 1 / static_cast<double>(count + 1);
    all[count++] = c;
  }
  return all.first(count);
}

void read_exclude(std::span<const std::string_view> ids, const store::Dictionary& names, Memory& arena, Question& out) {
  auto known = room_for<uint32_t>(ids.size(), arena);
  auto unknown = room_for<std::string_view>(ids.size(), arena);
  size_t k = 0, u = 0;
  for (auto id : ids) {
    if (uint32_t item = names.find(NameKind::Item, id); item != 0)
      known[k++] = item;
    else
      unknown[u++] = keep(id, arena);
  }
  std::sort(known.begin(), known.begin() + static_cast<ptrdiff_t>(k));
  out.exclude = known.first(k);
  out.exclude_unknown = unknown.first(u);
}

}  // namespace

bool Question::excludes(const Candidate& candidate) const {
  if (candidate.item != 0) return std::ranges::binary_search(exclude, candidate.item);
  return std::ranges::find(exclude_unknown, candidate.id) != exclude_unknown.end();
}

Result<Timestamp> moment_of(std::optional<Timestamp> asked, Timestamp receipt) {
  if (asked && *asked > receipt + kAheadMax)
    return Error{Code::Invalid, "context.timestamp: more than 5 minutes ahead of this server's clock"};
  return asked.value_or(receipt);
}

Subject read_subject(std::string_view user_id, std::string_view session_id, std::span<const NamedValue> context,
                     Timestamp now, const store::Store& store, Memory& arena) {
  const auto& names = store.dictionary();
  Subject s;
  s.now = now;
  s.session_id = keep(session_id, arena);
  s.user_id =
      user_id.empty() && !session_id.empty() ? keep("session:" + std::string(session_id), arena) : keep(user_id, arena);
  if (!s.user_id.empty()) s.user = names.find(NameKind::User, s.user_id);
  if (!s.session_id.empty()) s.session = names.find(NameKind::Session, s.session_id);
  auto all = room_for<feature::ContextDatum>(context.size(), arena);
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = {keep(context[i].name, arena), datum_of(context[i].value, names, arena)};
  s.context = all;
  return s;
}

Result<Question> read_question(const PredictRequest& request, const Snapshot& snapshot, const store::Store& store,
                               Timestamp receipt, Memory& arena) {
  AUGURY_TRY_VOID(check(request));
  Question q;
  AUGURY_TRY(q.placement, placement_of(request, snapshot.app()));
  AUGURY_TRY(auto now, moment_of(request.now, receipt));
  q.subject = read_subject(request.user_id, request.session_id, request.context, now, store, arena);
  q.brought_candidates = !request.candidates.empty();
  q.candidates = candidates_of(request.candidates, store.dictionary(), arena);
  read_exclude(request.exclude, store.dictionary(), arena, q);
  q.count = request.count;
  q.explain = request.explain;
  return q;
}

}  // namespace augury::pipeline
