// An answer as JSON, written straight into the reply.
#pragma once

#include <string>
#include <vector>

#include "augury/prediction.h"
#include "net/http_message.h"

namespace augury::api {

// 200 with the body of http-api's POST /v1/predict; Server-Timing carries the stages.
net::HttpReply prediction_reply(const Prediction& answer, bool explain, const std::vector<std::string>& warnings);

}  // namespace augury::api
