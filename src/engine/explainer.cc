#include "engine/explainer.h"

#include <bit>
#include <deque>
#include <unordered_map>

#include "definition/describe.h"
#include "engine/lines.h"
#include "engine/remembered.h"
#include "ingest/validate.h"
#include "pipeline/feature_reader.h"
#include "pipeline/retrace.h"

namespace augury::engine {
namespace {

// Owned values as those that are borrowed; lives as long as what it was made of.
class Borrowed {
 public:
  explicit Borrowed(const std::vector<std::pair<std::string, OwnedValue>>& values) {
    for (const auto& [name, value] : values) named_.push_back({name, std::visit(*this, value)});
  }
  std::span<const NamedValue> values() const { return named_; }

  Value operator()(std::monostate) { return {}; }
  Value operator()(double x) { return x; }
  Value operator()(bool x) { return x; }
  Value operator()(const std::string& x) { return std::string_view(x); }
  Value operator()(const std::vector<std::string>& all) {
    auto& views = lists_.emplace_back(all.begin(), all.end());
    return Strings(views);
  }
  Value operator()(Location at) { return at; }
  Value operator()(Timestamp) { return {}; }  // No context field is one.

 private:
  std::vector<NamedValue> named_;
  std::deque<std::vector<std::string_view>> lists_;
};

std::vector<std::string_view> ids_of(const std::vector<ExplainedItem>& items) {
  std::vector<std::string_view> ids;
  for (const auto& item : items) ids.push_back(item.item_id);
  return ids;
}

bool same_bits(double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); }

class Explainer {
 public:
  Explainer(const ExplainerParts& parts, const ingest::TimeLimit& limit) : parts_(parts), limit_(limit) {}

  Result<Explanation> run(std::string_view id) {
    auto bytes = ingest::parse_prediction_id(id);
    if (!bytes)
      return Error{Code::Invalid, "prediction id '" + std::string(id.substr(0, 40)) +
                                      "': expected the 26 characters that an answer gave as prediction_id"};
    auto answer = parts_.ingest.find_answer(*bytes, limit_);
    if (!answer) return answer.error().code == Code::NotFound ? unknown(id) : answer.error();
    out_ = remembered(*answer, parts_.store.dictionary());
    out_.app = parts_.stored.name;
    note_rules();
    doubt_versions(answer->record);
    compute(answer->record);
    judge();
    return std::move(out_);
  }

 private:
  static Error unknown(std::string_view id) {
    return {
        Code::NotFound,
        "no answer with prediction_id '" + std::string(id) +
            "' is in this app's journal; check the id and the app. The record of an answer given within a second of "
            "a power cut, or while events could not be journaled, may be lost"};
  }

  void doubt(std::string why) { out_.doubts.push_back(std::move(why)); }

  void note_rules() {
    const auto& app = parts_.snapshot->app();
    int placement = app.placement(out_.placement);
    if (placement < 0) return;
    out_.rules = lines_of(definition::describe_placement(app, app.placements[static_cast<size_t>(placement)]));
  }

  // Whether what is live now is what answered then.
  void doubt_versions(const journal::ExposureRecord& record) {
    auto then = parts_.ingest.find_publication(record.snapshot);
    if (!then)
      doubt("what was live then is not known: " + then.error().message);
    else if (*then != parts_.description)
      doubt("the app file or a model has changed since: rules, sources and contributions are by what is live now");
    if (record.cache_hit)
      doubt("it came from the answers kept for this user: it was computed earlier, at a moment that is not kept");
    if (!record.newer.empty())
      doubt(std::to_string(record.newer.size()) +
            " rows changed while it was computed, and were seen as they were a moment after its position");
  }

  // An empty one in the shape of the live store, filled from the journal; null if that cannot be done.
  std::unique_ptr<store::Store> past_store(const journal::ExposureRecord& record) {
    auto past = std::make_unique<store::Store>(parts_.stored, ingest::Ingest::table_kinds(parts_.stored_plan));
    auto replayed = parts_.ingest.rebuild_at(record.position, record.receipt, limit_, *past);
    if (replayed) {
      out_.records_replayed = *replayed;
      return past;
    }
    doubt(replayed.error().message + "; values, sources and contributions are those of now");
    return nullptr;
  }

  void compute(const journal::ExposureRecord& record) {
    auto past = past_store(record);
    out_.values_as_of = !past ? ValuesAsOf::Now : out_.doubts.empty() ? ValuesAsOf::Answer : ValuesAsOf::Position;
    const store::Store& store = past ? *past : parts_.store;
    Borrowed context(out_.context);
    auto shown = ids_of(out_.items), candidates = ids_of(out_.candidates);
    std::vector<std::string_view> members;
    for (const auto& member : out_.members) members.push_back(member.name);
    auto retraced = pipeline::retrace(parts_.snapshot, store,
                                      {.placement = out_.placement,
                                       .variant = out_.variant ? std::string_view(*out_.variant) : std::string_view(),
                                       .level = out_.level,
                                       .user_id = out_.user_id,
                                       .session_id = out_.session_id,
                                       .context = context.values(),
                                       .now = out_.now,
                                       .shown = shown,
                                       .candidates = candidates,
                                       .members = members});
    if (!retraced) {
      doubt(retraced.error().message);
      out_.values_as_of = ValuesAsOf::None;
      return;
    }
    read_features(retraced->features, store, context.values());
    take_items(*retraced);
  }

  void take_items(pipeline::Retraced& retraced) {
    std::unordered_map<std::string_view, pipeline::RetracedItem*> by_id;
    for (auto& item : retraced.items) by_id[item.id] = &item;
    std::unordered_map<std::string_view, int> ranks;
    for (auto& item : out_.items) {
      ranks[item.item_id] = item.rank;
      auto found = by_id.find(item.item_id);
      if (found == by_id.end()) continue;
      item.recomputed = found->second->score;
      item.reasons = found->second->reasons;
    }
    if (!out_.candidates_kept)
      for (const auto& item : retraced.items) out_.candidates.emplace_back().item_id = item.id;
    for (auto& candidate : out_.candidates) {
      if (auto rank = ranks.find(candidate.item_id); rank != ranks.end()) candidate.rank = rank->second;
      auto found = by_id.find(candidate.item_id);
      if (found == by_id.end()) continue;
      candidate.recomputed = found->second->score;
      for (const auto& reason : found->second->reasons)
        if (!reason.source.empty()) candidate.reasons.push_back(reason);
    }
  }

  void read_features(const std::vector<std::string>& features, const store::Store& store,
                     std::span<const NamedValue> context) {
    std::vector<std::string_view> names(features.begin(), features.end()), items = ids_of(out_.items);
    std::string_view user = out_.user_id;
    auto table = pipeline::read_features({.app = {},
                                          .user_ids = {&user, user.empty() ? size_t{0} : size_t{1}},
                                          .item_ids = items,
                                          .feature_names = names,
                                          .context = context,
                                          .session_id = out_.session_id,
                                          .now = out_.now},
                                         *parts_.snapshot, store, out_.now);
    if (!table) return doubt("features: " + table.error().message);
    for (auto& cell : table->cells) {
      auto* into = &out_.features;
      for (auto& item : out_.items)
        if (!cell.item_id.empty() && item.item_id == cell.item_id) into = &item.features;
      into->emplace_back(std::move(cell.feature), std::move(cell.value));
    }
  }

  void judge() {
    if (out_.level == Level::Static && out_.values_as_of != ValuesAsOf::None)
      return doubt("STATIC is a fixed list: nothing was computed for it");
    size_t equal = 0;
    for (const auto& item : out_.items)
      if (item.recomputed && item.score && same_bits(*item.recomputed, *item.score)) ++equal;
    if (equal < out_.items.size())
      doubt(std::to_string(out_.items.size() - equal) + " of " + std::to_string(out_.items.size()) +
            " scores come out differently: lists of popular and new items are not kept, nor are exclusions" +
            (out_.candidates_kept ? "" : ", nor were the candidates of this answer (ask with \"explain\": true)"));
    out_.exact = out_.doubts.empty();
  }

  const ExplainerParts& parts_;
  const ingest::TimeLimit& limit_;
  Explanation out_;
};

}  // namespace

Result<Explanation> explain(const ExplainerParts& parts, std::string_view prediction_id,
                            const ingest::TimeLimit& limit) {
  return Explainer(parts, limit).run(prediction_id);
}

}  // namespace augury::engine
