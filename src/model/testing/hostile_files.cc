#include "model/testing/hostile_files.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/model_file.h"

namespace augury::model {
namespace {

void damage(std::string& file, std::string_view alphabet, base::Random& random) {
  if (file.empty()) return;
  const size_t at = random.below(file.size());
  switch (random.below(4)) {
    case 0:
      file[at] = static_cast<char>(random.below(256));
      break;
    case 1:
      file[at] = alphabet[random.below(alphabet.size())];
      break;
    case 2:
      file.erase(at, 1 + random.below(20));
      break;
    default:
      file.insert(at, file.substr(random.below(file.size()), random.below(30)));
      break;
  }
}

}  // namespace

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void expect_refused(const std::vector<Hostile>& table, std::string_view start) {
  for (const Hostile& hostile : table) {
    const auto model = read_model(hostile.file, "x");
    if (model) {
      ADD_FAILURE() << "accepted, expected: " << hostile.says;
      continue;
    }
    EXPECT_EQ(model.error().code, hostile.code) << model.error().message;
    EXPECT_TRUE(model.error().message.starts_with(start)) << model.error().message;
    EXPECT_NE(model.error().message.find(hostile.says), std::string::npos)
        << model.error().message << "\n  lacks: " << hostile.says;
  }
}

void expect_survives_damage(const std::string& file, std::string_view alphabet) {
  constexpr uint64_t kSeed = 812;
  base::Random random(kSeed);
  int accepted = 0;
  for (int i = 0; i < 4000; ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", file " << i);
    std::string damaged = file;
    for (uint64_t edits = 1 + random.below(3); edits > 0; --edits) damage(damaged, alphabet, random);
    const auto scorer = read_model(damaged, "x");
    if (!scorer) continue;
    ++accepted;
    const size_t inputs = (*scorer)->input_names().size();
    const std::vector<float> rows(9 * inputs, 1.0f);
    std::vector<double> scores(9 * static_cast<size_t>((*scorer)->outputs()));
    EXPECT_TRUE((*scorer)->score(std::span<const float>(rows), 9, scores));
    EXPECT_TRUE((*scorer)->contributions(std::span<const float>(rows).first(inputs)));
  }
  EXPECT_GT(accepted, 100) << "damage in a harmless place should leave a model";
  EXPECT_LT(accepted, 3900);
}

}  // namespace augury::model
