#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "cli/all_commands.h"
#include "cli/importing/first_app.h"
#include "definition/parse.h"
#include "io/files.h"

namespace augury::cli {
namespace {

class Init : public Command {
 public:
  Spec spec() const override {
    return {"init", "a first app file, commented, from a sample of events",
            "augury init --events clicks.csv --items products.csv --output shop.yaml"};
  }

  void flags(Flags& flags) override {
    flags.option("--events", events_, "a file of events: CSV, TSV, NDJSON or Parquet");
    flags.option("--items", items_, "a file of items, for their attributes");
    flags.option("--output", output_, "the app file to write, which must not be there yet; default standard output");
    flags.option("--name", name_, "of the app; default as --output or --events is called");
    flags.option("--event", event_name_, "what happened, where the file does not say it");
    flags.option("--format", format_.name, "csv, tsv, ndjson or parquet; default: as the files' names end");
    flags.option("--sample", sample_, "look at so many records");
  }

  int run(Context&) override {
    auto done = init();
    return done ? kDone : fail(done.error());
  }

 private:
  Result<void> init() {
    if (events_.empty()) return Error{Code::Invalid, "give a sample of events with --events FILE"};
    if (!output_.empty() && std::filesystem::exists(output_))
      return Error{Code::Conflict, output_ + " is there already; remove it or name another --output"};
    AUGURY_TRY(auto events,
               importing::sample_file(events_, format_,
                                      {"event", "event_id", "user_id", "session_id", "item_id", "timestamp"}, sample_));
    importing::FirstAppInput input{.name = name(),
                                   .app_file = output_.empty() ? name() + ".yaml" : output_,
                                   .event_name = event_name_,
                                   .events_file = events_,
                                   .events = &events};
    importing::FileSample items;
    if (!items_.empty()) {
      AUGURY_TRY(items, importing::sample_file(items_, format_, {"item_id"}, sample_));
      input.items_file = items_;
      input.items = &items;
    }
    AUGURY_TRY(auto app, importing::first_app(input));
    auto parsed = definition::parse_app(app.text, "the new app file");
    if (!parsed.problems.empty())
      return Error{Code::Invalid, "no app file can be made of these columns: " + parsed.problems.front().text()};
    if (output_.empty()) return std::fputs(app.text.c_str(), stdout), Result<void>{};
    AUGURY_TRY_VOID(io::write_file(output_, app.text));
    fmt::print("{} is written. Read it, then:\n", output_);
    if (!items_.empty()) fmt::print("  augury import --app {} --items {}{}\n", output_, items_, app.import_items_flags);
    fmt::print("  augury import --app {} --events {}{}\n", output_, events_, app.import_flags);
    fmt::print("  augury serve {}\n", output_);
    return {};
  }

  std::string name() const {
    if (!name_.empty()) return name_;
    auto stem = std::filesystem::path(output_.empty() ? events_ : output_).filename().string();
    return stem.substr(0, stem.find('.'));
  }

  std::string events_, items_, output_, name_;
  std::string event_name_ = "interaction";
  importing::FileFormat format_;
  uint64_t sample_ = 100'000;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace augury::cli
