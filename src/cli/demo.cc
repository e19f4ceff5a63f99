#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/all_commands.h"
#include "cli/demo/assets.h"
#include "cli/demo/story.h"
#include "cli/demo/training_rows.h"

namespace augury::cli {
namespace {

std::string fresh_folder() {
  std::string folder = (std::filesystem::temp_directory_path() / "augury-demo-XXXXXX").string();
  return mkdtemp(folder.data()) ? folder : std::string();
}

class Demo : public Command {
 public:
  Spec spec() const override { return {"demo", "a simulated shop, a story, a running server", "augury demo"}; }

  void flags(Flags& flags) override {
    flags.option("--folder", story_.folder, "where to keep it; default a new temporary folder, removed at the end");
    flags.option("--listen", story_.listen, "HOST:PORT of the server; port 0 picks a free one");
    flags.option("--seed", story_.seed, "another seed, another shop");
    flags.option("--idle", story_.idle_seconds, "seconds to wait before the server's memory is looked at");
    flags.flag("--memory", story_.memory_only,
               "only say what an idle server takes, with and without the neural runtime");
    flags.option("--training-rows", training_rows_,
                 "tell no story: write the rows the demo's models are trained on to this file");
    flags.option("--visits", visits_, "how many simulated visits go into the training rows");
  }

  int run(Context& context) override {
    bool own_folder = story_.folder.empty();
    if (own_folder) story_.folder = fresh_folder();
    if (story_.folder.empty()) return fail({Code::Unavailable, "no temporary folder can be made; give --folder"});
    auto done = training_rows_.empty() ? tell(context) : train();
    if (own_folder && done) std::filesystem::remove_all(story_.folder);
    return done ? kDone : fail(done.error());
  }

 private:
  Result<void> tell(Context& context) {
    story_.colors = isatty(STDOUT_FILENO) != 0;
    story_.stay = story_.colors && isatty(STDIN_FILENO) != 0;
    context.hold_stop();
    return demo::tell_story(story_, context);
  }

  Result<void> train() {
    std::filesystem::create_directories(story_.folder);
    AUGURY_TRY_VOID(demo::unpack_assets(story_.folder));
    return demo::write_training_rows(story_.folder + "/shop.yaml", story_.folder, training_rows_, story_.seed, visits_);
  }

  demo::StoryOptions story_;
  std::string training_rows_;
  int visits_ = 20'000;
};

}  // namespace

std::unique_ptr<Command> make_demo() { return std::make_unique<Demo>(); }

}  // namespace augury::cli
