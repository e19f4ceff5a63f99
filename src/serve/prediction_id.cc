#include "serve/prediction_id.h"

#include <cstring>
#include <string_view>

#include "base/hash.h"
#include "base/random.h"

namespace augury::serve {

PredictionId PredictionIds::next(Timestamp now) {
  base::Random random(base::mix(seed_ + base::mix(drawn_.fetch_add(1, std::memory_order_relaxed))));
  uint64_t ms = static_cast<uint64_t>(micros(now)) / 1000, low = random();
  uint64_t high = ms << 16 | (random() & 0xffff);
  PredictionId id;
  for (size_t i = 0; i < 8; ++i) {
    id[i] = static_cast<uint8_t>(high >> (56 - 8 * i));
    id[8 + i] = static_cast<uint8_t>(low >> (56 - 8 * i));
  }
  return id;
}

std::string text_of(const PredictionId& id) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  unsigned __int128 value = 0;
  for (uint8_t byte : id) value = value << 8 | byte;
  std::string text(26, '0');
  for (size_t i = 26; i-- > 0; value >>= 5) text[i] = kDigits[static_cast<size_t>(value & 31)];
  return text;
}

uint64_t seed_of(const PredictionId& id) { return base::hash64({reinterpret_cast<const char*>(id.data()), id.size()}); }

}  // namespace augury::serve
