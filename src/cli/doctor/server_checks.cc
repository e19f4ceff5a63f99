#include "cli/doctor/server_checks.h"

#include <fmt/format.h>
#include <time.h>

#include <cmath>

#include "net/http_client.h"
#include "wire/json_reader.h"

namespace augury::cli::doctor {
namespace {

using wire::JsonValue;

constexpr double kSkewMaxS = 5;
constexpr double kCheckpointAgeMaxS = 600;

std::optional<JsonValue> find(const JsonValue& object, std::string_view a, std::string_view b) {
  auto inner = object.find(a);
  return inner ? inner->find(b) : std::nullopt;
}
double number(const JsonValue& object, std::string_view a, std::string_view b) {
  auto found = find(object, a, b);
  return found ? found->number().value_or(0) : 0;
}
std::string text(const JsonValue& object, std::string_view a, std::string_view b) {
  auto found = find(object, a, b);
  return found ? std::string(found->text().value_or("")) : "";
}

void check_ingest(const JsonValue& app, Findings& findings) {
  auto open = find(app, "ingest", "open");
  if (open && open->boolean() == false)
    findings.add("no events are taken: " + text(app, "ingest", "problem"),
                 "mend the cause (a full disk, a failed sync), then start the server again");
  if (number(app, "ingest", "checkpoint_age_s") > kCheckpointAgeMaxS &&
      text(app, "ingest", "journaled") != text(app, "ingest", "checkpointed"))
    findings.add(fmt::format("the newest checkpoint is {:.0f} minutes old though events came since",
                             number(app, "ingest", "checkpoint_age_s") / 60),
                 "look for a checkpoint that failed in the server's log; check the disk");
  auto accepted = static_cast<uint64_t>(number(app, "ingest", "accepted"));
  auto refused = static_cast<uint64_t>(number(app, "ingest", "refused"));
  if (refused * 20 > accepted + refused)
    findings.add(share_text(refused, accepted + refused) + " events were refused",
                 "the replies to POST /v1/events say why: unknown event types, missing keys, clocks ahead");
  auto duplicates = static_cast<uint64_t>(number(app, "ingest", "duplicates"));
  if (duplicates > 0 && duplicates >= accepted)
    findings.add(share_text(duplicates, accepted + duplicates) + " events were counted before",
                 "check that event ids are new for new events");
}

void check_predictions(const JsonValue& app, Findings& findings) {
  auto answered = static_cast<uint64_t>(number(app, "predictions", "answered"));
  auto fallbacks = static_cast<uint64_t>(number(app, "predictions", "fallbacks"));
  if (fallbacks * 20 > answered)
    findings.add(share_text(fallbacks, answered) + " answers fell back to a lower level",
                 "their metadata.fallback_reason says why; see docs/operations/ladder.md");
  auto failed = static_cast<uint64_t>(number(app, "predictions", "failed"));
  if (failed > 0)
    findings.add(fmt::format("{} questions got no answer at all", failed),
                 "give the placement a fallback: popular items or a fixed list");
  auto breakers = app.find("breakers");
  if (!breakers) return;
  for (auto breaker : breakers->elements()) {
    auto state = breaker.find("state"), name = breaker.find("name");
    if (!state || !name || state->text() == "closed") continue;
    auto forced = breaker.find("forced");
    findings.add(
        fmt::format("the breaker of {} is {}{}", name->text().value_or("?"), state->text().value_or("?"),
                    forced && forced->boolean() == true ? ", by hand" : ""),
        "see why it failed in the server's log; POST /v1/breakers/NAME {\"state\": \"auto\"} closes a forced one");
  }
}

}  // namespace

Result<void> check_status(std::string_view status, Findings& findings) {
  wire::JsonReader reader;
  AUGURY_TRY(auto root, reader.read(status));
  auto apps = root.find("apps");
  if (!apps) return Error{Code::Invalid, "this is not the status of Augury"};
  for (auto app : apps->elements()) {
    auto name = app.find("app");
    findings.about(std::string(name ? name->text().value_or("?") : "?"));
    check_ingest(app, findings);
    check_predictions(app, findings);
  }
  return {};
}

void check_clock(std::string_view date, Timestamp now, Findings& findings) {
  tm parts{};
  if (strptime(std::string(date).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return;
  double ahead = static_cast<double>(timegm(&parts)) - static_cast<double>(micros(now)) / 1e6;
  if (std::abs(ahead) > kSkewMaxS)
    findings.add(fmt::format("its clock is {:.0f} seconds {} this machine's", std::abs(ahead),
                             ahead > 0 ? "ahead of" : "behind"),
                 "let both follow a time server: events more than 5 minutes ahead are refused");
}

Result<void> check_server(const std::string& url, Timestamp now, Findings& findings) {
  AUGURY_TRY(auto client, net::HttpClient::connect(url));
  AUGURY_TRY(auto reply, client.request("GET", "/v1/status"));
  if (reply.status != 200)
    return Error{Code::Unavailable, fmt::format("{} answered {} to GET /v1/status", url, reply.status)};
  findings.about(url);
  check_clock(reply.header("Date"), now, findings);
  return check_status(reply.body, findings);
}

}  // namespace augury::cli::doctor
