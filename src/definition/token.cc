#include "definition/token.h"

#include <charconv>
#include <cmath>

#include "config/amount.h"

namespace augury::definition {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    if (text_.size() > kExpressionBytesMax) throw Fault{0, "an expression may be 16 KiB long"};
    while (true) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      Token token = next();
      token.end = static_cast<int>(at_);
      out_.push_back(token);
      if (token.kind == Token::Kind::End) return std::move(out_);
    }
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  Token make(Token::Kind kind, std::string text, size_t at) {
    Token token;
    token.kind = kind;
    token.text = std::move(text);
    token.at = static_cast<int>(at);
    return token;
  }

  Token next() {
    if (at_ == text_.size()) return make(Token::Kind::End, "", at_);
    if (is_letter(peek())) return name();
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
    if (peek() == '"' || peek() == '\'') return quoted();
    return sign();
  }

  Token name() {
    size_t from = at_;
    while (is_letter(peek()) || is_digit(peek()) || (peek() == '.' && is_letter(peek(1)))) ++at_;
    return make(Token::Kind::Name, std::string(text_.substr(from, at_ - from)), from);
  }

  Token number() {
    size_t from = at_;
    double x = 0;
    auto end = std::from_chars(text_.data() + from, text_.data() + text_.size(), x);
    if (end.ec != std::errc{}) throw Fault{static_cast<int>(from), "a number that is too large"};
    at_ = static_cast<size_t>(end.ptr - text_.data());
    if (!is_letter(peek()) && peek() != '%') {
      Token token = make(Token::Kind::Number, std::string(text_.substr(from, at_ - from)), from);
      token.number = x;
      return token;
    }
    while (is_letter(peek()) || is_digit(peek()) || peek() == '%') ++at_;
    auto whole = text_.substr(from, at_ - from);
    auto span = config::parse_duration(whole);
    if (!span)
      throw Fault{static_cast<int>(from),
                  "found '" + std::string(whole) + "', expected a number or a duration such as 30s, 5m, 1h or 30d"};
    Token token = make(Token::Kind::Span, std::string(whole), from);
    token.span = *span;
    token.number = seconds(*span);
    return token;
  }

  Token quoted() {
    size_t from = at_;
    char quote = text_[at_++];
    std::string bytes;
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      bytes += text_[at_];
    }
    if (at_ == text_.size()) throw Fault{static_cast<int>(from), "a text in quotes that is not closed"};
    ++at_;
    return make(Token::Kind::Text, std::move(bytes), from);
  }

  Token sign() {
    for (std::string_view sign : {"<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","})
      if (text_.substr(at_).starts_with(sign)) {
        at_ += sign.size();
        return make(Token::Kind::Sign, std::string(sign), at_ - sign.size());
      }
    std::string hint = peek() == '=' ? " (equality is written ==)" : peek() == '!' ? " (write not)" : "";
    throw Fault{static_cast<int>(at_), "found '" + std::string(1, peek()) + "', which no expression uses" + hint};
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> out_;
};

}  // namespace

std::string Token::found() const {
  if (kind == Kind::End) return "the end";
  return kind == Kind::Text ? "\"" + text + "\"" : "'" + text + "'";
}

std::vector<Token> tokens_of(std::string_view text) { return Lexer(text).run(); }

}  // namespace augury::definition
