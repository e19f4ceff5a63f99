// Plays every cases/*.txt on every surface.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/surface.h"

namespace augury::scenarios {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Case {
  fs::path file;
  bool over_http;
};

std::vector<Case> all_cases() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(AUGURY_SOURCE_DIR "/tests/scenarios/cases"))
    files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<Case> cases;
  for (const auto& file : files) {
    cases.push_back({file, false});
    cases.push_back({file, true});
  }
  return cases;
}

void compare(const Step& step, const Outcome& got) {
  const auto& want = step.expected;
  auto where = "line " + std::to_string(step.line);
  if (want.items) {
    EXPECT_EQ(got.items, *want.items) << where;
  }
  if (want.level) {
    EXPECT_EQ(got.level, *want.level) << where;
  }
  if (want.reason) {
    EXPECT_EQ(got.reason, *want.reason) << where;
  }
  if (want.variant) {
    EXPECT_EQ(got.variant, *want.variant) << where;
  }
  if (want.error) {
    EXPECT_EQ(got.error, *want.error) << where;
  }
  if (want.value) {
    EXPECT_EQ(got.value, *want.value) << where;
  }
  EXPECT_EQ(got.refused, want.refused.value_or("")) << where;
  for (const auto& [item, why] : want.because) {
    auto place = std::ranges::find(got.items, item) - got.items.begin();
    ASSERT_LT(static_cast<size_t>(place), got.items.size()) << where << ": " << item << " is not in the answer";
    EXPECT_EQ(got.explanations[static_cast<size_t>(place)], why) << where;
  }
}

class Scenario : public testing::TestWithParam<Case> {};

TEST_P(Scenario, PlaysAsWritten) {
  auto script = read_script(read_file(GetParam().file));
  ASSERT_TRUE(script) << script.error().message;
  SCOPED_TRACE(script->title);
  auto folder = fs::temp_directory_path() / ("augury-scenario-" + std::to_string(getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder / "app.yaml") << script->app;
  fs::path models = GetParam().file.parent_path().parent_path() / "models";
  if (fs::exists(models)) fs::copy(models, folder / "models", fs::copy_options::recursive);

  auto surface = GetParam().over_http ? http_surface() : embedded_surface();
  auto opened = surface->open(folder / "app.yaml", folder / "data");
  ASSERT_TRUE(opened) << opened.error().message;
  for (const auto& step : script->steps) {
    if (step.kind == Step::Kind::Restart) {
      surface->close();
      auto again = surface->open(folder / "app.yaml", folder / "data");
      ASSERT_TRUE(again) << again.error().message;
      continue;
    }
    auto outcome = surface->play(step);
    ASSERT_TRUE(outcome) << "line " << step.line << ": " << outcome.error().message;
    compare(step, *outcome);
  }
  surface->close();
  fs::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(all_cases()), [](const auto& each) {
  auto name = each.param.file.stem().string();
  std::ranges::replace(name, '-', '_');
  return name + (each.param.over_http ? "_over_http" : "_embedded");
});

}  // namespace
}  // namespace augury::scenarios
