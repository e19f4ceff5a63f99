#include <algorithm>
#include <cstring>

#include "wire/record_buffer.h"
#include "wire/record_reader.h"
#include "wire/text.h"

namespace augury::wire {
namespace {

// Where a field stands in the record; `escaped`: pairs of quotes in it stand for one.
struct Field {
  size_t begin = 0, end = 0;
  bool escaped = false;
};

// Takes a record with quotes apart, as far as it is there.
class QuotedRecord {
 public:
  enum class Outcome { Whole, NeedsMore, BadQuote };

  QuotedRecord(std::string_view text, char delimiter, std::vector<Field>& fields)
      : text_(text), delimiter_(delimiter), fields_(fields) {}

  Outcome read(bool at_end) {
    fields_.clear();
    at_ = lines_ = 0;
    for (;;) {
      auto outcome = at_ < text_.size() && text_[at_] == '"' ? quoted() : plain();
      if (outcome == Outcome::BadQuote) return outcome;
      if (at_ == text_.size()) return at_end && outcome == Outcome::Whole ? Outcome::Whole : Outcome::NeedsMore;
      if (text_[at_] == '\n') return ++at_, ++lines_, outcome;
      ++at_;  // The delimiter.
    }
  }
  size_t length() const { return at_; }
  size_t lines() const { return lines_; }

 private:
  Outcome plain() {
    size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n') ++at_;
    bool ends_line = at_ == text_.size() || text_[at_] == '\n';
    size_t end = ends_line && at_ > begin && text_[at_ - 1] == '\r' ? at_ - 1 : at_;
    fields_.push_back({begin, end, false});
    return Outcome::Whole;
  }

  Outcome quoted() {
    Field field{.begin = ++at_};
    for (;; ++at_) {
      size_t quote = text_.find('"', at_);
      size_t stop = std::min(quote, text_.size());
      lines_ += static_cast<size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                               text_.begin() + static_cast<std::ptrdiff_t>(stop), '\n'));
      at_ = stop;
      if (at_ == text_.size()) return Outcome::NeedsMore;
      field.end = at_++;
      if (at_ == text_.size() || text_[at_] != '"') break;
      field.escaped = true;
    }
    fields_.push_back(field);
    if (at_ < text_.size() && text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n')) ++at_;
    bool good = at_ == text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n';
    return good ? Outcome::Whole : Outcome::BadQuote;
  }

  std::string_view text_;
  char delimiter_;
  std::vector<Field>& fields_;
  size_t at_ = 0, lines_ = 0;
};

class Csv : public RecordReader {
 public:
  Csv(ByteSource source, const CsvOptions& options) : buffer_(std::move(source)), options_(options) {}

  Result<void> begin() {
    AUGURY_TRY_VOID(buffer_.pass_byte_order_mark());
    Record first;
    AUGURY_TRY(bool any, read_fields(first));
    if (!any)
      return Error{Code::Invalid, options_.header ? "the file is empty; expected a first line that names "
                                                    "its columns"
                                                  : "the file is empty"};
    if (!first.problem.empty())
      return Error{Code::Invalid, "line " + std::to_string(first.number) + ": " + first.problem};
    for (size_t i = 0; i < fields_.size(); ++i)
      columns_.push_back(options_.header ? std::string(text(fields_[i])) : std::to_string(i + 1));
    header_line_ = first.number;
    first_is_data_ = !options_.header;
    auto sorted = columns_;
    std::ranges::sort(sorted);
    if (auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
      return Error{Code::Invalid, "two columns are called '" + *twice + "'; rename one"};
    return {};
  }

  const std::vector<std::string>* columns() const override { return &columns_; }

  void select(const std::vector<std::string>& names) override {
    places_.clear();
    for (const auto& name : names)
      places_.push_back(static_cast<size_t>(std::ranges::find(columns_, name) - columns_.begin()));
    cells_.assign(names.size(), {});
  }

  Result<bool> next(Record& record) override {
    record.problem.clear();
    record.cells = {};
    if (first_is_data_) {
      record.number = header_line_;
      first_is_data_ = false;
    } else {
      AUGURY_TRY(bool more, read_fields(record));
      if (!more) return false;
    }
    if (!record.problem.empty()) return true;
    if (fields_.size() != columns_.size()) {
      record.problem = "found " + std::to_string(fields_.size()) + " fields, expected " +
                       std::to_string(columns_.size()) + " as in line " + std::to_string(header_line_);
      return true;
    }
    for (size_t i = 0; i < places_.size(); ++i) {
      auto value = places_[i] < fields_.size() ? text(fields_[places_[i]]) : std::string_view();
      if (value.empty())
        cells_[i] = std::monostate();
      else
        cells_[i] = value;
    }
    record.cells = cells_;
    return true;
  }

 private:
  std::string_view text(const Field& field) const { return {record_ + field.begin, field.end - field.begin}; }

  // The fields of the next record into fields_; false at the end.
  Result<bool> read_fields(Record& record) {
    for (;;) {
      record.number = line_;
      AUGURY_TRY(auto line, buffer_.line());
      if (line.length == std::string_view::npos) return too_long(record, "this line is longer than 1 MiB");
      if (line.length + line.ends == 0) return false;
      auto bytes = buffer_.rest().substr(0, line.length);
      if (options_.quotes && bytes.find('"') != std::string_view::npos) return read_quoted(record);
      ++line_;
      if (!bytes.empty()) {
        split(bytes);
        finish(record, bytes.size(), line.length + line.ends);
        return true;
      }
      buffer_.pass(line.ends);
    }
  }

  void split(std::string_view bytes) {
    fields_.clear();
    for (size_t begin = 0;;) {
      size_t end = std::min(bytes.find(options_.delimiter, begin), bytes.size());
      fields_.push_back({begin, end, false});
      if (end == bytes.size()) return;
      begin = end + 1;
    }
  }

  Result<bool> read_quoted(Record& record) {
    for (;;) {
      QuotedRecord quoted(buffer_.rest(), options_.delimiter, fields_);
      auto outcome = quoted.read(buffer_.at_end());
      if (outcome == QuotedRecord::Outcome::BadQuote)
        return too_long(record, "found text behind a closing quote; a quote inside a quoted field is written twice");
      if (outcome == QuotedRecord::Outcome::Whole) {
        line_ += std::max<size_t>(quoted.lines(), 1);
        finish(record, quoted.length(), quoted.length());
        return true;
      }
      if (buffer_.at_end() || buffer_.rest().size() > kRecordBytesMax)
        return too_long(record, "a quote is opened here and not closed within 1 MiB or the file");
      AUGURY_TRY_VOID(buffer_.grow());
    }
  }

  // The record is given up with its first line, so that a stray quote costs one line and not the rest of the file.
  Result<bool> too_long(Record& record, const char* problem) {
    record.problem = problem;
    ++line_;
    AUGURY_TRY_VOID(buffer_.pass_line());
    return true;
  }

  void finish(Record& record, size_t length, size_t whole) {
    record_ = buffer_.mutable_rest();
    if (!is_utf8({record_, length}))
      record.problem = "the text is not UTF-8; convert the file, for example with iconv -f latin1 -t utf-8";
    for (auto& field : fields_)
      if (field.escaped) unescape(field);
    buffer_.pass(whole);
  }

  // In place: the field only gets shorter.
  void unescape(Field& field) {
    size_t to = field.begin;
    for (size_t from = field.begin; from < field.end; ++from) {
      record_[to++] = record_[from];
      if (record_[from] == '"') ++from;
    }
    field.end = to;
  }

  RecordBuffer buffer_;
  CsvOptions options_;
  std::vector<std::string> columns_;
  std::vector<size_t> places_;
  std::vector<Cell> cells_;
  std::vector<Field> fields_;
  char* record_ = nullptr;  // The bytes fields_ speak of; good until buffer_ grows.
  uint64_t line_ = 1;       // The one buffer_ stands at.
  uint64_t header_line_ = 1;
  bool first_is_data_ = false;
};

}  // namespace

Result<std::unique_ptr<RecordReader>> open_csv(ByteSource source, const CsvOptions& options) {
  auto csv = std::make_unique<Csv>(std::move(source), options);
  AUGURY_TRY_VOID(csv->begin());
  return std::unique_ptr<RecordReader>(std::move(csv));
}

}  // namespace augury::wire
