#include <cmath>

#include "base/dot.h"
#include "definition/functions.h"

namespace augury::definition {
namespace {

using Arguments = std::span<const Datum>;

double length(const Datum& a) { return std::sqrt(double{base::dot(a.vector, a.vector)}); }

Datum dot(Arguments a, const Constants&) { return Datum::of(double{base::dot(a[0].vector, a[1].vector)}); }
Datum norm(Arguments a, const Constants&) { return Datum::of(length(a[0])); }
Datum cosine(Arguments a, const Constants&) {
  return Datum::of(double{base::dot(a[0].vector, a[1].vector)} / (length(a[0]) * length(a[1])));
}

constexpr FunctionRow kVector[] = {
    {"dot", "vv", Type::Number, dot},
    {"cosine", "vv", Type::Number, cosine},
    {"norm", "v", Type::Number, norm},
};

}  // namespace

std::span<const FunctionRow> vector_functions() { return kVector; }

}  // namespace augury::definition
