#include "api/http/question_input.h"

namespace augury::api {
namespace {

void read_context(JsonInput& in, const wire::JsonValue& root, PredictRequest& request) {
  request.context = in.values(root, "context", "timestamp");
  if (auto context = in.object(root, "context")) {
    if (auto stamp = context->find("timestamp"); stamp && !stamp->is_null()) {
      request.now = json_time(*stamp);
      if (!request.now)
        in.problem("context.timestamp", "expected a time: RFC 3339, or seconds or milliseconds since 1970");
    }
  }
}

std::optional<int> small_integer(JsonInput& in, std::optional<int64_t> x, std::string_view name, int64_t most) {
  if (!x) return std::nullopt;
  if (*x >= 1 && *x <= most) return static_cast<int>(*x);
  in.problem(name, "expected 1 to " + std::to_string(most) + ", found " + std::to_string(*x));
  return std::nullopt;
}

PredictRequest read_request(JsonInput& in, const wire::JsonValue& root) {
  PredictRequest request;
  request.app = in.text(root, "app");
  request.user_id = in.text(root, "user_id");
  request.session_id = in.text(root, "session_id");
  request.placement = in.text(root, "placement");
  read_context(in, root, request);
  request.candidates = in.texts(root, "candidates");
  if (request.candidates.size() > 10'000) {
    in.problem("candidates", "expected at most 10,000 ids, found " + std::to_string(request.candidates.size()));
  }
  request.exclude = in.texts(root, "exclude");
  request.count = small_integer(in, in.integer(root, "num_predictions"), "num_predictions", 1'000);
  request.model_variant = in.text(root, "model_variant");
  if (auto ms = in.number(root, "deadline_ms")) {
    if (*ms > 0 && *ms <= 60'000) {
      request.deadline = Duration{static_cast<int64_t>(*ms * 1000)};
    } else {
      in.problem("deadline_ms", "expected more than 0 and at most 60,000");
    }
  }
  request.explain = in.boolean(root, "explain").value_or(false);
  return request;
}

}  // namespace

AskedQuestion read_question(JsonInput& in, const wire::JsonValue& object) {
  AskedQuestion asked{.request = read_request(in, object), .warnings = {}};
  if (in.boolean(object, "strict").value_or(false)) {
    for (auto name :
         in.unknown(object, {"app", "user_id", "session_id", "placement", "context", "candidates", "exclude",
                             "num_predictions", "model_variant", "deadline_ms", "explain", "strict"})) {
      asked.warnings.push_back("unknown member '" + std::string(name) + "' ignored");
    }
  }
  return asked;
}

}  // namespace augury::api
