// Every endpoint, one file each. An endpoint reads its request, asks the engine, writes its reply.
#pragma once

#include "api/http/exchange.h"

namespace augury::api {

void predict_post(Engine& engine, Exchange exchange);
void predict_get(Engine& engine, Exchange exchange);
void predict_batch(Engine& engine, Exchange exchange);
void events_post(Engine& engine, Exchange exchange);
void features_batch(Engine& engine, Exchange exchange);
void explain_get(Engine& engine, Exchange exchange);
void app_get(Engine& engine, Exchange exchange);
void app_reload(Engine& engine, Exchange exchange);
void breakers_post(Engine& engine, Exchange exchange);

void entity_put(Engine& engine, EntityKind kind, UpdateMode mode, Exchange exchange);
void entity_get(Engine& engine, EntityKind kind, Exchange exchange);
void entities_post(Engine& engine, EntityKind kind, Exchange exchange);

void health(Engine& engine, Exchange exchange);  // /healthz /livez /readyz
void status_get(Engine& engine, Exchange exchange);
void metrics_get(Engine& engine, Exchange exchange);
void openapi_get(Engine& engine, Exchange exchange);  // /openapi.yaml

}  // namespace augury::api
