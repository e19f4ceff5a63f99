// From the text of an app file to an App, or to everything that is wrong with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "definition/app.h"

namespace augury::definition {

// One thing to mend. text(): "shop.yaml:12:7: unknown key 'colour'; expected one of category, color (did you mean
// 'color'?)".
struct Problem {
  Source source;
  std::string message;
  std::string text() const;
};

struct Parsed {
  App app;                         // Only meaningful without problems.
  std::vector<Problem> problems;   // All of them, in the file's order.
  std::vector<std::string> notes;  // Not wrong, worth knowing: defaults taken, the default ranking in force.
};

// `file` is only a name for messages. Reads nothing but `text`.
Parsed parse_app(std::string_view text, std::string file);

// The bytes of an app file. NotFound, Unavailable.
Result<std::string> read_app_file(const std::string& path);

// The same from disk, problems folded into one Invalid error, a line each. NotFound, Unavailable: the file.
Result<App> load_app(const std::string& path);

}  // namespace augury::definition
