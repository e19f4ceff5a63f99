#include "definition/functions.h"

namespace augury::definition {
namespace {

template <typename Visit>
void each_row(Visit visit) {
  for (auto group : {arithmetic_functions(), time_functions(), list_functions(), vector_functions(), place_functions()})
    for (const auto& row : group) visit(row);
}

}  // namespace

const FunctionRow* function_named(std::string_view name) {
  const FunctionRow* found = nullptr;
  each_row([&](const FunctionRow& row) {
    if (row.name == name) found = &row;
  });
  return found;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names{"if", "done", "pull", "similar"};
  each_row([&](const FunctionRow& row) {
    if (row.name[0] >= 'a') names.emplace_back(row.name);
  });
  return names;
}

}  // namespace augury::definition
