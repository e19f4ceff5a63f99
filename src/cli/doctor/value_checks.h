// What is odd about feature values and model inputs of some users and items.
#pragma once

#include <string>

#include "augury/engine.h"
#include "augury/result.h"
#include "cli/doctor/findings.h"
#include "cli/doctor/folder_facts.h"
#include "definition/app.h"

namespace augury::cli::doctor {

// Looks at those users and items that `facts` names, at the moment of the newest event, so that an old folder is not
// empty for its age alone.
Result<void> check_values(Engine& engine, const definition::App& app, const FolderFacts& facts, Findings& findings);

}  // namespace augury::cli::doctor
