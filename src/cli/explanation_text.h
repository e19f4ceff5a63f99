// The reply of GET /v1/explain/{prediction_id}, for people.
#pragma once

#include <string>
#include <string_view>

namespace augury::cli {

std::string explanation_text(std::string_view body);

}  // namespace augury::cli
