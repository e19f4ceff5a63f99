// Trees, general path: 100 rows of one request, one thread, against XGBoost's and LightGBM's C libraries on the same
// trees. Interleaved rounds, medians; CPU beside wall.
//
//   bench_model_trees MODEL.txt [ROWS]
#include <ctime>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/tree/lightgbm_text.h"
#include "model/tree/tree_scorer.h"
#include "model_trees_peers.h"

namespace augury::bench {
namespace {

constexpr int kRounds = 11;
constexpr double kTarget = 2.5;

class Ours final : public Peer {
 public:
  explicit Ours(const model::Scorer& scorer) : scorer_(scorer) {}
  const char* name() const override { return "Augury"; }
  void score(std::span<const float> rows, size_t count, std::span<double> out) override {
    if (!scorer_.score(rows, count, out, model::Output::Margin)) std::exit(1);
  }

 private:
  const model::Scorer& scorer_;
};

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Cost {
  double wall = 0;
  double cpu = 0;
};

// Per call. Calls enough for about 30 ms; fresh rows every time, as requests have.
Cost measure(Peer& peer, const std::vector<std::vector<float>>& requests, size_t count, std::vector<double>& out) {
  const double wall = seconds(CLOCK_MONOTONIC);
  const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  double calls = 0;
  while (seconds(CLOCK_MONOTONIC) - wall < 0.03)
    for (const auto& rows : requests) peer.score(rows, count, out), ++calls;
  return {(seconds(CLOCK_MONOTONIC) - wall) / calls, (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / calls};
}

Cost median(std::vector<Cost> costs) {
  const auto middle = [&](auto field) {
    std::nth_element(costs.begin(), costs.begin() + kRounds / 2, costs.end(),
                     [&](const Cost& a, const Cost& b) { return a.*field < b.*field; });
    return costs[kRounds / 2].*field;
  };
  return {middle(&Cost::wall), middle(&Cost::cpu)};
}

// Eight requests: what is of the user ("user_*") is the same in all rows of one.
std::vector<std::vector<float>> make_requests(const model::FlatForest& forest, size_t count) {
  base::Random random(812);
  const size_t inputs = forest.inputs.size();
  std::vector<std::vector<float>> requests(8, std::vector<float>(count * inputs));
  for (auto& rows : requests)
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool shared = i >= inputs && forest.inputs[i % inputs].starts_with("user_");
      double sum = -6;  // Twelve uniforms less six: near normal.
      for (int k = 0; k < 12; ++k) sum += random.uniform();
      rows[i] = shared ? rows[i - inputs] : static_cast<float>(sum);
    }
  return requests;
}

void print_shape(const model::FlatForest& forest) {
  size_t pair = 0;
  double depth = 0;
  for (const auto& node : forest.nodes) pair += forest.inputs[static_cast<size_t>(node.feature)].starts_with("pair_");
  for (const auto& tree : forest.trees) depth += tree.depth;
  std::printf("%zu trees, %zu leaves, %zu inputs, %.0f %% of splits on pair features, longest path %.1f on average\n",
              forest.trees.size(), forest.leaves.size(), forest.inputs.size(),
              100.0 * static_cast<double>(pair) / static_cast<double>(std::max<size_t>(forest.nodes.size(), 1)),
              depth / static_cast<double>(forest.trees.size()));
}

int run(const std::string& path, size_t count) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto forest = model::read_lightgbm_text(text, path);
  if (!forest) return std::fprintf(stderr, "%s\n", forest.error().message.c_str()), 1;
  const model::TreeScorer scorer(*forest, "bench");
  std::vector<std::unique_ptr<Peer>> peers;
  peers.push_back(std::make_unique<Ours>(scorer));
  if (auto peer = xgboost_peer(*forest)) peers.push_back(std::move(peer));
  if (auto peer = lightgbm_peer(path, static_cast<int>(forest->inputs.size()))) peers.push_back(std::move(peer));
  print_shape(*forest);

  const auto requests = make_requests(*forest, count);
  std::vector<std::vector<double>> scores(peers.size(), std::vector<double>(count));
  std::vector<std::vector<Cost>> costs(peers.size());
  for (int round = 0; round < kRounds; ++round)
    for (size_t p = 0; p < peers.size(); ++p) costs[p].push_back(measure(*peers[p], requests, count, scores[p]));

  const double pairs = static_cast<double>(count * forest->trees.size());
  const Cost ours = median(costs[0]);
  for (size_t p = 0; p < peers.size(); ++p) {
    const Cost cost = median(costs[p]);
    double apart = 0;
    for (size_t i = 0; i < count; ++i) apart = std::max(apart, std::abs(scores[p][i] - scores[0][i]));
    std::printf("%-9s %8.1f us wall %8.1f us CPU %6.2f ns per row and tree", peers[p]->name(), cost.wall * 1e6,
                cost.cpu * 1e6, cost.cpu * 1e9 / pairs);
    if (p > 0) std::printf("   ratio %.2f   largest difference %.1g", cost.cpu / ours.cpu, apart);
    if (p > 0 && std::string(peers[p]->name()) == "XGBoost") std::printf("   target %.1f", kTarget);
    std::printf("\n");
  }
  return 0;
}

}  // namespace
}  // namespace augury::bench

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: bench_model_trees MODEL.txt [ROWS]\n"), 2;
  return augury::bench::run(argv[1], argc > 2 ? static_cast<size_t>(std::atoi(argv[2])) : 100);
}
