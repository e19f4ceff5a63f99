#include "journal/testing/random_records.h"

#include <limits>

namespace augury::journal::testing {
namespace {

using base::Random;

uint32_t number(Random& random) { return static_cast<uint32_t>(random() >> (32 + random.below(32))); }
TextNumber text(Random& random) { return {number(random)}; }

Timestamp time(Random& random) {
  if (random.chance(0.02)) return from_micros(static_cast<int64_t>(random()));
  return from_micros(1'700'000'000'000'000 + static_cast<int64_t>(random.below(1'000'000'000)));
}

double real(Random& random) {
  constexpr double kExtremes[] = {0.0,    -0.0,   0x1p53, -0x1p53, 1e300, std::numeric_limits<double>::infinity(),
                                  5e-324, 0x1p52, -1,     19.99};
  if (random.chance(0.3)) return kExtremes[random.below(std::size(kExtremes))];
  return random.chance(0.5) ? static_cast<double>(random.below(1000)) : random.uniform() * 1e6;
}

FieldValue value(Random& random) {
  switch (random.below(8)) {
    case 0:
      return std::monostate{};
    case 1:
      return real(random);
    case 2:
      return random.chance(0.5);
    case 3:
      return text(random);
    case 4: {
      std::vector<TextNumber> texts(random.below(5));
      for (auto& t : texts) t = text(random);
      return texts;
    }
    case 6: {
      std::vector<float> vector(random.below(70));
      for (float& x : vector) x = static_cast<float>(random.uniform() * 4 - 2);
      return vector;
    }
    case 5:
      return Location{random.uniform() * 180 - 90, random.uniform() * 360 - 180};
    default:
      return time(random);
  }
}

std::vector<NamedField> fields(Random& random) {
  std::vector<NamedField> out(random.chance(0.5) ? 0 : random.below(6));
  for (auto& field : out) field = {text(random), value(random)};
  return out;
}

PredictionId prediction(Random& random) {
  PredictionId id;
  for (auto& byte : id) byte = static_cast<uint8_t>(random());
  return id;
}

ExposureRecord exposure(Random& random) {
  ExposureRecord r;
  r.prediction = prediction(random);
  r.at = time(random), r.now = time(random), r.receipt = time(random);
  r.position = random() >> random.below(64), r.snapshot = random() >> random.below(64), r.list = random.below(9);
  r.newer.resize(random.below(3));
  for (auto& n : r.newer) n = {random(), random(), random.below(1000)};
  r.placement = text(random), r.user = number(random), r.session = number(random);
  r.level = static_cast<Level>(random.below(5));
  r.cache_hit = random.chance(0.5), r.explained = random.chance(0.5);
  r.fallback_reason = text(random), r.experiment = text(random), r.variant = text(random);
  r.propensity = random.uniform();
  r.members.resize(random.below(4));
  for (auto& m : r.members) m = {text(random), text(random), random.uniform()};
  bool certain = random.chance(0.5);
  r.items.resize(random.below(12));
  for (auto& i : r.items) i = {number(random), real(random), certain ? 1 : random.uniform()};
  if (random.chance(0.2)) r.candidates.resize(random.below(30), number(random));
  r.context = fields(random);
  return r;
}

}  // namespace

EventRecord random_event(Random& random) {
  EventRecord e;
  e.receipt = time(random), e.at = random.chance(0.5) ? e.receipt : time(random);
  e.fingerprint = random.chance(0.7) ? random() : 0;
  e.type = text(random), e.user = number(random), e.item = number(random);
  e.session = random.chance(0.3) ? number(random) : 0;
  e.fields = fields(random), e.context = fields(random);
  if (random.chance(0.3)) e.prediction = prediction(random);
  return e;
}

Record random_record(Random& random) {
  switch (random.below(6)) {
    case 0: {
      EntityRecord r{time(random), random.chance(0.5), random.chance(0.2), number(random), {}};
      r.attributes = fields(random);
      return r;
    }
    case 1:
      return exposure(random);
    case 2:
      return PublicationRecord{time(random), std::string(random.below(200), 'p')};
    default:
      return random_event(random);
  }
}

}  // namespace augury::journal::testing
