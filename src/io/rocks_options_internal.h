// How RocksDB is set up: little memory, few threads, a log that is never trusted further than it is whole.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include <memory>
#include <string>

#include "io/database.h"
#include "io/rocks_internal.h"

namespace augury::io {

// Sorted files are ingested from the folder `temporary`.
std::unique_ptr<rocksdb::Env> make_environment(const FileSystem::Inside& files, const std::string& temporary);
std::shared_ptr<rocksdb::Cache> make_cache();
rocksdb::DBOptions rocks_database_options(rocksdb::Env* env);
rocksdb::ColumnFamilyOptions rocks_family_options(const Family& family, const std::shared_ptr<rocksdb::Cache>& cache);

}  // namespace augury::io
