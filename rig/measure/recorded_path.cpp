// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_path.hpp"

#include "rig/fft/correlate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double worth = 20.0;  ///< N: independent samples that a block is believed to hold
constexpr double most_unlike = 4.0, least_unlike = 1e-12;
constexpr std::int8_t came_from_best = 127;

/// Best of the scores within `drift` of each lag, with how far away it is; the nearest of equal ones.
void drifted(const std::vector<double>& in, int drift, std::vector<double>& out,
             std::vector<std::int8_t>& by) {
    out = in;
    const auto size = static_cast<Index>(in.size());
    for (int away = 1; away <= drift; ++away)
        for (Index i = 0; i < size; ++i)
            for (const int d : {-away, away})
                if (i + d >= 0 && i + d < size &&
                    in[static_cast<std::size_t>(i + d)] > out[static_cast<std::size_t>(i)])
                    out[static_cast<std::size_t>(i)] = in[static_cast<std::size_t>(i + d)],
                    by[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(d);
}

/// The largest within half a sample of the middle of three, by the sine through them.
double near_by(double before, double here, double behind) {
    const double cosine = here != 0.0 ? 0.5 * (before + behind) / here : 2.0;
    if (std::abs(cosine) >= 0.999999) return here;
    const double w = std::acos(cosine), across = 0.5 * (behind - before) / std::sin(w);
    const double size = std::hypot(here, across), away = std::atan2(std::abs(across), std::abs(here)) / w;
    return std::copysign(size * std::cos(w * std::max(0.0, away - 0.5)), here);
}

void refine(const std::vector<float>& unlike, std::size_t at, double floor, BlockPlace& out) {
    out.unlike = unlike[at];
    if (at == 0 || at + 1 >= unlike.size()) return;
    const double here = unlike[at], before = unlike[at - 1], behind = unlike[at + 1];
    const double bend = before + behind - 2.0 * here;
    if (bend <= 0.0 || here > 0.5) return;
    out.finer = std::clamp(0.5 * (before - behind) / bend, -0.5, 0.5);
    out.weight = bend / (here + floor);
}

}  // namespace

double score_of(double unlike, double floor) {
    return -0.5 * worth * std::log(std::clamp(unlike, 0.0, most_unlike) + floor);
}

std::vector<float> unlike_at_lags(const OnLine& x, std::span<const double> y, Index from, std::size_t length,
                                  const LagSearch& search) {
    const auto own = y.subspan(static_cast<std::size_t>(from), length);
    const double yy = std::inner_product(own.begin(), own.end(), own.begin(), 0.0);
    // Lag l holds x[n - l]: from the largest lag on x comes in its own order.
    const Index most = search.first + static_cast<Index>(search.count) - 1;
    std::vector<double> wave(length + search.count - 1);
    for (std::size_t i = 0; i < wave.size(); ++i) wave[i] = x.at(from - most + static_cast<Index>(i));
    const std::span<const double> in = wave;
    const LagWindow window{0, search.count};
    const auto r = correlate({&in, 1}, 0, own, {&window, 1})[0][0];
    std::vector<float> out(search.count);
    double xx = 0.0;
    for (std::size_t i = 0; i < length; ++i) xx += wave[i] * wave[i];
    for (std::size_t i = 0; i < search.count; ++i) {
        const bool inside = search.between && i > 0 && i + 1 < search.count;
        const double common = inside ? near_by(r[i - 1], r[i], r[i + 1]) : r[i];
        const double unlike = search.known_gain
                                  ? (yy - 2.0 * common + xx + search.quiet) / (yy + search.quiet)
                                  : 1.0 - common * common / ((yy + search.quiet) * (xx + search.quiet));
        out[search.count - 1 - i] = static_cast<float>(std::clamp(unlike, least_unlike, most_unlike));
        if (i + 1 < search.count)
            xx = std::max(0.0, xx + wave[i + length] * wave[i + length] - wave[i] * wave[i]);
    }
    return out;
}

std::vector<BlockPlace> likeliest_path(const OnLine& x, std::span<const double> y, const PathSearch& search) {
    const std::size_t lags = search.lags.count;
    std::vector<BlockPlace> out;
    std::vector<std::vector<std::int8_t>> moved;
    std::vector<std::size_t> best_before;
    std::vector<double> sum(lags, 0.0), come;
    const Index last = std::min(search.to, static_cast<Index>(y.size())) - static_cast<Index>(search.length);
    // Before the first block every lag is as likely, but of equal ones the line's own wins.
    const auto own =
        static_cast<std::size_t>(std::clamp<Index>(-search.lags.first, 0, static_cast<Index>(lags) - 1));
    const auto best_of = [&](const std::vector<double>& v) {
        std::size_t best = own;
        for (std::size_t i = 0; i < v.size(); ++i)
            if (v[i] > v[best] + 1e-9) best = i;
        return best;
    };
    for (Index from = std::max<Index>(0, search.from); from <= last; from += static_cast<Index>(search.hop)) {
        const auto unlike = unlike_at_lags(x, y, from, search.length, search.lags);
        std::vector<std::int8_t> by(lags, 0);
        const std::size_t best = best_of(sum);
        drifted(sum, search.drift, come, by);
        for (std::size_t i = 0; i < lags; ++i) {
            if (come[i] < sum[best] - step_penalty)
                come[i] = sum[best] - step_penalty, by[i] = came_from_best;
            come[i] += score_of(unlike[i], search.floor);
        }
        sum.swap(come);
        moved.push_back(std::move(by)), best_before.push_back(best);
        out.push_back({from, 0, 1.0, 0.0, 0.0, false});
    }
    std::size_t at = best_of(sum);
    for (std::size_t b = out.size(); b-- > 0;) {
        out[b].lag = search.lags.first + static_cast<Index>(at);
        refine(unlike_at_lags(x, y, out[b].from, search.length,
                              {out[b].lag - 1, 3, search.lags.known_gain, search.lags.quiet, false}),
               1, search.floor, out[b]);
        const std::int8_t by = moved[b][at];
        if (by == came_from_best) {
            out[b].stepped = b > 0 && best_before[b] != at;
            at = best_before[b];
        } else {
            at = static_cast<std::size_t>(static_cast<Index>(at) + by);
        }
    }
    return out;
}

}  // namespace fourpole
