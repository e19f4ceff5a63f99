#include "io/testing/power_cut_file_system.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "base/sync.h"
#include "io/files.h"
#include "io/rocks_internal.h"
#include "io/testing/watched_file_system_internal.h"

namespace augury::io::testing {

using rocksdb::IOStatus;

namespace {

constexpr uint64_t kOverwrittenMax = 64u << 20;

std::string folder_of(const std::string& path) { return std::filesystem::path(path).parent_path().lexically_normal(); }

struct FileState {
  uint64_t size = 0;
  uint64_t synced = 0;
  uint64_t syncing = 0;
  bool listed = false;  // Its folder was synced since it was made.
};

struct Renamed {
  std::string from, to;
  std::optional<std::string> overwritten;  // Bytes of the file that had the name.
  FileState before;
};

}  // namespace

struct PowerCutFileSystem::State : Watcher {
  mutable base::Mutex mutex;
  uint64_t left AUGURY_GUARDED_BY(mutex) = std::numeric_limits<uint64_t>::max();
  uint64_t changes AUGURY_GUARDED_BY(mutex) = 0;
  bool cut AUGURY_GUARDED_BY(mutex) = false;
  std::map<std::string, FileState> files AUGURY_GUARDED_BY(mutex);  // Those made or changed since the start.
  std::vector<Renamed> renamed AUGURY_GUARDED_BY(mutex);            // Not yet durable, oldest first.

  IOStatus before(FileEvent& event) override {
    base::Lock held(mutex);
    if (changes_the_disk(event.call)) {
      ++changes;
      if (--left == 0) cut = true;
    }
    if (cut) return event.bytes = 0, IOStatus::IOError("the power is cut", event.path);
    if (event.call == FileCall::Sync) known(event.path).syncing = known(event.path).size;
    if (event.call == FileCall::Rename) remember(event);
    return IOStatus::OK();
  }

  void after(const FileEvent& event) override {
    base::Lock held(mutex);
    switch (event.call) {
      case FileCall::Create:
        files[event.path] = {};
        break;
      case FileCall::Write:
        known(event.path).size += event.bytes;
        break;
      case FileCall::Truncate:
        known(event.path).size = event.bytes;
        break;
      case FileCall::Sync:
        known(event.path).synced = known(event.path).syncing;
        break;
      case FileCall::SyncFolder:
        listed(event.path);
        break;
      case FileCall::Remove:
        files.erase(event.path);
        break;
      case FileCall::Link:
        files[event.to] = known(event.path);
        files[event.to].listed = false;
        break;
      case FileCall::Rename:
        files[event.to] = known(event.path);
        files.erase(event.path);
        break;
      default:
        break;
    }
  }

  // A file from before the start is durable as it was.
  FileState& known(const std::string& path) AUGURY_REQUIRES(mutex) {
    auto [at, is_new] = files.try_emplace(path);
    if (is_new) {
      std::error_code none;
      uint64_t size = std::filesystem::file_size(path, none);
      at->second = {none ? 0 : size, none ? 0 : size, 0, true};
    }
    return at->second;
  }

  void remember(const FileEvent& event) AUGURY_REQUIRES(mutex) {
    std::optional<std::string> overwritten;
    if (auto bytes = read_file(event.to, kOverwrittenMax)) overwritten = std::move(*bytes);
    renamed.push_back({event.path, event.to, std::move(overwritten), known(event.path)});
  }

  void listed(const std::string& folder) AUGURY_REQUIRES(mutex) {
    auto normal = std::filesystem::path(folder + "/").lexically_normal().parent_path().string();
    for (auto& [path, state] : files)
      if (folder_of(path) == normal) state.listed = true;
    std::erase_if(renamed, [&](const Renamed& r) { return folder_of(r.to) == normal; });
  }
};

PowerCutFileSystem::PowerCutFileSystem(std::unique_ptr<Inside> inside, std::shared_ptr<State> state)
    : FileSystem(std::move(inside)), state_(std::move(state)) {}

std::shared_ptr<PowerCutFileSystem> PowerCutFileSystem::over(const std::shared_ptr<FileSystem>& below) {
  auto state = std::make_shared<State>();
  auto inside = std::make_unique<Inside>(watched(below->inside().rocks, state), 1000);
  return std::shared_ptr<PowerCutFileSystem>(new PowerCutFileSystem(std::move(inside), state));
}

void PowerCutFileSystem::cut_at(uint64_t nth) {
  base::Lock held(state_->mutex);
  state_->left = nth;
}

bool PowerCutFileSystem::is_cut() const {
  base::Lock held(state_->mutex);
  return state_->cut;
}

uint64_t PowerCutFileSystem::changes() const {
  base::Lock held(state_->mutex);
  return state_->changes;
}

Result<void> PowerCutFileSystem::lose_unsynced(base::Random* keep_some) {
  base::Lock held(state_->mutex);
  std::error_code failed;
  for (auto r = state_->renamed.rbegin(); r != state_->renamed.rend(); ++r) {
    std::filesystem::rename(r->to, r->from, failed);
    if (r->overwritten) AUGURY_TRY_VOID(write_file(r->to, *r->overwritten));
    state_->files.erase(r->to);
    state_->files[r->from] = r->before;
  }
  for (const auto& [path, state] : state_->files) {
    if (!std::filesystem::exists(path)) continue;
    uint64_t size = std::filesystem::file_size(path, failed);
    uint64_t kept = std::min(size, state.synced);
    if (keep_some && size > kept && keep_some->chance(0.5)) kept += keep_some->below(size - kept + 1);
    if (!state.listed)
      std::filesystem::remove(path, failed);
    else if (kept < size)
      std::filesystem::resize_file(path, kept, failed);
    if (failed) return Error{Code::Unavailable, "cutting '" + path + "': " + failed.message()};
  }
  return {};
}

}  // namespace augury::io::testing
