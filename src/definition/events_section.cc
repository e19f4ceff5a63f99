#include "definition/app_reader.h"

namespace augury::definition {

void AppReader::read_event_keys(const Node& node, EventType& out) {
  out.has_user = out.has_item = false;
  if (node.kind != Node::Kind::Sequence || node.elements.empty())
    return config::found_expected(node, "event '" + out.name + "'", "its keys, such as [user, item]", problems_);
  for (const auto& key : node.elements) {
    bool user = key.scalar == "user";
    bool item = key.scalar == "item";
    if (!user && !item) {
      config::found_expected(key, "event '" + out.name + "': keys", "user or item", problems_);
      continue;
    }
    if ((user && out.has_user) || (item && out.has_item))
      report(key.place, "event '" + out.name + "': key '" + key.scalar + "' is written twice");
    out.has_user = out.has_user || user;
    out.has_item = out.has_item || item;
  }
}

EventType AppReader::read_event(const config::Entry& entry) {
  EventType event;
  event.name = entry.name;
  if (entry.value.kind == Node::Kind::Sequence) return read_event_keys(entry.value, event), event;
  config::Fields fields(entry.value, "event '" + entry.name + "'", problems_);
  if (const Node* keys = fields.require("keys")) read_event_keys(*keys, event);
  if (const Node* list = fields.take("fields")) read_attributes(*list, "field", event.fields);
  fields.finish();
  for (const auto& field : event.fields)
    if (field.name == "item" || field.name == "user")
      report(entry.place, "event '" + entry.name + "': a field cannot be called '" + field.name + "'; it is a key");
  return event;
}

void AppReader::read_events(const Node* node) {
  if (node) {
    config::Fields only_maps(*node, "events", problems_);
    for (const auto& entry : node->entries) {
      if (entry.name == "impression") {
        report(entry.place,
               "'impression' is always there: Augury logs its own answers, or takes them as events with "
               "`impressions: sent`");
        continue;
      }
      claim(entry, "an event");
      app_.events.push_back(read_event(entry));
    }
    if (node->entries.empty() && (node->kind == Node::Kind::Map || node->kind == Node::Kind::Null))
      config::found_expected(*node, "events", "at least one, such as {click: [user, item]}", problems_);
    taken_.try_emplace("impression", "an event", node->place);
  }
  EventType impression;
  impression.name = "impression";
  app_.events.push_back(std::move(impression));
}

void AppReader::read_settings(config::Fields& top) {
  if (auto* node = top.take("impressions")) {
    if (node->scalar != "served" && node->scalar != "sent")
      config::found_expected(*node, "impressions", "served or sent", problems_);
    app_.impressions_served = node->scalar != "sent";
  }
  if (auto* node = top.take("log_candidates"))
    app_.log_candidates = config::read_share(*node, "log_candidates", problems_).value_or(app_.log_candidates);
  if (auto* node = top.take("session")) {
    config::Fields session(*node, "session", problems_);
    if (auto* gap = session.take("gap")) {
      app_.session_gap = config::read_duration(*gap, "session.gap", problems_).value_or(app_.session_gap);
      if (app_.session_gap.count() == 0) config::found_expected(*gap, "session.gap", "more than 0s", problems_);
    }
    session.finish();
  }
  if (auto* node = top.take("dedup")) {
    config::Fields dedup(*node, "dedup", problems_);
    if (auto* window = dedup.take("window")) {
      app_.dedup.window = config::read_duration(*window, "dedup.window", problems_).value_or(app_.dedup.window);
      if (app_.dedup.window < std::chrono::minutes(1) || app_.dedup.window > std::chrono::hours(24 * 30))
        config::found_expected(*window, "dedup.window", "1m to 30d", problems_);
    }
    if (auto* entries = dedup.take("entries")) {
      app_.dedup.entries = config::read_count(*entries, "dedup.entries", problems_).value_or(app_.dedup.entries);
      if (app_.dedup.entries < 1000 || app_.dedup.entries > 10'000'000'000)
        config::found_expected(*entries, "dedup.entries", "1000 to 10G", problems_);
    }
    dedup.finish();
  }
}

}  // namespace augury::definition
