#include <algorithm>

#include "wire/json_writer.h"
#include "wire/record_reader.h"
#include "wire/text.h"
#include "wire/time_text.h"

namespace augury::wire {

std::string show(const Cell& cell) {
  struct Shown {
    std::string operator()(std::monostate) const { return "nothing"; }
    std::string operator()(std::string_view x) const {
      size_t shown = x.size() <= 40 ? x.size() : 0;
      while (shown < x.size() && shown < 40) shown += std::max<size_t>(utf8_character(x.substr(shown)), 1);
      return "'" + std::string(x.substr(0, shown)) + (shown < x.size() ? "...'" : "'");
    }
    std::string operator()(double x) const { return std::string("the number ") + number(x); }
    std::string operator()(int64_t x) const { return "the number " + std::to_string(x); }
    std::string operator()(bool x) const { return x ? "true" : "false"; }
    std::string operator()(Timestamp x) const { return "the time " + format_rfc3339(x); }
    std::string operator()(const std::vector<std::string_view>&) const { return "a list of texts"; }
    std::string operator()(const std::vector<double>&) const { return "a list of numbers"; }
    std::string operator()(const JsonValue& x) const {
      return x.type() == JsonValue::Type::Array ? "a list of several kinds" : "an object";
    }
    static std::string number(double x) {
      std::string text;
      JsonWriter::append_number(x, text);
      return text;
    }
  };
  return std::visit(Shown{}, cell);
}

}  // namespace augury::wire
