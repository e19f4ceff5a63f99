// Files that lie, for the readers of every model format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"

namespace augury::model {

// `text` with the first `from` turned into `to`; a failed expectation if there is none.
std::string replaced(std::string text, std::string_view from, std::string_view to);

struct Hostile {
  std::string file;
  std::string_view says;  // Part of the message.
  Code code = Code::Corrupt;
};

// read_model() refuses each as it says; every message begins with `start`. The name of the model is "x".
void expect_refused(const std::vector<Hostile>& table, std::string_view start);

// 4,000 files damaged in one to three places, by bytes of `alphabet` among others: each is refused or can be scored.
void expect_survives_damage(const std::string& file, std::string_view alphabet);

}  // namespace augury::model
