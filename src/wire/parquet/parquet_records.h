// Parquet files as records, in a library of its own: libaugury_parquet.so, opened with the first such file.
//
// Arrow is 62 MB of libraries. A server never pays for them, and neither does who builds Augury without them: then
// the library is not there, and who opens a Parquet file is told how to get it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wire/record_reader.h"

namespace augury::wire {

class ParquetRecords : public RecordReader {
 public:
  virtual uint64_t rows_taken() const = 0;
  virtual uint64_t rows_in_all() const = 0;
};

// What the library exports under this name. It is built with the program and for no other: `build` of both must be one.
struct ParquetLibrary {
  const char* build;
  // Corrupt: no Parquet, or damaged. Invalid: a selected column of a type that is no cell, said by next().
  Result<std::unique_ptr<ParquetRecords>> (*open)(const std::string& path);
};
inline constexpr const char* kParquetSymbol = "augury_parquet_library";
inline constexpr const char* kParquetBuild = AUGURY_VERSION " " __VERSION__;

}  // namespace augury::wire
