#include "cli/demo/embeddings.h"

#include <algorithm>

#include "base/check.h"
#include "cli/demo/assets.h"

namespace augury::cli::demo {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY\x01";
constexpr std::string_view kForm = "'descr': '|i1', 'fortran_order': False, 'shape': (";
constexpr size_t kFixed = 10;  // Magic, version and the header's length.
constexpr size_t kDimensionMax = 4096;

Embeddings trained(std::string_view path) {
  auto asset = std::ranges::find(assets(), path, &Asset::path);
  AUGURY_CHECK(asset != assets().end());
  auto read = Embeddings::read(asset->bytes);
  AUGURY_CHECK(read.has_value());
  return *read;
}

// Takes the whole number at the front of `text` away; 0 if there is none, or one that no table has.
size_t take_count(std::string_view& text) {
  size_t count = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9' && count < (size_t{1} << 32)) {
    count = count * 10 + static_cast<size_t>(text[0] - '0');
    text.remove_prefix(1);
  }
  return count;
}

}  // namespace

Result<Embeddings> Embeddings::read(std::string_view npy) {
  const Error refused{Code::Invalid, "not a .npy file of version 1 with a two-dimensional int8 array"};
  if (npy.size() < kFixed || !npy.starts_with(kMagic)) return refused;
  size_t length = static_cast<uint8_t>(npy[8]) + size_t{static_cast<uint8_t>(npy[9])} * 256;
  if (npy.size() < kFixed + length) return refused;
  auto header = npy.substr(kFixed, length);
  auto data = npy.substr(kFixed + length);
  size_t at = header.find(kForm);
  if (at == std::string_view::npos) return refused;
  header.remove_prefix(at + kForm.size());
  size_t rows = take_count(header);
  if (!header.starts_with(", ")) return refused;
  header.remove_prefix(2);
  size_t dimension = take_count(header);
  if (!header.starts_with(")") || dimension == 0 || dimension > kDimensionMax || rows > data.size() ||
      rows * dimension != data.size())
    return refused;
  return Embeddings({reinterpret_cast<const int8_t*>(data.data()), data.size()}, dimension);
}

std::span<const int8_t> Embeddings::row(size_t number) const {
  if (number >= rows()) return {};
  auto row = numbers_.subspan(number * dimension_, dimension_);
  return std::ranges::any_of(row, [](int8_t x) { return x != 0; }) ? row : std::span<const int8_t>();
}

Embeddings user_embeddings() { return trained("models/user_embedding.npy"); }
Embeddings item_embeddings() { return trained("models/item_embedding.npy"); }

}  // namespace augury::cli::demo
