#include "config/yaml_text.h"

#include <algorithm>
#include <string_view>

namespace augury::config {
namespace {

constexpr size_t kLineMax = 110;
constexpr int kBlocksAtLeast = 2;  // Levels of maps that are spread out however short they are.

bool reads_as_itself(std::string_view text) {
  constexpr std::string_view kSafe = "_-+*/.%()=<> ";
  auto plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSafe.find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
  };
  auto begins_well = [&](char c) {
    return plain(c) && std::string_view("-+*%=<> .").find(c) == std::string_view::npos;
  };
  return !text.empty() && begins_well(text.front()) && text.back() != ' ' && text != "null" && text != "~";
}

// `inside`: between the brackets of a flow, where a comma ends a scalar.
std::string scalar_text(const Node& node, bool inside) {
  auto plain = [&] {
    if (node.quoted) return false;
    std::string_view text = node.scalar;
    std::string without_commas;
    if (!inside) {
      std::ranges::remove_copy(text, std::back_inserter(without_commas), ',');
      text = without_commas;
    }
    return reads_as_itself(text) ||
           (text.size() > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9' && reads_as_itself(text.substr(1)));
  };
  if (plain()) return node.scalar;
  std::string out = "\"";
  for (char c : node.scalar) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

std::string key_text(const std::string& name) {
  Node node;
  node.scalar = name;
  return scalar_text(node, true);
}

std::string flow(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::Null:
      return "~";
    case Node::Kind::Scalar:
      return scalar_text(node, true);
    case Node::Kind::Sequence:
      for (const auto& element : node.elements) out += (out.empty() ? "" : ", ") + flow(element);
      return "[" + out + "]";
    case Node::Kind::Map:
      for (const auto& entry : node.entries)
        out += (out.empty() ? "" : ", ") + key_text(entry.name) + ": " + flow(entry.value);
      return "{" + out + "}";
  }
  return out;
}

class Writer {
 public:
  void map(const Node& node, size_t indent) {
    for (const auto& entry : node.entries) {
      out_ += std::string(indent, ' ') + key_text(entry.name) + ":";
      value(entry.value, indent);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void value(const Node& node, size_t indent) {
    bool spreads = (node.kind == Node::Kind::Map && !node.entries.empty()) ||
                   (node.kind == Node::Kind::Sequence && !node.elements.empty());
    std::string line = node.kind == Node::Kind::Scalar ? scalar_text(node, false) : flow(node);
    bool upper = node.kind == Node::Kind::Map && indent < 2 * (kBlocksAtLeast - 1);
    if (!spreads || (!upper && indent + line.size() < kLineMax)) {
      out_ += " " + line + "\n";
      return;
    }
    out_ += "\n";
    if (node.kind == Node::Kind::Map) return map(node, indent + 2);
    for (const auto& element : node.elements) out_ += std::string(indent + 2, ' ') + "- " + flow(element) + "\n";
  }

  std::string out_;
};

}  // namespace

std::string yaml_text(const Node& root) {
  Writer writer;
  writer.map(root, 0);
  return writer.take();
}

}  // namespace augury::config
