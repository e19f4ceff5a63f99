#include "definition/aggregation_form.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "config/names.h"
#include "definition/windows.h"

namespace augury::definition {
namespace {

struct Form {
  std::string_view name;
  Function function;
};

constexpr Form kForms[] = {{"count", Function::Count},
                           {"sum", Function::Sum},
                           {"avg", Function::Avg},
                           {"min", Function::Min},
                           {"max", Function::Max},
                           {"variance", Function::Variance},
                           {"stddev", Function::Stddev},
                           {"rate", Function::Rate},
                           {"decayed_count", Function::DecayedCount},
                           {"decayed_sum", Function::DecayedSum},
                           {"top", Function::Top},
                           {"last", Function::Last},
                           {"first", Function::First},
                           {"time_since", Function::TimeSince},
                           {"first_time", Function::FirstTime},
                           {"last_time", Function::LastTime},
                           {"gap", Function::Gap},
                           {"together", Function::Together}};
constexpr std::array<std::string_view, 2> kLater{"distinct", "quantile"};

bool is_later(std::string_view name) { return std::find(kLater.begin(), kLater.end(), name) != kLater.end(); }

const Form* form_named(std::string_view name) {
  for (const auto& form : kForms)
    if (form.name == name) return &form;
  return nullptr;
}

std::vector<std::string> names_of(const std::vector<EventType>& events) {
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name);
  return names;
}

Type type_of(Function f) {
  if (gives_list(f)) return Type::List;
  return f == Function::FirstTime || f == Function::LastTime ? Type::Time : Type::Number;
}

// `min(a, b)` is a function of numbers; with a key or a window behind its parentheses it is an aggregation.
bool has_key_or_window(const std::vector<Token>& tokens) {
  int depth = 0;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].is("(")) ++depth;
    if (depth == 1 && tokens[i].is_name("where")) return true;
    if (!tokens[i].is(")") || --depth > 0) continue;
    const Token& next = tokens[std::min(i + 1, tokens.size() - 1)];
    return next.is_name("by") || next.is_name("over") || next.is_name("every");
  }
  return false;
}

class Reader {
 public:
  Reader(std::string_view text, const App& app, const Expression::Names& condition)
      : text_(text), app_(app), condition_(condition), tokens_(tokens_of(text)) {}

  Feature read() {
    Token name = take();
    if (is_later(name.text)) throw Fault{name.at, "'" + name.text + "' is not built yet"};
    what_.function = form_named(name.text)->function;
    form_ = name.text;
    expect("(");
    inside();
    expect(")");
    if (now().is_name("where"))
      throw Fault{now().at, "'where' stands inside the parentheses: " + form_ + "(... where condition)"};
    keys();
    options();
    finish(name);
    Feature feature;
    feature.type = type_of(what_.function);
    feature.list_of = what_.operand.kind == Operand::Kind::Item ? NameKind::Item : NameKind::Text;
    feature.what = std::move(what_);
    return feature;
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool take_sign(std::string_view sign) { return now().is(sign) ? (take(), true) : false; }
  Fault expected(const std::string& what) const { return {now().at, "found " + now().found() + ", expected " + what}; }
  void expect(std::string_view sign) {
    if (!take_sign(sign)) throw expected("'" + std::string(sign) + "'");
  }

  void inside() {
    if (gives_list(what_.function)) {
      what_.size = whole("how many, such as " + form_ + "(50, click.item)", 1, 1000);
      expect(",");
    }
    takes_operand(what_.function) ? operands() : events(what_.events);
    if (what_.function == Function::Rate) {
      expect("/");
      events(what_.denominator);
    }
    if (now().is_name("where")) where();
  }

  void events(std::vector<int>& out) {
    do event(take_name("an event"), out);
    while (take_sign(","));
    sort(out);
  }

  static void sort(std::vector<int>& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }

  Token take_name(const std::string& what) {
    if (now().kind != Token::Kind::Name) throw expected(what);
    return take();
  }

  void event(const Token& token, std::vector<int>& out) {
    if (token.text.find('.') != std::string::npos)
      throw Fault{token.at, "found '" + token.text + "', expected an event without a field"};
    add_event(token.text, token.at, out);
  }

  void add_event(const std::string& name, int at, std::vector<int>& out) {
    if (name == "session") throw Fault{at, "'session' events (session.duration) are not built yet"};
    if (name == "any") {
      for (int i = 0; i < app_.impression(); ++i) out.push_back(i);
      return;
    }
    int index = app_.event(name);
    if (index < 0) {
      auto names = names_of(app_.events);
      names.push_back("any");
      throw Fault{at, "unknown event '" + name + "'" + config::expected_one_of(name, names)};
    }
    out.push_back(index);
    written_.push_back({index, at});
  }

  void operands() {
    do operand(take_name("an event and what to take from it, such as click.item"));
    while (take_sign(","));
    sort(what_.events);
  }

  void operand(const Token& token) {
    size_t dot = token.text.find('.');
    if (dot == std::string::npos)
      throw Fault{token.at, "found '" + token.text + "', expected a field of an event such as " + token.text +
                                (gives_list(what_.function) ? ".item" : ".price")};
    std::string event_name = token.text.substr(0, dot);
    std::string rest = token.text.substr(dot + 1);
    std::vector<int> types;
    add_event(event_name, token.at, types);
    Operand found =
        rest == "item" || rest.starts_with("item.") ? item_operand(token, rest) : field_operand(token, rest, types);
    bool same = what_.events.empty() || (found.kind == what_.operand.kind && found.field == what_.operand.field &&
                                         found.attribute == what_.operand.attribute);
    if (!same) throw Fault{token.at, "'" + token.text + "': several events must give the same thing"};
    what_.operand = std::move(found);
    what_.events.insert(what_.events.end(), types.begin(), types.end());
    check_operand(token);
  }

  Operand item_operand(const Token& token, const std::string& rest) {
    Operand out;
    out.type = Type::Text;
    out.kind = Operand::Kind::Item;
    if (rest == "item") return out;
    out.kind = Operand::Kind::ItemAttribute;
    out.attribute = attribute(rest.substr(5), token.at);
    out.type = app_.item_attributes[static_cast<size_t>(out.attribute)].type;
    return out;
  }

  int attribute(const std::string& name, int at) {
    int index = app_.item_attribute(name);
    if (index >= 0) return index;
    std::vector<std::string> names;
    for (const auto& known : app_.item_attributes) names.push_back(known.name);
    throw Fault{at, "unknown attribute 'item." + name + "'" + config::expected_one_of(name, names)};
  }

  // `any` gives a field wherever there is one; a named event must have it.
  Operand field_operand(const Token& token, const std::string& field, const std::vector<int>& types) {
    Operand out;
    out.kind = Operand::Kind::Field;
    out.field = field;
    bool found = false;
    std::vector<std::string> names{"item"};
    for (int type : types)
      for (const auto& known : app_.events[static_cast<size_t>(type)].fields) {
        names.push_back(known.name);
        if (known.name != field) continue;
        if (found && known.type != out.type)
          throw Fault{token.at, "'" + token.text + "': the events have fields of different types"};
        out.type = known.type;
        found = true;
      }
    if (!found) throw Fault{token.at, "unknown field '" + token.text + "'" + config::expected_one_of(field, names)};
    return out;
  }

  void check_operand(const Token& token) {
    const Operand& o = what_.operand;
    auto found = "'" + form_ + "': '" + token.text + "' is " +
                 (o.kind == Operand::Kind::Item ? "an item" : "a " + std::string(to_string(o.type)));
    if (what_.function == Function::Together) {
      if (o.kind != Operand::Kind::Item)
        throw Fault{token.at, found + ", expected the item of an event such as click.item"};
    } else if (gives_list(what_.function)) {
      if (o.type != Type::Text) throw Fault{token.at, found + ", expected an item or a string"};
    } else if (o.type != Type::Number) {
      throw Fault{token.at, found + ", expected a number"};
    }
  }

  void where() {
    take();
    auto from = static_cast<size_t>(now().at);
    int depth = 0;
    for (; now().kind != Token::Kind::End && (depth > 0 || !now().is(")")); take()) {
      if (now().is("(")) ++depth;
      if (now().is(")")) --depth;
    }
    auto text = text_.substr(from, static_cast<size_t>(now().at) - from);
    while (text.ends_with(' ')) text.remove_suffix(1);
    auto condition = Expression::compile(text, condition_);
    if (!condition) throw moved(condition.error().message, static_cast<int>(from));
    if (condition->type() != Type::Boolean)
      throw Fault{static_cast<int>(from), "'where': found a " + std::string(to_string(condition->type())) +
                                              ", expected a condition such as view.dwell > 10"};
    what_.where = std::move(*condition);
  }

  static Fault moved(std::string message, int by) {
    int column = 1;
    std::string_view digits = std::string_view(message).substr(7);
    std::from_chars(digits.data(), digits.data() + digits.size(), column);
    return {by + column - 1, message.substr(message.find(": ") + 2)};
  }

  void keys() {
    if (!now().is_name("by")) throw expected("'by' and a key: user, item, session, item.<attribute>, everyone");
    take();
    std::vector<Token> written;
    do {
      written.push_back(take_name("a key: user, item, session, item.<attribute>, everyone"));
      what_.by.push_back(key(written.back()));
    } while (take_sign(","));
    if (what_.by.size() > 2) throw Fault{written[2].at, "a key has one or two parts"};
    if (what_.by.size() == 2 && what_.by[0] == what_.by[1]) throw Fault{written[1].at, "the same key twice"};
    if (what_.by.size() == 2)
      for (size_t i = 0; i < 2; ++i)
        if (what_.by[i].kind == KeyPart::Kind::Everyone) throw Fault{written[i].at, "'everyone' stands alone"};
  }

  KeyPart key(const Token& token) {
    if (token.text == "user") return {KeyPart::Kind::User};
    if (token.text == "item") return {KeyPart::Kind::Item};
    if (token.text == "session") return {KeyPart::Kind::Session};
    if (token.text == "everyone") return {KeyPart::Kind::Everyone};
    if (token.text.starts_with("context."))
      throw Fault{token.at, "'by " + token.text + "': keys from the context are not built yet"};
    if (!token.text.starts_with("item.")) {
      std::vector<std::string> names{"user", "item", "session", "everyone"};
      for (const auto& known : app_.item_attributes) names.push_back("item." + known.name);
      throw Fault{token.at, "unknown key '" + token.text + "'" + config::expected_one_of(token.text, names)};
    }
    int index = attribute(token.text.substr(5), token.at);
    Type type = app_.item_attributes[static_cast<size_t>(index)].type;
    if (type != Type::Text && type != Type::Boolean)
      throw Fault{token.at, "'" + token.text + "' is a " + std::string(to_string(type)) +
                                "; a key is a string or boolean attribute"};
    return {KeyPart::Kind::ItemAttribute, index};
  }

  Duration span(const std::string& what) {
    if (now().kind != Token::Kind::Span || now().span.count() <= 0) throw expected(what);
    return take().span;
  }

  double number(const std::string& what, double lowest, double highest) {
    bool minus = take_sign("-");
    double x = minus ? -now().number : now().number;
    if (now().kind != Token::Kind::Number || x < lowest || x > highest) throw expected(what);
    take();
    return x;
  }

  int whole(const std::string& what, int lowest, int highest) {
    if (now().kind != Token::Kind::Number || std::floor(now().number) != now().number)
      throw expected("a whole number: " + what);
    if (now().number < lowest || now().number > highest)
      throw expected("a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return static_cast<int>(take().number);
  }

  std::vector<std::string> allowed_options() const {
    switch (what_.function) {
      case Function::Count:
      case Function::Sum:
      case Function::Avg:
      case Function::Min:
      case Function::Max:
      case Function::Variance:
      case Function::Stddev:
      case Function::Top:
      case Function::Last:
      case Function::First:
      case Function::FirstTime:
      case Function::LastTime:
      case Function::Gap:
        return {"over", "every"};
      case Function::Rate:
        return {"over", "every", "prior", "weight"};
      case Function::DecayedCount:
      case Function::DecayedSum:
        return {"half_life"};
      case Function::TimeSince:
        return {};
      case Function::Together:
        return {"half_life", "pair_half_life", "history", "decay", "backward", "norm", "neighbours"};
    }
    return {};
  }

  void options() {
    auto allowed = allowed_options();
    std::vector<std::string> seen;
    while (now().kind != Token::Kind::End) {
      if (now().kind != Token::Kind::Name)
        throw expected("the end; an aggregation stands alone: use its name in another feature to compute with it");
      Token option = take();
      if (std::find(allowed.begin(), allowed.end(), option.text) == allowed.end())
        throw Fault{option.at, "'" + form_ + "' takes no '" + option.text + "'" +
                                   (allowed.empty() ? "" : config::expected_one_of(option.text, allowed))};
      if (std::find(seen.begin(), seen.end(), option.text) != seen.end())
        throw Fault{option.at, "'" + option.text + "' is written twice"};
      seen.push_back(option.text);
      read_option(option);
    }
  }

  void read_option(const Token& option) {
    const auto& name = option.text;
    auto& t = what_.together;
    if (name == "over") over_at_ = option.at, span_ = span("a window such as 1h or 30d");
    if (name == "every") every_at_ = option.at, pane_ = span("a pane width such as 5m");
    if (name == "prior") what_.prior = number("a number, what the rate is without events", -1e9, 1e9);
    if (name == "weight")
      weight_at_ = option.at,
      what_.prior_weight = number("a number from 0, how many events the prior is worth", 0, 1e9);
    if (name == "half_life") half_life_ = span("a half-life such as 3d");
    if (name == "pair_half_life") t.pair_half_life = span("a half-life such as 1h");
    if (name == "history") t.history = whole("how many recent items of a user count", 1, 1000);
    if (name == "decay") t.decay = number("a number from 0 to 1", 0, 1);
    if (name == "backward") t.backward = number("a number from 0 to 10", 0, 10);
    if (name == "neighbours") t.neighbours = whole("how many neighbours are kept per item", 1, 10000);
    if (name == "norm") t.norm = number("a number from 0 to 1", 0, 1);
  }

  void finish(const Token& name) {
    if (pane_ && !span_) throw Fault{every_at_, "'every' needs 'over'"};
    if (span_) {
      auto content = what_.function == Function::Top ? PaneContent::Heavy : PaneContent::Numbers;
      auto window = make_window(*span_, pane_, content);
      if (!window) throw Fault{over_at_, window.error().message};
      what_.window = *window;
    }
    if (what_.prior.has_value() != weight_at_.has_value())
      throw Fault{weight_at_.value_or(name.at), "'prior' and 'weight' go together: prior 0.02 weight 50"};
    bool decays = what_.function == Function::DecayedCount || what_.function == Function::DecayedSum;
    bool together = what_.function == Function::Together;
    if ((decays || together) && !half_life_)
      throw Fault{name.at, "'" + form_ + "' needs 'half_life' and a duration such as 3d"};
    if (decays) what_.half_life = *half_life_;
    if (together) what_.together.half_life = *half_life_;
    if (together && (what_.by.size() != 1 || what_.by[0].kind != KeyPart::Kind::Item))
      throw Fault{name.at, "'together' is kept by item"};
    check_keys_of_events();
  }

  // An event that can never carry the key would silently count nothing; `any` takes those that can.
  void check_keys_of_events() {
    for (const auto& part : what_.by) {
      bool item = part.kind == KeyPart::Kind::Item || part.kind == KeyPart::Kind::ItemAttribute;
      bool user = part.kind == KeyPart::Kind::User;
      for (auto [index, at] : written_) {
        const auto& event = app_.events[static_cast<size_t>(index)];
        if ((item && !event.has_item) || (user && !event.has_user))
          throw Fault{
              at, "event '" + event.name + "' has no " + (item ? "item" : "user") + ", so it cannot be counted by one"};
      }
    }
    if (what_.operand.kind == Operand::Kind::None || what_.operand.kind == Operand::Kind::Field) return;
    for (auto [index, at] : written_)
      if (!app_.events[static_cast<size_t>(index)].has_item)
        throw Fault{at, "event '" + app_.events[static_cast<size_t>(index)].name + "' has no item"};
  }

  std::string_view text_;
  const App& app_;
  const Expression::Names& condition_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  std::string form_;
  Aggregation what_;
  std::optional<Duration> span_;
  std::optional<Duration> pane_;
  std::optional<Duration> half_life_;
  std::optional<int> weight_at_;
  int over_at_ = 0;
  int every_at_ = 0;
  std::vector<std::pair<int, int>> written_;  // Events named one by one, and where.
};

}  // namespace

bool is_aggregation(const std::vector<Token>& tokens) {
  if (tokens.size() < 2 || tokens[0].kind != Token::Kind::Name || !tokens[1].is("(")) return false;
  const auto& name = tokens[0].text;
  if (name == "min" || name == "max") return has_key_or_window(tokens);
  return form_named(name) || is_later(name);
}

Feature parse_aggregation(std::string_view text, const App& app, const Expression::Names& condition) {
  return Reader(text, app, condition).read();
}

std::string key_text(const App& app, const std::vector<KeyPart>& by) {
  std::string out;
  for (const auto& part : by) {
    if (!out.empty()) out += ", ";
    switch (part.kind) {
      case KeyPart::Kind::User:
        out += "user";
        break;
      case KeyPart::Kind::Item:
        out += "item";
        break;
      case KeyPart::Kind::Session:
        out += "session";
        break;
      case KeyPart::Kind::Everyone:
        out += "everyone";
        break;
      case KeyPart::Kind::ItemAttribute:
        out += "item." + app.item_attributes[static_cast<size_t>(part.attribute)].name;
    }
  }
  return out;
}

}  // namespace augury::definition
