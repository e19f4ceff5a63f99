// POST /v1/predict, GET /v1/predict, GET /predict
#include <charconv>

#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "api/http/prediction_json.h"
#include "api/http/query_string.h"

namespace augury::api {
namespace {

void ask(Engine& engine, const PredictRequest& request, std::vector<std::string> warnings, Exchange exchange) {
  bool explain = request.explain;
  engine.predict(request, exchange.resumer,
                 [explain, warnings = std::move(warnings),
                  respond = std::move(exchange.respond)](Result<Prediction> answer) mutable {
                   if (!answer) return respond(error_reply(answer.error()));
                   respond(prediction_reply(*answer, explain, warnings));
                 });
}

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

void predict_post(Engine& engine, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[16 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  auto root = in.read(exchange.request.body);
  if (!root) return exchange.respond(error_reply(root.error()));
  auto request = read_request(in, *root);
  if (!exchange.app.empty()) request.app = exchange.app;
  std::vector<std::string> warnings;
  if (in.boolean(*root, "strict").value_or(false)) {
    for (auto name : in.unknown(*root, {"app", "user_id", "session_id", "placement", "context", "candidates", "exclude",
                                        "num_predictions", "model_variant", "deadline_ms", "explain", "strict"})) {
      warnings.push_back("unknown member '" + std::string(name) + "' ignored");
    }
  }
  if (in.failed()) return exchange.respond(in.error());
  ask(engine, request, std::move(warnings), std::move(exchange));
}

void predict_get(Engine& engine, Exchange exchange) {
  auto pairs = parse_query(exchange.request.query);
  PredictRequest request;
  request.app = exchange.app;
  std::vector<NamedValue> context;
  std::vector<std::string_view> candidates, exclude;
  auto split = [](std::string_view list, std::vector<std::string_view>& out) {
    for (; !list.empty(); list.remove_prefix(std::min(list.find(',') + 1, list.size()))) {
      out.push_back(list.substr(0, list.find(',')));
      if (list.find(',') == std::string_view::npos) break;
    }
  };
  for (const auto& [name, value] : pairs) {
    if (name == "app")
      request.app = value;
    else if (name == "user_id")
      request.user_id = value;
    else if (name == "session_id")
      request.session_id = value;
    else if (name == "placement")
      request.placement = value;
    else if (name == "model_variant")
      request.model_variant = value;
    else if (name == "explain")
      request.explain = value == "true" || value == "1";
    else if (name == "candidates")
      split(value, candidates);
    else if (name == "exclude")
      split(value, exclude);
    else if (name.starts_with("context."))
      context.push_back({std::string_view(name).substr(8), Value{std::string_view(value)}});
    else if (name == "num_predictions") {
      int n = 0;
      auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), n);
      if (problem != std::errc{} || end != value.data() + value.size() || n < 1 || n > 1'000) {
        return exchange.respond(
            error_reply(Error{Code::Invalid, "num_predictions: expected 1 to 1000, found '" + value + "'"}));
      }
      request.count = n;
    }
  }
  request.context = context;
  request.candidates = candidates;
  request.exclude = exclude;
  ask(engine, request, {}, std::move(exchange));
}

}  // namespace augury::api
