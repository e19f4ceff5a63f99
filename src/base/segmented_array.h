// An array that grows without moving what is in it: readers need no lock and no pin.
//
// Segments double in size, so a fixed table of pointers is enough for every 32-bit index:
//
//      [ 1024 ][ 1024 ][   2048   ][        4096        ] ...
//
// A segment is zeroed memory the kernel hands out page by page, so what is never touched costs nothing.
//
// One thread grows; any thread reads elements made before. T is an atomic (or a struct of them) whose zero bytes mean
// "nothing".
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace augury::base {

template <typename T>
class SegmentedArray {
 public:
  SegmentedArray() = default;
  SegmentedArray(const SegmentedArray&) = delete;
  SegmentedArray& operator=(const SegmentedArray&) = delete;
  ~SegmentedArray() {
    for (auto& segment : segments_) std::free(segment.load(std::memory_order_relaxed));
  }

  // Null: nothing was ever put near `index`.
  T* find(uint32_t index) const {
    Place place = place_of(index);
    T* segment = segments_[place.segment].load(std::memory_order_acquire);
    return segment == nullptr ? nullptr : segment + place.offset;
  }

  // Writer only.
  T& at(uint32_t index) {
    Place place = place_of(index);
    T* segment = segments_[place.segment].load(std::memory_order_relaxed);
    if (segment == nullptr) segment = add(place.segment);
    return segment[place.offset];
  }

  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr int kFirstBits = 10;
  static constexpr size_t kSegments = 33 - kFirstBits;

  struct Place {
    size_t segment;
    uint64_t offset;
  };
  static Place place_of(uint32_t index) {
    auto [segment, start] = span_of(uint64_t{index} >> kFirstBits);
    return {segment, index - start};
  }
  // Segment 0 is [0, 2^10), segment k is [2^(k+9), 2^(k+10)).
  static std::pair<size_t, uint64_t> span_of(uint64_t block) {
    auto segment = static_cast<size_t>(std::bit_width(block));
    return {segment, segment == 0 ? 0 : uint64_t{1} << (segment - 1 + kFirstBits)};
  }
  T* add(size_t segment) {
    size_t size = size_t{1} << (segment == 0 ? kFirstBits : segment - 1 + kFirstBits);
    auto* made = static_cast<T*>(std::calloc(size, sizeof(T)));
    if (made == nullptr) throw std::bad_alloc();
    segments_[segment].store(made, std::memory_order_release);
    bytes_.fetch_add(size * sizeof(T), std::memory_order_relaxed);
    return made;
  }

  std::array<std::atomic<T*>, kSegments> segments_{};
  std::atomic<uint64_t> bytes_{0};
};

}  // namespace augury::base
