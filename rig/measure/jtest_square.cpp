// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/jtest_square.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double cycle = 192.0;
constexpr int places = 96;  ///< two words apart
constexpr int first_line = 3, last_line = 27;
constexpr double least_agreement = 0.8, most_gain = 2.0;

/// A cosine's phasor of the carrier at word n.
std::complex<double> carrier_at(double n) {
    return std::polar(std::sqrt(0.5), std::remainder(0.5 * pi * n - 1.25 * pi, 2.0 * pi));
}

/// ... and of the square's line k.
std::complex<double> square_at(double n, int k, int bits) {
    const double half = pi * k / cycle;
    return std::polar(std::ldexp(1.0, 1 - bits) / (96.0 * std::sin(half)),
                      std::remainder(half * (2.0 * n + 1.0) - 0.5 * pi, 2.0 * pi));
}

}  // namespace

std::complex<double> JTestSquare::line(int k) const { return square_at(word, k, bits) / carrier_at(word); }

std::optional<JTestSquare> find_square(const FittedInput& input, const PlayedJTest& jtest) {
    const auto carrier = input.at(0.25 * jtest.rate_hz);
    if (!carrier || std::abs(carrier->value) <= 0.0) return {};
    std::vector<double> hz;
    for (int k = first_line; k <= last_line; k += 2) hz.push_back(k * jtest.rate_hz / cycle);
    const auto fit = fit_tones(input.fit.rest, input.rate_hz, hz, input.fit.scale, ToneClock::given);
    if (!fit) return {};
    std::optional<JTestSquare> best;
    double most = 0.0, gain = 0.0;
    for (int place = 0; place < places; ++place) {
        JTestSquare here{jtest.bits, 0.0, place % 2 == 0 ? 1.0 : -1.0, 0.0};
        const double phase = std::arg(here.sign * carrier->value) + 1.25 * pi;
        // The sign turns the carrier by two words: places of either stand four apart.
        here.word = std::fmod(phase / (0.5 * pi) + 4.0 * (place / 2) + cycle, cycle);
        double both = 0.0, own = 0.0, theirs = 0.0;
        for (std::size_t i = 0; i < hz.size(); ++i) {
            const auto seen = fit->phasors[i] / carrier->value;
            const auto wanted = here.line(first_line + 2 * static_cast<int>(i));
            both += (std::conj(wanted) * seen).real();
            own += std::norm(seen), theirs += std::norm(wanted);
        }
        here.agreement = own > 0.0 ? both / std::sqrt(own * theirs) : 0.0;
        if (here.agreement > most) most = here.agreement, gain = both / theirs, best = here;
    }
    if (most < least_agreement || gain > most_gain || gain < 1.0 / most_gain) return {};
    return best;
}

}  // namespace fourpole
