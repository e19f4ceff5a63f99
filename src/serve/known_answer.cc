#include "serve/known_answer.h"

#include <cmath>

#include "base/bytes.h"

namespace augury::serve {

using definition::Datum;

namespace {

void append(base::ByteWriter& out, const Datum& d) {
  out.byte(static_cast<uint8_t>(d.kind));
  switch (d.kind) {
    case Datum::Kind::Number:
      return out.fixed(d.number);
    case Datum::Kind::Boolean:
      return out.byte(d.boolean ? 1 : 0);
    case Datum::Kind::Text:
      return out.text(d.text.bytes);
    case Datum::Kind::Texts:
      out.varint(d.texts.size());
      for (const auto& text : d.texts) out.text(text.bytes);
      return;
    case Datum::Kind::Location:
      out.signed_varint(static_cast<int64_t>(std::floor(d.location.lat * 100 + 0.5)));
      out.signed_varint(static_cast<int64_t>(std::floor(d.location.lon * 100 + 0.5)));
      return;
    case Datum::Kind::Missing:
    case Datum::Kind::Time:
    case Datum::Kind::List:
    case Datum::Kind::Vector:
      return;
  }
}

size_t heap_of(const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

}  // namespace

size_t KnownAnswer::bytes() const {
  size_t sum = sizeof(KnownAnswer) + heap_of(circumstances) + heap_of(model_version) +
               ranked.capacity() * sizeof(pipeline::Ranked) + models.capacity() * sizeof(models[0]) +
               members.capacity() * sizeof(members[0]);
  for (const auto& r : ranked) sum += heap_of(r.id) + heap_of(r.explanation);
  for (const auto& [name, version] : models) sum += heap_of(name) + heap_of(version);
  for (const auto& m : members) sum += heap_of(m.name) + heap_of(m.version);
  return sum;
}

std::string key_of(const definition::Placement& placement, const pipeline::Subject& subject) {
  std::string key(placement.name);
  key.push_back('\0');
  return key.append(subject.user_id);
}

std::string circumstances_of(const pipeline::PlacementPlan& plan, const pipeline::Ranking& ranking,
                             const definition::Variant* variant, uint64_t publication,
                             const pipeline::Question& question) {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.varint(publication);
  out.text(variant != nullptr ? variant->name : std::string_view());
  out.text(ranking.model_version);
  if (plan.reads_session) out.text(question.subject.session_id);
  for (const auto& field : plan.context_fields)
    for (const auto& c : question.subject.context)
      if (c.name == field) out.text(field), append(out, c.value);
  out.varint(question.candidates.size());
  for (const auto& c : question.candidates) out.text(c.id);
  return bytes;
}

}  // namespace augury::serve
