#include "model/builtin/column_scorers.h"

#include <cmath>
#include <utility>

#include "base/math.h"

namespace augury::model {
namespace {

// A sum over columns of what each value is worth by itself.
class ColumnScorer : public Scorer {
 public:
  explicit ColumnScorer(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  std::span<const std::string> input_names() const override { return columns_; }
  int outputs() const override { return 1; }
  std::string_view version() const override { return "builtin"; }
  double nanoseconds_per_row() const override { return 5.0 * static_cast<double>(columns_.size()); }

  Result<void> score(std::span<const float> rows, size_t count, std::span<double> out, Output) const override {
    return add_up(rows, count, out);
  }
  Result<void> score(std::span<const double> rows, size_t count, std::span<double> out, Output) const override {
    return add_up(rows, count, out);
  }

  Result<std::vector<double>> contributions(std::span<const float> row, int output) const override {
    AUGURY_TRY_VOID(check_shape(row.size(), 1, 1));
    if (output != 0)
      return Error{Code::Invalid, "contributions: found output " + std::to_string(output) + ", expected 0"};
    std::vector<double> parts;
    for (float value : row) parts.push_back(std::isnan(value) ? 0 : worth(static_cast<double>(value)));
    return parts;
  }

 private:
  virtual double worth(double value) const { return value; }

  template <typename Value>
  Result<void> add_up(std::span<const Value> rows, size_t count, std::span<double> out) const {
    AUGURY_TRY_VOID(check_shape(rows.size(), count, out.size()));
    for (size_t row = 0; row < count; ++row) {
      out[row] = 0;
      for (Value value : rows.subspan(row * columns_.size(), columns_.size()))
        if (!std::isnan(value)) out[row] += worth(static_cast<double>(value));
    }
    return {};
  }

  const std::vector<std::string> columns_;
};

class RecencyScorer final : public ColumnScorer {
 public:
  RecencyScorer(std::string column, double half_life_days)
      : ColumnScorer({std::move(column)}), half_life_days_(half_life_days) {}
  double nanoseconds_per_row() const override { return 20; }

 private:
  double worth(double age_days) const override { return age_days <= 0 ? 1 : base::exp2(-age_days / half_life_days_); }

  const double half_life_days_;
};

}  // namespace

std::shared_ptr<const Scorer> popularity_scorer(std::string column) {
  return std::make_shared<const ColumnScorer>(std::vector<std::string>{std::move(column)});
}

Result<std::shared_ptr<const Scorer>> recency_scorer(std::string column, double half_life_days) {
  if (!(half_life_days > 0) || std::isinf(half_life_days))
    return Error{Code::Invalid, "recency of '" + column + "': found a half-life of " + std::to_string(half_life_days) +
                                    " days, expected more than 0"};
  return std::make_shared<const RecencyScorer>(std::move(column), half_life_days);
}

std::shared_ptr<const Scorer> together_scorer(std::vector<std::string> columns) {
  return std::make_shared<const ColumnScorer>(std::move(columns));
}

}  // namespace augury::model
