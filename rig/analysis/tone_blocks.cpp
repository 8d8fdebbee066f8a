// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/tone_blocks.hpp"

#include "rig/fft/phasor.hpp"
#include "rig/share_out.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <array>

namespace fourpole {

namespace {

constexpr std::size_t lanes = ToneBlocks::abreast, length = ToneBlocks::length, half = length / 2;
constexpr std::size_t group = lanes * length;
constexpr std::size_t worth_two_threads = 1 << 18;  ///< samples: a thread takes 30 us to start
constexpr unsigned threads = 2;

using Lanes = std::array<double, lanes>;
/// Eight blocks side by side, folded about their middles: what stands half a sample and more away.
struct Folded {
    alignas(64) std::array<Lanes, half> even, odd;
};

/// even = y(t) + y(-t), odd = y(t) - y(-t), of eight blocks that follow each other.
FOURPOLE_WIDE void fold(const double* __restrict y, Folded& to) {
    for (std::size_t m = 0; m < half; ++m)
        for (std::size_t l = 0; l < lanes; ++l) {
            const double above = y[l * length + half + m], below = y[l * length + half - 1 - m];
            to.even[m][l] = above + below;
            to.odd[m][l] = above - below;
        }
}

/// Two sums a lane, so that one need not wait for the other.
struct TwoSums {
    Lanes of_even_places{}, of_odd_places{};
    void put(double sign, double* __restrict to) const {
        for (std::size_t l = 0; l < lanes; ++l) to[l] = sign * (of_even_places[l] + of_odd_places[l]);
    }
};

/// re = sum of even c, im = - sum of odd s.
FOURPOLE_WIDE void project(const Folded& y, const double* __restrict c, const double* __restrict s,
                           double* __restrict re, double* __restrict im) {
    TwoSums along, across;
    for (std::size_t m = 0; m < half; m += 2)
        for (std::size_t l = 0; l < lanes; ++l) {
            along.of_even_places[l] += y.even[m][l] * c[m];
            across.of_even_places[l] += y.odd[m][l] * s[m];
            along.of_odd_places[l] += y.even[m + 1][l] * c[m + 1];
            across.of_odd_places[l] += y.odd[m + 1][l] * s[m + 1];
        }
    along.put(1.0, re);
    across.put(-1.0, im);
}

/// The same of t y: what is even of it is odd in y.
FOURPOLE_WIDE void project_slope(const Folded& y, const double* __restrict c, const double* __restrict s,
                                 double* __restrict re, double* __restrict im) {
    TwoSums along, across;
    for (std::size_t m = 0; m < half; m += 2) {
        const double t = static_cast<double>(m) + 0.5, u = t + 1.0;
        for (std::size_t l = 0; l < lanes; ++l) {
            along.of_even_places[l] += y.odd[m][l] * (t * c[m]);
            across.of_even_places[l] += y.even[m][l] * (t * s[m]);
            along.of_odd_places[l] += y.odd[m + 1][l] * (u * c[m + 1]);
            across.of_odd_places[l] += y.even[m + 1][l] * (u * s[m + 1]);
        }
    }
    along.put(1.0, re);
    across.put(-1.0, im);
}

/// The waves of one tone on top of those before it.
FOURPOLE_WIDE void lay_on(const double* __restrict re, const double* __restrict im,
                          const double* __restrict c, const double* __restrict s, Folded& wave) {
    Lanes a, b;
    for (std::size_t l = 0; l < lanes; ++l) a[l] = re[l], b[l] = im[l];
    for (std::size_t m = 0; m < half; ++m)
        for (std::size_t l = 0; l < lanes; ++l) {
            wave.even[m][l] += a[l] * c[m];
            wave.odd[m][l] += b[l] * s[m];
        }
}

/// rest = y - wave of eight whole blocks; the squares of each.
FOURPOLE_WIDE void subtract(const double* __restrict y, const Folded& wave, double* __restrict rest,
                            double* __restrict squares) {
    for (std::size_t l = 0; l < lanes; ++l) {
        double sum = 0.0;
        for (std::size_t m = 0; m < half; ++m) {
            const double above = y[l * length + half + m] - (wave.even[m][l] - wave.odd[m][l]);
            const double below = y[l * length + half - 1 - m] - (wave.even[m][l] + wave.odd[m][l]);
            rest[l * length + half + m] = above;
            rest[l * length + half - 1 - m] = below;
            sum += above * above + below * below;
        }
        squares[l] = sum;
    }
}

/// Calls work(group, its samples) for every eight blocks, the last of them filled up with zeros.
template <class Work>
void each_group(std::span<const double> y, const Work& work) {
    const std::size_t count = (y.size() + group - 1) / group;
    const auto one = [&](std::size_t g) {
        const auto part = y.subspan(g * group, std::min(group, y.size() - g * group));
        if (part.size() == group) return work(g, part.data());
        std::array<double, group> whole{};
        std::copy(part.begin(), part.end(), whole.begin());
        work(g, whole.data());
    };
    if (y.size() < worth_two_threads)
        for (std::size_t g = 0; g < count; ++g) one(g);
    else
        share_out(threads, threads, [&](std::size_t t) {
            for (std::size_t g = t * count / threads; g < (t + 1) * count / threads; ++g) one(g);
        });
}

}  // namespace

ToneBlocks::ToneBlocks(std::span<const double> omega)
    : tones_(omega.size()), cosine_(half * omega.size()), sine_(half * omega.size()) {
    for (std::size_t k = 0; k < omega.size(); ++k)
        turn_phasor(omega[k], 0.5 * omega[k], std::span(cosine_).subspan(k * half, half),
                    std::span(sine_).subspan(k * half, half));
}

ToneBlocks::Values ToneBlocks::sums(std::span<const double> y) const {
    Values out(tones_, y.size());
    each_group(y, [&](std::size_t g, const double* samples) {
        Folded folded;
        fold(samples, folded);
        for (std::size_t k = 0; k < tones_; ++k)
            project(folded, &cosine_[k * half], &sine_[k * half], &out.re[k * out.stride + g * lanes],
                    &out.im[k * out.stride + g * lanes]);
    });
    return out;
}

ToneBlocks::Values ToneBlocks::moments(std::span<const double> y, std::span<const std::size_t> which) const {
    Values out(which.size(), y.size());
    each_group(y, [&](std::size_t g, const double* samples) {
        Folded folded;
        fold(samples, folded);
        for (std::size_t i = 0; i < which.size(); ++i)
            project_slope(folded, &cosine_[which[i] * half], &sine_[which[i] * half],
                          &out.re[i * out.stride + g * lanes], &out.im[i * out.stride + g * lanes]);
    });
    return out;
}

double ToneBlocks::take_off(std::span<const double> y, double level, const Values& at,
                            std::span<double> rest) const {
    std::vector<double> squares(at.stride);
    const bool kept = !rest.empty();
    each_group(y, [&](std::size_t g, const double* samples) {
        Folded wave;
        for (auto& lane : wave.even) lane.fill(level);
        for (auto& lane : wave.odd) lane.fill(0.0);
        for (std::size_t k = 0; k < tones_; ++k)
            lay_on(&at.re[k * at.stride + g * lanes], &at.im[k * at.stride + g * lanes], &cosine_[k * half],
                   &sine_[k * half], wave);
        const std::size_t count = std::min(group, y.size() - g * group);
        std::array<double, group> whole;
        subtract(samples, wave, kept && count == group ? &rest[g * group] : whole.data(),
                 &squares[g * lanes]);
        if (count == group) return;
        // What was filled up is no part of the stretch.
        if (kept) std::copy_n(whole.begin(), count, rest.begin() + static_cast<std::ptrdiff_t>(g * group));
        for (std::size_t l = 0; l < lanes; ++l) {
            squares[g * lanes + l] = 0.0;
            for (std::size_t n = l * length; n < std::min(count, (l + 1) * length); ++n)
                squares[g * lanes + l] += whole[n] * whole[n];
        }
    });
    double sum = 0.0;
    for (const double s : squares) sum += s;
    return sum;
}

}  // namespace fourpole
