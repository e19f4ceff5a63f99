// What one event costs the plan alone: bench/apps/events20.yaml over rows in memory.
//
//   feature_apply [--app FILE] [--users N] [--items N] [--events N]
//
// Prints ns of CPU per event: hot (1,000 users, rows in cache), and at --users with and without prefetching.
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "definition/parse.h"
#include "feature/plan.h"

namespace augury::feature {
namespace {

using definition::Datum;

// Rows in an open table and 64-byte aligned blocks, as plain as a store for one thread can be.
class BenchRows : public RowSource {
 public:
  explicit BenchRows(size_t rows) {
    size_t slots = 1024;
    while (slots < rows * 2) slots *= 2;
    slots_.resize(slots);
  }
  ~BenchRows() override {
    for (Slot& slot : slots_) std::free(slot.words);
  }

  MutableRow open(uint32_t view, uint64_t key, uint32_t words) override {
    Slot& slot = slots_[find(view, key)];
    if (!slot.words) {
      if (++used_ * 10 > slots_.size() * 9) std::abort();
      slot = {key, view, 0, nullptr};
      allocate(slot, words);
    }
    return {slot.words, slot.size, &slot};
  }
  MutableRow grow(const MutableRow& row, uint32_t words) override {
    Slot& slot = *static_cast<Slot*>(row.handle);
    auto* old = slot.words;
    uint32_t size = slot.size;
    allocate(slot, words);
    for (uint32_t i = 0; i < size; ++i) slot.words[i].store(old[i].load(std::memory_order_relaxed));
    std::free(old);
    return {slot.words, slot.size, &slot};
  }
  void close(const MutableRow&) override {}
  void prefetch(uint32_t view, uint64_t key) override {
    __builtin_prefetch(&slots_[hash(view, key) & (slots_.size() - 1)]);
  }
  void prefetch_rows(uint32_t view, uint64_t key) {
    const Slot& slot = slots_[find(view, key)];
    if (!slot.words) return;
    for (uint32_t line = 0; line < std::min(slot.size, 64u); line += 8) __builtin_prefetch(slot.words + line);
  }
  uint64_t bytes() const { return bytes_; }
  size_t used() const { return used_; }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t view = 0;
    uint32_t size = 0;
    std::atomic<uint64_t>* words = nullptr;
  };
  static uint64_t hash(uint32_t view, uint64_t key) { return base::mix(key ^ (uint64_t{view} << 58)); }
  size_t find(uint32_t view, uint64_t key) const {
    size_t i = hash(view, key) & (slots_.size() - 1);
    while (slots_[i].words && (slots_[i].key != key || slots_[i].view != view)) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  void allocate(Slot& slot, uint32_t words) {
    bytes_ -= slot.size * 8;
    slot.size = (words + 7) / 8 * 8;
    bytes_ += slot.size * 8;
    void* room = std::aligned_alloc(64, slot.size * 8);
    std::memset(room, 0, slot.size * 8);
    slot.words = static_cast<std::atomic<uint64_t>*>(room);
  }

  std::vector<Slot> slots_;
  size_t used_ = 0;
  uint64_t bytes_ = 0;
};

// The second pass: the table's slot is near by now, so the row behind it can be asked for.
class RowPass : public RowSource {
 public:
  explicit RowPass(BenchRows& rows) : rows_(rows) {}
  MutableRow open(uint32_t, uint64_t, uint32_t) override { return {}; }
  MutableRow grow(const MutableRow&, uint32_t) override { return {}; }
  void close(const MutableRow&) override {}
  void prefetch(uint32_t view, uint64_t key) override { rows_.prefetch_rows(view, key); }

 private:
  BenchRows& rows_;
};

struct Traffic {
  struct Compact {
    int64_t at;
    uint32_t user;
    uint32_t item;
    uint32_t category;
    int type;
    Datum field;
  };
  std::vector<Compact> events;

  // Zipf items (exponent 1), uniform users; 70 % views, 22 % clicks, 5 % carts, 3 % purchases; 5 % up to a minute late.
  Traffic(const definition::App& app, uint32_t users, uint32_t items, size_t count) {
    base::Random random(7);
    int view = app.event("view"), click = app.event("click"), cart = app.event("cart"), buy = app.event("purchase");
    double scale = std::log(static_cast<double>(items));
    events.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      auto item = static_cast<uint32_t>(std::exp(random.uniform() * scale));
      uint64_t dice = random.below(100);
      int type = dice < 70 ? view : dice < 92 ? click : dice < 97 ? cart : buy;
      int64_t at = 1'750'000'000'000'000 + static_cast<int64_t>(i) * 20'000;
      if (random.chance(0.05)) at -= random.between(0, 60'000'000);
      bool field = type == view || type == buy;
      events.push_back({at, static_cast<uint32_t>(random.between(1, users)), item, 1 + item % 500, type,
                        field ? Datum::of(std::round(random.uniform() * 10000) / 100) : Datum()});
    }
  }
};

double cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

class Feeder {
 public:
  Feeder(const Plan& plan, BenchRows& rows) : plan_(plan), rows_(rows) {}

  double run(const Traffic& traffic, size_t begin, size_t end, size_t batch) {
    RowPass pass(rows_);
    double start = cpu_ns();
    for (size_t first = begin; first < end; first += batch) {
      size_t last = std::min(end, first + batch);
      for (size_t chunk = first; chunk < last; chunk += kAhead) {
        size_t stop = std::min(last, chunk + kAhead);
        if (batch > 1) {
          for (size_t i = chunk; i < stop; ++i) plan_.prefetch(event(traffic, i), rows_);
          for (size_t i = chunk; i < stop; ++i) plan_.prefetch(event(traffic, i), pass);
        }
        for (size_t i = chunk; i < stop; ++i) plan_.apply(event(traffic, i), rows_);
      }
    }
    return (cpu_ns() - start) / static_cast<double>(end - begin);
  }

 private:
  static constexpr size_t kAhead = 16;
  const Event& event(const Traffic& traffic, size_t i) {
    const auto& each = traffic.events[i];
    fields_[0] = each.field;
    attributes_[0] = Datum::of(definition::Text{"", each.category});
    event_.sequence = i + 1;
    event_.at = from_micros(each.at);
    event_.type = each.type;
    event_.user = each.user;
    event_.item = each.item;
    event_.fields = fields_;
    event_.item_attributes = attributes_;
    return event_;
  }

  const Plan& plan_;
  BenchRows& rows_;
  Datum fields_[1];
  Datum attributes_[2];
  Event event_;
};

void measure(const char* name, const definition::App& app, uint32_t users, uint32_t items, size_t count, size_t batch) {
  auto plan = *Plan::compile(app);
  Traffic traffic(app, users, items, count);
  BenchRows rows(users + items * 2 + count);
  Feeder feeder(*plan, rows);
  size_t part = count / 6;
  feeder.run(traffic, 0, part, 500);
  std::vector<double> rounds;
  for (size_t r = 1; r < 6; ++r) rounds.push_back(feeder.run(traffic, r * part, (r + 1) * part, batch));
  std::sort(rounds.begin(), rounds.end());
  std::printf("%-34s batch %4zu  %7.0f ns/event (median of 5; %.0f..%.0f)  %zu rows, %.0f bytes/row\n", name, batch,
              rounds[2], rounds.front(), rounds.back(), rows.used(),
              static_cast<double>(rows.bytes()) / static_cast<double>(rows.used()));
}

int run(int argc, char** argv) {
  std::string file = "bench/apps/events20.yaml";
  uint32_t users = 1'000'000;
  uint32_t items = 100'000;
  size_t events = 3'000'000;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string flag = argv[i];
    if (flag == "--app") file = argv[i + 1];
    if (flag == "--users") users = static_cast<uint32_t>(std::atoll(argv[i + 1]));
    if (flag == "--items") items = static_cast<uint32_t>(std::atoll(argv[i + 1]));
    if (flag == "--events") events = static_cast<size_t>(std::atoll(argv[i + 1]));
  }
  auto app = definition::load_app(file);
  if (!app) {
    std::fprintf(stderr, "%s\n", app.error().message.c_str());
    return 1;
  }
  measure("hot: 100 users, 100 items", *app, 100, 100, 600'000, 500);
  for (size_t batch : {500, 50, 1}) measure("all users", *app, users, items, events, batch);
  return 0;
}

}  // namespace
}  // namespace augury::feature

int main(int argc, char** argv) { return augury::feature::run(argc, argv); }
