#include "io/database.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <atomic>

#include "base/bytes.h"
#include "base/check.h"
#include "base/sync.h"
#include "io/batch_internal.h"
#include "io/rocks_internal.h"
#include "io/rocks_options_internal.h"

namespace augury::io {
namespace {

constexpr std::string_view kTemporary = "checkpoint-tmp";

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

bool is_lock_conflict(const rocksdb::Status& status) {
  auto text = status.ToString();
  return status.IsIOError() && (text.find("lock hold by") != text.npos || text.find("While lock file") != text.npos);
}

Error open_error(const rocksdb::Status& status, const std::string& folder) {
  if (is_lock_conflict(status))
    return {Code::Conflict,
            "opening '" + folder + "': another process is using it; stop that one or choose another data folder"};
  bool missing = status.IsPathNotFound() || status.IsNotFound();
  if (missing) return error_of(rocksdb::Status::Corruption(status.ToString()), "opening '" + folder + "'");
  return error_of(status, "opening '" + folder + "'");
}

}  // namespace

struct Cursor::Inside {
  std::unique_ptr<rocksdb::Iterator> walk;
};

struct SortedFile::Inside {
  Inside(const rocksdb::Options& options, int of, std::string at)
      : family(of), path(std::move(at)), writer(rocksdb::EnvOptions(), options) {}
  int family;
  std::string path;
  rocksdb::SstFileWriter writer;
  uint64_t entries = 0;
};

struct Database::Inside {
  std::string folder;
  std::shared_ptr<FileSystem> files;
  std::unique_ptr<rocksdb::Env> env;
  std::shared_ptr<rocksdb::Cache> cache;
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyOptions> family_options;
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* unnamed = nullptr;  // RocksDB's "default"; holds nothing.
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::atomic<uint64_t> next_file{0};
  uint64_t torn = 0;

  // Concurrent syncs share one: who comes while one runs waits for the next, which covers all who wait.
  base::Mutex mutex;
  base::Condition synced_changed;
  uint64_t asked AUGURY_GUARDED_BY(mutex) = 0;
  uint64_t synced AUGURY_GUARDED_BY(mutex) = 0;
  bool syncing AUGURY_GUARDED_BY(mutex) = false;
  std::optional<Error> failed AUGURY_GUARDED_BY(mutex);

  ~Inside() {
    if (!db) return;
    for (auto* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
    if (unnamed) (void)db->DestroyColumnFamilyHandle(unnamed);
    (void)db->Close();
  }

  rocksdb::ColumnFamilyHandle* handle(int family) const {
    AUGURY_CHECK(family >= 0 && static_cast<size_t>(family) < handles.size());
    return handles[static_cast<size_t>(family)];
  }
  std::string temporary() const { return folder + "/" + std::string(kTemporary); }

  Result<void> prepare_folder();
  Result<void> check_families(const std::vector<Family>& wanted) const;
  Result<void> open(const std::vector<Family>& families);
};

Result<void> Database::Inside::prepare_folder() {
  auto& rocks = *files->inside().rocks;
  for (size_t slash = folder.find('/', 1); slash != folder.npos; slash = folder.find('/', slash + 1))
    (void)rocks.CreateDirIfMissing(folder.substr(0, slash), {}, nullptr);
  for (const auto& path : {folder, temporary()})
    if (auto s = rocks.CreateDirIfMissing(path, {}, nullptr); !s.ok()) return error_of(s, "making '" + path + "'");
  std::vector<std::string> names;
  if (auto s = rocks.GetChildren(folder, {}, &names, nullptr); !s.ok()) return error_of(s, "listing '" + folder + "'");
  bool known = std::ranges::find(names, "CURRENT") != names.end();
  bool content = std::ranges::any_of(names, [](auto& n) { return n.ends_with(".sst") || n.ends_with(".log"); });
  if (content && !known)
    return Error{Code::Corrupt, "opening '" + folder +
                                    "': its file CURRENT is missing though there is data; restore a backup or run "
                                    "'augury repair'"};
  return {};
}

Result<void> Database::Inside::check_families(const std::vector<Family>& wanted) const {
  std::vector<std::string> names;
  auto status = rocksdb::DB::ListColumnFamilies(options, folder, &names);
  if (status.IsPathNotFound() || status.IsNotFound()) return {};  // A new folder; open() says so if not.
  if (!status.ok()) return open_error(status, folder);
  for (const auto& name : names) {
    if (name == rocksdb::kDefaultColumnFamilyName) continue;
    if (std::ranges::none_of(wanted, [&](const Family& f) { return f.name == name; }))
      return Error{Code::Invalid, "opening '" + folder + "': it holds '" + name +
                                      "', which this version does not know; use the newer version that wrote it"};
  }
  return {};
}

Result<void> Database::Inside::open(const std::vector<Family>& families) {
  AUGURY_TRY_VOID(prepare_folder());
  AUGURY_TRY_VOID(check_families(families));
  AUGURY_TRY(torn, torn_log_bytes(*files->inside().rocks, folder));
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted{
      {rocksdb::kDefaultColumnFamilyName, rocks_family_options({}, cache)}};
  for (const auto& family : families) {
    family_options.push_back(rocks_family_options(family, cache));
    wanted.emplace_back(family.name, family_options.back());
  }
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::Open(options, folder, wanted, &handles, &opened);
  if (!status.ok()) return open_error(status, folder);
  db.reset(opened);
  unnamed = handles.front();
  handles.erase(handles.begin());

  // Only now: the lock says that nobody else is filling them.
  auto& rocks = *files->inside().rocks;
  std::vector<std::string> left;
  if (auto s = rocks.GetChildren(temporary(), {}, &left, nullptr); !s.ok())
    return error_of(s, "listing " + temporary());
  for (const auto& name : left)
    if (name != "." && name != "..") (void)rocks.DeleteFile(temporary() + "/" + name, {}, nullptr);
  return {};
}

Database::Database(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  auto inside = std::make_unique<Inside>();
  inside->folder = options.folder;
  inside->files = options.files ? options.files : real_file_system();
  inside->env = make_environment(inside->files->inside(), inside->temporary());
  inside->cache = make_cache();
  inside->options = rocks_database_options(inside->env.get());
  AUGURY_TRY_VOID(inside->open(options.families));
  return std::unique_ptr<Database>(new Database(std::move(inside)));
}

Result<void> Database::write(Batch& batch) {
  base::ByteReader in(batch.inside_->changes);
  rocksdb::WriteBatch out(batch.inside_->changes.size() + 64);
  rocksdb::Status status;
  while (!in.empty() && status.ok()) {
    bool put = in.byte() == 1;
    auto* family = inside_->handle(static_cast<int>(in.varint()));
    auto key = in.text();
    status = put ? out.Put(family, slice(key), slice(in.text())) : out.Delete(family, slice(key));
  }
  if (status.ok()) status = inside_->db->Write({}, &out);
  if (!status.ok()) return error_of(status, "writing to '" + inside_->folder + "'");
  batch.clear();
  return {};
}

Result<void> Database::sync() {
  auto& in = *inside_;
  base::Lock held(in.mutex);
  uint64_t mine = ++in.asked;
  while (in.syncing && in.synced < mine && !in.failed) in.synced_changed.wait(held);
  if (in.failed) return *in.failed;
  if (in.synced >= mine) return {};
  in.syncing = true;
  uint64_t covered = in.asked;
  in.mutex.unlock();
  auto status = in.db->SyncWAL();
  in.mutex.lock();
  in.syncing = false;
  if (status.ok())
    in.synced = covered;
  else
    in.failed = error_of(status, "syncing '" + in.folder + "'");
  in.synced_changed.notify_all();
  if (in.failed) return *in.failed;
  return {};
}

Result<void> Database::flush() {
  auto status = inside_->db->Flush({}, inside_->handles);
  if (!status.ok()) return error_of(status, "flushing '" + inside_->folder + "'");
  return {};
}

Result<std::optional<std::string>> Database::get(int family, std::string_view key) const {
  std::string value;
  auto status = inside_->db->Get({}, inside_->handle(family), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return error_of(status, "reading '" + inside_->folder + "'");
  return std::optional(std::move(value));
}

namespace {

std::unique_ptr<rocksdb::Iterator> iterator(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return std::unique_ptr<rocksdb::Iterator>(db.NewIterator(options, family));
}

}  // namespace

Cursor Database::scan(int family, std::string_view from) const {
  Cursor cursor(std::make_unique<Cursor::Inside>(iterator(*inside_->db, inside_->handle(family))));
  cursor.inside_->walk->Seek(slice(from));
  return cursor;
}

Cursor Database::scan_from_at_or_before(int family, std::string_view key) const {
  Cursor cursor(std::make_unique<Cursor::Inside>(iterator(*inside_->db, inside_->handle(family))));
  auto& walk = *cursor.inside_->walk;
  walk.SeekForPrev(slice(key));
  if (!walk.Valid() && walk.status().ok()) walk.SeekToFirst();
  return cursor;
}

Result<std::optional<std::pair<std::string, std::string>>> Database::last(int family) const {
  auto walk = iterator(*inside_->db, inside_->handle(family));
  walk->SeekToLast();
  if (!walk->status().ok()) return error_of(walk->status(), "reading '" + inside_->folder + "'");
  if (!walk->Valid()) return std::optional<std::pair<std::string, std::string>>();
  return std::optional(std::pair(walk->key().ToString(), walk->value().ToString()));
}

Cursor::Cursor(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;
bool Cursor::valid() const { return inside_->walk->Valid(); }
std::string_view Cursor::key() const { return view(inside_->walk->key()); }
std::string_view Cursor::value() const { return view(inside_->walk->value()); }
void Cursor::next() { inside_->walk->Next(); }
Result<void> Cursor::check() const {
  if (auto status = inside_->walk->status(); !status.ok()) return error_of(status, "walking through the database");
  return {};
}

SortedFile::SortedFile(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
SortedFile::~SortedFile() = default;
SortedFile::SortedFile(SortedFile&&) noexcept = default;
Result<void> SortedFile::put(std::string_view key, std::string_view value) {
  auto status = inside_->writer.Put(slice(key), slice(value));
  if (!status.ok()) return error_of(status, "writing '" + inside_->path + "'");
  ++inside_->entries;
  return {};
}

Result<SortedFile> Database::new_file(int family) {
  auto path = inside_->temporary() + "/" + std::to_string(++inside_->next_file) + ".sst";
  rocksdb::Options options(inside_->options, inside_->family_options[static_cast<size_t>(family)]);
  auto file = std::make_unique<SortedFile::Inside>(options, family, path);
  if (auto status = file->writer.Open(path); !status.ok()) return error_of(status, "making '" + path + "'");
  return SortedFile(std::move(file));
}

Result<void> Database::publish(std::vector<SortedFile> files) {
  std::vector<rocksdb::IngestExternalFileArg> arguments(inside_->handles.size());
  for (auto& file : files) {
    auto& in = *file.inside_;
    if (in.entries == 0) continue;
    if (auto status = in.writer.Finish(); !status.ok()) return error_of(status, "finishing '" + in.path + "'");
    arguments[static_cast<size_t>(in.family)].external_files.push_back(in.path);
  }
  for (size_t family = 0; family < arguments.size(); ++family) {
    auto& argument = arguments[family];
    argument.column_family = inside_->handles[family];
    argument.options.move_files = true;
    argument.options.snapshot_consistency = true;
    argument.options.write_global_seqno = false;
  }
  std::erase_if(arguments, [](const auto& argument) { return argument.external_files.empty(); });
  if (arguments.empty()) return {};
  auto status = inside_->db->IngestExternalFiles(arguments);
  if (!status.ok()) return error_of(status, "publishing sorted files in '" + inside_->folder + "'");
  return {};
}

Result<void> Database::drop_range(int family, std::string_view from, std::string_view to) {
  auto first = slice(from), end = slice(to);
  rocksdb::CompactRangeOptions move;  // Files of the first level are never dropped: move them down.
  move.exclusive_manual_compaction = false;
  move.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kSkip;
  auto* handle = inside_->handle(family);
  auto status = inside_->db->CompactRange(move, handle, &first, &end);
  if (status.ok()) status = rocksdb::DeleteFilesInRange(inside_->db.get(), handle, &first, &end, false);
  if (!status.ok()) return error_of(status, "dropping old files of '" + inside_->folder + "'");
  return {};
}

Result<void> Database::resume() {
  if (auto status = inside_->db->Resume(); !status.ok()) return error_of(status, "resuming '" + inside_->folder + "'");
  // What a failed sync covered is only sure to be on the disk once it is written again, from memory.
  AUGURY_TRY_VOID(flush());
  base::Lock held(inside_->mutex);
  inside_->failed.reset();
  return {};
}

uint64_t Database::bytes_on_disk() const {
  std::vector<rocksdb::FileAttributes> files;
  if (!inside_->files->inside().rocks->GetChildrenFileAttributes(inside_->folder, {}, &files, nullptr).ok()) return 0;
  uint64_t total = 0;
  for (const auto& file : files) total += file.size_bytes;
  return total;
}

uint64_t Database::torn_bytes() const { return inside_->torn; }

}  // namespace augury::io
