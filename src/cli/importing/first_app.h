// A first app file from samples of the files there are, with comments that say why each line is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/importing/guess.h"

namespace augury::cli::importing {

struct FirstApp {
  std::string text;                // Of the app file; `augury check` accepts it.
  std::string import_flags;        // What `augury import --events` needs besides the file.
  std::string import_items_flags;  // The same of --items.
};

struct FirstAppInput {
  std::string name;        // Of the app.
  std::string app_file;    // Where it will be, for the comments.
  std::string event_name;  // Where the file does not name its events.
  std::string events_file;
  const FileSample* events = nullptr;
  std::string items_file;
  const FileSample* items = nullptr;  // Null: there is none.
};

// Invalid: the events name neither users nor items.
Result<FirstApp> first_app(const FirstAppInput& input);

// A name the app file takes, made of any text: "Add to cart" is add_to_cart.
std::string app_name(std::string_view text);

}  // namespace augury::cli::importing
