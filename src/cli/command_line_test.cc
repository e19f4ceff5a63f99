#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"

namespace augury::cli {
namespace {

int run(std::vector<const char*> words) {
  words.insert(words.begin(), "augury");
  Context context;
  return run_command_line(static_cast<int>(words.size()), words.data(), context);
}

TEST(CommandLine, RunsACommandByName) { EXPECT_EQ(run({"version"}), kDone); }

TEST(CommandLine, ExitsWithTwoOnWrongUsage) {
  EXPECT_EQ(run({}), kUsage);
  EXPECT_EQ(run({"juggle"}), kUsage);
  EXPECT_EQ(run({"version", "--wrong"}), kUsage);
  EXPECT_EQ(run({"serve"}), kUsage);
  EXPECT_EQ(run({"model", "score", "file.txt"}), kUsage);
}

TEST(CommandLine, ExitsWithOneWhenTheWorkFails) {
  EXPECT_EQ(run({"check", "/nowhere/app.yaml"}), kFailed);
  EXPECT_EQ(run({"model", "score", "/nowhere/model.txt", "--input", "/nowhere/rows.csv"}), kFailed);
  EXPECT_EQ(run({"status"}), kFailed) << "neither --url nor --app";
  EXPECT_EQ(run({"status", "--url", "http://127.0.0.1:1"}), kFailed) << "nobody listens there";
}

TEST(CommandLine, HelpsEveryCommandWithAnExample) {
  for (auto& command : all_commands()) {
    std::string name = command->spec().name;
    EXPECT_THAT(command->spec().example, testing::HasSubstr("augury " + name)) << name;
    std::vector<const char*> words{"--help"};
    auto space = name.find(' ');
    std::string group = name.substr(0, space), rest = space == std::string::npos ? "" : name.substr(space + 1);
    if (!rest.empty()) words.insert(words.begin(), rest.c_str());
    words.insert(words.begin(), group.c_str());
    EXPECT_EQ(run(words), kDone) << name;
  }
}

TEST(ExitCodes, SayCorruptApartFromOtherFailures) {
  EXPECT_EQ(fail({Code::Corrupt, "damaged"}), kCorrupt);
  EXPECT_EQ(fail({Code::Unavailable, "gone"}), kFailed);
}

}  // namespace
}  // namespace augury::cli
