#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>

#include "cli/all_commands.h"
#include "cli/record_text.h"
#include "engine/folder.h"
#include "ingest/checkpoint.h"
#include "ingest/ingest.h"
#include "journal/journal.h"

namespace augury::cli {
namespace {

constexpr std::array<const char*, std::variant_size_v<journal::Record>> kKinds{"event", "entity", "exposure",
                                                                               "publication"};

// What a walk over the journal found.
struct Found {
  std::array<uint64_t, kKinds.size()> by_kind{};
  uint64_t blocks = 0, bytes_first = 0, newest = 0;
  std::deque<std::string> last;
};

class Inspect : public Command {
 public:
  Spec spec() const override {
    return {"inspect", "what a data folder holds: records by kind, the checkpoint, the newest records",
            "augury inspect augury-data/shop --last 5"};
  }

  void flags(Flags& flags) override {
    flags.positional("folder", folder_, "the data folder of one app: DIR/APP", true);
    flags.option("--last", last_, "print this many of the newest records, a line of JSON each");
    flags.option("--from", from_, "begin at this sequence");
  }

  int run(Context&) override {
    auto done = inspect();
    return done ? kDone : fail(done.error());
  }

 private:
  Result<void> inspect() const {
    AUGURY_TRY(auto held, engine::FolderLock::hold_existing(folder_));
    AUGURY_TRY(auto database,
               io::Database::open({.folder = folder_, .families = ingest::Ingest::families(), .files = nullptr}));
    base::Epochs epochs;
    store::Dictionary names(epochs);
    AUGURY_TRY_VOID(ingest::CheckpointReader(*database).names(names));
    auto meta = ingest::read_meta(*database);
    if (!meta) return meta.error();
    AUGURY_TRY(auto found, walk(*database, names));
    for (size_t kind = 0; kind < kKinds.size(); ++kind)
      fmt::print("{:<12} {:>12}\n", kKinds[kind], found.by_kind[kind]);
    fmt::print("{:<12} {:>12}\n{:<12} {:>12}\n", "blocks", found.blocks, "newest", found.newest);
    fmt::print("{:<12} {:>12}\n", "checkpoint", meta->has_value() ? std::to_string((*meta)->position) : "none");
    for (auto [kind, name] : {std::pair{store::NameKind::User, "users"},
                              {store::NameKind::Item, "items"},
                              {store::NameKind::Session, "sessions"},
                              {store::NameKind::Text, "texts"}}) {
      fmt::print("{:<12} {:>12}\n", name, names.size(kind));
    }
    fmt::print("{:<12} {:>12}\n", "disk bytes", database->bytes_on_disk());
    for (const auto& line : found.last) fmt::print("{}\n", line);
    return {};
  }

  Result<Found> walk(io::Database& database, const store::Dictionary& names) const {
    // Reading only: a Journal is opened for its end alone, and closed as it was found.
    AUGURY_TRY(auto journal, journal::Journal::open(database, ingest::kJournalFamily));
    Found found;
    journal::Record record;
    auto walk = journal->read(from_);
    for (;;) {
      AUGURY_TRY(auto block, walk->next());
      if (!block) break;
      ++found.blocks;
      for (uint64_t sequence = 0; block->next(record, sequence);) {
        ++found.by_kind[record.index()];
        found.newest = sequence;
        if (last_ == 0) continue;
        found.last.push_back(record_text(record, sequence, names));
        if (found.last.size() > last_) found.last.pop_front();
      }
    }
    return found;
  }

  std::string folder_;
  uint64_t last_ = 0;
  uint64_t from_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_inspect() { return std::make_unique<Inspect>(); }

}  // namespace augury::cli
