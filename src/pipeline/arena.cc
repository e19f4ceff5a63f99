#include "pipeline/arena.h"

#include <vector>

namespace augury::pipeline {

namespace {

constexpr size_t kBlocksKept = 4;
thread_local std::vector<std::unique_ptr<std::byte[]>> kept;

std::unique_ptr<std::byte[]> take_block() {
  if (kept.empty()) return std::unique_ptr<std::byte[]>(new std::byte[Arena::kBlockBytes]);
  auto block = std::move(kept.back());
  kept.pop_back();
  return block;
}

}  // namespace

Arena::Arena() : block_(take_block()), memory_(block_.get(), kBlockBytes) {}

Arena::~Arena() {
  memory_.release();
  if (kept.size() < kBlocksKept) kept.push_back(std::move(block_));
}

}  // namespace augury::pipeline
