#include "ingest/testing/world.h"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "base/check.h"
#include "base/hash.h"
#include "definition/parse.h"

namespace augury::ingest {

using definition::KeyPart;
using definition::NameKind;

namespace {

std::filesystem::path fresh_folder() {
  static std::atomic<int> count = 0;
  auto path = std::filesystem::temp_directory_path() /
              ("augury-ingest-" + std::to_string(getpid()) + "-" + std::to_string(++count));
  std::filesystem::remove_all(path);
  return path;
}

template <typename T>
class Answer {
 public:
  auto taker() {
    return [this](Result<T> result) { promise_.set_value(std::move(result)); };
  }
  Result<T> get() { return promise_.get_future().get(); }

 private:
  std::promise<Result<T>> promise_;
};

}  // namespace

World::World(definition::App a, std::shared_ptr<io::FileSystem> files)
    : app(std::move(a)), files_(std::move(files)), folder_(fresh_folder()) {
  options.list_every = Duration{0};
}

World::~World() {
  crash();
  std::filesystem::remove_all(folder_);
}

definition::App World::app_of(const std::string& yaml) {
  auto parsed = definition::parse_app(yaml, "test.yaml");
  for (auto& problem : parsed.problems) std::fprintf(stderr, "%s\n", problem.text().c_str());
  AUGURY_CHECK(parsed.problems.empty());
  return parsed.app;
}

Result<void> World::open() {
  plan = *feature::Plan::compile(app);
  store = std::make_unique<store::Store>(app, Ingest::table_kinds(*plan));
  AUGURY_TRY(database,
             io::Database::open({.folder = folder_.string(), .families = Ingest::families(), .files = files_}));
  AUGURY_TRY(ingest, Ingest::open(*database, app, plan, *store, wall, base::system_monotonic_clock(), options));
  return {};
}

void World::crash() {
  ingest.reset();
  store.reset();
  database.reset();
}

Result<void> World::close() {
  auto result = ingest->close();
  crash();
  return result;
}

Result<void> World::reopen_as(definition::App other) {
  crash();
  app = std::move(other);
  return open();
}

Result<EventReceipt> World::send(const std::vector<Event>& events, Acknowledge ack) {
  Answer<EventReceipt> answer;
  ingest->submit(events, ack, answer.taker());
  return answer.get();
}

Result<Position> World::update(const std::vector<EntityUpdate>& updates) {
  Answer<Position> answer;
  ingest->update(updates, answer.taker());
  return answer.get();
}

EventReceipt World::sent(const std::vector<Event>& events, Acknowledge ack) {
  auto receipt = send(events, ack);
  AUGURY_CHECK(receipt.has_value());
  return *receipt;
}

Position World::updated(const std::vector<EntityUpdate>& updates) {
  auto position = update(updates);
  AUGURY_CHECK(position.has_value());
  return *position;
}

void World::settle() { (void)ingest->publish("settled"); }

uint32_t World::number(NameKind kind, const std::string& name) const {
  base::Epochs::Pin pin(store->epochs());
  return store->dictionary().find(kind, name);
}

double World::value(const std::string& feature, const std::vector<std::string>& key) {
  int index = app.feature(feature);
  auto view = static_cast<uint32_t>(plan->view_of(index));
  uint64_t word = 0;
  for (size_t i = 0; i < key.size(); ++i) {
    auto kind = plan->views()[view].by[i].kind;
    auto names = kind == KeyPart::Kind::User      ? NameKind::User
                 : kind == KeyPart::Kind::Item    ? NameKind::Item
                 : kind == KeyPart::Kind::Session ? NameKind::Session
                                                  : NameKind::Text;
    uint32_t part = number(names, key[i]);
    if (part == 0) return std::numeric_limits<double>::quiet_NaN();
    word = (word << 32) | part;
  }
  std::pmr::monotonic_buffer_resource arena;
  base::Epochs::Pin pin(store->epochs());
  return plan->number(index, store->rows(view).read(word, arena).words, wall.now());
}

uint64_t World::state_hash() {
  std::string all;
  base::ByteWriter out(all);
  base::Epochs::Pin pin(store->epochs());
  for (auto kind : {NameKind::User, NameKind::Item, NameKind::Session, NameKind::Text})
    for (uint32_t i = 1; i <= store->dictionary().size(kind); ++i) out.text(store->dictionary().name(kind, i));
  hash_rows(all);
  for (auto* catalog : {&store->items(), &store->users()}) {
    for (uint32_t i = 1; i <= catalog->highest(); ++i) {
      out.varint(catalog->attributes(i).size());
      for (auto& value : catalog->attributes(i)) {
        out.byte(static_cast<uint8_t>(value.kind));
        if (value.kind == definition::Datum::Kind::Text) out.text(value.text.bytes);
        if (value.kind == definition::Datum::Kind::Number) out.fixed(value.number);
      }
    }
  }
  for (uint64_t word : store->history()) out.fixed(word);
  return base::hash64(all);
}

void World::hash_rows(std::string& all) const {
  base::ByteWriter out(all);
  uint32_t names = 0;
  for (auto kind : {NameKind::User, NameKind::Item, NameKind::Session, NameKind::Text})
    names = std::max(names, store->dictionary().size(kind));
  for (uint32_t view = 0; view < store->views(); ++view) {
    bool pairs = plan->views()[view].by.size() > 1;
    for (uint64_t first = 0; first <= names; ++first) {
      for (uint64_t second = 0; second <= (pairs ? names : 0); ++second) {
        std::pmr::monotonic_buffer_resource arena;
        auto row = store->rows(view).read(pairs ? (first << 32) | second : first, arena);
        if (row.words.empty()) continue;
        out.varint(view), out.varint(first), out.varint(second), out.varint(row.position);
        for (uint64_t word : row.words) out.fixed(word);
      }
    }
  }
}

}  // namespace augury::ingest
