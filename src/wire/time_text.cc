#include "wire/time_text.h"

#include <charconv>
#include <cmath>

namespace augury::wire {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr Timestamp kFirst = Timestamp(sys_days{std::chrono::year{1} / 1 / 1}.time_since_epoch());
constexpr Timestamp kLast = Timestamp(sys_days{std::chrono::year{10000} / 1 / 1}.time_since_epoch()) - Duration{1};

// Takes the text apart from the left; `good` stays true as long as it fits.
struct Cursor {
  std::string_view text;
  bool good = true;

  int digits(size_t count) {
    int value = 0;
    if (text.size() < count) return good = false, 0;
    for (size_t i = 0; i < count; ++i) {
      if (text[i] < '0' || text[i] > '9') return good = false, 0;
      value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
  }
  bool take(std::string_view any_of) {
    if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  }
  void expect(std::string_view any_of) { good = take(any_of) && good; }
};

int64_t fraction_us(Cursor& in) {
  int64_t value = 0;
  int64_t unit = 100'000;
  size_t count = 0;
  for (; !in.text.empty() && in.text[0] >= '0' && in.text[0] <= '9'; in.text.remove_prefix(1), ++count, unit /= 10)
    value += unit * (in.text[0] - '0');
  if (count == 0) in.good = false;
  return value;
}

Duration offset(Cursor& in) {
  if (in.take("Zz")) return {};
  bool west = in.text.starts_with('-');
  in.expect("+-");
  int h = in.digits(2);
  in.expect(":");
  int m = in.digits(2);
  if (h > 23 || m > 59) in.good = false;
  Duration east = hours(h) + minutes(m);
  return west ? -east : east;
}

std::optional<Timestamp> bounded(Timestamp t) { return t < kFirst || t > kLast ? std::nullopt : std::optional(t); }

void append_digits(std::string& out, int64_t value, int width) {
  char digits[8];
  for (int i = width - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<size_t>(width));
}

}  // namespace

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  Cursor in{text};
  int y = in.digits(4);
  in.expect("-");
  auto month = static_cast<unsigned>(in.digits(2));
  in.expect("-");
  auto day = static_cast<unsigned>(in.digits(2));
  year_month_day date{std::chrono::year{y}, std::chrono::month{month}, std::chrono::day{day}};
  if (!in.good || !date.ok()) return std::nullopt;
  Timestamp midnight(sys_days{date}.time_since_epoch());
  if (in.text.empty()) return bounded(midnight);
  in.expect("Tt ");
  int h = in.digits(2);
  in.expect(":");
  int m = in.digits(2);
  in.expect(":");
  int s = in.digits(2);
  int64_t us = in.take(".") ? fraction_us(in) : 0;
  Duration east = offset(in);
  bool leap = s == 60 && m == 59;
  if (!in.good || !in.text.empty() || h > 23 || m > 59 || (s > 59 && !leap)) return std::nullopt;
  return bounded(midnight + hours(h) + minutes(m) + std::chrono::seconds(s) + Duration{us} - east);
}

std::optional<Timestamp> from_epoch(double x) {
  if (!std::isfinite(x)) return std::nullopt;
  double us = std::abs(x) > 1e11 ? x * 1e3 : x * 1e6;
  if (std::abs(us) > 1e18) return std::nullopt;
  return bounded(from_micros(static_cast<int64_t>(std::llround(us))));
}

std::optional<Timestamp> parse_time(std::string_view text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return from_epoch(number);
  return parse_rfc3339(text);
}

void append_rfc3339(Timestamp t, std::string& out) {
  auto day = std::chrono::floor<days>(t);
  year_month_day date{day};
  int64_t us = (t - day).count();
  append_digits(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_digits(out, us / 3'600'000'000, 2);
  out += ':';
  append_digits(out, us / 60'000'000 % 60, 2);
  out += ':';
  append_digits(out, us / 1'000'000 % 60, 2);
  if (int64_t part = us % 1'000'000; part != 0) {
    out += '.';
    part % 1000 == 0 ? append_digits(out, part / 1000, 3) : append_digits(out, part, 6);
  }
  out += 'Z';
}

std::string format_rfc3339(Timestamp t) {
  std::string out;
  append_rfc3339(t, out);
  return out;
}

}  // namespace augury::wire
