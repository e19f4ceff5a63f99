// An app as it is being served: its file, what it was compiled to, and what a reload made of a changed file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "augury/position.h"

namespace augury {

struct AppView {
  std::string app;
  std::string file;      // As it was given.
  std::string text;      // Of the file, as it was last read without problems.
  Position publication;  // The journal's record of it going live.

  struct View {
    std::string name;  // "user", "item.category", "user,item"
    uint64_t bytes_per_key_max = 0;
    std::vector<std::string> features;
  };
  struct Feature {
    std::string name;
    bool hidden = false;
    std::string what;  // In words.
    std::string view;  // Empty: an expression, computed when asked.
  };
  struct Input {
    std::string name;
    std::string feature;
  };
  struct Model {
    std::string name;
    std::string version;
    std::string file;
    std::vector<Input> inputs;
  };
  struct Placement {
    std::string name;
    std::vector<std::string> rules;  // In words.
  };
  std::vector<View> views;
  std::vector<Feature> features;
  std::vector<Model> models;
  std::vector<Placement> placements;
  std::vector<std::string> experiments;
};

// What became of a reload. Only Applied changes anything, and then all of it at once.
struct Reload {
  enum class Outcome {
    Applied,      // Later requests use the new file; those under way finish with the old one.
    Unchanged,    // The file and its models are what is being served.
    Wrong,        // The file or a model has problems; the old one goes on.
    NeedsRestart  // It would change what is stored; the old one goes on.
  };
  struct Problem {
    std::string where;  // "shop.yaml:12:7"; empty where no place is known.
    std::string message;
  };
  Outcome outcome = Outcome::Applied;
  std::vector<Problem> problems;  // Of Wrong and NeedsRestart.
  Position publication;           // What is live now.
};

}  // namespace augury
