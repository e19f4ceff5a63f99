// A tree of nodes as YAML text: the other way round of parse_yaml, for whoever wants to show a file it has changed.
#pragma once

#include <string>

#include "config/node.h"

namespace augury::config {

// Parses back to an equal tree (places and ways of quoting aside). The two upper levels of maps stand in blocks, what
// is below on one line if it is short. `root` is a map.
std::string yaml_text(const Node& root);

}  // namespace augury::config
