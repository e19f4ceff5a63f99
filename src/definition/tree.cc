#include "definition/tree.h"

#include <initializer_list>
#include <utility>

namespace augury::definition {
namespace {

constexpr int kOperatorsMax = 256;

class Parser {
 public:
  explicit Parser(std::span<const Token> tokens) : tokens_(tokens) {}

  Tree whole() {
    Tree tree = either();
    if (now().kind != Token::Kind::End) throw expected("an operator or the end");
    return tree;
  }

 private:
  struct Deeper {
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kExpressionDepthMax)
        throw Fault{parser_.now().at, "nested deeper than 64 levels; name a part of it as a feature of its own"};
    }
    ~Deeper() { --parser_.depth_; }
    Parser& parser_;
  };

  const Token& now() const { return tokens_[at_]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  Fault expected(const std::string& what) const { return {now().at, "found " + now().found() + ", expected " + what}; }

  static Tree call(const Token& name, std::vector<Tree> children) {
    Tree tree;
    tree.kind = Tree::Kind::Call;
    tree.text = name.text;
    tree.at = name.at;
    tree.children = std::move(children);
    return tree;
  }

  bool at_any(std::initializer_list<std::string_view> signs) const {
    for (auto sign : signs)
      if (now().is(sign)) return true;
    return false;
  }

  // Left-associative: a - b - c is (a - b) - c. A long chain is a deep tree, hence the bound on operators.
  template <typename Lower, typename Here>
  Tree chain(Lower lower, Here here) {
    Tree left = (this->*lower)();
    while (here()) {
      if (++operators_ > kOperatorsMax)
        throw Fault{now().at, "more than 256 operators; name a part of it as a feature"};
      Token sign = take();
      std::vector<Tree> sides;
      sides.push_back(std::move(left));
      sides.push_back((this->*lower)());
      left = call(sign, std::move(sides));
    }
    return left;
  }

  Tree either() {
    Deeper deeper(*this);
    return chain(&Parser::both, [&] { return now().is_name("or"); });
  }
  Tree both() {
    return chain(&Parser::negated, [&] { return now().is_name("and"); });
  }
  Tree negated() {
    Deeper deeper(*this);
    if (!now().is_name("not")) return compared();
    Token sign = take();
    std::vector<Tree> one;
    one.push_back(negated());
    return call(sign, std::move(one));
  }
  Tree compared() {
    Tree left = sum();
    if (!at_any({"<", "<=", ">", ">=", "==", "!="})) return left;
    Token sign = take();
    std::vector<Tree> sides;
    sides.push_back(std::move(left));
    sides.push_back(sum());
    if (at_any({"<", "<=", ">", ">=", "==", "!="})) throw expected("'and' between two comparisons");
    return call(sign, std::move(sides));
  }
  Tree sum() {
    return chain(&Parser::product, [&] { return at_any({"+", "-"}); });
  }
  Tree product() {
    return chain(&Parser::signed_value, [&] { return at_any({"*", "/"}); });
  }
  Tree signed_value() {
    Deeper deeper(*this);
    if (!now().is("-")) return value();
    Token sign = take();
    std::vector<Tree> one;
    one.push_back(signed_value());
    if (one[0].kind == Tree::Kind::Number) {
      one[0].number = -one[0].number;
      one[0].at = sign.at;
      return std::move(one[0]);
    }
    return call(sign, std::move(one));
  }

  Tree value() {
    if (now().is("(")) {
      take();
      Tree inside = either();
      if (!now().is(")")) throw expected("')'");
      take();
      return inside;
    }
    if (now().is("[")) return list();
    if (now().kind == Token::Kind::Sign || now().kind == Token::Kind::End)
      throw expected("a value: a name, a number, a text in quotes or '('");
    if (now().is_name("and") || now().is_name("or")) throw expected("a value before it");
    Token token = take();
    if (token.kind == Token::Kind::Name && now().is("(")) return arguments(token);
    return leaf(token);
  }

  static Tree leaf(const Token& token) {
    Tree tree;
    tree.at = token.at;
    tree.text = token.text;
    tree.number = token.number;
    tree.span = token.span;
    switch (token.kind) {
      case Token::Kind::Name:
        tree.kind = Tree::Kind::Name;
        break;
      case Token::Kind::Span:
        tree.kind = Tree::Kind::Span;
        break;
      case Token::Kind::Text:
        tree.kind = Tree::Kind::Text;
        break;
      default:
        tree.kind = Tree::Kind::Number;
    }
    return tree;
  }

  std::vector<Tree> until(std::string_view close) {
    std::vector<Tree> out;
    if (now().is(close)) return take(), out;
    while (true) {
      out.push_back(either());
      if (out.size() > 1000) throw Fault{now().at, "more than 1,000 values in a list"};
      if (now().is(close)) return take(), out;
      if (!now().is(",")) throw expected("',' or '" + std::string(close) + "'");
      take();
    }
  }
  Tree arguments(const Token& name) {
    take();
    return call(name, until(")"));
  }
  Tree list() {
    Tree tree;
    tree.kind = Tree::Kind::List;
    tree.at = now().at;
    take();
    tree.children = until("]");
    return tree;
  }

  std::span<const Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  int operators_ = 0;
};

}  // namespace

Tree tree_of(std::span<const Token> tokens) { return Parser(tokens).whole(); }

}  // namespace augury::definition
