#include <cstdio>

#include "cli/all_commands.h"
#include "model/score_file.h"

namespace augury::cli {
namespace {

class ModelScore : public Command {
 public:
  Spec spec() const override {
    return {"model score", "score rows with a model: one line per row, 17 significant digits, nothing else",
            "augury model score ranker.txt --input rows.csv --margin"};
  }

  void flags(Flags& flags) override {
    flags.positional("file", options_.model_file, "the model", true);
    flags.option("--input", options_.rows_file, "rows: .csv (a first line holding a non-number is a header) or .npy");
    flags.flag("--margin", margin_, "the raw score instead of the library's predict");
  }

  int run(Context&) override {
    if (options_.rows_file.empty()) {
      std::fprintf(stderr, "augury: model score needs --input with a .csv or .npy file of rows\n");
      return kUsage;
    }
    options_.output = margin_ ? model::Output::Margin : model::Output::Transformed;
    auto done =
        model::score_file(options_, [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); });
    if (!done) return fail(done.error());
    return std::fflush(stdout) == 0 ? kDone : fail({Code::Unavailable, "standard output cannot be written"});
  }

 private:
  model::ScoreFileOptions options_;
  bool margin_ = false;
};

}  // namespace

std::unique_ptr<Command> make_model_score() { return std::make_unique<ModelScore>(); }

}  // namespace augury::cli
