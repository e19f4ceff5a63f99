// Turns what was taken into what the journal keeps: names become numbers, and new names are remembered until they are
// written together with the block that uses them.
//
// Not thread-safe: the writer's.
#pragma once

#include <vector>

#include "definition/app.h"
#include "ingest/ingest.h"
#include "ingest/job.h"
#include "io/database.h"
#include "journal/record.h"
#include "store/catalog/dictionary.h"

namespace augury::ingest {

class Naming {
 public:
  Naming(const definition::App& app, store::Dictionary& names);

  // Fill a record, reusing what it has allocated.
  void fill(const TakenEvent& event, journal::EventRecord& record);
  journal::ExposureRecord exposure(const Exposure& exposure);
  // An attribute or a vector by its place in the app file.
  journal::NamedField attribute(bool is_user, const TakenField& field);
  uint32_t number(definition::NameKind kind, std::string_view name);

  // Puts every name not yet written into `batch`; written() once the batch is in the journal. A batch that failed
  // costs no name: it goes with the next one.
  void put_new(io::Batch& batch) const;
  void written() { new_.clear(); }

 private:
  struct New {
    definition::NameKind kind;
    uint32_t number;
  };
  journal::TextNumber text(std::string_view bytes);
  journal::TextNumber declared(uint32_t& known, std::string_view name);
  uint32_t number(definition::NameKind kind, const TakenName& name);
  void set(journal::FieldValue& place, const definition::Datum& value);

  const definition::App& app_;
  store::Dictionary& names_;
  std::vector<New> new_;
  std::vector<uint32_t> types_;                // Text numbers of event types; 0 not known yet. Likewise:
  std::vector<std::vector<uint32_t>> fields_;  // By event type.
  std::vector<uint32_t> attributes_[2];        // Items, users; vectors behind.
};

}  // namespace augury::ingest
