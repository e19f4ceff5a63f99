#include "engine/remembered.h"

#include "serve/prediction_id.h"

namespace augury::engine {
namespace {

using definition::NameKind;

class Words {
 public:
  explicit Words(const store::Dictionary& names) : names_(names) {}

  std::string name(NameKind kind, uint32_t number) const { return std::string(names_.name(kind, number)); }
  std::string text(journal::TextNumber number) const { return name(NameKind::Text, number.value); }
  std::optional<std::string> optional(journal::TextNumber number) const {
    return number.value == 0 ? std::nullopt : std::optional(text(number));
  }

  OwnedValue operator()(std::monostate) const { return {}; }
  OwnedValue operator()(double x) const { return x; }
  OwnedValue operator()(bool x) const { return x; }
  OwnedValue operator()(journal::TextNumber x) const { return text(x); }
  OwnedValue operator()(const std::vector<journal::TextNumber>& all) const {
    std::vector<std::string> texts;
    for (auto one : all) texts.push_back(text(one));
    return texts;
  }
  OwnedValue operator()(Location at) const { return at; }
  OwnedValue operator()(Timestamp t) const { return t; }
  // A kind of value that a context does not hold.
  template <typename Other>
  OwnedValue operator()(const Other&) const {
    return {};
  }

 private:
  const store::Dictionary& names_;
};

}  // namespace

Explanation remembered(const ingest::RememberedAnswer& answer, const store::Dictionary& names) {
  const auto& record = answer.record;
  Words words(names);
  Explanation out;
  out.prediction_id = serve::text_of(record.prediction);
  out.placement = words.text(record.placement);
  out.user_id = words.name(NameKind::User, record.user);
  out.session_id = words.name(NameKind::Session, record.session);
  out.now = record.now;
  out.receipt = record.receipt;
  out.position = {0, record.position};
  out.sequence = {0, answer.sequence};
  out.level = record.level;
  out.cache_hit = record.cache_hit;
  out.fallback_reason = words.optional(record.fallback_reason);
  out.experiment_id = words.optional(record.experiment);
  out.variant = words.optional(record.variant);
  out.propensity = record.propensity;
  for (const auto& member : record.members)
    out.members.push_back({words.text(member.name), words.text(member.version), member.weight});
  for (const auto& field : record.context)
    out.context.emplace_back(words.text(field.name), std::visit(words, field.value));
  out.explained = record.explained;
  out.candidates_kept = !record.candidates.empty();
  int rank = 0;
  for (const auto& item : record.items) {
    auto& shown = out.items.emplace_back();
    shown.item_id = words.name(NameKind::Item, item.item);
    shown.rank = ++rank;
    shown.score = item.score;
  }
  for (uint32_t item : record.candidates) out.candidates.emplace_back().item_id = words.name(NameKind::Item, item);
  return out;
}

}  // namespace augury::engine
