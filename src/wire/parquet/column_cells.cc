#include "wire/parquet/column_cells.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>

namespace augury::wire {
namespace {

using Type = arrow::Type;

bool is_list(const arrow::DataType& type) {
  return type.id() == Type::LIST || type.id() == Type::LARGE_LIST || type.id() == Type::FIXED_SIZE_LIST;
}

bool is_single(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::NA:
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::UINT8:
    case Type::UINT16:
    case Type::UINT32:
    case Type::UINT64:
    case Type::FLOAT:
    case Type::DOUBLE:
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::DATE32:
    case Type::TIMESTAMP:
    case Type::DECIMAL128:
      return true;
    case Type::DICTIONARY:
      return is_single(*static_cast<const arrow::DictionaryType&>(type).value_type());
    default:
      return false;
  }
}

Cell whole(uint64_t x) {
  if (x <= static_cast<uint64_t>(INT64_MAX)) return static_cast<int64_t>(x);
  return static_cast<double>(x);
}

int64_t floor_divide(int64_t x, int64_t by) { return x / by - (x % by < 0 ? 1 : 0); }

Timestamp time_of(int64_t x, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return from_micros(x * 1'000'000);
    case arrow::TimeUnit::MILLI:
      return from_micros(x * 1'000);
    case arrow::TimeUnit::MICRO:
      return from_micros(x);
    case arrow::TimeUnit::NANO:
      return from_micros(floor_divide(x, 1'000));
  }
  return {};
}

template <typename ArrayType>
auto value(const arrow::Array& array, int64_t row) {
  return static_cast<const ArrayType&>(array).GetView(row);
}

Cell single(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return {};
  switch (array.type_id()) {
    case Type::BOOL:
      return value<arrow::BooleanArray>(array, row);
    case Type::INT8:
      return int64_t{value<arrow::Int8Array>(array, row)};
    case Type::INT16:
      return int64_t{value<arrow::Int16Array>(array, row)};
    case Type::INT32:
      return int64_t{value<arrow::Int32Array>(array, row)};
    case Type::INT64:
      return value<arrow::Int64Array>(array, row);
    case Type::UINT8:
      return int64_t{value<arrow::UInt8Array>(array, row)};
    case Type::UINT16:
      return int64_t{value<arrow::UInt16Array>(array, row)};
    case Type::UINT32:
      return int64_t{value<arrow::UInt32Array>(array, row)};
    case Type::UINT64:
      return whole(value<arrow::UInt64Array>(array, row));
    case Type::FLOAT:
      return double{value<arrow::FloatArray>(array, row)};
    case Type::DOUBLE:
      return value<arrow::DoubleArray>(array, row);
    case Type::STRING:
      return std::string_view(value<arrow::StringArray>(array, row));
    case Type::LARGE_STRING:
      return std::string_view(value<arrow::LargeStringArray>(array, row));
    case Type::DATE32:
      return from_micros(int64_t{value<arrow::Date32Array>(array, row)} * 86'400'000'000);
    case Type::TIMESTAMP:
      return time_of(value<arrow::TimestampArray>(array, row),
                     static_cast<const arrow::TimestampType&>(*array.type()).unit());
    case Type::DECIMAL128: {
      arrow::Decimal128 decimal(static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
      return decimal.ToDouble(static_cast<const arrow::Decimal128Type&>(*array.type()).scale());
    }
    case Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
      return single(*dictionary.dictionary(), dictionary.GetValueIndex(row));
    }
    default:
      return {};
  }
}

// Where the elements of a list stand.
std::pair<int64_t, int64_t> range(const arrow::Array& array, int64_t row) {
  if (array.type_id() == Type::LIST) {
    const auto& list = static_cast<const arrow::ListArray&>(array);
    return {list.value_offset(row), list.value_length(row)};
  }
  if (array.type_id() == Type::LARGE_LIST) {
    const auto& list = static_cast<const arrow::LargeListArray&>(array);
    return {list.value_offset(row), list.value_length(row)};
  }
  const auto& list = static_cast<const arrow::FixedSizeListArray&>(array);
  return {list.value_offset(row), list.value_length(row)};
}

std::shared_ptr<arrow::Array> elements(const arrow::Array& array) {
  if (array.type_id() == Type::LIST) return static_cast<const arrow::ListArray&>(array).values();
  if (array.type_id() == Type::LARGE_LIST) return static_cast<const arrow::LargeListArray&>(array).values();
  return static_cast<const arrow::FixedSizeListArray&>(array).values();
}

class Single : public ColumnCells {
 public:
  explicit Single(std::shared_ptr<arrow::Array> array) : array_(std::move(array)) {}
  Cell cell(int64_t row) const override { return single(*array_, row); }

 private:
  std::shared_ptr<arrow::Array> array_;
};

class List : public ColumnCells {
 public:
  explicit List(std::shared_ptr<arrow::Array> array) : array_(std::move(array)), elements_(elements(*array_)) {}

  // Elements that are nothing are left out.
  Cell cell(int64_t row) const override {
    if (array_->IsNull(row)) return {};
    auto [begin, count] = range(*array_, row);
    std::vector<std::string_view> texts;
    std::vector<double> numbers;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto element = single(*elements_, i);
      if (const auto* text = std::get_if<std::string_view>(&element)) texts.push_back(*text);
      if (const auto* number = std::get_if<double>(&element)) numbers.push_back(*number);
      if (const auto* number = std::get_if<int64_t>(&element)) numbers.push_back(static_cast<double>(*number));
    }
    if (!numbers.empty()) return numbers;
    return texts;
  }

 private:
  std::shared_ptr<arrow::Array> array_, elements_;
};

// Also of what lies inside.
arrow::Status check_utf8(const arrow::Array& array) {
  if (array.type_id() == Type::STRING) return static_cast<const arrow::StringArray&>(array).ValidateUTF8();
  if (array.type_id() == Type::LARGE_STRING) return static_cast<const arrow::LargeStringArray&>(array).ValidateUTF8();
  if (array.type_id() == Type::DICTIONARY)
    return check_utf8(*static_cast<const arrow::DictionaryArray&>(array).dictionary());
  if (is_list(*array.type())) return check_utf8(*elements(array));
  return arrow::Status::OK();
}

}  // namespace

bool ColumnCells::reads(const arrow::DataType& type) {
  if (!is_list(type)) return is_single(type);
  const auto& element = *type.field(0)->type();
  bool of_texts_or_numbers =
      element.id() != Type::BOOL && element.id() != Type::DATE32 && element.id() != Type::TIMESTAMP;
  return of_texts_or_numbers && is_single(element);
}

Result<std::unique_ptr<ColumnCells>> ColumnCells::over(const std::shared_ptr<arrow::Array>& array,
                                                       const std::string& what) {
  if (auto status = check_utf8(*array); !status.ok()) return Error{Code::Corrupt, what + ": " + status.message()};
  if (is_list(*array->type())) return std::unique_ptr<ColumnCells>(std::make_unique<List>(array));
  return std::unique_ptr<ColumnCells>(std::make_unique<Single>(array));
}

}  // namespace augury::wire
