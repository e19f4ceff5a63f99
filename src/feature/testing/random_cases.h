// Random definitions, random events, random questions: cases to hold any implementation against the interpreter.
//
// The same seed and number give the same case on every machine. Whoever drives a case through something bigger than a
// plan (a store, an engine) takes `app` and `events` from here and compares with compare().
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "feature/testing/interpreter.h"

namespace augury::feature {

struct Question {
  int feature = 0;
  AskedKey key;
  Timestamp now;
};

struct RandomCase {
  definition::App app;
  std::vector<RecordedEvent> events;  // In journal order; times are not in order.
  std::vector<Question> questions;    // Asked after all events.
  std::vector<Question> early;        // Asked after `events_before` of them.
  size_t events_before = 0;
};

// Event types view{user,item; dwell, label, deep}, click, purchase{price, quantity}, impression; item attributes
// category (text), brand (text), in_stock (boolean), price (number); user attribute country. Texts borrow from static
// storage.
RandomCase random_case(uint64_t seed, uint64_t number);

// AUGURY_SEED from the environment, else a fixed one: a red run can be repeated, and another asked for.
uint64_t case_seed();

// Empty if they agree as the documentation promises; else what differs.
std::string compare(const definition::Aggregation& what, const AskedValue& expected, const definition::Datum& found);

uint64_t key_word(const AskedKey& key);

// "sum by user,item window where" -> how often it was asked with at least one event counted.
using Coverage = std::map<std::string, int>;
std::string coverage_row(const definition::Aggregation& what);
// Every row there must be.
std::vector<std::string> coverage_rows();

// Names of numbers, as the interpreter shows them.
class CaseNames : public NameSource {
 public:
  std::string_view name(definition::NameKind kind, uint32_t number) const override;

 private:
  mutable std::map<std::pair<int, uint32_t>, std::string> names_;
};

}  // namespace augury::feature
