// What one look for the nearest costs: index::ExactIndex beside the loop one writes first, and beside only reading the
// same bytes.
//
//   index_nearest_bench [--count K]        (of neighbours wanted; 200)
//
// Prints microseconds of CPU per query, medians of 31 rounds that take turns, and checks that the answers are equal.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/dot.h"
#include "base/random.h"
#include "index/exact_index.h"

namespace augury::index {
namespace {

double cpu_us() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

double median(std::vector<double> all) {
  std::ranges::sort(all);
  return all[all.size() / 2];
}

std::vector<float> random_vector(base::Random& random, size_t dimension) {
  std::vector<float> out(dimension);
  for (float& x : out) x = static_cast<float>(random.uniform() * 2 - 1);
  return out;
}

// A vector per item, a running sum, and a sort of all.
std::vector<Neighbour> naive(const std::vector<std::vector<float>>& items, std::span<const float> query, size_t count) {
  std::vector<Neighbour> all;
  for (uint32_t i = 0; i < items.size(); ++i) {
    float sum = 0;
    for (size_t d = 0; d < query.size(); ++d) sum += query[d] * items[i][d];
    all.push_back({i + 1, sum});
  }
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(), is_better);
  all.resize(count);
  return all;
}

float only_read(const std::vector<float>& bytes) {
  float lanes[64] = {};
  for (size_t i = 0; i + 64 <= bytes.size(); i += 64)
    for (size_t lane = 0; lane < 64; ++lane) lanes[lane] += bytes[i + lane];
  float sum = 0;
  for (float lane : lanes) sum += lane;
  return sum;
}

void measure(uint32_t items, uint32_t dimension, size_t count) {
  base::Random random(812);
  base::Epochs epochs;
  ExactIndex index(epochs, dimension);
  std::vector<std::vector<float>> vectors;
  std::vector<float> flat;
  for (uint32_t i = 0; i < items; ++i) {
    vectors.push_back(random_vector(random, dimension));
    flat.insert(flat.end(), vectors.back().begin(), vectors.back().end());
  }
  double made = cpu_us();
  for (uint32_t i = 0; i < items; ++i) index.put(i + 1, vectors[i]);
  double put = (cpu_us() - made) / items;
  double update = cpu_us();
  for (uint32_t i = 0; i < 10'000; ++i) {
    auto item = static_cast<uint32_t>(random.below(items));
    index.put(item + 1, vectors[item]);
  }
  update = (cpu_us() - update) / 10'000;
  std::vector<double> scans, loops, reads;
  size_t common = 0, rounds = 31;
  float sink = 0;
  for (size_t round = 0; round < rounds; ++round) {
    auto query = random_vector(random, dimension);
    base::Epochs::Pin pin(epochs);
    double t0 = cpu_us();
    auto fast = index.nearest(query, count);
    double t1 = cpu_us();
    auto slow = naive(vectors, query, count);
    double t2 = cpu_us();
    sink += only_read(flat);
    double t3 = cpu_us();
    scans.push_back(t1 - t0), loops.push_back(t2 - t1), reads.push_back(t3 - t2);
    for (const auto& one : fast) common += static_cast<size_t>(std::ranges::count(slow, one.item, &Neighbour::item));
  }
  double scan = median(scans), loop = median(loops), read = median(reads);
  std::printf(
      "%7u x %-4u  scan %7.0f us  naive %8.0f us (%.1f x)  reading alone %6.0f us (%.2f of the scan)  put %.2f us, "
      "update %.2f us  %.1f MB  same items %.4f%s\n",
      items, dimension, scan, loop, loop / scan, read, read / scan, put, update,
      static_cast<double>(index.bytes()) / 1e6, static_cast<double>(common) / static_cast<double>(rounds * count),
      sink == 0.5f ? " " : "");
}

}  // namespace
}  // namespace augury::index

int main(int argc, char** argv) {
  size_t count = 200;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::strcmp(argv[i], "--count") == 0) count = static_cast<size_t>(std::atoll(argv[i + 1]));
  augury::index::measure(10'000, 64, count);
  augury::index::measure(100'000, 64, count);
  augury::index::measure(100'000, 256, count);
}
