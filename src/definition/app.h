// An app file as a typed, checked value: what a shop's personalization is made of.
//
// Produced by parse.h, which refuses anything that does not hold together; whoever reads an App needs no checks of
// its own. Names have become indexes. Values only, no state.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "augury/time.h"
#include "definition/affinity.h"
#include "definition/expression.h"

namespace augury::definition {

// Where something was written, for messages.
struct Source {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Attribute {
  std::string name;
  Type type = Type::Text;  // Text Number Boolean Texts Time Location
};

// An embedding of an item or a user. Names are shared with features, models and events.
struct Vector {
  std::string name;
  int dimension = 0;  // 1..kDimensionMax
};
constexpr int kDimensionMax = 4096;

struct EventType {
  std::string name;
  bool has_user = true;
  bool has_item = true;
  std::vector<Attribute> fields;
};

struct KeyPart {
  enum class Kind { User, Item, Session, ItemAttribute, Everyone };
  Kind kind = Kind::User;
  int attribute = -1;  // Of App::item_attributes; Text or Boolean ones only.
  bool operator==(const KeyPart&) const = default;
};

// `over W every P`: the W/P panes up to and including the one the clock falls in. W is a multiple of P.
struct Window {
  Duration span;
  Duration pane;
  int64_t panes() const { return span / pane; }
};

// What an aggregation takes from each event.
struct Operand {
  enum class Kind { None, Field, Item, ItemAttribute };
  Kind kind = Kind::None;
  std::string field;   // Field: its name; each event type has its own place for it.
  int attribute = -1;  // ItemAttribute: of App::item_attributes.
  Type type = Type::Number;
};

enum class Function {
  Count,
  Sum,
  Avg,
  Min,
  Max,
  Variance,
  Stddev,
  Rate,
  DecayedCount,
  DecayedSum,
  Top,
  Last,
  First,
  TimeSince,
  FirstTime,
  LastTime,
  Gap,
  Together
};
std::string_view to_string(Function function);
// Does it take something from each event (an Operand), or only count that there was one?
bool takes_operand(Function function);
// Is its value a list?
bool gives_list(Function function);

// `together(k, e.item) half_life H [pair_half_life G] [history K] [decay ρ] [backward b] [norm q]
// [neighbours m]`
struct TogetherOptions {
  Duration half_life{};
  std::optional<Duration> pair_half_life;
  int history = 20;
  double decay = 0.8;
  double backward = 1;
  double norm = 0.25;
  int neighbours = 1000;  // Kept per item, the lightest out.
};

struct Aggregation {
  Function function = Function::Count;
  std::vector<int> events;       // Of App::events, ascending; `any` already spelled out.
  std::vector<int> denominator;  // Rate only: the b of rate(a / b).
  Operand operand;
  int size = 0;  // n of last and first, k of top and together.
  std::optional<Window> window;
  Duration half_life{};         // Decayed ones.
  std::optional<double> prior;  // Rate.
  double prior_weight = 0;
  TogetherOptions together;
  std::optional<Expression> where;  // References: EventField (by name, index -1), attributes, ContextField.
  std::vector<KeyPart> by;          // One or two.
};

struct Feature {
  std::string name;
  bool hidden = false;  // Made by the compiler (done(...), pull(...), the default ranking), not by the user.
  bool stored = false;  // A vector of the catalogue under its own name: what models and recall read it by.
  std::variant<Aggregation, Expression, Pull, Similar> what;
  Type type = Type::Number;           // Number, List or Time (first_time), or what an expression gives.
  int dimension = 0;                  // Vector.
  NameKind list_of = NameKind::Text;  // List: what its members are (Item or Text).
  Source source;

  const Aggregation* aggregation() const { return std::get_if<Aggregation>(&what); }
  const Expression* expression() const { return std::get_if<Expression>(&what); }
  const Pull* pull() const { return std::get_if<Pull>(&what); }
  const Similar* similar() const { return std::get_if<Similar>(&what); }
};

// Such as last(n, e.item) by user or by session: the items somebody did something with.
bool lists_items_of_asker(const Feature& feature);

struct Model {
  std::string name;
  std::string file;                 // As written; looked up beside the app file.
  std::vector<std::string> inputs;  // Empty: the file's own feature names.
  Source source;
};

struct RecallSource {
  enum class Kind { Popular, Related, Recent, Nearest, Own };
  Kind kind = Kind::Popular;
  int feature = -1;  // Popular: a Number aggregation by item. Related: a together feature. Own: as `to`.
  int to = -1;       // Related: a List feature of items by user (or session). Nearest: a Vector feature, not of items.
  int attribute = -1;  // Recent: a Time attribute of item.
  int vector = -1;     // Nearest: of App::item_vectors.
  int limit = 100;
};

enum class Normalize { None, Rank, MinMax, ZScore, Sigmoid };

struct Member {
  enum class Kind { Model, Feature };
  Kind kind = Kind::Model;
  int index = -1;  // Of App::models or App::features.
  std::string name;
  double weight = 1;
};

struct Choose {
  int count = 10;
  std::optional<int> diversity_attribute;  // Of App::item_attributes.
  int at_most = 0;
};

struct Fallback {
  std::optional<int> simplified_model;  // Of App::models.
  std::optional<int> popular_feature;   // Of App::features.
  std::vector<std::string> static_items;
};

struct CacheRules {
  Duration ttl = std::chrono::minutes{1};
  std::optional<std::vector<int>> refresh_on;  // Of App::events; absent: every event type that feeds the placement.
};

struct Placement {
  std::string name;
  Duration deadline = std::chrono::milliseconds{100};
  std::vector<RecallSource> recall;
  std::optional<Expression> filter;
  std::vector<Member> members;
  Normalize normalize = Normalize::None;
  Duration timeout = std::chrono::milliseconds{80};  // Of the members; below the deadline.
  Choose choose;
  Fallback fallback;
  CacheRules cache;
  bool default_ranking = false;  // Neither recall nor score was written.
  std::string repeats;           // With it: the event (or `any`) whose repetition counts; empty: none.
  Source source;
};

struct Variant {
  std::string name;
  double share = 0;                           // 0..1 of the units.
  std::map<std::string, std::string> models;  // Placement's model name -> the one to use instead.
  std::map<std::string, double> weights;      // Member name -> weight.
  std::optional<int> count;
};

struct Experiment {
  std::string name;
  int placement = -1;
  enum class Unit { User, Session } unit = Unit::User;
  bool enabled = true;
  std::optional<Timestamp> start;
  std::optional<Timestamp> end;
  std::vector<Variant> variants;  // In the file's order; shares may leave a rest outside.
  Source source;
};

struct DedupRules {
  Duration window = std::chrono::hours{24};
  uint64_t entries = 50'000'000;
};

struct App {
  std::string name;
  std::string file;
  std::vector<Attribute> item_attributes;
  std::vector<Attribute> user_attributes;
  std::vector<Vector> item_vectors;  // An item's values are its attributes, then these; a user's likewise.
  std::vector<Vector> user_vectors;
  // As written, then `impression` (keys user and item) last. `any` means all but it.
  std::vector<EventType> events;
  bool impressions_served = true;  // false: `impressions: sent`, clients send them as events.
  std::vector<Feature> features;   // An expression comes after the features it reads.
  std::vector<Model> models;
  std::vector<Placement> placements;
  std::vector<Experiment> experiments;
  DedupRules dedup;
  double log_candidates = 0.01;  // Share of answers whose candidate list is kept with the exposure.
  Duration session_gap = std::chrono::minutes{30};

  int feature(std::string_view name) const;  // -1 if none; likewise below.
  int event(std::string_view name) const;
  int model(std::string_view name) const;
  int placement(std::string_view name) const;
  int item_attribute(std::string_view name) const;
  int user_attribute(std::string_view name) const;
  int item_vector(std::string_view name) const;
  int user_vector(std::string_view name) const;
  int impression() const { return static_cast<int>(events.size()) - 1; }
};

}  // namespace augury::definition
