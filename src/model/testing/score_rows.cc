// model_score_rows MODEL ROWS [--margin]: score_file() as a program, for tools/compare_models.py.
#include <cstdio>
#include <cstring>

#include "model/score_file.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const bool margin = argc > 3 && std::strcmp(argv[3], "--margin") == 0;
  const auto done =
      augury::model::score_file({.model_file = argv[1],
                                 .rows_file = argv[2],
                                 .output = margin ? augury::model::Output::Margin : augury::model::Output::Transformed},
                                [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); });
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return 1;
}
