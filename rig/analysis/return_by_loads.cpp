// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/return_by_loads.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourpole {

namespace {

using Complex = std::complex<double>;

/// Zc by one set of loads alone.
struct One {
    Complex ohm, by_output;  ///< d ohm / d Zout
    double noise = 0.0;
};

}  // namespace

std::optional<SharedReturn> return_by_loads(std::span<const LeakIntoLoads> loads, Complex output_ohm,
                                            double u_output_ohm) {
    std::vector<One> each;
    double noisiest = 0.0;
    for (const LeakIntoLoads& l : loads) {
        const Complex k = l.leak.value, below = l.silent_ohm + k * l.driven_ohm;
        if (!(std::abs(l.driven_ohm) > 0.0) || !(std::abs(l.silent_ohm) > 0.0) || !(std::abs(below) > 0.0))
            return std::nullopt;
        const Complex by_output = -k * l.driven_ohm / below;
        const Complex by_leak = -l.driven_ohm * (l.silent_ohm + output_ohm) * l.silent_ohm / (below * below);
        each.push_back(
            {by_output * (l.silent_ohm + output_ohm), by_output, std::abs(by_leak) * l.leak.noise});
        noisiest = std::max(noisiest, each.back().noise);
    }
    if (each.empty()) return std::nullopt;
    const auto weight = [&](const One& o) {
        return noisiest <= 0.0 ? 1.0 : 1.0 / std::pow(o.noise > 0.0 ? o.noise : noisiest, 2);
    };
    double sum = 0.0;
    Complex mean = 0.0, by_output = 0.0;
    for (const One& o : each) {
        sum += weight(o);
        mean += weight(o) * o.ohm;
        by_output += weight(o) * o.by_output;
    }
    SharedReturn out;
    out.ohm = mean / sum;
    const double by_noise = noisiest > 0.0 ? 1.0 / std::sqrt(sum) : 0.0;
    out.u_ohm = std::hypot(by_noise, std::abs(by_output / sum) * u_output_ohm);
    if (noisiest > 0.0)
        for (const One& o : each) out.chi_square += 2.0 * std::norm(o.ohm - out.ohm) * weight(o);
    return out;
}

}  // namespace fourpole
