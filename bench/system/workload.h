// The traffic of bench/apps/events20.yaml: a million users, Zipf items, encoded ahead so that the client costs little.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"

namespace augury::bench {

constexpr int kUsers = 1'000'000;
constexpr int kItems = 100'000;

// Ranks by Zipf's law with exponent 1, drawn by inverting the (approximate, continuous) distribution.
class Zipf {
 public:
  explicit Zipf(int n) : n_(n) {}
  int draw(base::Random& random) const;

 private:
  int n_;
};

// Names of what events20.yaml declares.
constexpr const char* kEventTypes[] = {"view", "click", "cart", "purchase"};

// `count` events as JSON bodies of POST /v1/events, `batch` in each; ids are distinct across calls with other prefixes.
std::vector<std::string> event_bodies(uint64_t seed, const std::string& id_prefix, size_t count, size_t batch);

// Bodies that put every item into the catalogue.
std::vector<std::string> item_bodies();

// One question: a user and 100 items to rank.
std::string question_body(base::Random& random, const Zipf& items);

// A LightGBM text model of `trees` x `leaves` over those inputs, random but valid.
std::string random_model(uint64_t seed, const std::vector<std::string>& inputs, int trees, int leaves);

}  // namespace augury::bench
