// Transcendental functions with the same bits on every machine.
//
// libm chooses its code by CPU, so two machines may differ in the last bit. Every value that is kept, compared or
// served uses these: plain double arithmetic in one fixed order, no fused multiply-add. Within 1 ulp of the correctly
// rounded result for exp, exp2, log and log1p; within 2 for pow and the trigonometric ones.
#pragma once

namespace augury::base {

double exp(double x);   // Overflow: inf. Underflow: denormals, then 0. NaN: NaN.
double exp2(double x);  // Exact for whole x.
double log(double x);   // log(0) = -inf, log(negative) = NaN.
double log1p(double x);
double pow(double x, double y);
double sin(double x);  // |x| up to 1e6 keeps full accuracy.
double cos(double x);
double asin(double x);
double atan2(double y, double x);

}  // namespace augury::base
