// A small shop with a real store, filled by hand: items, events and published lists, no threads, no disk.
//
//   Shop shop(Shop::kText);
//   shop.item("book", {.category = "paper"});
//   shop.event("click", "ann", "book");
//   shop.publish();
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "definition/app.h"
#include "feature/plan.h"
#include "model/scorer.h"
#include "pipeline/snapshot.h"
#include "store/store.h"

namespace augury::pipeline {

// A model whose score is the sum of its inputs (NaN as 0) times `factor`, and which fails or hangs when told.
class FakeScorer : public model::Scorer {
 public:
  enum class Mode { Works, Fails, Hangs };
  FakeScorer(std::vector<std::string> inputs, std::string version, double factor = 1)
      : inputs_(std::move(inputs)), version_(std::move(version)), factor_(factor) {}
  ~FakeScorer() override { set(Mode::Works); }

  // Out of Hangs, whoever hangs goes on.
  void set(Mode mode);
  void set_cost(double nanoseconds_per_row) { cost_ = nanoseconds_per_row; }
  int calls() const { return calls_; }
  size_t hanging() const;  // Calls that wait to be let go.
  // Like a neural network: its time is not bounded, its parts are not told.
  void set_foreign(bool has_names = true) { foreign_ = true, has_names_ = has_names; }
  // Called at the start of each scoring.
  void on_score(std::function<void()> what) { on_score_ = std::move(what); }

  std::span<const std::string> input_names() const override { return inputs_; }
  int outputs() const override { return outputs_; }
  void set_outputs(int outputs) { outputs_ = outputs; }
  std::string_view version() const override { return version_; }
  double nanoseconds_per_row() const override { return cost_; }
  bool is_bounded() const override { return !foreign_; }
  bool has_names() const override { return has_names_; }
  Result<void> score(std::span<const float> rows, size_t count, std::span<double> out, model::Output) const override;
  Result<void> score(std::span<const double> rows, size_t count, std::span<double> out, model::Output) const override;
  Result<std::vector<double>> contributions(std::span<const float> row, int output) const override;

 private:
  std::vector<std::string> inputs_;
  std::string version_;
  double factor_;
  int outputs_ = 1;
  std::atomic<double> cost_{10};
  bool foreign_ = false;
  bool has_names_ = true;
  std::function<void()> on_score_;
  mutable std::atomic<int> calls_{0};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Mode mode_ = Mode::Works;
  mutable size_t hanging_ = 0;
};

class Shop {
 public:
  static const std::string_view kText;  // The app file the tests share.

  // Aborts, printing what is wrong, on an app file that does not hold together.
  explicit Shop(std::string_view app_file = kText);

  struct Attributes {
    std::string category;  // Empty: missing.
    double price = 1;
    bool in_stock = true;
    Timestamp created_at = from_micros(0);
  };
  uint32_t item(std::string_view id, const Attributes& attributes);
  uint32_t user(std::string_view id, std::string_view country);
  // In the catalogue with these values: attributes and vectors in the app file's order.
  uint32_t put(definition::NameKind kind, std::string_view id, const std::vector<definition::Datum>& values);
  // One second after the last.
  void event(std::string_view type, std::string_view user, std::string_view item);
  // All lists that the placements ask for, from the rows as they are.
  void publish();

  // With these models, in the order of the app file.
  std::shared_ptr<const Snapshot> snapshot(std::vector<std::shared_ptr<const model::Scorer>> scorers = {});

  Timestamp now() const { return from_micros(1'700'000'000'000'000 + second_ * 1'000'000); }
  const definition::App& app() const { return *app_; }
  const feature::Plan& plan() const { return *plan_; }
  store::Store& store() { return *store_; }

 private:
  class Writer;
  double value(int feature, uint32_t item) const;
  void publish_feature(int feature);
  void publish_attribute(int attribute);

  std::shared_ptr<const definition::App> app_;
  std::shared_ptr<const feature::Plan> plan_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<ItemIndexes> indexes_;
  uint64_t sequence_ = 0;
  int64_t second_ = 0;
  uint64_t lists_ = 0;
};

}  // namespace augury::pipeline
