// The expression language of the app file: text -> typed tree -> program.
//
//   if(item.price > 100, log(item.price), 0) + 2 * share(user_recent, item)
//
// An expression is checked whole when it is compiled: every name is bound, every function has the right number and
// types of arguments. Evaluation then cannot fail; what has no value is missing (division by zero, log of a negative,
// an absent attribute), and missing flows through arithmetic and comparison. In a condition missing is false, and so
// is its `not`.
#pragma once

#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "augury/time.h"
#include "definition/datum.h"

namespace augury::definition {

enum class Type { Number, Boolean, Text, Texts, Time, Location, List, Vector };
std::string_view to_string(Type type);

// Something an expression reads. `index` is the place of what is named: Feature -> App::features, attributes ->
// App::user_attributes / item_attributes and behind them the vectors, EventField -> the event type's fields; unused
// otherwise.
struct Reference {
  enum class Kind { Feature, UserAttribute, ItemAttribute, ContextField, EventField, Item, Now };
  Kind kind = Kind::Now;
  std::string name;
  int index = -1;
  Type type = Type::Number;
  int dimension = 0;  // Vector.
};

// Where a running expression gets its inputs. Item is the candidate's id as Text; Now a Time.
class Scope {
 public:
  virtual ~Scope() = default;
  virtual Datum value(const Reference& reference) const = 0;
};

// A call of pull as it was written, names not bound yet.
struct PullCall {
  std::string_view together;
  std::optional<int> size;
  double decay = 0.8;
  std::optional<Duration> half_life;
};

// Immutable after construction; copies share the program.
class Expression {
 public:
  // What the compiler can name. resolve() answers nullopt for an unknown name; `names` feeds "did you mean".
  // `done`, `pull` and `similar` make (or find) the hidden feature behind the call of that name.
  struct Names {
    std::function<std::optional<Reference>(std::string_view name)>
        resolve;  // "user_recent", "item.price", "context.device", "view.dwell", "now", "item"
    std::function<std::vector<std::string>()> names;
    std::function<Result<Reference>(std::string_view event, std::optional<Duration> window)> done;
    std::function<Result<Reference>(const PullCall& call)> pull;
    std::function<Result<Reference>(std::string_view list, std::string_view attribute)> similar;
  };

  // Invalid: message begins with the 1-based column inside `text` as "column N: ", then found, expected, nearest name.
  static Result<Expression> compile(std::string_view text, const Names& names);

  Type type() const;
  int dimension() const;  // Of a Vector; else 0.
  const std::string& text() const;
  // Each thing it reads once, in order of first use.
  std::span<const Reference> references() const;

  // Never throws, never allocates except lists from `arena`.
  Datum evaluate(const Scope& scope, std::pmr::memory_resource& arena) const;
  // As a condition: missing is false.
  bool holds(const Scope& scope, std::pmr::memory_resource& arena) const;

  struct Program;

 private:
  explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

}  // namespace augury::definition
