#include "serve/testing/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <thread>

namespace augury::serve {

Simulation::Answered Simulation::answer(PredictRequest request) {
  if (request.placement.empty()) request.placement = "home";
  std::optional<Result<Prediction>> got;
  auto begun = clock_.now();
  scene.service->predict(request, *this, [&](Result<Prediction> result) { got = std::move(result); });
  while (!got && run_next()) continue;
  auto took = clock_.now() - begun;
  timers_.clear();
  if (!got) return ADD_FAILURE() << "nothing is left to wait for, and there is no answer", Answered{};
  if (!*got) return ADD_FAILURE() << got->error().message, Answered{};
  return {std::move(**got), took};
}

void Simulation::post(Action step) {
  std::lock_guard held(mutex_);
  posted_.push_back(std::move(step));
}

void Simulation::post_after(Duration wait, Action step) { timers_.emplace(clock_.now() + wait, std::move(step)); }

std::vector<Simulation::Action> Simulation::take_posted() {
  std::lock_guard held(mutex_);
  return std::exchange(posted_, {});
}

// False: nothing will ever happen again.
bool Simulation::run_next() {
  while (!everything_waits()) std::this_thread::sleep_for(std::chrono::microseconds{50});
  if (auto steps = take_posted(); !steps.empty()) {
    for (auto& step : steps) step();
    return true;
  }
  if (timers_.empty()) return false;
  auto next = timers_.extract(timers_.begin());
  if (next.key() > clock_.now()) clock_.advance(next.key() - clock_.now());
  next.mapped()();
  return true;
}

bool Simulation::everything_waits() {
  size_t hanging = 0;
  for (const auto& model : {scene.ranker, scene.other, scene.light}) hanging += model->hanging();
  // Behind threads that all hang, what has not begun waits too.
  return std::min<size_t>(scene.pool.unfinished(), Scene::kThreads) == hanging;
}

}  // namespace augury::serve
