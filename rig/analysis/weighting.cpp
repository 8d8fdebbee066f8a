// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/weighting.hpp"

#include <cmath>

namespace fourpole {

namespace {

double a_curve(double f) {
    const double f2 = f * f;
    const auto pole = [&](double hz) { return f2 + hz * hz; };
    return 12194.217 * 12194.217 * f2 * f2 /
           (pole(20.598997) * std::sqrt(pole(107.65265) * pole(737.86223)) * pole(12194.217));
}

double bs468_curve(double f) {
    const double f2 = f * f;
    const double h1 =
        ((-4.737338981378384e-24 * f2 + 2.043828333606125e-15) * f2 - 1.363894795463638e-7) * f2 + 1.0;
    const double h2 = ((1.306612257412824e-19 * f2 - 2.118150887518656e-11) * f2 + 5.559488023498642e-4) * f;
    return 1.246332637532143e-4 * f / std::sqrt(h1 * h1 + h2 * h2);
}

}  // namespace

double weight(Weighting weighting, double frequency_hz) {
    static const double a_at_1khz = a_curve(1000.0), bs468_at_2khz = bs468_curve(2000.0);
    switch (weighting) {
        case Weighting::none: return 1.0;
        case Weighting::a: return a_curve(frequency_hz) / a_at_1khz;
        case Weighting::ccir_rms: return bs468_curve(frequency_hz) / bs468_at_2khz;
    }
    return 1.0;
}

double notch(double frequency_hz, double tone_hz, double q) {
    const double x = frequency_hz / tone_hz, gap = 1.0 - x * x;
    const double wide = x / q;
    return std::abs(gap) / std::sqrt(gap * gap + wide * wide);
}

}  // namespace fourpole
