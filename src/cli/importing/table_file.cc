#include "cli/importing/table_file.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>

#include "config/names.h"

namespace augury::cli::importing {
namespace {

const std::vector<std::string> kFormats{"csv", "tsv", "ndjson", "parquet"};

// "clicks.csv.gz" is csv.
Result<std::string> format_of(const std::string& path) {
  std::filesystem::path name(path);
  if (auto end = name.extension(); end == ".gz" || end == ".zst") name = name.stem();
  auto end = name.extension().string();
  if (end == ".jsonl" || end == ".json") return std::string("ndjson");
  if (end == ".pq") return std::string("parquet");
  for (const auto& format : kFormats)
    if (end == "." + format) return format;
  return Error{Code::Invalid, path + ": its name does not say its format; give --format csv, tsv, ndjson or parquet"};
}

std::filesystem::path program_folder() {
  std::error_code problem;
  return std::filesystem::read_symlink("/proc/self/exe", problem).parent_path();
}

Result<std::unique_ptr<wire::ParquetRecords>> open_parquet(const std::string& path) {
  if (path == "-")
    return Error{Code::Invalid, "Parquet cannot be read from the standard input; its end is read first. Give a file"};
  if (!std::filesystem::exists(path)) return Error{Code::NotFound, "cannot read " + path + ": there is no such file"};
  AUGURY_TRY(const auto* library, parquet_library());
  return library->open(path);
}

}  // namespace

Result<const wire::ParquetLibrary*> parquet_library() {
  static void* const opened = [] {
    for (const auto& folder : {program_folder(), program_folder() / ".." / "lib"})
      if (void* library = dlopen((folder / "libaugury_parquet.so").c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    return static_cast<void*>(nullptr);
  }();
  if (opened == nullptr) {
    return Error{Code::NotFound,
                 "reading Parquet needs libaugury_parquet.so beside the program, which is built where Arrow is: run "
                 "tools/setup --python, then make build. Or write the file as CSV or lines of JSON"};
  }
  const auto* library = static_cast<const wire::ParquetLibrary*>(dlsym(opened, wire::kParquetSymbol));
  if (library == nullptr || std::string_view(library->build) != wire::kParquetBuild) {
    return Error{Code::Invalid, std::string("libaugury_parquet.so is of another build (") +
                                    (library ? library->build : "unknown") + ", expected " + wire::kParquetBuild +
                                    "); build both with make build"};
  }
  return library;
}

Result<TableFile> TableFile::open(const std::string& path, const FileFormat& format) {
  auto name = format.name;
  if (name.empty()) {
    AUGURY_TRY(name, format_of(path));
  }
  if (std::ranges::find(kFormats, name) == kFormats.end())
    return Error{Code::Invalid, "--format " + name + config::expected_one_of(name, kFormats)};
  TableFile file;
  if (name == "parquet") {
    AUGURY_TRY(auto parquet, open_parquet(path));
    file.parquet_ = parquet.get();
    file.records_ = std::move(parquet);
    return file;
  }
  AUGURY_TRY(file.input_, io::InputFile::open(path));
  wire::ByteSource source = [input = file.input_](std::span<char> into) { return input->read(into); };
  if (name == "ndjson") {
    file.records_ = wire::open_ndjson(std::move(source));
    return file;
  }
  bool is_csv = name == "csv";
  auto records =
      wire::open_csv(std::move(source), {.delimiter = is_csv ? ',' : '\t', .quotes = is_csv, .header = format.header});
  if (!records) return Error{records.error().code, path + ": " + records.error().message};
  file.records_ = std::move(*records);
  return file;
}

}  // namespace augury::cli::importing
