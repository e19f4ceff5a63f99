#include "scenarios/script.h"

#include <cstdio>
#include <sstream>

namespace augury::scenarios {
namespace {

constexpr std::string_view kShop =
    "app: shop\n"
    "events:\n"
    "  viewed:  {keys: [user, item]}\n"
    "  clicked: {keys: [user, item]}\n"
    "  bought:  {keys: [user, item]}\n"
    "placements: {home: {}}\n";

// Every scenario plays on Monday 2026-01-05 (UTC); "+2 10:00" is two days later.
constexpr int64_t kMonday = 1'767'571'200;

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> all;
  std::istringstream in(list);
  for (std::string each; std::getline(in, each, ',');) all.push_back(each);
  return all;
}

std::vector<double> numbers(const std::string& list) {
  std::vector<double> all;
  for (const auto& each : split(list)) all.push_back(std::atof(each.c_str()));
  return all;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : in_(std::string(text)) {}

  Result<Script> read() {
    for (std::string line; std::getline(in_, line);) {
      ++number_;
      AUGURY_TRY_VOID(read_line(line));
    }
    if (script_.app.empty()) script_.app = kShop;
    return std::move(script_);
  }

 private:
  Error bad(const std::string& why) const { return {Code::Invalid, "line " + std::to_string(number_) + ": " + why}; }

  Result<void> read_line(const std::string& line) {
    if (in_app_ && (line.starts_with("  ") || line.empty())) {
      if (!line.empty()) script_.app += line.substr(2) + "\n";
      return {};
    }
    in_app_ = false;
    if (line.starts_with("#")) {
      if (script_.title.empty()) script_.title = line.substr(std::min<size_t>(2, line.size()));
      return {};
    }
    if (line == "app") {
      in_app_ = true;
      return {};
    }
    if (line == "----") {
      if (script_.steps.empty()) return bad("---- without a step before it");
      expecting_ = true;
      return {};
    }
    auto all = words(line);
    if (all.empty()) {
      expecting_ = false;
      return {};
    }
    return expecting_ ? read_expected(all, line) : read_step(all);
  }

  Result<void> read_step(std::vector<std::string> all) {
    Step step;
    step.line = number_;
    auto kind = all.front();
    all.erase(all.begin());
    if (kind == "event" || kind == "ask" || kind == "feature") {
      AUGURY_TRY(step.at, take_time(all));
    }
    auto take = [&all] {
      auto word = all.empty() ? std::string() : all.front();
      if (!all.empty()) all.erase(all.begin());
      return word;
    };
    if (kind == "event") {
      step.user = take(), step.verb = take(), step.item = take();
    } else if (kind == "item") {
      step.kind = Step::Kind::Item, step.item = take();
    } else if (kind == "user") {
      step.kind = Step::Kind::User, step.user = take();
    } else if (kind == "ask") {
      step.kind = Step::Kind::Ask, step.user = take();
    } else if (kind == "breaker") {
      step.kind = Step::Kind::Breaker, step.name = take(), step.verb = take();
    } else if (kind == "feature") {
      step.kind = Step::Kind::Feature, step.verb = take(), step.user = take(), step.item = take();
    } else if (kind == "restart") {
      step.kind = Step::Kind::Restart;
    } else {
      return bad("expected event, item, user, ask, breaker, feature or restart, found '" + kind + "'");
    }
    AUGURY_TRY_VOID(read_rest(step, all));
    script_.steps.push_back(std::move(step));
    return {};
  }

  Result<void> read_rest(Step& step, const std::vector<std::string>& all) {
    for (size_t i = 0; i < all.size(); ++i) {
      bool more = i + 1 < all.size();
      if (all[i] == "top" && more) {
        step.top = std::atoi(all[++i].c_str());
      } else if (all[i] == "exclude" && more) {
        step.exclude = split(all[++i]);
      } else if (all[i] == "candidates" && more) {
        step.candidates = split(all[++i]);
      } else if (auto equals = all[i].find('='); equals != std::string::npos) {
        auto name = all[i].substr(0, equals), value = all[i].substr(equals + 1);
        if (value.starts_with('[') && value.ends_with(']'))
          step.vectors.emplace_back(name, numbers(value.substr(1, value.size() - 2)));
        else
          step.pairs.emplace_back(name, value);
      } else {
        return bad("not understood: '" + all[i] + "'");
      }
    }
    return {};
  }

  Result<void> read_expected(const std::vector<std::string>& all, const std::string& line) {
    auto& expected = script_.steps.back().expected;
    std::string second = all.size() > 1 ? all[1] : "";
    if (all[0] == "level")
      expected.level = second;
    else if (all[0] == "reason")
      expected.reason = second;
    else if (all[0] == "variant")
      expected.variant = second;
    else if (all[0] == "error")
      expected.error = second;
    else if (all[0] == "refused")
      expected.refused = second;
    else if (all[0] == "value")
      expected.value = second;
    else if (all[0] == "nothing")
      expected.items.emplace();
    else if (all[0] == "because")
      expected.because.emplace_back(second, line.substr(line.find(second) + second.size() + 1));
    else if (!expected.items)
      expected.items = all;
    else
      return bad("not understood: '" + line + "'");
    return {};
  }

  Result<Timestamp> take_time(std::vector<std::string>& all) {
    int day = 0, hour = 0, minute = 0, second = 0;
    if (!all.empty() && all.front().starts_with('+')) {
      day = std::atoi(all.front().c_str() + 1);
      all.erase(all.begin());
    }
    if (all.empty() || std::sscanf(all.front().c_str(), "%d:%d:%d", &hour, &minute, &second) < 2) {
      return bad("expected a time like 10:05");
    }
    all.erase(all.begin());
    return from_micros((kMonday + day * 86400 + hour * 3600 + minute * 60 + second) * 1'000'000);
  }

  std::istringstream in_;
  Script script_;
  int number_ = 0;
  bool in_app_ = false;
  bool expecting_ = false;
};

}  // namespace

Result<Script> read_script(std::string_view text) { return Reader(text).read(); }

}  // namespace augury::scenarios
