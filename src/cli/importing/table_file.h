// A file of records, whatever its format and compression.
#pragma once

#include <memory>
#include <string>

#include "augury/result.h"
#include "io/input_file.h"
#include "wire/parquet/parquet_records.h"
#include "wire/record_reader.h"

namespace augury::cli::importing {

struct FileFormat {
  std::string name;    // csv, tsv, ndjson, parquet; empty: as the file's name ends.
  bool header = true;  // Of csv and tsv.
};

// Not thread-safe.
class TableFile {
 public:
  // `path` "-": the standard input. Invalid: a format that is not known, or cannot be told.
  static Result<TableFile> open(const std::string& path, const FileFormat& format);

  wire::RecordReader& records() { return *records_; }
  // How far it is read, and of how much; in bytes or rows.
  uint64_t taken() const { return parquet_ ? parquet_->rows_taken() : input_->bytes_taken(); }
  uint64_t in_all() const { return parquet_ ? parquet_->rows_in_all() : input_->bytes_in_all(); }

 private:
  std::shared_ptr<io::InputFile> input_;
  std::unique_ptr<wire::RecordReader> records_;
  const wire::ParquetRecords* parquet_ = nullptr;  // records_, if it is one.
};

// Opens libaugury_parquet.so, which lies beside the program. NotFound: it does not; the message says how to get it.
Result<const wire::ParquetLibrary*> parquet_library();

}  // namespace augury::cli::importing
