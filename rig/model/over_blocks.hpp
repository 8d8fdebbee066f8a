// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <span>

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
    /// The same for many: their own mean and squares first, then both joined.
    void add_all(std::span<const double> values) {
        const auto more = static_cast<double>(values.size());
        if (values.empty()) return;
        double sum = 0.0, squares = 0.0;
        for (const double v : values) sum += v;
        const double own = sum / more;
        for (const double v : values) squares += (v - own) * (v - own);
        const double off = own - mean_, all = count_ + more;
        squares_ += squares + off * off * count_ * more / all;
        mean_ += off * more / all;
        count_ = all;
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
