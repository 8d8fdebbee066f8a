// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/pace_doubt.hpp"
#include "rig/measure/tones.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double block_s = 0.01;
constexpr double least_seconds = 1.0, least_hz = 500.0;
constexpr double least_tone_over_noise = 10.0;
// Beside the tone, within what a block of 10 ms hears (100 Hz), away from slow wander and mains.
constexpr std::array beside_hz{-150.0, -110.0, -70.0, -40.0, 40.0, 70.0, 110.0, 150.0};
constexpr double band_blocks = 0.45;  ///< of a block's rate: 45 Hz
constexpr double u_of_noise = 0.06;   ///< of sigma: eight medians of 64 bins, 18 % of power each
constexpr double beyond_chance = 3.0;

struct Pilot {
    const FittedInput* input = nullptr;
    Side output = Side::left;
    double hz = 0.0;
    Estimate tone;
    double u_s = 0.0;  ///< of one block
    std::size_t block = 0;
};

double density_beside(const FittedInput& input, double hz) {
    double sum = 0.0;
    for (const double d : beside_hz)
        sum += input.noise.density(std::min(input.fit.scale * hz + d, 0.5 * input.rate_hz));
    return sum / static_cast<double>(beside_hz.size());
}

std::optional<Pilot> as_pilot(const FittedInput& input, Side output, double hz) {
    if (hz < least_hz || input.seconds() < least_seconds) return {};
    const auto tone = input.at(hz);
    if (!tone || std::abs(tone->value) < least_tone_over_noise * tone->noise) return {};
    Pilot out{&input, output, hz, *tone, 0.0, 0};
    out.block = static_cast<std::size_t>(block_s * input.rate_hz + 0.5);
    // White noise of density S has sigma^2 = S fs / 2 a sample.
    const double sigma = std::sqrt(0.5 * density_beside(input, hz) * input.rate_hz);
    const double turn = sigma / std::abs(tone->value) * std::sqrt(2.0 / static_cast<double>(out.block));
    out.u_s = turn / (2.0 * pi * hz * input.fit.scale);
    return out;
}

/// The tone that tells time best.
std::optional<Pilot> best_pilot(const ToneContext& context) {
    std::optional<Pilot> best;
    for (const FittedSegment& segment : context.tones.segments)
        for (const Side output : sides) {
            const auto& input = context.input(segment, output);
            if (!input) continue;
            for (const PlayedLine& line : segment.segment.lines) {
                if (std::abs(line.played[output]) <= 0.0) continue;
                const auto pilot = as_pilot(*input, output, line.hz);
                if (pilot && (!best || pilot->u_s < best->u_s)) best = pilot;
            }
        }
    return best;
}

/// Of each `times`, what the mean over its block took off: H(f) sinc(f block) = 1 within 1.3 % up to 45 Hz,
/// by least squares of a symmetric filter of nine blocks. Four at either end have no neighbours, and are left
/// out.
constexpr std::array undroop{1.159762, -0.100981, 0.028215, -0.010849, 0.003734};
constexpr std::size_t reach = undroop.size() - 1;
constexpr double undroop_noise = 1.1693;  ///< root of the sum of its squares

std::vector<double> undrooped(const std::vector<double>& means) {
    std::vector<double> out;
    for (std::size_t b = reach; b + reach < means.size(); ++b) {
        double sum = undroop[0] * means[b];
        for (std::size_t k = 1; k <= reach; ++k) sum += undroop[k] * (means[b - k] + means[b + k]);
        out.push_back(sum);
    }
    return out;
}

}  // namespace

void read_wander(const ToneContext& context, Readings& out) {
    const auto pilot = best_pilot(context);
    if (!pilot) return;
    const double rate_hz = pilot->input->rate_hz, step_s = static_cast<double>(pilot->block) / rate_hz;
    const FittedInput& input = *pilot->input;
    const auto times = undrooped(
        block_times(input.fit, pilot->tone.value, pilot->hz * input.fit.scale, rate_hz, pilot->block)
            .times_s);
    const double u_s = undroop_noise * pilot->u_s;
    Reading r{.name = "wander", .unit = "s", .definition = "wander.blocks@2"};
    r.curve = true;
    r.axis = "time_s";
    double squares = 0.0;
    for (std::size_t b = 0; b < times.size(); ++b) {
        r.points.push_back(
            {.at = (static_cast<double>(b + reach) + 0.5) * step_s, .value = times[b], .u = u_s});
        squares += times[b] * times[b];
    }
    const auto [low, high] = std::minmax_element(times.begin(), times.end());
    const auto count = static_cast<double>(times.size());
    const double rms = std::sqrt(squares / count);
    // Phase and pace of the blocks are the fit's own: two of them say nothing.
    const double noise = u_s * std::sqrt(1.0 - 2.0 / count);
    const double beyond = rms * rms - noise * noise;
    const bool wanders = rms > noise * (1.0 + beyond_chance * std::hypot(std::sqrt(0.5 / count), u_of_noise));
    r.details.emplace_back("tone_hz", pilot->hz);
    r.details.emplace_back("played_by", std::string(name(pilot->output)));
    r.details.emplace_back("from_sample", static_cast<std::int64_t>(pilot->input->from));
    r.details.emplace_back("block_s", step_s);
    r.details.emplace_back("band_to_hz", band_blocks / step_s);
    r.details.emplace_back("rms_s", rms);
    r.details.emplace_back("peak_to_peak_s", *high - *low);
    r.details.emplace_back("noise_rms_s", noise);
    r.details.emplace_back("beyond_noise_s", wanders ? std::sqrt(beyond) : 0.0);
    r.details.emplace_back("says", std::string(wanders ? "the clock wanders" : "noise explains it"));
    r.details.emplace_back("reference", std::string("the interface's converter"));
    out.push_back(std::move(r));
}

}  // namespace fourpole
