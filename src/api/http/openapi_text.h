// openapi.yaml of the project's root, as it was when the program was built.
#pragma once

#include <string_view>

namespace augury::api {

std::string_view openapi_text();

}  // namespace augury::api
