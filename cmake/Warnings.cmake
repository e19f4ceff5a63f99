add_library(augury_warnings INTERFACE)
target_compile_options(augury_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Woverloaded-virtual
  -Wimplicit-fallthrough -Werror
  # Options and requests are written with the members that matter; the others keep their defaults.
  -Wno-missing-field-initializers
  # g++ 12 sees uninitialized members in std::optional and std::variant where there are none.
  -Wno-maybe-uninitialized)
