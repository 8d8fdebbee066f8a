// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/outliers.hpp"

#include "rig/align/resample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace fourpole {

namespace {

constexpr std::size_t cell = 4, beside_cells = 256, away_cells = 3, least_beside = 64;
// Eight samples of white noise never reach it by chance (1e-23); a single one that is 11 times the rms does.
constexpr double stands_out = 16.0;
constexpr double more_than_programme = 8.0;
constexpr std::ptrdiff_t around = 64;
constexpr double rough = 8.0;
constexpr double of_peak = 0.25, of_beside = 4.0;
constexpr double most_of_it = 0.8;
constexpr std::size_t stretch_cell = 16;

/// Power of cells of four samples, and their sums from the first on.
class Cells {
public:
    explicit Cells(std::span<const double> x) : sums_(x.size() / cell + 1, 0.0) {
        for (std::size_t k = 0; k + 1 < sums_.size(); ++k) {
            double sum = 0.0;
            for (std::size_t i = 0; i < cell; ++i) sum += x[k * cell + i] * x[k * cell + i];
            sums_[k + 1] = sums_[k] + sum;
        }
    }
    std::size_t count() const { return sums_.size() - 1; }
    /// Of two neighbours.
    double pair(std::size_t k) const { return sums_[k + 2] - sums_[k]; }
    /// Per cell, the louder of both sides of a pair; nullopt: too little is there.
    std::optional<double> beside(std::size_t k) const {
        std::optional<double> out;
        const auto take = [&](std::size_t from, std::size_t to) {
            if (to < from + least_beside) return;
            const double power = std::max(0.0, sums_[to] - sums_[from]) / static_cast<double>(to - from);
            out = std::max(out.value_or(0.0), power);
        };
        const std::size_t before = k - std::min(k, away_cells),
                          behind = std::min(count(), k + 2 + away_cells);
        take(before - std::min(before, beside_cells), before);
        take(behind, std::min(count(), behind + beside_cells));
        return out;
    }
    double over(std::size_t k) const {
        const auto power = beside(k);
        return power && *power > 0.0 ? pair(k) / (2.0 * *power) : 0.0;
    }

private:
    std::vector<double> sums_;
};

std::vector<double> raised(std::vector<double> x) {
    for (std::size_t i = x.size(); i-- > 1;) x[i] -= x[i - 1];
    if (!x.empty()) x[0] = 0.0;
    return x;
}

/// By how much a programme stands out there of itself, however it is coloured.
double own_over(std::span<const double> x, std::size_t k) {
    // Only what is about it is worked out.
    const std::size_t reach = (beside_cells + away_cells + 2) * cell, middle = k * cell;
    const std::size_t from = middle - std::min(middle, reach), to = std::min(x.size(), middle + reach);
    std::vector<double> part(x.begin() + static_cast<std::ptrdiff_t>(from),
                             x.begin() + static_cast<std::ptrdiff_t>(to));
    double out = 0.0;
    for (int times = 0; times < 3; ++times) {
        out = std::max(out, Cells(part).over((middle - from) / cell));
        part = raised(std::move(part));
    }
    return out;
}

/// Samples of one capture about an outlier, and what stands out of the other one's there.
struct Grid {
    std::ptrdiff_t first = 0;  ///< own sample of the first
    std::vector<double> own, rest;
    std::size_t from = 0, to = 0;  ///< that stand out
};

Grid grid_of(const Samples& own, const Samples& other, const Line& to_other, double scale, double at,
             double beside) {
    Grid out;
    out.first = std::lround(at) - around;
    out.own.resize(2 * around + 1);
    own.copy(out.first, out.own);
    const auto p =
        resampled(other, to_other.at(static_cast<double>(out.first)), to_other.step, out.own.size());
    double peak = 0.0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        out.rest.push_back(out.own[i] - scale * p[i]);
        peak = std::max(peak, std::abs(out.rest[i]));
    }
    const double enough = std::max(of_peak * peak, std::min(0.5 * peak, of_beside * std::sqrt(beside)));
    const auto out_of = [&](double v) { return std::abs(v) > enough; };
    out.from =
        static_cast<std::size_t>(std::find_if(out.rest.begin(), out.rest.end(), out_of) - out.rest.begin());
    out.to =
        static_cast<std::size_t>(out.rest.rend() - std::find_if(out.rest.rbegin(), out.rest.rend(), out_of));
    return out;
}

/// Power of the own second differences about what stands out, over that of as many samples of the rest: a
/// programme is smoother than a click, and what a converter clips is smoother than the programme.
double bend(const Grid& grid) {
    double inside = 0.0, all = 0.0;
    for (std::size_t i = 1; i + 1 < grid.own.size(); ++i) {
        const double d = grid.own[i - 1] - 2.0 * grid.own[i] + grid.own[i + 1];
        all += d * d;
        if (i + 1 >= grid.from && i <= grid.to) inside += d * d;
    }
    const auto count = static_cast<double>(grid.to - grid.from + 2);
    const double rest = (all - inside) / (static_cast<double>(grid.own.size() - 2) - count);
    return rest > 0.0 ? inside / count / rest : 0.0;
}

/// The digital zeros about what stands out, where all of that is one and they end within the grid.
bool widen_to_zeros(Grid& grid, std::optional<double> zero) {
    if (!zero) return false;
    for (std::size_t i = grid.from; i < grid.to; ++i)
        if (grid.own[i] != *zero) return false;
    while (grid.from > 0 && grid.own[grid.from - 1] == *zero) --grid.from;
    while (grid.to < grid.own.size() && grid.own[grid.to] == *zero) ++grid.to;
    return grid.from > 0 && grid.to < grid.own.size();
}

}  // namespace

std::vector<Outlier> outliers_in(std::span<const double> a, std::span<const double> b, double scale,
                                 double first_of_a) {
    std::vector<double> rest(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) rest[i] = a[i] - scale * b[i];
    const Cells cells(rest);
    std::vector<Outlier> out;
    for (std::size_t k = 0; k + 2 <= cells.count(); ++k) {
        const double over = cells.over(k);
        if (over < stands_out) continue;
        // The loudest pair of a neighbourhood speaks for it.
        bool loudest = true;
        for (std::size_t n = k - std::min<std::size_t>(k, 2 * away_cells);
             n + 2 <= cells.count() && n <= k + 2 * away_cells; ++n)
            loudest = loudest &&
                      (cells.pair(n) < cells.pair(k) || n == k || (n > k && cells.pair(n) <= cells.pair(k)));
        if (!loudest || over < more_than_programme * std::min(own_over(a, k), own_over(b, k))) continue;
        out.push_back({first_of_a + static_cast<double>((k + 1) * cell), cells.pair(k), over,
                       *cells.beside(k) / static_cast<double>(cell)});
    }
    return highest(std::move(out), most_outliers);
}

std::vector<Outlier> highest(std::vector<Outlier> all, std::size_t most) {
    if (all.size() <= most) return all;
    std::stable_sort(all.begin(), all.end(),
                     [](const Outlier& x, const Outlier& y) { return x.over > y.over; });
    all.resize(most);
    std::sort(all.begin(), all.end(), [](const Outlier& x, const Outlier& y) { return x.at_a < y.at_a; });
    return all;
}

std::vector<Break> zeroed_among(const std::vector<Click>& clicks) {
    std::vector<Break> out;
    for (const Click& c : clicks)
        if (c.zeroed) out.push_back(c.what);
    return out;
}

std::vector<Outlier> without_twins(std::vector<Outlier> all) {
    std::stable_sort(all.begin(), all.end(),
                     [](const Outlier& x, const Outlier& y) { return x.at_a < y.at_a; });
    std::vector<Outlier> out;
    for (const Outlier& one : all)
        if (out.empty() || one.at_a - out.back().at_a > static_cast<double>(2 * away_cells * cell))
            out.push_back(one);
    return out;
}

std::optional<Click> click_at(const Pair& pair, const Match& match, const Outlier& outlier,
                              std::optional<double> zero_a, std::optional<double> zero_b) {
    // A wander is all but constant over it.
    const double later = pair.wander ? pair.wander->at(outlier.at_a) : 0.0;
    const Line line{match.line.delay + match.line.step * later, match.line.step}, back = turned_round(line);
    const double beside_b = outlier.beside / (match.scale * match.scale);
    std::array grids{grid_of(pair.a, pair.b, line, match.scale, outlier.at_a, outlier.beside),
                     grid_of(pair.b, pair.a, back, 1.0 / match.scale, line.at(outlier.at_a), beside_b)};
    const std::array zeros{widen_to_zeros(grids[0], zero_a), widen_to_zeros(grids[1], zero_b)};
    const auto width = [](const Grid& g) { return g.to - g.from; };
    Click out;
    bool in_a = zeros[0];
    if (zeros[0] != zeros[1]) {
        out.zeroed = true, out.in_a = in_a;
    } else if (width(grids[0]) != width(grids[1])) {
        in_a = width(grids[0]) < width(grids[1]), out.in_a = in_a;
    } else if (const double a = bend(grids[0]), b = bend(grids[1]);
               std::max(a, b) > rough * std::max(1.0, std::min(a, b))) {
        // At whole samples of delay both grids are one.
        in_a = a > b, out.in_a = in_a;
    }
    const Grid& grid = grids[in_a ? 0 : 1];
    if (grid.from == 0 || grid.to == grid.own.size()) return std::nullopt;
    const auto at = static_cast<double>(grid.first + static_cast<std::ptrdiff_t>(grid.from));
    out.count = width(grid);
    for (std::size_t i = grid.from; i < grid.to; ++i)
        out.height = std::max(out.height, std::abs(grid.rest[i]));
    out.what.kind = Discontinuity::Kind::zeroed, out.what.count = static_cast<double>(out.count);
    out.what.in_a = in_a;
    out.what.at_a = in_a ? at : back.at(at), out.what.at_b = in_a ? line.at(at) : at;
    return out;
}

LoudStretch loudest_stretch(const Pair& pair, const Match& match, std::size_t first, std::size_t length) {
    Blocks blocks;
    blocks.first = first, blocks.length = length, blocks.count = 1, blocks.per_section = 1;
    std::vector<double> sums{0.0};
    each_section(pair, match.line, blocks, 1, {}, [&](const Section& section) {
        for (std::size_t n = 0; n + stretch_cell <= length; n += stretch_cell) {
            double sum = 0.0;
            for (std::size_t i = n; i < n + stretch_cell; ++i) {
                const double r = section.a[i] - match.scale * section.b[i];
                sum += r * r;
            }
            sums.push_back(sums.back() + sum);
        }
    });
    std::size_t from = 0, best_from = 0, best_to = sums.size() - 1;
    for (std::size_t to = 1; to < sums.size(); ++to)
        while (from < to && sums[to] - sums[from] >= most_of_it * sums.back()) {
            if (to - from < best_to - best_from) best_from = from, best_to = to;
            ++from;
        }
    const auto at = [&](std::size_t k) { return static_cast<double>(first + k * stretch_cell); };
    return {at(best_from), at(best_to)};
}

}  // namespace fourpole
