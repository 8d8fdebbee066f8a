// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/zeros_and_repeats.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;
using Stretch = EventStretch;

constexpr Index least_block = 3;  ///< fewer are alike by chance

/// Length of the run of digital zeros (all sides) that starts at n.
Index zeros_at(const Recording& recording, Index n, double least_step) {
    Index run = 0;
    const auto frames = static_cast<Index>(recording.frames());
    for (; n + run < frames; ++run)
        for (const Side s : sides)
            if (recording.has(s) &&
                std::abs(recording.samples[s][static_cast<std::size_t>(n + run)]) > least_step)
                return run;
    return run;
}

/// True where the k samples from n on stand in the k samples before it, on every side, and are no value that
/// is held.
bool repeats(const Recording& recording, Index n, Index k) {
    if (n - k < 0 || n + k > static_cast<Index>(recording.frames())) return false;
    bool moves = k < 2;
    for (const Side s : sides)
        if (recording.has(s))
            for (Index i = 0; i < k; ++i) {
                const auto here = recording.samples[s].begin() + n + i;
                if (*here != *(here - k)) return false;
                moves = moves || *here != *(here - 1);
            }
    return moves;
}

/// True where a zero is no crossing: the samples on both sides are far from it, on one side of it.
bool stands_out(const Stretch& s, Index n) {
    const auto i = static_cast<std::size_t>(n);
    if (i < 1 || i + 3 >= s.y.size()) return false;
    const double before = s.y[i - 1], behind = s.y[i + 1] != 0.0 ? s.y[i + 1] : s.y[i + 2];
    return before * behind > 0.0 && std::min(std::abs(before), std::abs(behind)) > 1e-3;
}

}  // namespace

bool zeros_before(const Recording& recording, Index n, double least_step) {
    for (Index at = n - 3; at <= n + 48; ++at)
        if (at >= 3 && zeros_at(recording, at - 3, least_step) == 3) return true;
    return false;
}

bool is_blank(const Recording& recording, Index from, Index to, double least_step) {
    return zeros_at(recording, from, least_step) >= to - from;
}

std::optional<std::pair<Index, Index>> blank_in(const Recording& recording, const Stretch& s,
                                                std::pair<Index, Index> cluster, double least_step) {
    const auto [first, last] = cluster;
    for (Index n = first - 8; n <= last + 8; ++n)
        if (const Index zeros = n < 0 ? 0 : zeros_at(recording, n, least_step); zeros >= 3) {
            Index from = n;  // the cluster may be the far end of the run
            while (from > 0 && zeros_at(recording, from - 1, least_step) > 0) --from;
            return std::pair{from, zeros + n - from};
        }
    for (Index n = first - 1; n <= last + 1; ++n)
        if (const Index few = zeros_at(recording, n, least_step); few > 0 && stands_out(s, n))
            return std::pair{n, few};
    return std::nullopt;
}

bool stands_still(const Recording& recording, std::pair<Index, Index> cluster) {
    const auto held = [&](Index n) {
        for (const Side s : sides)
            if (recording.has(s)) {
                const auto x = recording.samples[s].begin() + n;
                if (x[0] != x[1] || x[1] != x[2]) return false;
            }
        return true;
    };
    const Index last = std::min(cluster.second + 3, static_cast<Index>(recording.frames()) - 3);
    for (Index n = std::max<Index>(0, cluster.first - 3); n <= last; ++n)
        if (held(n)) return true;
    return false;
}

std::optional<Discontinuity> repeated_in(const Recording& recording, std::pair<Index, Index> cluster,
                                         Index least, Index most) {
    const Index from = std::max<Index>(least, least < most ? least_block : 1);
    for (Index n = cluster.first - 2; n <= cluster.second + 2; ++n)
        for (Index k = most; k >= from; --k)
            if (repeats(recording, n, k)) return Discontinuity{Discontinuity::Kind::repeated, k, n};
    return std::nullopt;
}

std::optional<Discontinuity> repeated_at(const Recording& recording, Index at, Index likely, Index most) {
    if (repeats(recording, at, likely)) return Discontinuity{Discontinuity::Kind::repeated, likely, at};
    for (Index n = at - 3; n <= at + 3; ++n)
        for (Index k = least_block; k <= most; ++k)
            if (repeats(recording, n, k)) return Discontinuity{Discontinuity::Kind::repeated, k, n};
    return std::nullopt;
}

}  // namespace fourpole
