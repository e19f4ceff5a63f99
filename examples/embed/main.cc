// Augury inside a program of your own: no server, no network.
//
//   c++ -std=c++23 main.cc -I../../include -L../../build/release -laugury -Wl,-rpath,../../build/release -o embed
//   ./embed shop.yaml data
#include <cstdio>
#include <vector>

#include "augury/engine.h"

int fail(const augury::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 3) return fail({augury::Code::Invalid, "usage: embed APP.yaml DATA_FOLDER"});
  auto engine = augury::Engine::open({.app_files = {argv[1]}, .data_folder = argv[2]});
  if (!engine) return fail(engine.error());

  const std::vector<augury::Event> events{
      {.event = "click", .user_id = "ann", .item_id = "book-7"},
      {.event = "click", .user_id = "bob", .item_id = "book-7"},
      {.event = "click", .user_id = "bob", .item_id = "book-9"},
  };
  auto taken = (*engine)->ingest("shop", events);
  if (!taken) return fail(taken.error());
  std::printf("%zu events taken\n", taken->accepted);

  auto answer = (*engine)->predict({.app = "shop", .user_id = "zed", .count = 2});
  if (!answer) return fail(answer.error());
  for (const auto& item : answer->items) std::printf("%d. %s\n", item.rank, item.item_id.c_str());
}
