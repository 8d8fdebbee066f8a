// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_torn.hpp"

#include "rig/analysis/median.hpp"

#include <algorithm>
#include <utility>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double explained = 0.1, unexplained = 0.5, loud = 0.01;
constexpr std::size_t blocks_astray = 5;
constexpr double surely_explained = 0.01;
constexpr double short_s = 0.01, short_unexplained = 0.25, above_usual = 100.0, above_loudest = 1e-4;

struct Piece {
    Index from = 0;
    double power = 0.0, missed = 0.0;
};

std::vector<Piece> pieces_of(const Standing& standing, Index size) {
    std::vector<Piece> out;
    const auto frames = static_cast<Index>(standing.y.size());
    for (const Stand& s : standing.stands)
        for (Index from = s.from; from + size <= std::min(s.to, frames); from += size) {
            Piece p{from};
            for (Index n = from; n < from + size; ++n) {
                const double y = standing.y[static_cast<std::size_t>(n)];
                const double e = y - standing.made.at(n - s.later);
                p.power += y * y, p.missed += e * e;
            }
            out.push_back(p);
        }
    return out;
}

}  // namespace

double usually_unlike(const std::vector<BlockPlace>& path) {
    std::vector<double> all;
    for (const BlockPlace& b : path)
        if (b.weight > 0.0) all.push_back(b.unlike);
    return all.empty() ? 1.0 : median(std::move(all));
}

std::vector<Index> astray_blocks(const std::vector<BlockPlace>& path, std::span<const double> y,
                                 std::size_t length) {
    std::vector<double> energy, usual;
    for (const BlockPlace& b : path) {
        double sum = 0.0;
        for (const double v : y.subspan(static_cast<std::size_t>(b.from), length)) sum += v * v;
        energy.push_back(sum);
        if (b.unlike < explained) usual.push_back(sum);
    }
    std::vector<Index> out;
    if (4 * usual.size() < path.size()) return out;
    const double least = loud * median(std::move(usual));
    for (std::size_t b = 0, run = 0; b < path.size(); ++b) {
        run = energy[b] > least && path[b].unlike > unexplained ? run + 1 : 0;
        if (run == blocks_astray) out.push_back(path[b - run + 1].from);
    }
    return out;
}

std::vector<Index> unexplained_in(const Standing& standing, const std::vector<BlockPlace>& path,
                                  std::size_t length, double rate_hz) {
    if (usually_unlike(path) > surely_explained) return astray_blocks(path, standing.y, length);
    const auto pieces = pieces_of(standing, static_cast<Index>(short_s * rate_hz));
    std::vector<double> missed;
    double loudest = 0.0;
    for (const Piece& p : pieces) missed.push_back(p.missed), loudest = std::max(loudest, p.power);
    const double least = std::max(above_usual * median(std::move(missed)), above_loudest * loudest);
    std::vector<Index> out;
    for (const Piece& p : pieces)
        if (p.missed > least && p.missed > short_unexplained * p.power) out.push_back(p.from);
    return out;
}

}  // namespace fourpole
