// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace fourpole {

/// Mean and spread of one figure over the blocks of a Monte Carlo run, or over its draws (Welford's sums).
class OverBlocks {
public:
    void add(double x) {
        ++count_;
        const double off = x - mean_;
        mean_ += off / count_;
        squares_ += off * (x - mean_);
    }
    double mean() const { return mean_; }
    /// Standard deviation; from two on.
    double spread() const { return std::sqrt(squares_ / (count_ - 1.0)); }
    /// Standard deviation of the mean, s / sqrt(blocks); from two blocks on.
    double u_of_mean() const { return spread() / std::sqrt(count_); }

private:
    double count_ = 0.0, mean_ = 0.0, squares_ = 0.0;
};

}  // namespace fourpole
