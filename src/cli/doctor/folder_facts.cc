#include "cli/doctor/folder_facts.h"

#include <algorithm>
#include <unordered_map>

#include "base/epoch.h"
#include "engine/folder.h"
#include "ingest/checkpoint.h"
#include "ingest/ingest.h"
#include "io/database.h"
#include "journal/journal.h"
#include "store/store.h"

namespace augury::cli::doctor {
namespace {

constexpr size_t kSomeMax = 50;
constexpr Timestamp kYear2000 = from_micros(946'684'800'000'000);

// Entities of one kind on the way.
struct Entities {
  std::unordered_map<uint32_t, std::vector<uint32_t>> known;  // Number -> names of its attributes.
  std::unordered_map<uint32_t, uint64_t> named;               // Number -> sequence of the newest event that names it.
};

class Walk {
 public:
  explicit Walk(FolderFacts& facts, const store::Dictionary& names) : facts_(facts), names_(names) {}

  void at(uint64_t sequence) { facts_.newest = sequence_ = sequence; }

  void operator()(const journal::EventRecord& event) {
    auto& type = facts_.events[text(event.type)];
    ++type.count;
    for (const auto& field : event.fields) ++type.fields[text(field.name)];
    ++facts_.events_in_all;
    if (event.fingerprint == 0) ++facts_.events_without_id;
    if (event.at < kYear2000) ++facts_.events_before_2000;
    facts_.first_event = std::min(facts_.first_event.value_or(event.at), event.at);
    facts_.newest_event = std::max(facts_.newest_event.value_or(event.at), event.at);
    if (event.item != 0) items_.named[event.item] = sequence_;
    if (event.user != 0) users_.named[event.user] = sequence_;
  }

  void operator()(const journal::EntityRecord& entity) {
    auto& known = (entity.is_user ? users_ : items_).known;
    if (entity.deleted) {
      known.erase(entity.number);
      return;
    }
    auto& attributes = known[entity.number];
    attributes.clear();
    for (const auto& attribute : entity.attributes) attributes.push_back(attribute.name.value);
  }

  void operator()(const journal::ExposureRecord& answer) {
    ++facts_.answers[answer.level];
    if (answer.fallback_reason.value != 0) ++facts_.fallback_reasons[text(answer.fallback_reason)];
  }

  void operator()(const journal::PublicationRecord&) {}

  void finish() {
    count(items_, store::NameKind::Item, facts_.items, facts_.some_items);
    count(users_, store::NameKind::User, facts_.users, facts_.some_users);
  }

 private:
  std::string text(journal::TextNumber number) const {
    return std::string(names_.name(store::NameKind::Text, number.value));
  }

  void count(const Entities& from, store::NameKind kind, EntityFacts& facts, std::vector<std::string>& some) const {
    facts.known = from.known.size();
    facts.named = from.named.size();
    for (const auto& [number, attributes] : from.known) {
      if (from.named.contains(number)) ++facts.named_and_known;
      for (uint32_t name : attributes) ++facts.attributes[text({name})];
    }
    std::vector<std::pair<uint64_t, uint32_t>> newest;
    for (const auto& [number, sequence] : from.named) newest.emplace_back(sequence, number);
    std::ranges::sort(newest, std::greater<>());
    for (const auto& [_, number] : newest) {
      if (some.size() == kSomeMax) break;
      some.emplace_back(names_.name(kind, number));
    }
  }

  FolderFacts& facts_;
  const store::Dictionary& names_;
  Entities items_, users_;
  uint64_t sequence_ = 0;
};

}  // namespace

Result<FolderFacts> read_folder(const std::string& folder) {
  AUGURY_TRY(auto held, engine::FolderLock::hold_existing(folder));
  AUGURY_TRY(auto database,
             io::Database::open({.folder = folder, .families = ingest::Ingest::families(), .files = nullptr}));
  base::Epochs epochs;
  store::Dictionary names(epochs);
  AUGURY_TRY_VOID(ingest::CheckpointReader(*database).names(names));
  AUGURY_TRY(auto meta, ingest::read_meta(*database));
  AUGURY_TRY(auto journal, journal::Journal::open(*database, ingest::kJournalFamily));
  FolderFacts facts;
  facts.checkpoint = meta ? meta->position : 0;
  Walk walk(facts, names);
  journal::Record record;
  for (auto blocks = journal->read(0);;) {
    AUGURY_TRY(auto block, blocks->next());
    if (!block) break;
    for (uint64_t sequence = 0; block->next(record, sequence);) {
      walk.at(sequence);
      std::visit(walk, record);
    }
  }
  walk.finish();
  return facts;
}

}  // namespace augury::cli::doctor
