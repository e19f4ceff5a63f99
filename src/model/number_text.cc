#include "model/number_text.h"

#include <cstdlib>
#include <string>

namespace augury::model {

std::optional<double> read_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, value);
  if (at != end) return std::nullopt;
  if (problem == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
  if (problem != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace augury::model
