#include "api/http/router.h"

#include <string>

#include "api/http/endpoints.h"
#include "api/http/error_table.h"
#include "api/http/query_string.h"

namespace augury::api {
namespace {

struct Route {
  std::string_view method;
  std::string_view path;  // A '*' stands for one non-empty segment.
  void (*endpoint)(Engine&, Exchange);
};

template <EntityKind kind, UpdateMode mode>
void change(Engine& engine, Exchange exchange) {
  entity_put(engine, kind, mode, std::move(exchange));
}
template <EntityKind kind>
void show(Engine& engine, Exchange exchange) {
  entity_get(engine, kind, std::move(exchange));
}
template <EntityKind kind>
void bulk(Engine& engine, Exchange exchange) {
  entities_post(engine, kind, std::move(exchange));
}

constexpr Route kRoutes[] = {
    {"POST", "/v1/predict", predict_post},
    {"GET", "/v1/predict", predict_get},
    {"GET", "/predict", predict_get},
    {"POST", "/v1/predict/batch", predict_batch},
    {"POST", "/v1/events", events_post},
    {"POST", "/v1/features/batch", features_batch},
    {"GET", "/v1/explain/*", explain_get},
    {"GET", "/v1/apps/*", app_get},
    {"POST", "/v1/apps/*/reload", app_reload},
    {"POST", "/v1/breakers/*", breakers_post},
    {"POST", "/v1/items", bulk<EntityKind::Item>},
    {"PUT", "/v1/items/*", change<EntityKind::Item, UpdateMode::Put>},
    {"PATCH", "/v1/items/*", change<EntityKind::Item, UpdateMode::Patch>},
    {"DELETE", "/v1/items/*", change<EntityKind::Item, UpdateMode::Delete>},
    {"GET", "/v1/items/*", show<EntityKind::Item>},
    {"POST", "/v1/users", bulk<EntityKind::User>},
    {"PUT", "/v1/users/*", change<EntityKind::User, UpdateMode::Put>},
    {"PATCH", "/v1/users/*", change<EntityKind::User, UpdateMode::Patch>},
    {"DELETE", "/v1/users/*", change<EntityKind::User, UpdateMode::Delete>},
    {"GET", "/v1/users/*", show<EntityKind::User>},
    {"GET", "/healthz", health},
    {"GET", "/livez", health},
    {"GET", "/readyz", health},
    {"GET", "/metrics", metrics_get},
    {"GET", "/v1/status", status_get},
    {"GET", "/openapi.yaml", openapi_get},
};

bool matches(std::string_view pattern, std::string_view path, std::string_view& id) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == path;
  auto before = pattern.substr(0, star), behind = pattern.substr(star + 1);
  if (path.size() <= before.size() + behind.size() || !path.starts_with(before) || !path.ends_with(behind))
    return false;
  id = path.substr(before.size(), path.size() - before.size() - behind.size());
  return id.find('/') == std::string_view::npos;
}

// "/apps/shop/v1/predict" -> app "shop", path "/v1/predict".
std::string_view take_app(std::string_view& path) {
  constexpr std::string_view kPrefix = "/apps/";
  if (!path.starts_with(kPrefix)) return {};
  auto rest = path.substr(kPrefix.size());
  size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash == 0) return {};
  path = rest.substr(slash);
  return rest.substr(0, slash);
}

bool wrong_media_type(const net::HttpRequest& request) {
  if (request.body.empty() || request.content_type.empty()) return false;
  for (std::string_view accepted : {"application/json", "application/x-ndjson", "application/ndjson",
                                    "application/jsonl", "text/plain", "application/x-www-form-urlencoded"}) {
    if (request.content_type.starts_with(accepted)) return false;
  }
  return true;
}

}  // namespace

void Router::route(const net::HttpRequest& request, Resumer& resumer, Respond respond) const {
  std::string_view path = request.path;
  auto app = take_app(path);
  std::string allowed;
  for (const auto& route : kRoutes) {
    std::string_view id;
    if (!matches(route.path, path, id)) continue;
    bool method_fits = route.method == request.method || (route.method == "GET" && request.method == "HEAD");
    if (!method_fits) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (wrong_media_type(request)) {
      return respond(error_reply(415, "UNSUPPORTED_MEDIA_TYPE",
                                 "expected application/json, found " + std::string(request.content_type)));
    }
    auto decoded = percent_decode(id, false);
    if (!decoded) return respond(error_reply(Error{Code::Invalid, "path: a % is not followed by two hex digits"}));
    return route.endpoint(engine_, Exchange{request, path, app, *decoded, resumer, std::move(respond)});
  }
  if (!allowed.empty()) {
    auto reply =
        error_reply(405, "METHOD_NOT_ALLOWED", std::string(request.method) + " is not allowed here; try " + allowed);
    reply.extra_headers += "Allow: " + allowed + "\r\n";
    return respond(std::move(reply));
  }
  respond(error_reply(404, "NOT_FOUND", "no such path: " + std::string(path)));
}

std::vector<std::pair<std::string_view, std::string_view>> routes() {
  std::vector<std::pair<std::string_view, std::string_view>> all;
  for (const auto& route : kRoutes) all.emplace_back(route.method, route.path);
  return all;
}

size_t body_bytes_max(std::string_view path) {
  take_app(path);
  for (std::string_view bulky : {"/v1/events", "/v1/items", "/v1/users", "/v1/features/batch"}) {
    if (path == bulky) return 16u << 20;
  }
  return 1u << 20;
}

}  // namespace augury::api
