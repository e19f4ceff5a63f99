// An ordered, durable map on disk (RocksDB), with just what the modules above need of it.
//
// Every error carries what the caller can do: Exhausted = the disk is full, Corrupt = damaged bytes, Unavailable =
// the device failed, Conflict = another process holds the folder.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "augury/result.h"

namespace augury::io {

class FileSystem;  // file_system.h: the real one, or one made to fail.

// Column families by name, each with keys of its own. `append_only`: keys only ever grow (the journal), so compaction
// moves files and rewrites nothing.
struct Family {
  std::string name;
  bool append_only = false;
};

struct DatabaseOptions {
  std::string folder;
  std::vector<Family> families;
  std::shared_ptr<FileSystem> files;  // Null: the real one.
};

// Changes that become visible together.
class Batch {
 public:
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  void put(int family, std::string_view key, std::string_view value);
  void erase(int family, std::string_view key);
  void clear();
  bool empty() const;

 private:
  friend class Database;
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// A walk over a family in key order. Key and value live until next().
class Cursor {
 public:
  ~Cursor();
  Cursor(Cursor&&) noexcept;
  bool valid() const;
  std::string_view key() const;
  std::string_view value() const;
  void next();
  // Corrupt or Unavailable if the walk ended early.
  Result<void> check() const;

 private:
  friend class Database;
  struct Inside;
  explicit Cursor(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// A sorted file for one family, filled with ascending keys, published by Database::publish.
class SortedFile {
 public:
  ~SortedFile();
  SortedFile(SortedFile&&) noexcept;
  Result<void> put(std::string_view key, std::string_view value);

 private:
  friend class Database;
  struct Inside;
  explicit SortedFile(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);
  ~Database();

  // Family numbers follow DatabaseOptions::families. Handed to the operating system; durable after sync(). Clears
  // `batch` when it succeeds, leaves it for another try when not.
  Result<void> write(Batch& batch);
  // Everything written before this call survives a power cut when it returns. Concurrent calls share one sync.
  // Once a sync has failed what it covered may be lost, so every later call fails too until resume() has worked.
  Result<void> sync();

  Result<std::optional<std::string>> get(int family, std::string_view key) const;
  // From the first key >= `from`.
  Cursor scan(int family, std::string_view from = {}) const;
  // From the last key <= `key`, or from the first of all if there is none.
  Cursor scan_from_at_or_before(int family, std::string_view key) const;
  // The greatest key and its value.
  Result<std::optional<std::pair<std::string, std::string>>> last(int family) const;

  // Moves what the log holds into sorted files: the next start reads no log, and no damage to one can hide there.
  Result<void> flush();

  // A new empty sorted file, in the database's own folder; forgotten files are removed at the next open.
  Result<SortedFile> new_file(int family);
  // All of them or none become visible, replacing older values of the same keys; synced when it returns.
  Result<void> publish(std::vector<SortedFile> files);

  // Drops whole files of keys in [from, to); keys in files that reach beyond stay.
  Result<void> drop_range(int family, std::string_view from, std::string_view to);
  // After a failed write or a full disk: try to go on. Unavailable / Exhausted if it still fails.
  Result<void> resume();
  uint64_t bytes_on_disk() const;
  // Bytes of a half-written last record that open() found at the end of the log and cut: never acknowledged as synced.
  uint64_t torn_bytes() const;

 private:
  struct Inside;
  explicit Database(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace augury::io
