// One question of POST /v1/predict and of its batch, from its JSON object.
#pragma once

#include <string>
#include <vector>

#include "api/http/json_input.h"
#include "augury/prediction.h"

namespace augury::api {

struct AskedQuestion {
  PredictRequest request;             // Borrows from `in` and from the reader behind it.
  std::vector<std::string> warnings;  // With "strict": members that mean nothing.
};

// What is wrong with it is noted in `in`.
AskedQuestion read_question(JsonInput& in, const wire::JsonValue& object);

}  // namespace augury::api
