// What is odd about a data folder, given the app it belongs to.
#pragma once

#include <string>

#include "augury/time.h"
#include "cli/doctor/findings.h"
#include "cli/doctor/folder_facts.h"
#include "definition/app.h"

namespace augury::cli::doctor {

void check_folder(const definition::App& app, const FolderFacts& facts, Timestamp now, Findings& findings);
// How full the disk is.
void check_disk(const std::string& folder, Findings& findings);

}  // namespace augury::cli::doctor
