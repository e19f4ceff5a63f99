#include "wire/parquet/parquet_records.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>

#include <algorithm>

#include "wire/parquet/column_cells.h"

namespace augury::wire {
namespace {

template <typename T>
Result<T> checked(const std::string& path, arrow::Result<T> result) {
  if (result.ok()) return std::move(result).ValueUnsafe();
  return Error{Code::Corrupt, path + ": not readable as Parquet: " + result.status().ToString()};
}

// A column of ours: a field, or a field inside of structs ("address.city").
struct Leaf {
  std::string name;
  std::vector<int> steps;  // The field of the schema, then the place in each struct.
  std::shared_ptr<arrow::DataType> type;
};

void collect(const std::shared_ptr<arrow::Field>& field, const std::string& prefix, std::vector<int> steps,
             std::vector<Leaf>& leaves) {
  auto name = prefix + field->name();
  if (field->type()->id() != arrow::Type::STRUCT) return leaves.push_back({name, std::move(steps), field->type()});
  for (int i = 0; i < field->type()->num_fields(); ++i) {
    auto inner = steps;
    inner.push_back(i);
    collect(field->type()->field(i), name + ".", std::move(inner), leaves);
  }
}

void collect_columns(const parquet::arrow::SchemaField& field, std::vector<int>& columns) {
  if (field.is_leaf()) columns.push_back(field.column_index);
  for (const auto& child : field.children) collect_columns(child, columns);
}

class Parquet : public ParquetRecords {
 public:
  explicit Parquet(const std::string& path) : path_(path) {}

  Result<void> open() {
    AUGURY_TRY(auto file, checked(path_, arrow::io::ReadableFile::Open(path_)));
    AUGURY_TRY(reader_, checked(path_, parquet::arrow::OpenFile(file, arrow::default_memory_pool())));
    // Cells are asked for one after the other; a second thread would only take the importer's processor.
    reader_->set_use_threads(false);
    reader_->set_batch_size(8192);
    std::shared_ptr<arrow::Schema> schema;
    if (auto status = reader_->GetSchema(&schema); !status.ok())
      return Error{Code::Corrupt, path_ + ": not readable as Parquet: " + status.ToString()};
    for (int i = 0; i < schema->num_fields(); ++i) collect(schema->field(i), "", {i}, leaves_);
    for (const auto& leaf : leaves_) names_.push_back(leaf.name);
    in_all_ = static_cast<uint64_t>(reader_->parquet_reader()->metadata()->num_rows());
    return {};
  }

  const std::vector<std::string>* columns() const override { return &names_; }
  uint64_t rows_taken() const override { return taken_; }
  uint64_t rows_in_all() const override { return in_all_; }

  void select(const std::vector<std::string>& names) override {
    selected_.clear();
    for (const auto& name : names)
      selected_.push_back(static_cast<size_t>(std::ranges::find(names_, name) - names_.begin()));
    cells_.assign(names.size(), {});
  }

  Result<bool> next(Record& record) override {
    record.problem.clear();
    if (!batches_) AUGURY_TRY_VOID(begin());
    while (row_ == rows_) {
      AUGURY_TRY(bool more, next_batch());
      if (!more) return false;
    }
    for (size_t i = 0; i < selected_.size(); ++i) cells_[i] = columns_[i] ? columns_[i]->cell(row_) : Cell{};
    ++row_;
    record.number = ++taken_;
    record.cells = cells_;
    return true;
  }

 private:
  // Only the selected fields are read from the file.
  Result<void> begin() {
    for (size_t place : selected_) {
      if (place < leaves_.size() && !ColumnCells::reads(*leaves_[place].type))
        return Error{Code::Invalid, path_ + ": the column '" + leaves_[place].name + "' is of type " +
                                        leaves_[place].type->ToString() +
                                        "; expected numbers, texts, booleans, times, or lists of texts or numbers"};
      if (place < leaves_.size()) fields_.push_back(leaves_[place].steps[0]);
    }
    std::ranges::sort(fields_);
    fields_.erase(std::ranges::unique(fields_).begin(), fields_.end());
    std::vector<int> groups(static_cast<size_t>(reader_->num_row_groups())), columns;
    for (size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
    for (int field : fields_) collect_columns(reader_->manifest().schema_fields[static_cast<size_t>(field)], columns);
    AUGURY_TRY(batches_, checked(path_, reader_->GetRecordBatchReader(groups, columns)));
    return {};
  }

  Result<bool> next_batch() {
    AUGURY_TRY(batch_, checked(path_, batches_->Next()));
    if (!batch_) return false;
    row_ = 0;
    rows_ = batch_->num_rows();
    columns_.clear();
    for (size_t place : selected_) {
      columns_.emplace_back();
      if (place >= leaves_.size()) continue;
      AUGURY_TRY(auto array, leaf_array(leaves_[place]));
      AUGURY_TRY(columns_.back(), ColumnCells::over(array, path_ + ": column '" + leaves_[place].name + "'"));
    }
    return true;
  }

  Result<std::shared_ptr<arrow::Array>> leaf_array(const Leaf& leaf) {
    auto field = std::ranges::find(fields_, leaf.steps[0]) - fields_.begin();
    auto array = batch_->column(static_cast<int>(field));
    for (size_t i = 1; i < leaf.steps.size(); ++i) {
      const auto& outer = static_cast<const arrow::StructArray&>(*array);
      // Nothing in the outer one is nothing in the inner one.
      AUGURY_TRY(array, checked(path_, outer.GetFlattenedField(leaf.steps[i])));
    }
    return array;
  }

  std::string path_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::vector<Leaf> leaves_;
  std::vector<std::string> names_;
  std::vector<size_t> selected_;
  std::vector<int> fields_;  // Of the schema, ascending: the columns of batch_.
  std::vector<std::unique_ptr<ColumnCells>> columns_;
  std::vector<Cell> cells_;
  int64_t row_ = 0, rows_ = 0;
  uint64_t taken_ = 0, in_all_ = 0;
};

Result<std::unique_ptr<ParquetRecords>> open(const std::string& path) {
  auto parquet = std::make_unique<Parquet>(path);
  AUGURY_TRY_VOID(parquet->open());
  return std::unique_ptr<ParquetRecords>(std::move(parquet));
}

}  // namespace
}  // namespace augury::wire

extern "C" __attribute__((visibility("default")))
const augury::wire::ParquetLibrary augury_parquet_library{augury::wire::kParquetBuild, augury::wire::open};
