// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/hum_beside_tones.hpp"

#include "rig/fft/phasor.hpp"
#include "rig/measure/mains_lines_beside.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int orders = 9;
constexpr double beside_nominal = 0.01;  ///< where the search for mains looks
constexpr double lobe_bins = 2.0;        ///< of the spectrum's fade
constexpr double over_density = 3.0;
constexpr double aside_bins = 3.0;
constexpr double beyond_chance = 1.5;  ///< of the density, over a dozen values
constexpr int rounds = 8;  ///< of clock and hum by turns; of a line near a tone each leaves a part
constexpr double near_bins = 20.0, most_moved_bins = 0.5;
constexpr double still = 0.03;  ///< of the clock's u, by which a round moves it

/// x += sign times the lines, from `first` samples on after the stretch's beginning.
void add_lines(std::span<double> x, const std::vector<HumLine>& lines, double centre, double rate_hz,
               double sign) {
    std::vector<double> c(x.size()), s(x.size());
    for (const HumLine& h : lines) {
        const double omega = 2.0 * pi * h.hz / rate_hz;
        turn_phasor(omega, std::remainder(-omega * centre, 2.0 * pi), c, s);
        const double a = sign * h.line.value.real(), b = -sign * h.line.value.imag();
        for (std::size_t n = 0; n < x.size(); ++n) x[n] += a * c[n] + b * s[n];
    }
}

}  // namespace

std::vector<LineLeft> lines_left(const NoiseSpectrum& noise, double seconds, double rate_hz) {
    std::vector<LineLeft> out;
    for (const double mains_hz : {50.0, 60.0})
        for (int order = 1; order <= orders; ++order) {
            const double hz = order * mains_hz;
            if (hz > 0.4 * rate_hz) break;
            const double width = beside_nominal * hz + lobe_bins / seconds;
            const double white = 2.0 * width * noise.density(hz), power = noise.around(hz, width);
            // A line beside a tone is taken along by the tone's fit in the middle, and left at the ends.
            if (power > over_density * white)
                out.push_back(
                    {noise.centre(hz, width), std::sqrt(2.0 * (noise.most_around(hz, width) - white))});
        }
    return out;
}

bool hum_stands_out(const NoiseSpectrum& noise, double seconds, double rate_hz) {
    return !lines_left(noise, seconds, rate_hz).empty();
}

HumLine hum_line(double hz, std::complex<double> phasor, const NoiseSpectrum& noise, double seconds) {
    const double density = noise.density(hz), width = aside_bins / seconds, white = 2.0 * width * density;
    const double aside = noise.around(hz, width) - white;
    return {hz, {phasor, std::sqrt(2.0 * density / seconds)}, aside > beyond_chance * white ? aside : 0.0};
}

std::vector<double> FittedInput::rest_with_hum(std::size_t most) const {
    std::vector<double> out(fit.rest.begin(),
                            fit.rest.begin() + static_cast<std::ptrdiff_t>(std::min(most, fit.rest.size())));
    add_lines(out, hum, fit.centre(), rate_hz, 1.0);
    return out;
}

namespace {

/// A line near a tone was found beside what the tone's fit left of it: its frequency is fitted once more.
bool near_a_tone(const std::vector<HumLine>& hum, const FittedInput& input) {
    return std::any_of(hum.begin(), hum.end(), [&](const HumLine& h) {
        return std::any_of(input.hz.begin(), input.hz.end(), [&](double f) {
            return std::abs(f * input.fit.scale - h.hz) < near_bins / input.seconds();
        });
    });
}

/// All orders move together, on what the joint fit leaves without the hum.
void sharpen(std::vector<HumLine>& hum, const ToneFit& joint, double rate_hz) {
    std::vector<double> rest = joint.rest, hz;
    add_lines(rest, hum, joint.centre(), rate_hz, 1.0);
    for (const HumLine& h : hum) hz.push_back(h.hz);
    const auto alone = fit_tones(rest, rate_hz, hz, 1.0, ToneClock::free);
    const double seconds = static_cast<double>(rest.size()) / rate_hz;
    if (!alone || std::abs(alone->scale - 1.0) * hz.back() > most_moved_bins / seconds) return;
    for (HumLine& h : hum) h.hz *= alone->scale;
}

void fit_hum(FittedInput& input, const ToneSegment& segment, std::span<const double> y, ToneClock clock) {
    std::vector<HumLine> hum;
    for (const MainsLine& line : mains_lines_beside(segment, input))
        if (seen_beside_tones(line)) hum.emplace_back().hz = line.frequency_hz;
    if (hum.empty()) return;
    const std::size_t own = input.hz.size();
    const bool close = near_a_tone(hum, input);
    bool settled = false;
    for (int round = 0; round < rounds; ++round) {
        std::vector<double> all = input.hz;
        for (const HumLine& h : hum) all.push_back(h.hz / input.fit.scale);
        auto joint = fit_tones(y, input.rate_hz, all, input.fit.scale, ToneClock::given);
        if (!joint) return;
        for (std::size_t k = 0; k < hum.size(); ++k) hum[k].line.value = joint->phasors[own + k];
        const bool last = clock == ToneClock::given || settled || round + 1 == rounds;
        if (last) {
            joint->phasors.resize(own);
            joint->u_scale = input.fit.u_scale;
            input.fit = std::move(*joint);
            break;
        }
        if (close) sharpen(hum, *joint, input.rate_hz);
        std::vector<double> without(y.begin(), y.end());
        add_lines(without, hum, input.fit.centre(), input.rate_hz, -1.0);
        auto free = fit_tones(without, input.rate_hz, input.hz, input.fit.scale, ToneClock::free);
        if (!free) return;
        settled = std::abs(free->scale - input.fit.scale) < still * free->u_scale;
        input.fit = std::move(*free);
    }
    input.noise = NoiseSpectrum(input.fit.rest, input.rate_hz);
    for (HumLine& h : hum) h = hum_line(h.hz, h.line.value, input.noise, input.seconds());
    input.hum = std::move(hum);
}

}  // namespace

void take_hum(FittedInput& input, const ToneSegment& segment, std::span<const double> y, ToneClock clock) {
    if (!hum_stands_out(input.noise, input.seconds(), input.rate_hz)) return;
    fit_hum(input, segment, y, clock);
    input.unfitted = lines_left(input.noise, input.seconds(), input.rate_hz);
}

}  // namespace fourpole
