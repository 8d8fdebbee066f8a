// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/null.hpp"
#include "rig/null/pair.hpp"

#include <cstddef>
#include <string>

namespace fourpole {

/// Shares 0 .. 1 among steps that follow each other; a fifth of the time goes into preparing channels.
class Steps {
public:
    Steps(const NullProgress& progress, std::size_t pairs)
        : progress_(progress), pairs_(static_cast<double>(pairs)) {}

    /// Of both captures' channels the n-th is looked at.
    Told preparing(std::size_t n) const {
        return [this, n](double part) {
            if (progress_)
                progress_(prepared_share * (static_cast<double>(n) + part) / (2.0 * pairs_),
                          "looking for what both hold");
        };
    }

    Told step(std::size_t pair, double from, double to, const std::string& what) const {
        return [this, pair, from, to, what](double part) {
            const double done = static_cast<double>(pair) + from + part * (to - from);
            if (progress_) progress_(prepared_share + (1.0 - prepared_share) * done / pairs_, what);
        };
    }

private:
    static constexpr double prepared_share = 0.2;

    const NullProgress& progress_;
    double pairs_;
};

}  // namespace fourpole
