#include "serve/testing/scene.h"

#include <gtest/gtest.h>

namespace augury::serve {

void FakeDependencies::reach(Dependency dependency, Reached reached) {
  switch (modes_[static_cast<size_t>(dependency)].load()) {
    case Mode::Works:
      return reached({});
    case Mode::Fails:
      return reached(Error{Code::Unavailable, "told to fail"});
    case Mode::Hangs:
      return;
  }
}

void Recording::record(Exposure exposure) {
  std::lock_guard held(mutex_);
  taken_.push_back(std::move(exposure));
}

std::vector<Exposure> Recording::taken() const {
  std::lock_guard held(mutex_);
  return taken_;
}

Scene::Scene(bool with_dependencies, std::string_view app_file, const base::MonotonicClock& monotonic)
    : shop(app_file),
      ranker(std::make_shared<pipeline::FakeScorer>(std::vector<std::string>{"cheapness", "item_clicks"}, "r1")),
      other(std::make_shared<pipeline::FakeScorer>(std::vector<std::string>{"category_clicks"}, "o1")),
      light(std::make_shared<pipeline::FakeScorer>(std::vector<std::string>{"item_clicks"}, "l1")) {
  shop.item("pen", {.category = "paper", .price = 1});
  shop.item("book", {.category = "paper", .price = 10});
  shop.item("lamp", {.category = "light", .price = 50, .created_at = from_micros(5)});
  shop.item("gone", {.category = "paper", .price = 1, .in_stock = false});
  for (auto who : {"u1", "u2", "u3"})
    for (auto what : {"pen", "book", "gone"}) shop.event("click", who, what);
  shop.event("click", "ann", "pen");
  shop.publish();
  wall.set(shop.now());
  snapshot = shop.snapshot({ranker, other, light});
  service = std::make_unique<Service>(snapshot,
                                      Service::Surroundings{.store = shop.store(),
                                                            .wall = wall,
                                                            .monotonic = monotonic,
                                                            .pool = pool,
                                                            .recorder = &recording,
                                                            .dependencies = with_dependencies ? &dependencies : nullptr,
                                                            .seed = 42},
                                      ServiceOptions{});
}

Scene::~Scene() {
  for (auto& model : {ranker, other, light}) model->set(pipeline::FakeScorer::Mode::Works);
}

Result<Prediction> Scene::ask(PredictRequest request) {
  if (request.placement.empty()) request.placement = "home";
  return service->predict(request);
}

Prediction Scene::answer(PredictRequest request) {
  auto got = ask(request);
  if (!got) return ADD_FAILURE() << got.error().message, Prediction{};
  return std::move(*got);
}

std::vector<std::string> Scene::ids(const Prediction& prediction) {
  std::vector<std::string> all;
  for (const auto& item : prediction.items) all.push_back(item.item_id);
  return all;
}

}  // namespace augury::serve
