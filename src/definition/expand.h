// An app file with its default ranking written out: what `augury check --expand` prints.
#pragma once

#include <string>
#include <string_view>

#include "augury/result.h"

namespace augury::definition {

// The same app, and the same answers, as `text`: each placement without recall and score gets those of the default
// ranking, and `features` what they read. Comments are lost. A file that needs no such thing comes back as it is.
// Invalid: what parse_app has to say.
Result<std::string> expand(std::string_view text, const std::string& file);

}  // namespace augury::definition
