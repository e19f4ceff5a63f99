#include <array>
#include <cmath>
#include <utility>

#include "definition/functions.h"
#include "wire/time_text.h"

namespace augury::definition {
namespace {

Datum finite(Datum d) { return d.kind == Datum::Kind::Number && !std::isfinite(d.number) ? Datum() : d; }

Datum as_time(const Datum& d) {
  if (d.kind == Datum::Kind::Time) return d;
  auto t = d.kind == Datum::Kind::Text     ? wire::parse_time(d.text.bytes)
           : d.kind == Datum::Kind::Number ? wire::from_epoch(d.number)
                                           : std::nullopt;
  return t ? Datum::of(*t) : Datum();
}

// What a scope gave, as the type the expression was checked with; anything else is missing.
Datum conform(const Datum& d, Type type, int dimension) {
  using Kind = Datum::Kind;
  auto only = [&](Kind kind) { return d.kind == kind ? d : Datum(); };
  switch (type) {
    case Type::Number:
      return d.kind == Kind::Boolean ? Datum::of(d.as_number()) : finite(only(Kind::Number));
    case Type::Boolean:
      return d.kind == Kind::Number && std::isfinite(d.number) ? Datum::of(d.number != 0) : only(Kind::Boolean);
    case Type::Text:
      return only(Kind::Text);
    case Type::Texts:
      return only(Kind::Texts);
    case Type::Time:
      return as_time(d);
    case Type::Location:
      return only(Kind::Location);
    case Type::List:
      return only(Kind::List);
    case Type::Vector:
      return d.kind == Kind::Vector && std::cmp_equal(d.vector.size(), dimension) ? d : Datum();
  }
  return {};
}

enum class Truth { False, True, Unknown };

Truth truth(const Datum& d) {
  if (d.kind != Datum::Kind::Boolean) return Truth::Unknown;
  return d.boolean ? Truth::True : Truth::False;
}

Datum from(Truth truth) { return truth == Truth::Unknown ? Datum() : Datum::of(truth == Truth::True); }

struct Evaluation {
  const Scope& scope;
  std::span<const Reference> references;

  Datum run(const Step& step) const {
    switch (step.kind) {
      case Step::Kind::Constant:
        return step.constant;
      case Step::Kind::Read:
        return conform(scope.value(references[static_cast<size_t>(step.reference)]), step.type, step.dimension);
      case Step::Kind::Call:
        return call(step);
      case Step::Kind::If:
        return run(step.children[truth(run(step.children[0])) == Truth::True ? 1 : 2]);
      case Step::Kind::FirstPresent:
        return first_present(step);
      case Step::Kind::And:
        return logic(step, Truth::False);
      case Step::Kind::Or:
        return logic(step, Truth::True);
      case Step::Kind::Not:
        return negation(step);
    }
    return {};
  }

  Datum first_present(const Step& step) const {
    Datum first = run(step.children[0]);
    return first.missing() ? run(step.children[1]) : first;
  }

  // `deciding` settles it alone; else both are needed.
  Datum logic(const Step& step, Truth deciding) const {
    Truth left = truth(run(step.children[0]));
    if (left == deciding) return from(deciding);
    Truth right = truth(run(step.children[1]));
    if (right == deciding) return from(deciding);
    return left == Truth::Unknown ? Datum() : from(right);
  }

  Datum negation(const Step& step) const {
    Truth inner = truth(run(step.children[0]));
    if (inner == Truth::Unknown) return {};
    return Datum::of(inner == Truth::False);
  }

  Datum call(const Step& step) const {
    std::array<Datum, kArgumentsMax> arguments;
    size_t count = step.children.size();
    size_t needed = count - step.row->zoned;
    for (size_t i = 0; i < count; ++i) {
      arguments[i] = run(step.children[i]);
      if (i < needed && arguments[i].missing() && !step.row->lenient) return {};
    }
    return finite(step.row->run(std::span(arguments.data(), count), {step.list, step.whole}));
  }
};

}  // namespace

Type Expression::type() const { return program_->root.type; }
int Expression::dimension() const { return program_->root.dimension; }
const std::string& Expression::text() const { return program_->text; }
std::span<const Reference> Expression::references() const { return program_->references; }

Datum Expression::evaluate(const Scope& scope, std::pmr::memory_resource&) const {
  return Evaluation{scope, program_->references}.run(program_->root);
}

bool Expression::holds(const Scope& scope, std::pmr::memory_resource& arena) const {
  return truth(evaluate(scope, arena)) == Truth::True;
}

}  // namespace augury::definition
