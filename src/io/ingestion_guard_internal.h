// Keeps a disk error in the middle of an ingestion from damaging the database.
//
// (1) RocksDB 7.8 finds the first and last key of a file to ingest by reading it, and takes a failed read for an empty
// file: the file becomes visible with wrong bounds, and later reads mix old and new values. It hard-links the file only
// after that; so here a link of a file whose reading has failed is refused.
//
// (2) When writing or syncing its MANIFEST fails, it deletes the files it was about to ingest, though the MANIFEST may
// name them on the disk: the next open would miss them. So here no sorted file is deleted from such a failure until a
// new MANIFEST is in force; the next open removes those that are not needed.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

namespace augury::io {

// Watches the files in `folder`, the one sorted files are ingested from. Thread-safe.
std::shared_ptr<rocksdb::FileSystem> guard_ingestion(std::shared_ptr<rocksdb::FileSystem> below,
                                                     const std::string& folder);

}  // namespace augury::io
