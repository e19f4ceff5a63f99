// A disk whose power can be cut: everything that was not synced is gone, as nothing short of pulling the plug shows.
//
//   auto disk = PowerCutFileSystem::over();
//   disk->cut_at(57);                  // the 57th changing call from now and all later ones fail
//   ... run, close ...
//   disk->lose_unsynced(&random);      // then open the folder again with the real file system
//
// A file keeps its bytes up to its last sync; one whose folder was not synced since it was made or linked is gone; a
// rename without a sync of its folder has not happened. Removals are taken to be durable at once.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include "augury/result.h"
#include "base/random.h"
#include "io/file_system.h"

namespace augury::io::testing {

class PowerCutFileSystem : public FileSystem {
 public:
  static std::shared_ptr<PowerCutFileSystem> over(const std::shared_ptr<FileSystem>& below = real_file_system());

  void cut_at(uint64_t nth);
  bool is_cut() const;
  uint64_t changes() const;  // Changing calls so far.

  // With nothing open any more. `keep_some`: a random part of the unsynced end of each file survives, so that ends are
  // torn; null: nothing of it.
  Result<void> lose_unsynced(base::Random* keep_some);

 private:
  struct State;
  PowerCutFileSystem(std::unique_ptr<Inside> inside, std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace augury::io::testing
