// POST /v1/predict, GET /v1/predict, GET /predict
#include <charconv>

#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "api/http/prediction_json.h"
#include "api/http/query_string.h"
#include "api/http/question_input.h"

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

}  // namespace

void predict_post(Engine& engine, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[16 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  auto root = in.read(exchange.request.body);
  if (!root) return exchange.respond(error_reply(root.error()));
  auto asked = read_question(in, *root);
  if (!exchange.app.empty()) asked.request.app = exchange.app;
  if (in.failed()) return exchange.respond(in.error());
  ask(engine, asked.request, std::move(asked.warnings), std::move(exchange));
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
