// Reads an app file section by section; each section has a source file of its own.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/fields.h"
#include "config/node.h"
#include "definition/app.h"
#include "definition/parse.h"

namespace augury::definition {

// Not thread-safe: made for one file and gone with it.
class AppReader {
 public:
  explicit AppReader(std::string file) { app_.file = std::move(file); }
  Parsed read(const config::Node& root);

 private:
  using Node = config::Node;

  void read_entities(const Node* node);
  void read_attributes(const Node& node, std::string_view entity, std::vector<Attribute>& out);
  void read_vectors(const Node& node, bool of_item);
  void declare_stored_vectors();
  void read_events(const Node* node);
  EventType read_event(const config::Entry& entry);
  void read_event_keys(const Node& node, EventType& out);
  void read_settings(config::Fields& top);

  // Features name one another in any order: each is compiled when it is first needed.
  void declare_features(const Node* node);
  void read_features();
  int feature_index(std::string_view name);  // Compiles it first; -1: there is none, or it is wrong.
  int compile_feature(size_t written);
  int add_feature(Feature feature, std::string name, config::Place place);
  int hidden_feature(const std::string& text);
  int hidden_feature(const std::string& name, Feature feature);
  std::optional<int> declared_feature(std::string_view name);  // Nothing: no such name. -1: it is wrong itself.
  Result<Reference> done(std::string_view event, std::optional<Duration> span);
  Result<Reference> pull(const PullCall& call);
  Result<Reference> similar(std::string_view list, std::string_view attribute);
  std::optional<Expression> compile_expression(const Node& node);
  std::optional<Reference> resolve(std::string_view name);
  std::optional<Reference> resolve_in_condition(std::string_view name) const;
  std::optional<Reference> attribute_reference(std::string_view name) const;
  std::optional<Reference> vector_reference(std::string_view name) const;
  std::vector<std::string> readable_names() const;
  std::vector<std::string> feature_names() const;
  std::vector<std::string> vector_names() const;
  Expression::Names names();
  Expression::Names condition_names() const;

  void read_models(const Node* node);
  void read_placements(const Node* node);
  Placement read_placement(const config::Entry& entry);
  void read_recall(const Node& node, Placement& out);
  std::optional<RecallSource> read_recall_source(const Node& node);
  bool read_related(const Node& feature, const Node* to, RecallSource& out);
  bool read_nearest(const Node& vector, const Node* to, RecallSource& out);
  bool reads_item(const Expression& expression) const;
  int named_feature(const Node& node, std::string_view what);
  bool check_list_of_items(const Node& node, std::string_view what, int feature);
  void read_score(const Node& node, Placement& out);
  void read_members(const Node& node, Placement& out);
  void read_choose(const Node& node, Placement& out);
  void read_fallback(const Node& node, Placement& out);
  void read_cache(const Node& node, Placement& out);
  void fill_in(Placement& out, bool recall_written, bool score_written);
  void read_repeats(const Node& node, Placement& out);
  void rank_by_default(Placement& out);
  bool declare_hidden(const config::Entry& entry, const Placement& of);
  int popular_feature(const Node& node, std::string_view what);
  int default_popularity();

  void read_experiments(const Node* node);
  void read_experiment(const config::Entry& entry);
  void read_traffic(const Node& node, Experiment& out);
  void read_variants(const Node& node, Experiment& out);
  void read_variant(const config::Entry& entry, const Placement* placement, Variant& out);

  bool named(const config::Entry& entry, std::string_view what, bool dashes = false);
  void claim(const config::Entry& entry,
             std::string_view what);  // The namespace of vectors, features, models and events.
  void report(config::Place place, std::string message) { problems_.add(place, std::move(message)); }
  void report_in_text(const Node& node, int at, std::string message);
  void unknown(const Node& node, std::string_view what, const std::vector<std::string>& names);
  Source source(config::Place place) const { return {app_.file, place.line, place.column}; }
  Parsed result() &&;

  struct Written {
    const config::Entry* entry = nullptr;
    enum class State { Waiting, Compiling, Done } state = State::Waiting;
    int index = -1;  // Of App::features once Done; -1: wrong.
    bool hidden = false;
  };

  App app_;
  config::Problems problems_;
  std::vector<std::string> notes_;
  std::deque<Node> kept_;  // What was not in the file: the default ranking.
  std::vector<Written> written_;
  std::vector<size_t> compiling_;                                                    // Of written_, outermost first.
  std::map<std::string, std::pair<std::string, config::Place>, std::less<>> taken_;  // Name -> what has it.
  bool leans_on_wrong_ = false;  // The expression being compiled names something that is wrong itself.
};

}  // namespace augury::definition
