#include "cli/importing/progress.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "io/files.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"

namespace augury::cli::importing {
namespace {

constexpr size_t kHeadBytes = 64 << 10;

std::string hash_text(std::string_view bytes) { return fmt::format("{:016x}", base::hash64(bytes)); }

uint64_t number(const wire::JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  return found ? static_cast<uint64_t>(found->integer().value_or(0)) : 0;
}

}  // namespace

Result<std::string> head_of(const std::string& file) {
  std::string head(kHeadBytes, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Code::NotFound, "cannot read " + file};
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(in.gcount()));
  return head;
}

Result<Progress> Progress::open(const std::string& path, const std::string& file, bool begin_anew) {
  if (path.empty()) return Progress("", "", file);
  AUGURY_TRY(auto head, head_of(file));
  Progress progress(path, std::move(head), file);
  if (begin_anew || !std::filesystem::exists(path)) return progress;
  AUGURY_TRY(auto text, io::read_file(path, 1 << 20));
  AUGURY_TRY_VOID(progress.read(text));
  return progress;
}

Result<void> Progress::read(std::string_view text) {
  wire::JsonReader reader;
  auto root = reader.read(text);
  if (!root || !root->find("records"))
    return Error{Code::Invalid, path_ + " is not the progress of an import; remove it or name another with --progress"};
  auto known = number(*root, "head_bytes");
  auto hash = root->find("head_hash");
  if (known > head_.size() || !hash || hash->text() != hash_text(std::string_view(head_).substr(0, known)))
    return Error{Code::Conflict, file_ + " has changed since its import came to record " +
                                     std::to_string(number(*root, "records")) +
                                     "; to read it from its beginning: --again (events of the same id count once)"};
  counts_ = {number(*root, "records"), number(*root, "accepted"), number(*root, "duplicates"), number(*root, "bad")};
  return {};
}

Result<void> Progress::keep(const Counts& counts) {
  counts_ = counts;
  if (path_.empty()) return {};
  std::string text;
  wire::JsonWriter json(text);
  json.begin_object();
  json.member("file", file_);
  json.member("head_bytes", head_.size());
  json.member("head_hash", hash_text(head_));
  json.member("records", counts.records);
  json.member("accepted", counts.accepted);
  json.member("duplicates", counts.duplicates);
  json.member("bad", counts.bad);
  json.end_object();
  if (auto parent = std::filesystem::path(path_).parent_path(); !parent.empty())
    AUGURY_TRY_VOID(io::make_folder(parent.string()));
  auto written = io::write_file(path_, text + "\n");
  if (!written)
    return Error{written.error().code, "the progress of the import cannot be kept: " + written.error().message +
                                           "; name another place with --progress FILE"};
  return {};
}

}  // namespace augury::cli::importing
