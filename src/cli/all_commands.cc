#include "cli/all_commands.h"

namespace augury::cli {

std::vector<std::unique_ptr<Command>> all_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_demo());
  commands.push_back(make_serve());
  commands.push_back(make_check());
  commands.push_back(make_init());
  commands.push_back(make_import());
  commands.push_back(make_send());
  commands.push_back(make_predict());
  commands.push_back(make_features());
  commands.push_back(make_explain());
  commands.push_back(make_model_score());
  commands.push_back(make_inspect());
  commands.push_back(make_doctor());
  commands.push_back(make_status());
  commands.push_back(make_version());
  return commands;
}

}  // namespace augury::cli
