#include "io/rocks_options_internal.h"

#include <rocksdb/listener.h>
#include <rocksdb/system_clock.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "io/ingestion_guard_internal.h"

namespace augury::io {
namespace {

constexpr size_t kAppendBuffer = 16u << 20;
constexpr size_t kRowBuffer = 4u << 20;
constexpr size_t kBuffersMax = 48u << 20;
constexpr size_t kBlockCache = 8u << 20;
constexpr uint64_t kLogBytesMax = 96u << 20;  // What a start has to read again at most, about half a second.
constexpr int kOpenFilesMax = 256;

class NoLogger : public rocksdb::Logger {
 public:
  NoLogger() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

class ShortPauses : public rocksdb::SystemClockWrapper {
 public:
  explicit ShortPauses(int us_max) : SystemClockWrapper(rocksdb::SystemClock::Default()), us_max_(us_max) {}
  const char* Name() const override { return "ShortPauses"; }
  void SleepForMicroseconds(int us) override { SystemClockWrapper::SleepForMicroseconds(std::min(us, us_max_)); }

 private:
  int us_max_;
};

class Environment : public rocksdb::EnvWrapper {
 public:
  Environment(const FileSystem::Inside& files, const std::string& temporary)
      : EnvWrapper(rocksdb::NewCompositeEnv(guard_ingestion(files.rocks, temporary))) {
    system_clock_ = std::make_shared<ShortPauses>(files.pause_us_max);
  }
};

// After an error the database waits for resume() instead of trying by itself every few seconds.
class NoRecoveryByItself : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* by_itself) override {
    *by_itself = false;
  }
};

}  // namespace

rocksdb::DBOptions rocks_database_options(rocksdb::Env* env) {
  rocksdb::DBOptions o;
  o.env = env;
  o.create_if_missing = true;
  o.create_missing_column_families = true;
  o.paranoid_checks = true;
  // A record cut short at the end is dropped; damage before the end refuses to open instead of losing what follows.
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  o.max_total_wal_size = kLogBytesMax;
  o.db_write_buffer_size = kBuffersMax;
  o.max_open_files = kOpenFilesMax;
  o.max_background_jobs = 2;
  o.max_subcompactions = 1;
  o.table_cache_numshardbits = 2;
  o.skip_stats_update_on_db_open = true;
  o.stats_dump_period_sec = 0;
  o.stats_persist_period_sec = 0;
  o.info_log = std::make_shared<NoLogger>();
  o.listeners = {std::make_shared<NoRecoveryByItself>()};
  o.max_bgerror_resume_count = 0;
  o.bytes_per_sync = 1u << 20;
  return o;
}

rocksdb::ColumnFamilyOptions rocks_family_options(const Family& family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions o;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = family.append_only ? 64u << 10 : 16u << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  o.write_buffer_size = family.append_only ? kAppendBuffer : kRowBuffer;
  o.max_write_buffer_number = 3;
  o.arena_block_size = 128u << 10;
  // The same on every level, so that a move between levels never rewrites.
  o.compression = rocksdb::kLZ4Compression;
  o.compression_per_level.clear();
  o.target_file_size_base = 64u << 20;
  if (family.append_only) o.level0_file_num_compaction_trigger = 2;
  return o;
}

std::unique_ptr<rocksdb::Env> make_environment(const FileSystem::Inside& files, const std::string& temporary) {
  return std::make_unique<Environment>(files, temporary);
}

std::shared_ptr<rocksdb::Cache> make_cache() { return rocksdb::NewLRUCache(kBlockCache, 2); }

}  // namespace augury::io
