// The app that files are imported into, as far as an importer needs to know it: from the app file, or from the server.
#pragma once

#include <string>

#include "augury/result.h"
#include "cli/target.h"
#include "definition/app.h"

namespace augury::cli::importing {

// With an app file: from that file. Without one `target` is asked, which is a server of one app. Invalid: the file has
// problems, or the server does not say.
Result<definition::App> load_app(const std::string& app_file, Target& target);

}  // namespace augury::cli::importing
