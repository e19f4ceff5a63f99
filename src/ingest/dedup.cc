#include "ingest/dedup.h"

#include <algorithm>

#include "base/hash.h"
#include "base/random.h"

namespace augury::ingest {

namespace {

// Ids beyond the limit go by at least this share of it at once.
constexpr uint64_t kTablesAtLeast = 8;

int64_t hour_of(Timestamp t) { return std::chrono::floor<std::chrono::hours>(t).time_since_epoch().count(); }
// Producers choose ids, so the place of one must not be for them to know.
uint64_t home(uint64_t fingerprint) { return base::mix(fingerprint ^ base::process_seed()); }

}  // namespace

Dedup::Dedup(const definition::DedupRules& rules) : rules_(rules) {}

bool Dedup::Table::contains(uint64_t fingerprint) const {
  if (slots.empty()) return false;
  uint64_t mask = slots.size() - 1;
  for (uint64_t at = home(fingerprint) & mask; slots[at] != 0; at = (at + 1) & mask)
    if (slots[at] == fingerprint) return true;
  return false;
}

void Dedup::Table::add(uint64_t fingerprint) {
  if ((used + 1) * 10 > slots.size() * 7) grow();
  uint64_t mask = slots.size() - 1, at = home(fingerprint) & mask;
  while (slots[at] != 0) at = (at + 1) & mask;
  slots[at] = fingerprint;
  ++used;
}

// Closes the gap, so that no later fingerprint is cut off from its home.
bool Dedup::Table::remove(uint64_t fingerprint) {
  if (!contains(fingerprint)) return false;
  uint64_t mask = slots.size() - 1, gap = home(fingerprint) & mask;
  while (slots[gap] != fingerprint) gap = (gap + 1) & mask;
  for (uint64_t at = (gap + 1) & mask; slots[at] != 0; at = (at + 1) & mask) {
    if (((at - home(slots[at])) & mask) < ((at - gap) & mask)) continue;
    slots[gap] = slots[at];
    gap = at;
  }
  slots[gap] = 0;
  --used;
  return true;
}

void Dedup::Table::grow() {
  std::vector<uint64_t> old(std::max<size_t>(slots.size() * 2, 64));
  old.swap(slots);
  used = 0;
  for (uint64_t fingerprint : old)
    if (fingerprint != 0) add(fingerprint);
}

Dedup::Table& Dedup::table_for(Timestamp receipt) {
  while (!tables_.empty() && tables_.front().newest + rules_.window < receipt) {
    entries_ -= tables_.front().used;
    tables_.pop_front();
  }
  while (!tables_.empty() && entries_ >= std::max<uint64_t>(rules_.entries, 1)) drop_oldest();
  bool full = !tables_.empty() && tables_.back().used >= std::max<uint64_t>(rules_.entries / kTablesAtLeast, 1);
  if (tables_.empty() || hour_of(receipt) > tables_.back().hour || full)
    tables_.push_back({hour_of(receipt), receipt, 0, {}});
  Table& table = tables_.back();
  table.newest = std::max(table.newest, receipt);
  return table;
}

void Dedup::drop_oldest() {
  forgotten_ = std::max(forgotten_, tables_.front().newest);
  entries_ -= tables_.front().used;
  tables_.pop_front();
}

bool Dedup::add(uint64_t fingerprint, Timestamp receipt) {
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    if (table->newest + rules_.window < receipt) break;
    if (table->contains(fingerprint)) return false;
  }
  table_for(receipt).add(fingerprint);
  ++entries_;
  return true;
}

void Dedup::remove(uint64_t fingerprint) {
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    if (!table->remove(fingerprint)) continue;
    --entries_;
    return;
  }
}

void Dedup::prefetch(uint64_t fingerprint) const {
  for (auto& table : tables_)
    if (!table.slots.empty()) __builtin_prefetch(&table.slots[home(fingerprint) & (table.slots.size() - 1)]);
}

Duration Dedup::window_in_force(Timestamp now) const {
  if (forgotten_ == Timestamp{}) return rules_.window;
  return std::clamp(now - forgotten_, Duration{0}, rules_.window);
}

void Dedup::confirm(uint64_t fingerprint, Timestamp receipt) {
  int64_t hour = hour_of(receipt);
  if (confirmed_.empty() || confirmed_.back().hour != hour) {
    auto same = std::find_if(confirmed_.begin(), confirmed_.end(), [&](const Hour& h) { return h.hour == hour; });
    if (same == confirmed_.end()) {
      confirmed_.push_back({hour, {}});
    } else {
      std::swap(*same, confirmed_.back());
    }
  }
  confirmed_.back().fingerprints.push_back(fingerprint);
}

std::vector<Dedup::Hour> Dedup::take_confirmed() {
  auto taken = std::exchange(confirmed_, {});
  std::sort(taken.begin(), taken.end(), [](const Hour& a, const Hour& b) { return a.hour < b.hour; });
  return taken;
}

void Dedup::give_back(std::vector<Hour> confirmed) {
  for (auto& hour : confirmed) {
    Timestamp start{std::chrono::hours{hour.hour}};
    for (uint64_t fingerprint : hour.fingerprints) confirm(fingerprint, start);
  }
}

int64_t Dedup::oldest_hour() const { return tables_.empty() ? INT64_MIN : tables_.front().hour; }

}  // namespace augury::ingest
