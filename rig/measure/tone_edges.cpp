// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_edges.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double of_period = 1.0 / 12.0;  ///< by which a device's own phase may move an edge
constexpr double own_samples = 1.5;       ///< ... and by which its filters may
constexpr double of_whole = 0.5;          ///< of the wave's energy beside the edge that it must explain
constexpr std::size_t steps_of_edge = 8, least_samples = 64;

/// y x and x x over the noise, of all inputs, over a region of the capture.
struct Region {
    std::size_t from = 0;
    std::vector<double> yx, xx, yy;
    std::vector<double> sum_yx, sum_xx;  ///< up to a sample
};

Region region_of(const Recording& recording, const ToneReference& reference, const ToneState& state,
                 std::size_t from, std::size_t to) {
    Region out{from,
               std::vector<double>(to - from, 0.0),
               std::vector<double>(to - from, 0.0),
               std::vector<double>(to - from, 0.0),
               {0.0},
               {0.0}};
    for (const Side side : sides) {
        const auto& wave = reference.wave[side];
        if (!wave) continue;
        const auto x = wave->at(static_cast<double>(from) - state.delay, to - from).value;
        for (std::size_t n = 0; n < x.size(); ++n) {
            const double own = state.gain * (x[n] - wave->constant);
            const double y = recording.samples[side][from + n] - wave->constant;
            out.yx[n] += y * own / wave->variance, out.xx[n] += own * own / wave->variance;
            out.yy[n] += y * y / wave->variance;
        }
    }
    for (std::size_t n = 0; n < out.yx.size(); ++n) {
        out.sum_yx.push_back(out.sum_yx.back() + out.yx[n]);
        out.sum_xx.push_back(out.sum_xx.back() + out.xx[n]);
    }
    return out;
}

/// E(t) less the sum of y^2, t in samples of the region.
class Squares {
public:
    Squares(const Region& region, bool begins, double edge) : region_(region), begins_(begins), edge_(edge) {}

    double at(double t) const {
        const auto [first, last] = fade(t);
        double sum = begins_ ? whole(last, region_.yx.size()) : whole(0, first);
        for (std::size_t n = first; n < last; ++n) {
            const double w = weight(static_cast<double>(n) - t);
            sum += w * (w * region_.xx[n] - 2.0 * region_.yx[n]);
        }
        return sum;
    }

    /// Sum of squares that it leaves in the edge and as much beside it in the tone, their number, and the sum
    /// of (w' x)^2: what a sample of t costs.
    struct Left {
        double squares = 0.0, energy = 0.0, stiff = 0.0;
        std::size_t samples = 0;
    };
    Left residue_at(double t, std::size_t beside) const {
        auto [first, last] = fade(t);
        if (begins_)
            last = std::min(last + beside, region_.yx.size());
        else
            first -= std::min(first, beside);
        Left out;
        for (std::size_t n = first; n < last; ++n) {
            const double v = static_cast<double>(n) - t, w = weight(v);
            out.squares += region_.yy[n] + w * (w * region_.xx[n] - 2.0 * region_.yx[n]);
            out.energy += w * w * region_.xx[n];
            const double slope = weight(v + 0.5) - weight(v - 0.5);
            out.stiff += slope * slope * region_.xx[n];
            ++out.samples;
        }
        return out;
    }

private:
    double whole(std::size_t from, std::size_t to) const {
        return region_.sum_xx[to] - region_.sum_xx[from] - 2.0 * (region_.sum_yx[to] - region_.sum_yx[from]);
    }
    /// Samples of the fade: from t on where it begins, up to t where it ends.
    std::pair<std::size_t, std::size_t> fade(double t) const {
        const auto inside = [this](double v) {
            return static_cast<std::size_t>(std::clamp(v, 0.0, static_cast<double>(region_.yx.size())));
        };
        const double from = begins_ ? t : t - edge_;
        return {inside(std::ceil(from)), inside(std::ceil(from + edge_))};
    }
    double weight(double v) const {
        if (!begins_) v = -v;
        if (v <= 0.0) return 0.0;
        return v >= edge_ ? 1.0 : 0.5 - 0.5 * std::cos(pi * v / edge_);
    }

    const Region& region_;
    bool begins_;
    double edge_;
};

double slowest_period(const ToneReference& reference) {
    double slowest = 2.0 * pi;
    for (const Side side : sides)
        if (const auto& wave = reference.wave[side])
            for (const double omega : wave->omega) slowest = std::min(slowest, omega);
    return 2.0 * pi / slowest;
}

/// The least of `of` at from, from + step ... to; nothing where it stands at either end.
std::optional<double> least_within(const Squares& of, double from, double to, double step) {
    double best = from, least = of.at(from), last = from;
    for (double t = from + step; t <= to; t += step) {
        if (const double here = of.at(t); here < least) least = here, best = t;
        last = t;
    }
    return best > from && best < last ? std::optional(best) : std::nullopt;
}

}  // namespace

std::optional<ToneEdge> tone_edge(const Recording& recording, const ToneReference& reference,
                                  const EdgeWanted& wanted, std::ptrdiff_t reach) {
    const double edge = std::max(wanted.edge_samples, 0.0);
    // Of the tone itself as much as the edge, or a period, must be there.
    const double beside = std::max({edge, slowest_period(reference), static_cast<double>(least_samples)});
    const auto span = static_cast<double>(reach) + edge + beside;
    const double low = std::max(0.0, std::floor(wanted.expected - span));
    const double high = std::min(static_cast<double>(recording.frames()), std::ceil(wanted.expected + span));
    if (high - low < 2.0 * beside + 3.0) return {};
    const auto from = static_cast<std::size_t>(low);
    const Region region = region_of(recording, reference, wanted.state, from, static_cast<std::size_t>(high));
    const Squares squares(region, wanted.begins, edge);
    const double middle = wanted.expected - low, size = static_cast<double>(region.yx.size());
    const double first = std::max(middle - static_cast<double>(reach), wanted.begins ? 1.0 : edge + beside);
    const double last =
        std::min(middle + static_cast<double>(reach), wanted.begins ? size - edge - beside : size - 1.0);
    const double step = std::max(1.0, std::floor(edge / steps_of_edge));
    auto best = least_within(squares, first, last, step);
    if (best && step > 1.0) best = least_within(squares, *best - step - 1.0, *best + step + 1.0, 1.0);
    if (!best) return {};
    double at = *best;
    if (edge >= 4.0) {
        const double a = squares.at(at - 1.0), b = squares.at(at), c = squares.at(at + 1.0);
        if (a + c > 2.0 * b) at += std::clamp(0.5 * (a - c) / (a + c - 2.0 * b), -1.0, 1.0);
    }
    const auto residue = squares.residue_at(at, static_cast<std::size_t>(beside));
    if (residue.samples == 0 || residue.squares > of_whole * residue.energy) return {};
    const double noise = std::max(1.0, residue.squares / static_cast<double>(residue.samples));
    ToneEdge out;
    out.expected = wanted.expected;
    out.off_by = at - middle;
    out.u = std::hypot(std::sqrt(noise / std::max(residue.stiff, 1e-300)), own_samples,
                       of_period * slowest_period(reference));
    return out;
}

}  // namespace fourpole
