// A YAML document as a plain tree with places.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace augury::config {

struct Entry;

struct Node {
  enum class Kind { Null, Scalar, Sequence, Map };

  Kind kind = Kind::Null;
  Place place;
  std::string scalar;
  bool quoted = false;           // Written in quotes or as a block: it is text, whatever it looks like.
  bool one_line = true;          // The scalar stands in the file byte for byte, from text_place on.
  bool comment_follows = false;  // A plain scalar with a `#` behind it on its line.
  std::vector<Entry> entries;    // Map: in the order written, names unique.
  std::vector<Node> elements;    // Sequence.

  Place text_place() const { return {place.line, place.column + (quoted ? 1 : 0)}; }
  const Node* find(std::string_view name) const;
  // For messages: "'abc'", "a list", "a map", "nothing".
  std::string found() const;
};

struct Entry {
  std::string name;
  Place place;
  Node value;
};

constexpr size_t kYamlBytesMax = 1 << 20;
constexpr size_t kYamlNodesMax = 200'000;  // After aliases are spelled out.
constexpr int kYamlDepthMax = 64;

// The one document of `text`. Aliases are spelled out; tags are refused.
std::expected<Node, Problem> parse_yaml(std::string_view text);

}  // namespace augury::config
