#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/hash.h"
#include "cli/all_commands.h"
#include "cli/importing/app_source.h"
#include "cli/importing/batch.h"
#include "cli/importing/meter.h"
#include "cli/importing/progress.h"
#include "cli/importing/record_form.h"
#include "cli/importing/table_file.h"
#include "io/files.h"

namespace augury::cli {
namespace {

using namespace std::string_view_literals;
using importing::Counts;
using importing::Kind;

// One file on its way in: what is read, where it goes, what is said about it.
struct Run {
  importing::TableFile file;
  importing::RecordForm form;
  importing::Batch batch;
  importing::Progress progress;
  importing::Meter meter;
  Counts counts;
  uint64_t shown_bad = 0;
};

class Import : public Command {
 public:
  Spec spec() const override {
    return {"import", "items, users or events from a CSV, TSV, NDJSON or Parquet file",
            "augury import --app shop.yaml --events clicks.csv.gz --column user_id=visitor --time ms"};
  }

  void flags(Flags& flags) override {
    target_.describe(flags);
    flags.option("--items", items_, "a file of items: item_id and attributes");
    flags.option("--users", users_, "a file of users: user_id and attributes");
    flags.option("--events", events_,
                 "a file of events: event, user_id, item_id, timestamp and fields; - reads "
                 "standard input");
    flags.option("--map", map_file_, "a YAML file that says which column is what; see docs/import.md");
    flags.option("--column", columns_, "OURS=COLUMN, such as user_id=visitor; may be given again");
    flags.option("--constant", constants_, "OURS=VALUE for every record, such as event=purchase; may be given again");
    flags.option("--event-name", event_names_, "FOUND=OURS, such as transaction=purchase; may be given again");
    flags.option("--time", time_, "how times are written: s, ms, us, ns, or a pattern such as %d/%m/%Y %H:%M");
    flags.option("--separator", separator_, "what stands between the texts of a list; default |");
    flags.option("--format", format_.name, "csv, tsv, ndjson or parquet; default: as the file's name ends");
    flags.flag("--no-header", no_header_, "the first line is data; columns are called 1, 2, 3, ...");
    flags.option("--max-bad", bad_max_, "stop when more records than this are bad");
    flags.option("--show-bad", bad_shown_max_, "say number and reason of so many of them");
    flags.option("--progress", progress_file_,
                 "where to keep how far it is; default in the data folder, or beside "
                 "the file with --url");
    flags.flag("--again", again_, "begin at the first record, also where an earlier import stopped or ended");
    flags.flag("--json", json_, "machine-readable output");
  }

  int run(Context& context) override {
    auto done = import(context);
    if (!done) return fail(done.error());
    return *done;
  }

 private:
  Result<int> import(Context& context) {
    AUGURY_TRY_VOID(choose_file());
    AUGURY_TRY(auto mapping, read_mapping());
    AUGURY_TRY(auto file, importing::TableFile::open(path_, format_));
    AUGURY_TRY(auto target, Target::open(target_, context));
    AUGURY_TRY(auto app, importing::load_app(target_.app_file, *target));
    AUGURY_TRY(auto form, importing::RecordForm::make(kind_, app, mapping, file.records().columns()));
    file.records().select(form.selected());
    AUGURY_TRY(auto progress, importing::Progress::open(progress_path(app.name), path_, again_));
    Run run{.file = std::move(file),
            .form = std::move(form),
            .batch = {*target, api_path(app.name), kind_},
            .progress = std::move(progress),
            .meter = {name(), json_},
            .counts = {}};
    AUGURY_TRY_VOID(pass_over_what_is_done(run));
    auto read = read_all(run);
    run.meter.clear();
    if (!read) return read.error();
    return report(run);
  }

  Result<void> choose_file() {
    for (auto [path, kind] : {std::pair{&items_, Kind::Items}, {&users_, Kind::Users}, {&events_, Kind::Events}}) {
      if (path->empty()) continue;
      if (!path_.empty()) return Error{Code::Invalid, "give one of --items, --users and --events; the others after it"};
      path_ = *path;
      kind_ = kind;
    }
    if (path_.empty()) return Error{Code::Invalid, "what to import? give --items, --users or --events with a file"};
    format_.header = !no_header_;
    return {};
  }

  Result<importing::Mapping> read_mapping() const {
    importing::Mapping mapping;
    if (!map_file_.empty()) {
      AUGURY_TRY(auto text, io::read_file(map_file_, 1 << 20));
      AUGURY_TRY(mapping, importing::read_mapping(text, map_file_));
    }
    for (const auto& pair : columns_) AUGURY_TRY_VOID(importing::Mapping::add(pair, "--column", mapping.columns));
    for (const auto& pair : constants_) AUGURY_TRY_VOID(importing::Mapping::add(pair, "--constant", mapping.constants));
    for (const auto& pair : event_names_)
      AUGURY_TRY_VOID(importing::Mapping::add(pair, "--event-name", mapping.event_names));
    if (!separator_.empty()) mapping.separator = separator_;
    if (!time_.empty()) {
      AUGURY_TRY(mapping.time, importing::TimeFormat::parse(time_));
    }
    return mapping;
  }

  std::string_view kind_name() const {
    return kind_ == Kind::Items ? "items"sv : kind_ == Kind::Users ? "users"sv : "events"sv;
  }
  std::string name() const { return std::filesystem::path(path_).filename().string(); }
  std::string api_path(const std::string& app) const { return fmt::format("/apps/{}/v1/{}", app, kind_name()); }

  std::string progress_path(const std::string& app) const {
    if (!progress_file_.empty() || path_ == "-") return progress_file_;
    if (!target_.url.empty()) return fmt::format("{}.{}-{}.progress", path_, app, kind_name());
    auto place = base::hash64(std::filesystem::absolute(path_).lexically_normal().string());
    return fmt::format("{}/{}/imports/{}-{}-{:08x}.progress", target_.data, app, kind_name(), name(), place >> 32);
  }

  Result<void> pass_over_what_is_done(Run& run) const {
    run.counts = run.progress.counts();
    if (run.counts.records == 0) return {};
    if (!json_) fmt::print(stderr, "{}: going on behind {} records\n", name(), run.counts.records);
    wire::Record record;
    for (uint64_t i = 0; i < run.counts.records; ++i) {
      AUGURY_TRY(bool more, run.file.records().next(record));
      if (!more)
        return Error{Code::Conflict, path_ + " is shorter than when " + std::to_string(run.counts.records) +
                                         " of its records were imported; to read it anew: --again"};
    }
    return {};
  }

  Result<void> read_all(Run& run) const {
    auto refused = [&](uint64_t number, const std::string& reason) { say_bad(run, number, reason); };
    wire::Record record;
    for (;;) {
      AUGURY_TRY(bool more, run.file.records().next(record));
      if (!more) break;
      ++run.counts.records;
      auto problem = std::move(record.problem);
      if (problem.empty()) problem = run.form.write(record, name(), run.batch.text());
      if (problem.empty()) {
        run.batch.keep(record.number);
      } else {
        ++run.counts.bad;
        say_bad(run, record.number, problem);
      }
      if (run.batch.is_full() || run.counts.bad > bad_max_) AUGURY_TRY_VOID(send(run, refused));
      if (run.counts.bad > bad_max_) return too_many_bad(record.number);
      run.meter.show({run.counts.records, run.counts.bad, run.file.taken(), run.file.in_all()});
    }
    AUGURY_TRY_VOID(send(run, refused));
    if (run.counts.bad > bad_max_) return too_many_bad(record.number);
    return {};
  }

  // What is kept as done is durable: the API answers after its journal is synced.
  static Result<void> send(Run& run, const importing::Batch::Refused& refused) {
    AUGURY_TRY_VOID(run.batch.send(run.counts, refused));
    return run.progress.keep(run.counts);
  }

  Error too_many_bad(uint64_t number) const {
    return {Code::Invalid,
            fmt::format("{}: stopped at {}: more than {} bad records (--max-bad). What is good up to here "
                        "is in; the next run goes on behind it",
                        name(), number, bad_max_)};
  }

  void say_bad(Run& run, uint64_t number, const std::string& reason) const {
    if (++run.shown_bad > bad_shown_max_) return;
    run.meter.clear();
    fmt::print(stderr, "{}:{}: {}\n", name(), number, reason);
    if (run.shown_bad == bad_shown_max_) fmt::print(stderr, "{}: further bad records are only counted\n", name());
  }

  Result<int> report(const Run& run) const {
    const auto& counts = run.counts;
    if (json_) {
      std::string text;
      wire::JsonWriter json(text);
      json.begin_object();
      json.member("records", counts.records);
      json.member("accepted", counts.accepted);
      json.member("duplicates", counts.duplicates);
      json.member("bad", counts.bad);
      json.member("seconds", run.meter.seconds());
      json.end_object();
      fmt::print("{}\n", text);
    } else {
      auto before = counts.duplicates > 0 ? fmt::format(", {} counted before", counts.duplicates) : "";
      fmt::print("{}: {} {}: {} accepted{}, {} bad ({:.1f} s)\n", name(), counts.records, kind_name(), counts.accepted,
                 before, counts.bad, run.meter.seconds());
      say_unused(run.form.unused());
    }
    bool nothing = counts.records > 0 && counts.bad == counts.records;
    return nothing ? kFailed : kDone;
  }

  void say_unused(const std::vector<std::string>& columns) const {
    if (columns.empty()) return;
    std::string names;
    for (const auto& column : columns) names += (names.empty() ? "" : ", ") + column;
    fmt::print("{}: columns not used: {}\n", name(), names);
  }

  TargetFlags target_;
  std::string items_, users_, events_, path_, map_file_, time_, separator_, progress_file_;
  std::vector<std::string> columns_, constants_, event_names_;
  importing::FileFormat format_;
  Kind kind_ = Kind::Events;
  uint64_t bad_max_ = 1000, bad_shown_max_ = 10;
  bool no_header_ = false, again_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_import() { return std::make_unique<Import>(); }

}  // namespace augury::cli
