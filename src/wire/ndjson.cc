#include "wire/record_buffer.h"
#include "wire/record_reader.h"

namespace augury::wire {
namespace {

// "fields.price" is the member of that very name, or `price` of the object `fields`.
std::optional<JsonValue> find(const JsonValue& object, std::string_view name) {
  if (auto whole = object.find(name)) return whole;
  for (size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    auto inner = object.find(name.substr(0, dot));
    if (inner && inner->type() == JsonValue::Type::Object)
      if (auto found = find(*inner, name.substr(dot + 1))) return found;
  }
  return std::nullopt;
}

// Of one kind throughout, or left as JSON.
Cell list(const JsonValue& array) {
  std::vector<std::string_view> texts;
  std::vector<double> numbers;
  for (auto element : array.elements()) {
    if (auto text = element.text()) texts.push_back(*text);
    if (auto number = element.number()) numbers.push_back(*number);
  }
  if (texts.size() == array.size()) return texts;
  if (numbers.size() == array.size()) return numbers;
  return array;
}

}  // namespace

Cell cell_of(const JsonValue& value) {
  switch (value.type()) {
    case JsonValue::Type::Null:
      return {};
    case JsonValue::Type::Boolean:
      return *value.boolean();
    case JsonValue::Type::Number:
      if (auto whole = value.integer()) return *whole;
      return *value.number();
    case JsonValue::Type::Text:
      return *value.text();
    case JsonValue::Type::Array:
      return list(value);
    case JsonValue::Type::Object:
      return value;
  }
  return {};
}

namespace {

class Ndjson : public RecordReader {
 public:
  explicit Ndjson(ByteSource source) : buffer_(std::move(source)) {}

  const std::vector<std::string>* columns() const override { return nullptr; }

  void select(const std::vector<std::string>& names) override {
    names_ = names;
    cells_.assign(names.size(), {});
  }

  Result<bool> next(Record& record) override {
    record.problem.clear();
    record.cells = {};
    if (line_ == 0) AUGURY_TRY_VOID(buffer_.pass_byte_order_mark());
    for (;;) {
      record.number = ++line_;
      AUGURY_TRY(auto line, buffer_.line());
      if (line.length == std::string_view::npos) {
        record.problem = "this line is longer than 1 MiB";
        AUGURY_TRY_VOID(buffer_.pass_line());
        return true;
      }
      if (line.length + line.ends == 0) return false;
      auto text = buffer_.rest().substr(0, line.length);
      buffer_.pass(line.length + line.ends);
      if (text.find_first_not_of(" \t") == std::string_view::npos) continue;
      read(text, record);
      return true;
    }
  }

 private:
  void read(std::string_view text, Record& record) {
    auto root = reader_.read(text);
    if (!root) {
      record.problem = root.error().message;
    } else if (root->type() != JsonValue::Type::Object) {
      record.problem =
          "expected a JSON object like {\"user_id\": \"u1\"}, found '" + std::string(text.substr(0, 40)) + "'";
    } else {
      for (size_t i = 0; i < names_.size(); ++i) {
        auto found = find(*root, names_[i]);
        cells_[i] = found ? cell_of(*found) : Cell{};
      }
      record.cells = cells_;
    }
  }

  RecordBuffer buffer_;
  JsonReader reader_;
  std::vector<std::string> names_;
  std::vector<Cell> cells_;
  uint64_t line_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> open_ndjson(ByteSource source) { return std::make_unique<Ndjson>(std::move(source)); }

}  // namespace augury::wire
