// The plan against its interpreter, through the real store: every tenth random case of feature/oracle_test.cc crosses a
// checkpoint in the middle, and a reopen from what is on disk. AUGURY_SEED chooses another run.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <thread>

#include "base/random.h"
#include "feature/testing/interpreter.h"
#include "feature/testing/random_cases.h"
#include "ingest/checkpoint.h"
#include "ingest/ingest.h"
#include "ingest/row_source.h"
#include "io/database.h"

namespace augury::ingest {
namespace {

namespace fs = std::filesystem;
using definition::App;
using definition::Datum;
using feature::Question;
using feature::RecordedEvent;

constexpr uint64_t kCases = 5000, kEvery = 10;

class ReadStore : public feature::RowReader {
 public:
  explicit ReadStore(const store::Store& store) : store_(store) {}
  std::span<const uint64_t> read(uint32_t view, uint64_t key, std::pmr::memory_resource& arena) const override {
    return store_.rows(view).read(key, arena).words;
  }

 private:
  const store::Store& store_;
};

// One folder for all cases; each begins with no rows in it.
class Disk {
 public:
  Disk() {
    std::string root = fs::exists("/dev/shm") ? "/dev/shm" : testing::TempDir();
    folder_ = root + "/augury_oracle_" + std::to_string(base::entropy());
    reopen();
  }
  ~Disk() {
    journal.reset();
    database.reset();
    fs::remove_all(folder_);
  }
  void reopen() {
    journal.reset();
    database.reset();
    auto opened = io::Database::open({.folder = folder_, .families = Ingest::families(), .files = nullptr});
    if (!opened) return ADD_FAILURE() << opened.error().message, void();
    database = std::move(*opened);
    journal = std::move(*journal::Journal::open(*database, kJournalFamily));
  }

  std::unique_ptr<io::Database> database;
  std::unique_ptr<journal::Journal> journal;

 private:
  std::string folder_;
};

class Driven {
 public:
  Driven(Disk& disk, const App& app) : disk_(disk), app_(app), plan_(*feature::Plan::compile(app)) {
    EXPECT_TRUE(forget_other_views(*disk_.database, {}).has_value());
    make_store();
  }

  void apply(const RecordedEvent& event) {
    rows_->at(event.sequence);
    plan_->apply(event.event(), *rows_);
    store_->set_applied(event.sequence);
  }
  void checkpoint_and_reopen() {
    checkpoint();
    disk_.reopen();
    make_store();
    CheckpointReader reader(*disk_.database);
    for (uint32_t view = 0; view < store_->views(); ++view)
      EXPECT_TRUE(reader.rows(plan_->views()[view].fingerprint, store_->rows(view)).has_value());
  }
  Datum ask(const Question& question) {
    base::Epochs::Pin pin(store_->epochs());
    auto view = static_cast<uint32_t>(plan_->view_of(question.feature));
    uint64_t key = feature::key_word(question.key);
    ReadStore reader(*store_);
    auto row = reader.read(view, key, arena_);
    return plan_->value(question.feature, key, row, question.now, reader, names_, arena_);
  }

 private:
  void make_store() {
    rows_.reset();
    store_ = std::make_unique<store::Store>(app_, table_kinds(*plan_));
    rows_ = std::make_unique<StoreRows>(all_rows(*store_));
  }
  void checkpoint() {
    Cut cut;
    cut.meta.position = store_->applied().offset;
    for (const auto& view : plan_->views()) cut.meta.views.push_back(view.fingerprint);
    for (uint32_t view = 0; view < store_->views(); ++view) store_->rows(view).begin_cut();
    std::atomic<bool> woke = false;
    Checkpointer checkpointer(*disk_.database, *disk_.journal, *store_, *plan_,
                              [&] { woke = true, woke.notify_one(); });
    checkpointer.start(std::move(cut));
    woke.wait(false);
    auto ended = checkpointer.ended();
    ASSERT_TRUE(ended.has_value());
    ASSERT_TRUE(ended->result.has_value()) << ended->result.error().message;
    for (uint32_t view = 0; view < store_->views(); ++view) store_->rows(view).end_cut(true);
  }

  Disk& disk_;
  const App& app_;
  std::shared_ptr<const feature::Plan> plan_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<StoreRows> rows_;
  feature::CaseNames names_;
  std::pmr::monotonic_buffer_resource arena_;
};

// What differs, "" if nothing.
std::string differences(Disk& disk, const feature::RandomCase& made) {
  Driven run(disk, made.app);
  feature::Interpreter interpreter(made.app);
  std::string different;
  auto ask = [&](const std::vector<Question>& questions) {
    for (const Question& question : questions) {
      const auto& what = *made.app.features[static_cast<size_t>(question.feature)].aggregation();
      auto expected = interpreter.value(question.feature, question.key, question.now);
      auto difference = feature::compare(what, expected, run.ask(question));
      if (!difference.empty()) different += feature::coverage_row(what) + ": " + difference + "\n";
    }
  };
  for (size_t i = 0; i < made.events.size(); ++i) {
    if (i == made.events_before) {
      ask(made.early);
      run.checkpoint_and_reopen();
    }
    run.apply(made.events[i]);
    interpreter.add(made.events[i]);
  }
  ask(made.questions);
  return different;
}

TEST(StoreAgainstInterpreter, AgreesAcrossCheckpointsAndReopens) {
  uint64_t seed = feature::case_seed();
  std::cout << "seed " << seed << ", every " << kEvery << "th of " << kCases << " cases\n";
  Disk disk;
  for (uint64_t number = 0; number < kCases; number += kEvery) {
    auto different = differences(disk, feature::random_case(seed, number));
    ASSERT_EQ(different, "") << "AUGURY_SEED=" << seed << ", case " << number;
  }
}

}  // namespace
}  // namespace augury::ingest
