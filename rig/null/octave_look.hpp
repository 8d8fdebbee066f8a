// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <vector>

namespace fourpole {

inline constexpr std::size_t octaves = 10;  // 20 Hz .. 20.48 kHz
struct Slopes {
    double ad = 0.0, dd = 0.0;  ///< w Im(conj(B) A), w^2 |B|^2
};
struct Totals {
    double aa = 0.0, bb = 0.0, ab = 0.0, bins = 0.0;
    Slopes slopes;
};

/// Which octave each bin of a block belongs to, from `first` on to the end of what is heard.
struct OctaveOfBins {
    std::size_t first = 1;
    std::vector<std::size_t> of;
};
OctaveOfBins octave_of_bins(const Hearing& hearing, double bin_hz);

/// What one block holds in all octaves together.
struct BlockPowers {
    double aa = 0.0, bb = 0.0, ab = 0.0;
};

/// Sums over all blocks, and the slopes block by block.
struct Look {
    Blocks blocks;
    std::vector<std::array<Slopes, octaves>> each;
    std::vector<BlockPowers> powers;
    std::array<Totals, octaves> all{};

    double aa() const {
        return std::accumulate(all.begin(), all.end(), 0.0,
                               [](double s, const Totals& o) { return s + o.aa; });
    }
    double gain() const {
        double ab = 0.0, bb = 0.0;
        for (const Totals& o : all) ab += o.ab, bb += o.bb;
        return bb > 0.0 ? ab / bb : 0.0;
    }
    double residual_of_block(std::size_t k) const {
        const double h = gain();
        return std::max(0.0, powers[k].aa - 2.0 * h * powers[k].ab + h * h * powers[k].bb);
    }
    double residual() const {
        double sum = 0.0;
        for (std::size_t o = 0; o < octaves; ++o) sum += residual_of(o);
        return std::max(0.0, sum);
    }
    double residual_of(std::size_t octave) const {
        const double h = gain();
        return all[octave].aa - 2.0 * h * all[octave].ab + h * h * all[octave].bb;
    }
};

/// Goes over the pair once, B moved by its line and its wander. Memory: 184 bytes a block.
Look look_at(const Pair& pair, const Line& line, const Blocks& blocks, unsigned threads, const Told& told);

}  // namespace fourpole
