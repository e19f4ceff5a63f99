// The disk fails and the power goes in the middle of ingestion: what was acknowledged is there, once, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "ingest/ingest.h"
#include "ingest/testing/world.h"
#include "io/testing/faulty_file_system.h"
#include "io/testing/power_cut_file_system.h"

namespace augury::ingest {
namespace {

using namespace std::chrono_literals;
using io::testing::Fault;
using io::testing::FaultyFileSystem;
using io::testing::FileCall;
using io::testing::PowerCutFileSystem;

constexpr const char* kApp = R"(
app: shop
events:
  click: {keys: [user, item]}
features:
  clicks: count(click) by user
)";

// Every event has a user of its own, so that each can be counted alone.
std::string user_of(int event) { return "u" + std::to_string(event); }

class Script {
 public:
  explicit Script(World& world) : world_(world) {}

  // Batches of 1 to 20 events in mixed modes, two checkpoints between them, a clean end. Goes on after errors, as
  // clients do.
  void run() {
    base::Random random(7);
    if (!world_.open()) return;
    for (int batch = 0; batch < 12; ++batch) {
      auto ack = random.chance(0.7) ? Acknowledge::Sync : Acknowledge::Written;
      send(static_cast<int>(1 + random.below(20)), ack);
      if (batch == 4 || batch == 8) (void)world_.ingest->checkpoint();
    }
    (void)world_.close();
  }
  // The same ids again, as a client does that got no answer: each is counted once in the end.
  void send_all_again() {
    for (int from = 0; from < sent_; from += 50) {
      std::vector<std::string> texts;
      auto events = make(from, std::min(from + 50, sent_), texts);
      auto receipt = world_.send(events);
      ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
    }
  }

  int sent() const { return sent_; }
  const std::set<int>& promised() const { return promised_; }

 private:
  static std::vector<Event> make(int from, int to, std::vector<std::string>& texts) {
    for (int i = from; i < to; ++i) texts.push_back(user_of(i));
    std::vector<Event> events(texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
      events[i].event = "click";
      events[i].event_id = events[i].user_id = texts[i];
      events[i].item_id = "book";
    }
    return events;
  }
  void send(int count, Acknowledge ack) {
    std::vector<std::string> texts;
    auto events = make(sent_, sent_ + count, texts);
    auto receipt = world_.send(events, ack);
    if (receipt && ack == Acknowledge::Sync)
      for (int i = sent_; i < sent_ + count; ++i) promised_.insert(i);
    sent_ += count;
  }

  World& world_;
  int sent_ = 0;
  std::set<int> promised_;
};

void expect_kept(World& world, Script& script) {
  auto opened = world.open();
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  for (int i = 0; i < script.sent(); ++i) {
    double clicks = world.value("clicks", {user_of(i)});
    bool known = clicks > 0;
    EXPECT_TRUE(known || !script.promised().contains(i)) << "event " << i << " was acknowledged and is lost";
    EXPECT_TRUE(!known || clicks == 1) << "event " << i << " was counted " << clicks << " times";
  }
  script.send_all_again();
  for (int i = 0; i < script.sent(); ++i) EXPECT_EQ(world.value("clicks", {user_of(i)}), 1) << "event " << i;
}

TEST(IngestFaults, APowerCutTakesNoEventThatWasAcknowledgedAsDurable) {
  uint64_t seed = base::entropy();
  base::Random random(seed);
  auto whole = PowerCutFileSystem::over();
  {
    World world(World::app_of(kApp), whole);
    Script script(world);
    script.run();
    ASSERT_GT(script.promised().size(), 50u);
  }
  int cut_short = 0;
  for (int cut = 0; cut < 100; ++cut) {
    uint64_t nth = 1 + random.below(whole->changes());
    bool torn = random.chance(0.5);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", cut " + std::to_string(cut) + " at change " + std::to_string(nth) +
                 (torn ? ", ends torn" : ""));
    auto disk = PowerCutFileSystem::over();
    disk->cut_at(nth);
    World world(World::app_of(kApp), disk);
    Script script(world);
    script.run();
    world.crash();
    cut_short += disk->is_cut() ? 1 : 0;
    auto lost = disk->lose_unsynced(torn ? &random : nullptr);
    ASSERT_TRUE(lost.has_value()) << lost.error().message;
    world.replace_disk(nullptr);
    expect_kept(world, script);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(cut_short, 90);
}

TEST(IngestFaults, NoFailingCallLosesAnAcknowledgedEventOrCountsOneTwice) {
  uint64_t calls = 0;
  {
    auto disk = FaultyFileSystem::over();
    World world(World::app_of(kApp), disk);
    Script(world).run();
    calls = disk->calls();
  }
  uint64_t stride = calls / 40 + 1;
  for (auto fault : {Fault::Io, Fault::NoSpace, Fault::ShortWrite}) {
    for (uint64_t nth = 1 + static_cast<uint64_t>(fault); nth <= calls; nth += stride) {
      SCOPED_TRACE("call " + std::to_string(nth) + " with fault " + std::to_string(static_cast<int>(fault)));
      auto disk = FaultyFileSystem::over();
      auto only = fault == Fault::Io ? std::nullopt : std::optional(FileCall::Write);  // Reading needs no space.
      disk->fail({.nth = nth, .fault = fault, .only = only});
      World world(World::app_of(kApp), disk);
      Script script(world);
      script.run();
      world.crash();
      if (disk->faults() == 0) break;
      world.replace_disk(nullptr);
      expect_kept(world, script);
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace augury::ingest
