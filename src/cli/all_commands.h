// One maker per command, each defined in the file of its name.
#pragma once

#include <memory>

#include "cli/command.h"

namespace augury::cli {

std::unique_ptr<Command> make_demo();
std::unique_ptr<Command> make_serve();
std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_send();
std::unique_ptr<Command> make_predict();
std::unique_ptr<Command> make_features();
std::unique_ptr<Command> make_explain();
std::unique_ptr<Command> make_import();
std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_inspect();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_version();
std::unique_ptr<Command> make_model_score();

}  // namespace augury::cli
