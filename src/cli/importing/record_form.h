// How the records of one file become the events, items or users of one app: which column is what, checked before the
// first record is read.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "augury/result.h"
#include "cli/importing/mapping.h"
#include "definition/app.h"
#include "wire/json_writer.h"
#include "wire/record_reader.h"

namespace augury::cli::importing {

enum class Kind { Items, Users, Events };

// Not thread-safe.
class RecordForm {
 public:
  // `columns` are the file's; null where each record has its own names. Invalid: a name of the mapping that the app or
  // the file does not have, or nothing to be the id or the event.
  static Result<RecordForm> make(Kind kind, const definition::App& app, const Mapping& mapping,
                                 const std::vector<std::string>* columns);

  // What the reader is to select; the records given to write() have these cells.
  const std::vector<std::string>& selected() const { return selected_; }
  // Columns of the file that are not used.
  const std::vector<std::string>& unused() const { return unused_; }

  // Appends the record as one JSON object of the API. An event without an id gets one made of `file`, the record's
  // number and its content, so that the same record sent again counts once. Returns what is wrong with the record;
  // `out` is then as it was.
  std::string write(const wire::Record& record, std::string_view file, std::string& out);

 private:
  // Something of ours and where it comes from.
  struct Part {
    std::string name;  // Without "fields." and the like.
    definition::Type type = definition::Type::Text;
    std::vector<size_t> cells;  // Of selected_: the first that holds something counts.
    std::string constant;
  };
  using Parts = std::vector<Part>;

  RecordForm(Kind kind, const definition::App& app, const Mapping& mapping);
  Result<void> bind(const std::vector<std::string>* columns);
  Result<void> check_names(const std::vector<std::string>* columns) const;
  Result<void> check_needs(const std::vector<std::string>* columns) const;
  Part part(std::string_view group, const std::string& name, definition::Type type,
            const std::vector<std::string>* columns);
  size_t select(const std::string& column);
  void find_unused(const std::vector<std::string>& columns);

  wire::Cell value(const Part& part, const wire::Record& record) const;
  std::string write_parts(const Parts& parts, const wire::Record& record, wire::JsonWriter& json) const;
  std::string write_group(std::string_view name, const Parts& parts, const wire::Cell& whole,
                          const wire::Record& record, wire::JsonWriter& json) const;
  static void write_undeclared(const wire::JsonValue& object, const Parts& parts, wire::JsonWriter& json);
  std::string write_event(const wire::Record& record, std::string& out) const;

  Kind kind_;
  const definition::App* app_;
  Mapping mapping_;
  std::vector<std::string> selected_, unused_;
  Parts top_;      // Ids and time.
  Part event_;     // Events only.
  Part event_id_;  // Events only.
  Part whole_;     // The object `fields` or `attributes` of lines of JSON.
  Parts context_;
  Part whole_context_;
  Parts attributes_;
  std::vector<Parts> fields_;  // By event type.
  std::unordered_map<std::string, size_t> event_types_;
};

}  // namespace augury::cli::importing
