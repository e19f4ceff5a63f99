// What a record of the journal does to the state: rows, catalogue, marks of users. Live or replayed, it is this.
//
// Records go in in journal order. Events wait in a short line, so that the rows they will touch are on their way from
// memory when their turn comes; flush() lets the last ones through.
//
// Not thread-safe: the writer's (or a recovery's).
#pragma once

#include <array>
#include <vector>

#include "definition/app.h"
#include "feature/event.h"
#include "feature/plan.h"
#include "ingest/lists.h"
#include "ingest/row_source.h"
#include "journal/record.h"
#include "store/store.h"

namespace augury::ingest {

class Applier {
 public:
  struct Target {
    StoreRows& rows;
    store::Catalog& items;
    store::Catalog& users;
    store::Store* marks = nullptr;  // Null: a rebuild aside, which leaves users and lists alone.
    Lists* lists = nullptr;
  };
  Applier(const definition::App& app, const feature::Plan& plan, store::Dictionary& names, const Target& target);

  void apply(const journal::Record& record, uint64_t sequence);
  void apply(const journal::EventRecord& event, uint64_t sequence);
  void apply(const journal::EntityRecord& entity);
  void apply(const journal::ExposureRecord& exposure, uint64_t sequence);
  void flush();

  uint64_t late() const { return late_; }
  uint64_t keyless() const { return keyless_; }
  uint64_t overflowed() const { return overflowed_; }

 private:
  struct Waiting {
    feature::Event event;
    std::vector<definition::Datum> fields;
    std::vector<definition::Text> texts;
    std::vector<feature::ContextDatum> context;
  };
  static constexpr size_t kAhead = 12;

  int type_of(journal::TextNumber name);
  uint32_t number_of(std::string_view name) const;
  void set_fields(Waiting& slot, int type, const std::vector<journal::NamedField>& fields);
  void set_context(Waiting& slot, const std::vector<journal::NamedField>& fields);
  void set_keys(Waiting& slot, uint32_t user, uint32_t item, uint32_t session);
  Waiting& next_slot();
  void enter(Waiting& slot);
  void count(const Waiting& slot);
  definition::Datum datum(const journal::FieldValue& value, std::vector<definition::Text>& texts) const;
  int attribute_of(bool is_user, journal::TextNumber name);
  bool is_as_declared(bool is_user, int attribute, const definition::Datum& value) const;

  const definition::App& app_;
  const feature::Plan& plan_;
  store::Dictionary& names_;
  Target target_;
  std::vector<int> types_;                          // By text number: event type, -1 not one, -2 not looked up yet.
  std::vector<std::vector<uint32_t>> field_names_;  // By event type and field: text number, 0 not known yet.
  std::array<std::vector<int>, 2> attributes_;      // Items, users; by text number as in types_; vectors behind.
  std::array<Waiting, kAhead> line_;                // A ring.
  size_t first_ = 0, waiting_ = 0;
  Waiting impression_;  // The context of the exposure at hand.
  uint64_t late_ = 0, keyless_ = 0, overflowed_ = 0;
};

}  // namespace augury::ingest
