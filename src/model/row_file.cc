#include "model/row_file.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <limits>
#include <optional>

#include "model/number_text.h"

namespace augury::model {
namespace {

Error invalid(std::string_view name, std::string_view what) {
  return Error{Code::Invalid, "rows '" + std::string(name) + "': " + std::string(what)};
}

std::string_view trimmed(std::string_view cell) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
  return cell;
}

std::optional<double> cell_value(std::string_view cell) {
  if (cell.empty() || cell == "NA" || cell == "na") return std::numeric_limits<double>::quiet_NaN();
  return read_number(cell);
}

// --- CSV ---

class CsvReader {
 public:
  CsvReader(std::string_view bytes, std::string_view name) : left_(bytes), name_(name) {
    if (left_.starts_with("\xef\xbb\xbf")) left_.remove_prefix(3);
  }

  Result<RowFile> read() {
    if (left_.empty()) return invalid(name_, "found an empty file, expected rows");
    while (!left_.empty()) AUGURY_TRY_VOID(read_line());
    return std::move(out_);
  }

 private:
  Result<void> read_line() {
    ++line_;
    const size_t end = std::min(left_.find('\n'), left_.size());
    std::string_view line = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    split(line);
    if (line_ == 1) {
      out_.columns = cells_.size();
      const auto is_text = [](std::string_view cell) { return !cell_value(cell); };
      if (std::any_of(cells_.begin(), cells_.end(), is_text)) {
        out_.header.assign(cells_.begin(), cells_.end());
        return {};
      }
    }
    return add_row();
  }

  void split(std::string_view line) {
    cells_.clear();
    for (size_t end = 0; end != std::string_view::npos;) {
      end = line.find(',');
      cells_.push_back(trimmed(line.substr(0, end)));
      if (end != std::string_view::npos) line.remove_prefix(end + 1);
    }
  }

  Result<void> add_row() {
    const std::string here = "line " + std::to_string(line_) + ": ";
    if (cells_.size() != out_.columns)
      return invalid(name_, here + "found " + std::to_string(cells_.size()) + " cells, expected " +
                                std::to_string(out_.columns) + " as in line 1");
    for (std::string_view cell : cells_) {
      const auto value = cell_value(cell);
      if (!value) return invalid(name_, here + "found '" + std::string(cell.substr(0, 40)) + "', expected a number");
      out_.doubles.push_back(*value);
    }
    ++out_.rows;
    return {};
  }

  std::string_view left_;
  std::string_view name_;
  size_t line_ = 0;
  std::vector<std::string_view> cells_;
  RowFile out_;
};

// --- .npy ---

constexpr std::string_view kNpyMagic = "\x93NUMPY";

// The text after `'key':` in the header, a Python dictionary.
std::string_view npy_field(std::string_view header, std::string_view key) {
  const size_t at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return {};
  const size_t colon = header.find(':', at);
  if (colon == std::string_view::npos) return {};
  header.remove_prefix(colon + 1);
  while (header.starts_with(' ')) header.remove_prefix(1);
  return header;
}

Result<void> read_shape(std::string_view text, std::string_view name, RowFile& out) {
  const auto bad = invalid(name, "found shape " + std::string(text.substr(0, std::min(text.find(')'), size_t{40}))) +
                                     ", expected two dimensions, (rows, columns)");
  if (!text.starts_with('(')) return bad;
  const size_t end = text.find(')');
  const size_t comma = text.find(',');
  if (end == std::string_view::npos || comma > end) return bad;
  const auto rows = read_integer<uint64_t>(trimmed(text.substr(1, comma - 1)));
  const auto columns = read_integer<uint64_t>(trimmed(text.substr(comma + 1, end - comma - 1)));
  if (!rows || !columns || *columns == 0) return bad;
  out.rows = *rows;
  out.columns = *columns;
  return {};
}

template <typename T>
Result<void> read_values(std::string_view data, std::string_view name, RowFile& out, std::vector<T>& values) {
  const size_t held = data.size() / sizeof(T);
  if (data.size() % sizeof(T) != 0 || held % out.columns != 0 || held / out.columns != out.rows)
    return invalid(name, "found " + std::to_string(data.size()) + " bytes of values, expected " +
                             std::to_string(out.rows) + " x " + std::to_string(out.columns) + " of " +
                             std::to_string(sizeof(T)));
  values.resize(held);
  if (held > 0) std::memcpy(values.data(), data.data(), data.size());
  return {};
}

Result<RowFile> read_npy(std::string_view bytes, std::string_view name) {
  if (bytes.size() < 12) return invalid(name, "the .npy header is cut short");
  const int major = bytes[6];
  if (major != 1 && major != 2)
    return invalid(name, "found .npy format " + std::to_string(major) + ", expected 1 or 2");
  size_t length = 0;
  const size_t length_bytes = major == 1 ? 2 : 4;
  for (size_t i = length_bytes; i-- > 0;) length = length << 8 | static_cast<unsigned char>(bytes[8 + i]);
  const size_t start = 8 + length_bytes;
  if (length > bytes.size() - start) return invalid(name, "the .npy header is cut short");
  const std::string_view header = bytes.substr(start, length);
  RowFile out;
  if (!npy_field(header, "fortran_order").starts_with("False"))
    return invalid(name, "found 'fortran_order' other than False, expected C order (numpy.ascontiguousarray)");
  AUGURY_TRY_VOID(read_shape(npy_field(header, "shape"), name, out));
  const std::string_view type = npy_field(header, "descr");
  const std::string_view data = bytes.substr(start + length);
  out.is_float = type.starts_with("'<f4'");
  if (!out.is_float && !type.starts_with("'<f8'"))
    return invalid(name, "found values of type " + std::string(type.substr(0, std::min(type.find(','), size_t{20}))) +
                             ", expected '<f4' or '<f8' (float32, float64)");
  AUGURY_TRY_VOID(out.is_float ? read_values(data, name, out, out.floats) : read_values(data, name, out, out.doubles));
  return out;
}

}  // namespace

Result<RowFile> read_rows(std::string_view bytes, std::string_view name) {
  return bytes.starts_with(kNpyMagic) ? read_npy(bytes, name) : CsvReader(bytes, name).read();
}

}  // namespace augury::model
