// "Did you mean": the nearest of the names that would have been right.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace augury::config {

// Insertions, deletions, substitutions and swaps of neighbours between two words.
int edit_distance(std::string_view a, std::string_view b);

// The nearest of `names`, if it is near enough to be what was meant: at most a third of the longer word differs.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> names);

// "; expected one of a, b, c (did you mean 'b'?)". Long lists are cut to the nearest alone.
std::string expected_one_of(std::string_view word, std::span<const std::string> names);

// A letter or _, then letters, digits and _ ; with `dashes` also -.
bool is_name(std::string_view text, bool dashes = false);

}  // namespace augury::config
