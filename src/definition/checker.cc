#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "config/names.h"
#include "definition/functions.h"
#include "definition/tree.h"

namespace augury::definition {
namespace {

using Kinds = Tree::Kind;
constexpr std::array<std::string_view, 18> kAggregations{
    "count",    "sum",    "avg",      "rate", "decayed_count", "decayed_sum", "last",      "time_since", "together",
    "variance", "stddev", "distinct", "top",  "first",         "first_time",  "last_time", "gap",        "quantile"};

bool numeric(Type type) { return type == Type::Number || type == Type::Boolean; }
std::string named(Type type) { return (type == Type::Texts ? "" : "a ") + std::string(to_string(type)); }

template <size_t N>
bool one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Turns a tree into steps, binding names and checking types from the leaves up.
class Checker {
 public:
  Checker(const Expression::Names& names, Expression::Program& program) : names_(names), program_(program) {}

  // A context field has no declared type: it takes the one that is wanted of it.
  Step check(const Tree& tree, std::optional<Type> wanted = {}) {
    switch (tree.kind) {
      case Kinds::Number:
        return constant(Datum::of(tree.number), Type::Number);
      case Kinds::Span:
        return constant(Datum::of(tree.number), Type::Number);
      case Kinds::Text:
        return constant(text(tree.text), Type::Text);
      case Kinds::List:
        throw Fault{tree.at, "a list in brackets stands only in bucket(x, [..]) and code(x, [..])"};
      case Kinds::Name:
        return read(tree, wanted);
      case Kinds::Call:
        return call(tree, wanted);
    }
    return {};
  }

 private:
  static Step constant(Datum value, Type type) {
    Step step;
    step.type = type;
    step.constant = value;
    return step;
  }

  Datum text(const std::string& bytes) {
    program_.texts.push_back(std::make_unique<std::string>(bytes));
    return Datum::of(Text{*program_.texts.back()});
  }

  static bool open(const Reference& reference) {
    return reference.kind == Reference::Kind::ContextField && reference.name != "location" &&
           reference.name != "timestamp" && reference.name != "timezone";
  }

  bool is_open(const Tree& tree) const {
    return tree.kind == Kinds::Name && tree.text.starts_with("context.") && [&] {
      auto reference = names_.resolve(tree.text);
      return reference && open(*reference);
    }();
  }

  Step reading(Reference reference) {
    auto same = [&](const Reference& r) {
      return r.kind == reference.kind && r.name == reference.name && r.index == reference.index &&
             r.type == reference.type;
    };
    auto& all = program_.references;
    auto known = std::find_if(all.begin(), all.end(), same);
    Step step;
    step.kind = Step::Kind::Read;
    step.type = reference.type;
    step.dimension = reference.dimension;
    step.reference = static_cast<int>(known - all.begin());
    if (known == all.end()) all.push_back(std::move(reference));
    return step;
  }

  Step read(const Tree& tree, std::optional<Type> wanted) {
    if (tree.text == "true" || tree.text == "false") return constant(Datum::of(tree.text == "true"), Type::Boolean);
    auto reference = names_.resolve(tree.text);
    if (!reference) {
      std::string hint = config::expected_one_of(tree.text, names_.names());
      if (hint.find("did you mean") == std::string::npos) hint += " (a text needs quotes)";
      throw Fault{tree.at, "unknown name '" + tree.text + "'" + hint};
    }
    if (open(*reference)) reference->type = wanted.value_or(Type::Number);
    if (open(*reference) && wanted == Type::Vector) reference->type = Type::Number;  // No request brings a vector.
    return reading(std::move(*reference));
  }

  Step call(const Tree& tree, std::optional<Type> wanted) {
    const auto& name = tree.text;
    if (name == "and" || name == "or" || name == "not") return logic(tree, wanted);
    if (name == "if") return choice(tree, wanted);
    if (name == "done") return done(tree);
    if (name == "pull") return pull(tree);
    if (name == "similar") return similar(tree);
    if (name == "+" || name == "-") return sum(tree);
    for (const auto& row : comparison_functions())
      if (row.name == name) return comparison(tree, row);
    if (const FunctionRow* row = function_named(name)) return ordinary(tree, *row);
    throw unknown(tree);
  }

  static Fault unknown(const Tree& tree) {
    auto quoted = "'" + tree.text + "'";
    if (one_of(tree.text, kAggregations))
      return {tree.at,
              quoted + " is an aggregation: write it as a feature of its own and use that feature's name here"};
    return {tree.at, "unknown function " + quoted + config::expected_one_of(tree.text, function_names())};
  }

  static Step make(Step::Kind kind, Type type, std::vector<Step> children) {
    Step step;
    step.kind = kind;
    step.type = type;
    step.children = std::move(children);
    return step;
  }

  static void count(const Tree& tree, size_t expected, std::string_view form) {
    if (tree.children.size() == expected) return;
    throw Fault{tree.at, "'" + tree.text + "': found " + std::to_string(tree.children.size()) +
                             " arguments, expected " + std::string(form)};
  }

  Step condition(const Tree& tree) {
    Step step = check(tree, Type::Boolean);
    if (step.type != Type::Boolean)
      throw Fault{tree.at, "found " + named(step.type) + ", expected a condition such as x > 0"};
    return step;
  }

  Step logic(const Tree& tree, std::optional<Type> wanted) {
    if (tree.text == "not") {
      count(tree, 1, "not(condition)");
      return make(Step::Kind::Not, Type::Boolean, collect(condition(tree.children[0])));
    }
    count(tree, 2, "two");
    if (tree.text == "and") {
      Step first = condition(tree.children[0]);
      Step second = condition(tree.children[1]);
      return make(Step::Kind::And, Type::Boolean, collect(std::move(first), std::move(second)));
    }
    auto [left, right] = pair(tree, wanted);
    if (left.type == Type::Boolean && right.type == Type::Boolean)
      return make(Step::Kind::Or, Type::Boolean, collect(std::move(left), std::move(right)));
    Type type = common(tree, left, right);
    int dimension = left.dimension;
    Step step = make(Step::Kind::FirstPresent, type, collect(std::move(left), std::move(right)));
    step.dimension = dimension;
    return step;
  }

  Step choice(const Tree& tree, std::optional<Type> wanted) {
    count(tree, 3, "if(condition, then, else)");
    Step test = condition(tree.children[0]);
    Tree both = tree;
    both.children.erase(both.children.begin());
    auto [left, right] = pair(both, wanted);
    Type type = common(tree, left, right);
    int dimension = left.dimension;
    Step step = make(Step::Kind::If, type, collect(std::move(test), std::move(left), std::move(right)));
    step.dimension = dimension;
    return step;
  }

  // Two sides that must agree: the one with a type of its own decides for a context field.
  std::pair<Step, Step> pair(const Tree& tree, std::optional<Type> wanted) {
    const Tree& left = tree.children[0];
    const Tree& right = tree.children[1];
    if (!is_open(left)) {
      Step first = check(left, wanted);
      Step second = check(right, first.type);
      return {std::move(first), std::move(second)};
    }
    Step second = check(right, wanted);
    Step first = check(left, second.type);
    return {std::move(first), std::move(second)};
  }

  // 0: not a vector.
  static void same_dimension(const Tree& tree, const Step& left, const Step& right) {
    if (left.dimension == 0 || right.dimension == 0 || left.dimension == right.dimension) return;
    throw Fault{tree.at, "'" + tree.text + "': found vectors of " + std::to_string(left.dimension) + " and " +
                             std::to_string(right.dimension) + " numbers, expected two of one dimension"};
  }

  static Type common(const Tree& tree, const Step& left, const Step& right) {
    same_dimension(tree, left, right);
    if (left.type == right.type) return left.type;
    if (numeric(left.type) && numeric(right.type)) return Type::Number;
    throw Fault{tree.at, "'" + tree.text + "': found " + named(left.type) + " and " + named(right.type) +
                             ", expected two of one type"};
  }

  Step comparison(const Tree& tree, const FunctionRow& row) {
    count(tree, 2, "two");
    auto [left, right] = pair(tree, {});
    Type type = common(tree, left, right);
    bool equality = row.name == "==" || row.name == "!=";
    if (!numeric(type) && type != Type::Time && !(type == Type::Text && equality))
      throw Fault{tree.at, "'" + tree.text + "' does not compare " + named(type) +
                               (type == Type::Text ? "; texts compare with == and !=" : "")};
    Step step = make(Step::Kind::Call, Type::Boolean, collect(std::move(left), std::move(right)));
    step.row = &row;
    return step;
  }

  Step sum(const Tree& tree) {
    if (tree.children.size() == 1)
      return apply(tree, *function_named("negative"), collect(number(tree, tree.children[0])));
    count(tree, 2, "two");
    Step left = check(tree.children[0], Type::Number);
    Step right = check(tree.children[1], Type::Number);
    if (left.type == Type::Time && right.type == Type::Time && tree.text == "-")
      return apply(tree, *function_named("-tt"), collect(std::move(left), std::move(right)));
    if (left.type == Type::Time && numeric(right.type))
      return apply(tree, *function_named(tree.text + "tn"), collect(std::move(left), std::move(right)));
    require(tree, tree.children[0], left, 'n');
    require(tree, tree.children[1], right, 'n');
    return apply(tree, *function_named(tree.text), collect(std::move(left), std::move(right)));
  }

  Step number(const Tree& tree, const Tree& child) {
    Step step = check(child, Type::Number);
    require(tree, child, step, 'n');
    return step;
  }

  static Step apply(const Tree&, const FunctionRow& row, std::vector<Step> children) {
    Step step = make(Step::Kind::Call, row.result, std::move(children));
    step.row = &row;
    return step;
  }

  Step done(const Tree& tree) {
    if (tree.children.size() != 1) count(tree, 2, "done(event, window) such as done(purchase, 30d), or done(event)");
    const Tree& event = tree.children[0];
    if (event.kind != Kinds::Name) throw Fault{event.at, "'done': expected the name of an event"};
    std::optional<Duration> span;
    if (tree.children.size() == 2) span = window(tree, tree.children[1]);
    if (!names_.done) throw Fault{tree.at, "'done' cannot be used here"};
    auto reference = names_.done(event.text, span);
    if (!reference) throw Fault{event.at, reference.error().message};
    Step zero = constant(Datum::of(0.0), Type::Number);
    auto more = std::find_if(comparison_functions().begin(), comparison_functions().end(),
                             [](const FunctionRow& row) { return row.name == ">"; });
    return apply(tree, *more, collect(reading(std::move(*reference)), std::move(zero)));
  }

  static Duration window(const Tree& tree, const Tree& child) {
    if (child.kind == Kinds::Span && child.span.count() > 0) return child.span;
    throw Fault{child.at,
                "'" + tree.text + "': expected a " + (tree.text == "done" ? "window" : "half-life") + " such as 30d"};
  }

  Step pull(const Tree& tree) {
    const auto& given = tree.children;
    if (given.size() < 2 || given.size() > 5)
      count(tree, 2, "pull(together, item) and at most K, γ and a half-life: pull(also_clicked, item, 10, 0.8, 1h)");
    if (given[0].kind != Kinds::Name) throw Fault{given[0].at, "'pull': expected the name of a together(...) feature"};
    if (given[1].kind != Kinds::Name || given[1].text != "item")
      throw Fault{given[1].at, "'pull': expected 'item', what is pulled at"};
    PullCall call{given[0].text, {}, 0.8, {}};
    if (given.size() > 2) {
      if (given[2].kind != Kinds::Number || given[2].number > 1001)
        throw Fault{given[2].at, "'pull': expected how many recent items count, 1 to 1001"};
      call.size = static_cast<int>(whole(tree, given[2]));
    }
    if (given.size() > 3) {
      call.decay = given[3].number;
      if (given[3].kind != Kinds::Number || !(call.decay >= 0 && call.decay <= 1))
        throw Fault{given[3].at,
                    "'pull': expected a number from 0 to 1, what each older item is worth of the one after"};
    }
    if (given.size() > 4) call.half_life = window(tree, given[4]);
    if (!names_.pull) throw Fault{tree.at, "'pull' cannot be used here"};
    auto reference = names_.pull(call);
    if (!reference) throw Fault{given[0].at, reference.error().message};
    return reading(std::move(*reference));
  }

  Step similar(const Tree& tree) {
    count(tree, 2, "similar(list, item.attribute) such as similar(user_recent, item.tags)");
    const Tree& list = tree.children[0];
    const Tree& attribute = tree.children[1];
    if (list.kind != Kinds::Name) throw Fault{list.at, "'similar': expected the name of a list of items"};
    if (attribute.kind != Kinds::Name || !attribute.text.starts_with("item."))
      throw Fault{attribute.at, "'similar': expected an attribute of the item such as item.tags"};
    if (!names_.similar) throw Fault{tree.at, "'similar' cannot be used here"};
    auto reference = names_.similar(list.text, std::string_view(attribute.text).substr(5));
    if (!reference) throw Fault{list.at, reference.error().message};
    return reading(std::move(*reference));
  }

  Step ordinary(const Tree& tree, const FunctionRow& row) {
    bool repeats = row.parameters.ends_with('+');
    std::string_view letters = row.parameters.substr(0, row.parameters.size() - repeats);
    size_t given = tree.children.size();
    if (given < letters.size() || (!repeats && given > letters.size()) || given > kArgumentsMax - 1)
      throw Fault{tree.at, "'" + tree.text + "': found " + std::to_string(given) +
                               (given == 1 ? " argument" : " arguments") + ", expected " +
                               (repeats ? "at least " : "") + std::to_string(letters.size())};
    Step step;
    std::vector<Step> arguments;
    for (size_t i = 0; i < given; ++i) {
      char letter = letters[std::min(i, letters.size() - 1)];
      const Tree& child = tree.children[i];
      if (letter == 'N' || letter == 'K')
        step.list = constants(tree, child, letter);
      else if (letter == 'i')
        step.whole = whole(tree, child);
      else
        arguments.push_back(argument(tree, child, letter));
    }
    if (row.parameters.starts_with("vv")) same_dimension(tree, arguments[0], arguments[1]);
    if (row.zoned) arguments.push_back(zone());
    step.kind = Step::Kind::Call;
    step.type = row.result;
    step.row = &row;
    step.children = std::move(arguments);
    return step;
  }

  Step zone() {
    auto reference = names_.resolve("context.timezone");
    return reference ? reading(std::move(*reference)) : constant(Datum(), Type::Text);
  }

  Step argument(const Tree& call, const Tree& child, char letter) {
    Step step = check(child, wanted_of(call, letter));
    require(call, child, step, letter);
    return step;
  }

  static Type wanted_of(const Tree& call, char letter) {
    switch (letter) {
      case 't':
        return Type::Time;
      case 'l':
        return Type::Location;
      case 'b':
        return Type::Boolean;
      case 'm':
        return Type::Texts;
      case 'w':
        return Type::Text;
      case 'v':
        return Type::Vector;
      case 'x':
        return numbers_listed(call) ? Type::Number : Type::Text;
      default:
        return Type::Number;
    }
  }

  static bool numbers_listed(const Tree& call) {
    const Tree& last = call.children.back();
    return last.kind == Kinds::List && !last.children.empty() && last.children[0].kind == Kinds::Number;
  }

  static void require(const Tree& call, const Tree& child, const Step& step, char letter) {
    auto fits = [&](auto... types) { return ((step.type == types) || ...); };
    bool good = false;
    std::string_view expected = "a number";
    switch (letter) {
      case 'n':
        good = numeric(step.type);
        break;
      case 'b':
        good = fits(Type::Boolean), expected = "a condition";
        break;
      case 'x':
        good = fits(Type::Text, Type::Number, Type::Boolean), expected = "text or a number";
        break;
      case 't':
        good = fits(Type::Time), expected = "a time such as now";
        break;
      case 'l':
        good = fits(Type::Location), expected = "a location such as context.location";
        break;
      case 'm':
        good = fits(Type::List, Type::Texts), expected = "a list or strings";
        break;
      case 'w':
        good = fits(Type::Text, Type::Texts), expected = "text or strings";
        break;
      case 'v':
        good = fits(Type::Vector), expected = "a vector of the item or the user";
        break;
      default:
        break;
    }
    if (!good)
      throw Fault{child.at, "'" + call.text + "': found " + named(step.type) + ", expected " + std::string(expected)};
  }

  std::vector<Datum> constants(const Tree& call, const Tree& list, char letter) {
    if (list.kind != Kinds::List || list.children.empty())
      throw Fault{list.at, "'" + call.text + "': expected constants in brackets such as " +
                               (letter == 'N' ? "[1, 10, 100]" : "[mobile, tablet]")};
    std::vector<Datum> out;
    for (const auto& child : list.children) {
      bool is_number = child.kind == Kinds::Number;
      bool is_text = child.kind == Kinds::Text || child.kind == Kinds::Name;
      if (!is_number && !(is_text && letter == 'K'))
        throw Fault{child.at, "'" + call.text + "': expected a constant" + (letter == 'N' ? " number" : "")};
      if (letter == 'N' && !out.empty() && child.number <= out.back().number)
        throw Fault{child.at, "'" + call.text + "': expected bounds in rising order"};
      out.push_back(is_number ? Datum::of(child.number) : text(child.text));
    }
    return out;
  }

  static double whole(const Tree& call, const Tree& child) {
    if (child.kind == Kinds::Number && child.number >= 1 && child.number <= 4294967296.0 &&
        std::floor(child.number) == child.number)
      return child.number;
    throw Fault{child.at, "'" + call.text + "': expected a whole number from 1 to 4294967296"};
  }

  template <typename... Steps>
  static std::vector<Step> collect(Steps... steps) {
    std::vector<Step> out;
    (out.push_back(std::move(steps)), ...);
    return out;
  }

  const Expression::Names& names_;
  Expression::Program& program_;
};

}  // namespace

std::string_view to_string(Type type) {
  switch (type) {
    case Type::Number:
      return "number";
    case Type::Boolean:
      return "boolean";
    case Type::Text:
      return "string";
    case Type::Texts:
      return "strings";
    case Type::Time:
      return "time";
    case Type::Location:
      return "location";
    case Type::List:
      return "list";
    case Type::Vector:
      return "vector";
  }
  return "nothing";
}

Result<Expression> Expression::compile(std::string_view text, const Names& names) {
  auto program = std::make_shared<Program>();
  program->text = text;
  try {
    auto tokens = tokens_of(text);
    program->root = Checker(names, *program).check(tree_of(tokens));
  } catch (const Fault& fault) {
    return Error{Code::Invalid, "column " + std::to_string(fault.at + 1) + ": " + fault.message};
  }
  return Expression(std::move(program));
}

}  // namespace augury::definition
