// The kinds of calls a file system gets, to say which of them shall fail.
#pragma once

namespace augury::io::testing {

enum class FileCall { OpenToRead, Read, Create, Reopen, Write, Truncate, Sync, SyncFolder, Rename, Link, Remove, List };

constexpr bool changes_the_disk(FileCall call) {
  return call != FileCall::OpenToRead && call != FileCall::Read && call != FileCall::List;
}

}  // namespace augury::io::testing
