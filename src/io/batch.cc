#include "io/batch_internal.h"

#include "base/bytes.h"
#include "io/database.h"

namespace augury::io {

Batch::Batch() : inside_(std::make_unique<Inside>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&& other) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

void Batch::put(int family, std::string_view key, std::string_view value) {
  base::ByteWriter out(inside_->changes);
  out.byte(1);
  out.varint(static_cast<uint64_t>(family));
  out.text(key);
  out.text(value);
}

void Batch::erase(int family, std::string_view key) {
  base::ByteWriter out(inside_->changes);
  out.byte(0);
  out.varint(static_cast<uint64_t>(family));
  out.text(key);
}

void Batch::clear() { inside_->changes.clear(); }
bool Batch::empty() const { return inside_->changes.empty(); }

}  // namespace augury::io
