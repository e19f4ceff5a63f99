// An answer as JSON, written straight into the reply.
#pragma once

#include <string>
#include <vector>

#include "augury/prediction.h"
#include "net/http_message.h"
#include "wire/json_writer.h"

namespace augury::api {

void write_reason(wire::JsonWriter& json, const Reason& reason);
// The object that answers one question.
void write_prediction(wire::JsonWriter& json, const Prediction& answer, bool explain,
                      const std::vector<std::string>& warnings);

// 200 with the body of http-api's POST /v1/predict; Server-Timing carries the stages.
net::HttpReply prediction_reply(const Prediction& answer, bool explain, const std::vector<std::string>& warnings);

}  // namespace augury::api
