// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

// Kaiser: (150 - 8) dB over 2.285 * 256 samples is a transition of 0.243 rad, half of it below pi: 0.961 of
// half the rate. beta = 0.1102 (150 - 8.7).
constexpr std::ptrdiff_t taps = 256, half = taps / 2;
constexpr double beta = 15.57;

// A cubic through values 1/256 sample apart misses a sine of half the rate by 3/128 (pi / 256)^4 = -185 dB.
constexpr std::ptrdiff_t phases = 256;
constexpr double on_a_sample = 1e-12;

double bessel_i0(double x) {
    double sum = 1.0, term = 1.0;
    for (int k = 1; term > 1e-17 * sum; ++k) {
        term *= (0.5 * x / k) * (0.5 * x / k);
        sum += term;
    }
    return sum;
}

/// h at one phase after the other: row r holds h(half - 1 - j + (r - 1) / phases), j = 0 .. taps - 1, so that
/// a place's fraction f lies between rows 1 + f phases and the next, with one more on either side.
class Kernel {
public:
    Kernel() : rows_(static_cast<std::size_t>((phases + 3) * taps)) {
        const double whole = bessel_i0(beta);
        for (std::ptrdiff_t r = 0; r < phases + 3; ++r)
            for (std::ptrdiff_t j = 0; j < taps; ++j) {
                const double away = static_cast<double>(j - half + 1) - static_cast<double>(r - 1) / phases;
                const double x = away / half;
                const double sinc =
                    away == 0.0 ? 1.0 : std::sin(std::numbers::pi * away) / (std::numbers::pi * away);
                rows_[static_cast<std::size_t>(r * taps + j)] =
                    std::abs(x) < 1.0 ? sinc * bessel_i0(beta * std::sqrt(1.0 - x * x)) / whole : 0.0;
            }
    }

    /// x(fraction) of the 256 samples of which the 128th stands at 0.
    double value(const double* x, double fraction) const {
        const double place = fraction * phases;
        const auto row = std::min(static_cast<std::ptrdiff_t>(place), phases - 1);
        const double t = place - static_cast<double>(row);
        const double* h = rows_.data() + row * taps;
        // Lanes of their own: the sum is the same whatever the processor makes of the loop.
        constexpr std::ptrdiff_t lanes = 4;
        std::array<std::array<double, lanes>, 4> sums{};
        for (std::ptrdiff_t j = 0; j < taps; j += lanes)
            for (std::size_t i = 0; i < 4; ++i)
                for (std::ptrdiff_t l = 0; l < lanes; ++l)
                    sums[i][static_cast<std::size_t>(l)] +=
                        x[j + l] * h[static_cast<std::ptrdiff_t>(i) * taps + j + l];
        const auto sum = [&](std::size_t i) { return (sums[i][0] + sums[i][1]) + (sums[i][2] + sums[i][3]); };
        // Lagrange through -1, 0, 1, 2.
        return -t * (t - 1.0) * (t - 2.0) / 6.0 * sum(0) + (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0 * sum(1) -
               (t + 1.0) * t * (t - 2.0) / 2.0 * sum(2) + (t + 1.0) * t * (t - 1.0) / 6.0 * sum(3);
    }

private:
    std::vector<double> rows_;
};

/// x at one place after the other.
class Wave {
public:
    explicit Wave(std::span<const double> x) : x_(x), size_(static_cast<std::ptrdiff_t>(x.size())) {}

    double at(double place) const {
        static const Kernel kernel;
        if (place <= -half || place >= static_cast<double>(size_ - 1 + half)) return 0.0;
        double whole = std::floor(place), fraction = place - whole;
        if (fraction > 1.0 - on_a_sample) whole += 1.0, fraction = 0.0;
        const auto at = static_cast<std::ptrdiff_t>(whole);
        if (fraction < on_a_sample) return sample(at);
        const std::ptrdiff_t from = at - half + 1;
        if (from >= 0 && from + taps <= size_) return kernel.value(x_.data() + from, fraction);
        std::array<double, taps> piece{};
        for (std::ptrdiff_t j = 0; j < taps; ++j) piece[static_cast<std::size_t>(j)] = sample(from + j);
        return kernel.value(piece.data(), fraction);
    }

private:
    double sample(std::ptrdiff_t at) const {
        return at >= 0 && at < size_ ? x_[static_cast<std::size_t>(at)] : 0.0;
    }

    std::span<const double> x_;
    std::ptrdiff_t size_;
};

}  // namespace

std::vector<double> between_samples(std::span<const double> x, double first, double step, std::size_t count) {
    std::vector<double> out(count);
    const Wave wave(x);
    for (std::size_t k = 0; k < count; ++k) out[k] = wave.at(first + step * static_cast<double>(k));
    return out;
}

std::vector<double> between_samples(std::span<const double> x, std::span<const double> places) {
    std::vector<double> out(places.size());
    const Wave wave(x);
    for (std::size_t k = 0; k < places.size(); ++k) out[k] = wave.at(places[k]);
    return out;
}

}  // namespace fourpole
