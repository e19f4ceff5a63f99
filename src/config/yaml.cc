#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "config/node.h"

namespace augury::config {
namespace {

Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    if (end == text.size()) return lines;
    text.remove_prefix(end + 1);
  }
}

size_t count_nodes(const Node& node) {
  size_t count = 1;
  for (const auto& entry : node.entries) count += count_nodes(entry.value);
  for (const auto& element : node.elements) count += count_nodes(element);
  return count;
}

int depth_of(const Node& node) {
  int deepest = 0;
  for (const auto& entry : node.entries) deepest = std::max(deepest, depth_of(entry.value));
  for (const auto& element : node.elements) deepest = std::max(deepest, depth_of(element));
  return deepest + 1;
}

// Builds the tree from the parser's events. Throws Problem, caught in parse_yaml.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view text) : lines_(lines_of(text)) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(node(Node::Kind::Null, mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Problem{place_of(mark), "an alias inside the thing it stands for"};
    count(count_nodes(known->second), mark);
    if (static_cast<int>(open_.size()) + depth_of(known->second) > kYamlDepthMax) throw too_deep(mark);
    add(known->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!" && !tag.empty()) throw tagged(mark, tag);
    Node scalar = node(Node::Kind::Scalar, mark);
    scalar.scalar = value;
    scalar.quoted = tag == "!";
    locate(scalar);
    if (!scalar.quoted && (value == "~" || value == "null")) scalar.kind = Node::Kind::Null;
    add(std::move(scalar), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::Sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::Map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  Node root;

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Entry> entry;  // Map: its name is known, its value is not.
  };

  Node node(Node::Kind kind, const YAML::Mark& mark) {
    count(1, mark);
    Node made;
    made.kind = kind;
    made.place = place_of(mark);
    return made;
  }

  void count(size_t nodes, const YAML::Mark& mark) {
    nodes_ += nodes;
    if (nodes_ > kYamlNodesMax) throw Problem{place_of(mark), "more than 200,000 values (aliases count each time)"};
  }

  static Problem too_deep(const YAML::Mark& mark) { return {place_of(mark), "nested deeper than 64 levels"}; }
  static Problem tagged(const YAML::Mark& mark, const std::string& tag) {
    return {place_of(mark),
            "found the tag '" + tag + "'; tags are not used here (a text that begins with ! needs quotes)"};
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (tag != "?" && tag != "!" && !tag.empty()) throw tagged(mark, tag);
    if (open_.size() >= static_cast<size_t>(kYamlDepthMax)) throw too_deep(mark);
    open_.push_back({node(kind, mark), anchor, std::nullopt});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(Node made, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = made;
    if (open_.empty()) return void(root = std::move(made));
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::Sequence) return parent.node.elements.push_back(std::move(made));
    if (!parent.entry) return begin_entry(parent, std::move(made));
    parent.entry->value = std::move(made);
    parent.node.entries.push_back(*std::exchange(parent.entry, std::nullopt));
  }

  static void begin_entry(Open& parent, Node name) {
    if (name.kind != Node::Kind::Scalar) throw Problem{name.place, "a key must be plain text, found " + name.found()};
    if (parent.node.find(name.scalar)) throw Problem{name.place, "key '" + name.scalar + "' is written twice"};
    parent.entry = Entry{name.scalar, name.place, {}};
  }

  void locate(Node& scalar) const {
    auto line = static_cast<size_t>(scalar.place.line) - 1;
    auto column = static_cast<size_t>(scalar.text_place().column) - 1;
    std::string_view rest = line < lines_.size() ? lines_[line] : std::string_view();
    rest.remove_prefix(std::min(column, rest.size()));
    scalar.one_line = rest.starts_with(scalar.scalar);
    if (!scalar.one_line || scalar.quoted) return;
    rest.remove_prefix(scalar.scalar.size());
    size_t next = rest.find_first_not_of(" \t");
    scalar.comment_follows = next != std::string_view::npos && rest[next] == '#';
  }

  std::vector<std::string_view> lines_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  size_t nodes_ = 0;
};

Problem from_yaml(const YAML::ParserException& error) {
  Place place = error.mark.is_null() ? Place{} : place_of(error.mark);
  return {place, "not valid YAML: " + error.msg +
                     " (an expression containing \": \" or \" #\", or beginning with one of & * ! | > ' \" % @ ` [ {, "
                     "needs quotes)"};
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  for (const auto& entry : entries)
    if (entry.name == name) return &entry.value;
  return nullptr;
}

std::string Node::found() const {
  switch (kind) {
    case Kind::Null:
      return "nothing";
    case Kind::Scalar:
      return scalar.size() <= 80 ? "'" + scalar + "'" : "'" + scalar.substr(0, 77) + "...'";
    case Kind::Sequence:
      return elements.empty() ? "an empty list" : "a list";
    case Kind::Map:
      return entries.empty() ? "an empty map" : "a map";
  }
  return "nothing";
}

std::vector<Problem> Problems::sorted() const {
  auto out = all_;
  std::stable_sort(out.begin(), out.end(), [](const Problem& a, const Problem& b) { return a.place < b.place; });
  return out;
}

std::expected<Node, Problem> parse_yaml(std::string_view text) {
  if (text.size() > kYamlBytesMax) return std::unexpected(Problem{{}, "larger than 1 MiB"});
  if (auto nul = text.find('\0'); nul != std::string_view::npos)
    return std::unexpected(Problem{{}, "not a text file: it holds a zero byte"});
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder(text);
    if (!parser.HandleNextDocument(builder)) return Node{};
    Builder second("");
    if (parser.HandleNextDocument(second) && second.root.kind != Node::Kind::Null)
      return std::unexpected(Problem{second.root.place, "a second document; one file holds one"});
    return std::move(builder.root);
  } catch (Problem& problem) {
    return std::unexpected(std::move(problem));
  } catch (const YAML::ParserException& error) {
    return std::unexpected(from_yaml(error));
  } catch (const std::exception& error) {
    return std::unexpected(Problem{{}, std::string("not valid YAML: ") + error.what()});
  }
}

}  // namespace augury::config
