// What a producer handed in, checked and copied: one job per call, all its bytes in one arena.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/engine.h"
#include "augury/entity.h"
#include "augury/event.h"
#include "definition/datum.h"
#include "feature/event.h"
#include "ingest/ingest.h"
#include "journal/record.h"

namespace augury::ingest {

// A field of an event or an attribute, by its place in the app file. Texts have no numbers yet.
struct TakenField {
  int index = -1;
  definition::Datum value;
};

// A name and, if the dictionary knew it already when it was taken, its number.
struct TakenName {
  std::string_view bytes;
  uint32_t number = 0;
};

struct TakenEvent {
  Timestamp at;
  Timestamp receipt;
  uint64_t fingerprint = 0;  // 0: it has no id.
  int type = -1;             // Of App::events.
  TakenName user;
  TakenName item;
  TakenName session;
  std::span<const TakenField> fields;
  std::span<const feature::ContextDatum> context;
  journal::PredictionId prediction{};
};

struct TakenUpdate {
  bool is_user = false;
  UpdateMode mode = UpdateMode::Put;
  std::string_view id;
  std::span<const TakenField> attributes;  // And vectors, behind them. A missing value takes one away.
};

struct Job {
  std::pmr::monotonic_buffer_resource arena{1024};
  Timestamp receipt;
  Acknowledge ack = Acknowledge::Sync;

  std::vector<TakenEvent> events;
  EventReceipt answer;
  Engine::Taken taken;  // Empty once called.

  std::vector<TakenUpdate> updates;
  Engine::Updated updated;

  std::optional<std::string> publication;
  std::move_only_function<void(Result<uint64_t>)> published;
  uint64_t published_as = 0;

  size_t weight() const { return events.size() + updates.size() + 1; }
  void succeed(Position position);
  void fail(const Error& error);
};

}  // namespace augury::ingest
