#include "cli/importing/batch.h"

#include <thread>

#include "wire/json_reader.h"

namespace augury::cli::importing {
namespace {

// A server that is restarted, or busy, is waited for.
constexpr int kTries = 30;
constexpr std::chrono::seconds kRest{1};

bool is_busy(int status) { return status == 429 || status == 503; }

uint64_t count(const wire::JsonValue& reply, std::string_view name) {
  auto found = reply.find(name);
  return found ? static_cast<uint64_t>(found->integer().value_or(0)) : 0;
}

std::string member(const wire::JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  return found ? std::string(found->text().value_or("")) : "";
}

}  // namespace

std::string& Batch::text() {
  size_t end = records_.empty() ? 0 : records_.back().end;
  text_.resize(end);
  if (end > 0) text_ += ',';
  return text_;
}

void Batch::keep(uint64_t number) {
  size_t begin = records_.empty() ? 0 : records_.back().end + 1;
  records_.push_back({number, begin, text_.size()});
}

Result<void> Batch::send(Counts& counts, const Refused& refused) {
  Part all(records_);
  Result<void> sent;
  if (!all.empty())
    sent = kind_ == Kind::Events ? send_events(all, counts, refused) : send_entities(all, counts, refused);
  records_.clear();
  return sent;
}

Result<Reply> Batch::call(Part part) {
  auto body = "[" + text_.substr(part.front().begin, part.back().end - part.front().begin) + "]";
  for (int left = kTries;; --left) {
    auto reply = target_.call("POST", path_, body);
    bool again = reply ? is_busy(reply->status) : reply.error().code == Code::Unavailable;
    if (!again || left == 0) return reply;
    std::this_thread::sleep_for(kRest);
  }
}

Result<void> Batch::send_events(Part part, Counts& counts, const Refused& refused) {
  AUGURY_TRY(auto reply, call(part));
  wire::JsonReader reader;
  auto root = reader.read(reply.body);
  auto list = root ? root->find("refused") : std::nullopt;
  if (!list) return Error{Code::Unavailable, error_message(reply)};
  counts.accepted += count(*root, "accepted");
  counts.duplicates += count(*root, "duplicates");
  for (auto one : list->elements()) {
    auto index = count(one, "index");
    if (index >= part.size()) return Error{Code::Unavailable, "the server's reply is not understood: " + reply.body};
    ++counts.bad;
    refused(part[index].number, member(one, "code") + ": " + member(one, "message"));
  }
  return {};
}

// One bad record refuses the whole call: it is found by halving.
Result<void> Batch::send_entities(Part part, Counts& counts, const Refused& refused) {
  AUGURY_TRY(auto reply, call(part));
  if (reply.status < 300) return counts.accepted += part.size(), Result<void>{};
  if (reply.status != 400) return Error{Code::Unavailable, error_message(reply)};
  if (part.size() == 1) {
    ++counts.bad;
    refused(part[0].number, error_message(reply));
    return {};
  }
  AUGURY_TRY_VOID(send_entities(part.first(part.size() / 2), counts, refused));
  return send_entities(part.subspan(part.size() / 2), counts, refused);
}

}  // namespace augury::cli::importing
