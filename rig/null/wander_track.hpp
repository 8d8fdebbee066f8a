// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace fourpole {

/// How much later than on its line B's programme comes, told at places of A evenly apart, in samples of A: a
/// natural cubic spline through them, which misses a sine of 10 Hz told every 11 ms by 0.3 % at most; held
/// beyond its ends.
class WanderTrack {
public:
    WanderTrack(double first, double apart, std::vector<double> delays);

    double at(double sample_of_a) const;
    /// From the fifth place to the last but four: within, no end bends the spline.
    static constexpr std::size_t unused = 4;
    double from() const { return first_ + static_cast<double>(unused) * apart_; }
    double to() const { return first_ + apart_ * static_cast<double>(delays_.size() - 1 - unused); }
    double most() const { return most_; }  ///< largest size at its places
    const std::vector<double>& delays() const { return delays_; }

private:
    double first_, apart_, most_ = 0.0;
    std::vector<double> delays_, weights_;  ///< weights of B-splines
};

}  // namespace fourpole
