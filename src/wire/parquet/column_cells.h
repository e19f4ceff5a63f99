// One column of a batch of Arrow as cells.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wire/record_reader.h"

namespace arrow {
class Array;
class DataType;
}  // namespace arrow

namespace augury::wire {

// Keeps the array alive, and what its cells borrow with it.
class ColumnCells {
 public:
  static bool reads(const arrow::DataType& type);
  // Of a type that it reads. Corrupt: text that is not UTF-8. `what` begins the message.
  static Result<std::unique_ptr<ColumnCells>> over(const std::shared_ptr<arrow::Array>& array, const std::string& what);
  virtual ~ColumnCells() = default;
  virtual Cell cell(int64_t row) const = 0;
};

}  // namespace augury::wire
