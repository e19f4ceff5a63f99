#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

#include "wire/value_stream.h"

namespace augury::wire {
namespace {

constexpr size_t kDepthMax = 65'536;

void append_utf8(uint32_t point, std::string& text) {
  const auto tail = [&](int shift) { text.push_back(static_cast<char>(0x80 | ((point >> shift) & 0x3f))); };
  if (point < 0x80) {
    text.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    text.push_back(static_cast<char>(0xc0 | point >> 6)), tail(0);
  } else if (point < 0x10000) {
    text.push_back(static_cast<char>(0xe0 | point >> 12)), tail(6), tail(0);
  } else {
    text.push_back(static_cast<char>(0xf0 | point >> 18)), tail(12), tail(6), tail(0);
  }
}

float beyond_range(const std::string& text, float) { return std::strtof(text.c_str(), nullptr); }
double beyond_range(const std::string& text, double) { return std::strtod(text.c_str(), nullptr); }

class JsonStream final : public ValueStream {
 public:
  explicit JsonStream(std::string_view text) : text_(text) {}

  Result<Kind> kind() override {
    skip_space();
    switch (here()) {
      case '{':
        return Kind::Object;
      case '[':
        return Kind::Array;
      case '"':
        return Kind::Text;
      case 't':
      case 'f':
        return Kind::Boolean;
      case 'n':
        return text_.substr(at_).starts_with("null") ? Kind::Null : Kind::Number;
      default:
        if (number_length() > 0) return Kind::Number;
        return found("a value");
    }
  }

  Result<bool> boolean() override {
    skip_space();
    if (take_word("true")) return true;
    if (take_word("false")) return false;
    return found("true or false");
  }

  Result<void> null() override {
    skip_space();
    if (take_word("null")) return {};
    return found("null");
  }

  Result<double> number() override { return real<double>(); }
  Result<float> number_as_float() override { return real<float>(); }

  Result<int64_t> integer() override {
    skip_space();
    const auto token = text_.substr(at_, number_length());
    int64_t value = 0;
    const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (token.empty() || problem != std::errc{} || end != token.data() + token.size())
      return found("a whole number of 64 bits");
    at_ += token.size();
    return value;
  }

  Result<std::string> text() override {
    skip_space();
    if (here() != '"') return found("a text");
    std::string value;
    AUGURY_TRY_VOID(read_text(value));
    return value;
  }

  Result<void> begin_object() override { return begin('{', "an object"); }
  Result<void> begin_array() override { return begin('[', "an array"); }

  Result<bool> next_member(std::string& name) override {
    AUGURY_TRY(const bool more, next('}'));
    if (!more) return false;
    if (here() != '"') return found("the name of a member");
    AUGURY_TRY_VOID(read_text(name));
    skip_space();
    if (here() != ':') return found("':'");
    ++at_;
    return true;
  }
  Result<bool> next_element() override { return next(']'); }

  Result<void> end() override {
    skip_space();
    if (at_ < text_.size()) return found("the end of the document");
    return {};
  }

  size_t offset() const override { return at_; }

 protected:
  bool inside_object() const override { return !open_.empty() && open_.back(); }

 private:
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  Error found(std::string_view expected) const {
    if (at_ >= text_.size()) return wrong("the end of the document", expected);
    const auto seen = text_.substr(at_, 20);
    std::string shown;
    for (const char c : seen) shown.push_back(c >= ' ' && c <= '~' ? c : '?');
    return wrong("'" + shown + (at_ + seen.size() < text_.size() ? "...'" : "'"), expected);
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  // The run of characters that could be a number, from here.
  size_t number_length() const {
    size_t end = at_;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool digit = c >= '0' && c <= '9';
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!digit && !letter && c != '-' && c != '+' && c != '.') break;
      ++end;
    }
    return end - at_;
  }

  template <typename Real>
  Result<Real> real() {
    skip_space();
    const auto token = text_.substr(at_, number_length());
    Real value{};
    const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (token.empty() || end != token.data() + token.size() || problem == std::errc::invalid_argument)
      return found("a number");
    if (problem == std::errc::result_out_of_range) value = beyond_range(std::string(token), Real{});
    at_ += token.size();
    return value;
  }

  Result<void> begin(char bracket, std::string_view what) {
    skip_space();
    if (here() != bracket) return found(what);
    if (open_.size() == kDepthMax) return wrong("more than 65536 levels", "fewer");
    ++at_;
    open_.push_back(bracket == '{');
    first_ = true;
    return {};
  }

  Result<bool> next(char bracket) {
    skip_space();
    if (here() == bracket) {
      ++at_;
      open_.pop_back();
      first_ = false;
      return false;
    }
    if (!first_) {
      if (here() != ',') return found(bracket == '}' ? "',' or '}'" : "',' or ']'");
      ++at_;
      skip_space();
    }
    first_ = false;
    return true;
  }

  // From the opening quote to behind the closing one.
  Result<void> read_text(std::string& value) {
    value.clear();
    for (++at_; at_ < text_.size() && text_[at_] != '"';) {
      if (text_[at_] == '\\') {
        AUGURY_TRY_VOID(read_escape(value));
        continue;
      }
      if (static_cast<unsigned char>(text_[at_]) < ' ') return found("no control character in a text");
      value.push_back(text_[at_++]);
    }
    if (at_ >= text_.size()) return found("'\"'");
    ++at_;
    return {};
  }

  Result<void> read_escape(std::string& value) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (letter != 'u') {
      const size_t which = kLetters.find(letter);
      if (which == std::string_view::npos) return found("an escape");
      value.push_back(kMeanings[which]);
      at_ += 2;
      return {};
    }
    AUGURY_TRY(uint32_t point, read_hex());
    if (point >= 0xd800 && point < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
      AUGURY_TRY(const uint32_t low, read_hex());
      if (low < 0xdc00 || low > 0xdfff) return found("the second half of a character before it");
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    if (point >= 0xd800 && point < 0xe000) return found("both halves of a character before it");
    append_utf8(point, value);
    return {};
  }

  // Of \uXXXX, from its backslash.
  Result<uint32_t> read_hex() {
    const auto digits = text_.substr(std::min(at_ + 2, text_.size()), 4);
    uint32_t value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() < 4 || problem != std::errc{} || end != digits.data() + 4) return found("four hex digits");
    at_ += 6;
    return value;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool first_ = false;      // Nothing of the innermost open value was taken yet.
  std::vector<bool> open_;  // True: an object.
};

}  // namespace

std::unique_ptr<ValueStream> json_stream(std::string_view text) { return std::make_unique<JsonStream>(text); }

}  // namespace augury::wire
