#include "ingest/past.h"

#include <algorithm>

#include "ingest/applier.h"
#include "ingest/lists.h"

namespace augury::ingest {

using definition::NameKind;

namespace {

Error too_late(const std::string& what) {
  return {Code::Deadline, what + ": not done within the time allowed for a look at the past"};
}

// The receipt of the first record at or behind `from`; empty at the end of the journal.
Result<std::optional<Timestamp>> receipt_from(const journal::Journal& journal, uint64_t from) {
  auto walk = journal.read(from);
  AUGURY_TRY(auto block, walk->next());
  journal::Record record;
  for (uint64_t sequence = 0; block && block->next(record, sequence);)
    if (sequence >= from)
      return std::visit([](const auto& one) { return std::optional<Timestamp>(one.receipt); }, record);
  if (block) AUGURY_TRY_VOID(block->check());
  return std::optional<Timestamp>();
}

// The first sequence whose record was received at `moment` or later, as far as receipts ascend.
Result<uint64_t> sequence_at(const journal::Journal& journal, Timestamp moment, const TimeLimit& limit) {
  uint64_t low = 1, high = journal.newest() + 1;
  while (low < high) {
    if (limit.is_over()) return too_late("finding a moment in the journal");
    uint64_t middle = low + (high - low) / 2;
    AUGURY_TRY(auto receipt, receipt_from(journal, middle));
    if (receipt && *receipt < moment)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Looks at the answers received in [from, to].
Result<std::optional<RememberedAnswer>> search(const journal::Journal& journal, const journal::PredictionId& id,
                                               Timestamp from, Timestamp to, const TimeLimit& limit) {
  AUGURY_TRY(uint64_t first, sequence_at(journal, from, limit));
  auto walk = journal.read(first);
  journal::Record record;
  while (true) {
    if (limit.is_over()) return too_late("looking for the answer");
    AUGURY_TRY(auto block, walk->next());
    if (!block) return std::optional<RememberedAnswer>();
    bool beyond = false;
    for (uint64_t sequence = 0; block->next(record, sequence);) {
      auto* exposure = std::get_if<journal::ExposureRecord>(&record);
      if (exposure != nullptr && exposure->prediction == id)
        return std::optional(RememberedAnswer{std::move(*exposure), sequence});
      beyond = std::visit([&](const auto& one) { return one.receipt > to; }, record);
    }
    AUGURY_TRY_VOID(block->check());
    if (beyond) return std::optional<RememberedAnswer>();
  }
}

}  // namespace

Timestamp moment_of(const journal::PredictionId& id) {
  int64_t ms = 0;
  for (size_t i = 0; i < 6; ++i) ms = ms << 8 | id[i];
  return from_micros(ms * 1000);
}

Result<RememberedAnswer> find_answer(const journal::Journal& journal, const journal::PredictionId& id,
                                     const TimeLimit& limit) {
  Timestamp moment = moment_of(id);
  // Nearly always it is close by; only then the rest.
  for (auto [before, after] : {std::pair{Duration{std::chrono::seconds{1}}, Duration{std::chrono::seconds{5}}},
                               std::pair{kSearchBefore, kSearchAfter}}) {
    AUGURY_TRY(auto found, search(journal, id, moment - before, moment + after, limit));
    if (found) return std::move(*found);
  }
  return Error{Code::NotFound, "the journal has no answer with that id"};
}

Result<std::string> find_publication(const journal::Journal& journal, uint64_t sequence) {
  auto walk = journal.read(sequence);
  AUGURY_TRY(auto block, walk->next());
  journal::Record record;
  for (uint64_t at = 0; block && block->next(record, at) && at <= sequence;)
    if (auto* found = std::get_if<journal::PublicationRecord>(&record); found != nullptr && at == sequence)
      return std::move(found->description);
  return Error{Code::NotFound, "the journal has no publication at " + std::to_string(sequence)};
}

Result<uint64_t> rebuild_at(const journal::Journal& journal, const definition::App& app, const feature::Plan& plan,
                            const store::Dictionary& names, uint64_t position, Timestamp lists_at,
                            const TimeLimit& limit, store::Store& store) {
  for (NameKind kind : {NameKind::User, NameKind::Item, NameKind::Session, NameKind::Text})
    for (uint32_t number = 1, count = names.size(kind); number <= count; ++number)
      if (!store.dictionary().restore(kind, number, names.name(kind, number)))
        return Error{Code::Corrupt, "the dictionary gives one name two numbers; run 'augury repair'"};
  base::ManualWallClock moment(lists_at);
  Lists lists(app, plan, store, moment);
  StoreRows rows(all_rows(store));
  Applier applier(app, plan, store.dictionary(), {rows, store.items(), store.users(), &store, &lists});
  auto walk = journal.read(1);
  journal::Record record;
  uint64_t replayed = 0;
  Timestamp newest{};
  for (bool reached = position == 0; !reached;) {
    if (limit.is_over())
      return too_late("replaying the journal up to " + std::to_string(position) + " (" + std::to_string(replayed) +
                      " records done)");
    AUGURY_TRY(auto block, walk->next());
    if (!block) break;
    if (replayed == 0 && block->before() != 0)
      return Error{Code::Unavailable,
                   "the journal begins at " + std::to_string(block->first()) + ": what was before is gone"};
    for (uint64_t sequence = 0; block->next(record, sequence);) {
      if (sequence > position) {
        reached = true;
        break;
      }
      applier.apply(record, sequence);
      if (auto* event = std::get_if<journal::EventRecord>(&record)) newest = std::max(newest, event->receipt);
      ++replayed;
    }
    AUGURY_TRY_VOID(block->check());
  }
  applier.flush();
  store.set_newest_receipt(newest);
  store.set_applied(position);
  lists.touch_all();
  lists.publish();
  return replayed;
}

}  // namespace augury::ingest
