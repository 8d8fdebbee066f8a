// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/jitter_sidebands.hpp"

#include "rig/analysis/swinging_tone.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
// A device whose gain differs by t between two sidebands makes a phase of t / 2 of their amplitude: 4 %, 0.35
// dB.
constexpr double least_share_of_amplitude = 0.02;
constexpr int most_rounds = 12;         ///< of higher orders; each leaves b^2 / 2 of the error
constexpr double settled = 0.03;        ///< of a line's noise
constexpr double beside_exact = 1e-14;  ///< of a line's power, where it is known
constexpr double slow_hz = 7.0;
constexpr double edge_bins = 8.0;    ///< beyond its end a slow curve still takes much of a line
constexpr double apart_bins = 11.0;  ///< a line so far beyond is told apart from it in a few rounds
constexpr double near_slow = 2.0, shared_with_slow = 3.0;  ///< of 10 Hz
constexpr double tall = 100.0;                             ///< re its noise
constexpr double least_own_share = 1e-6;
constexpr double most_slow_noise_rad = 0.02;  ///< in the slow part: 2e-4 of a line's size
constexpr double beyond_chance = 3.0;

bool is_modulation(const SidebandPair& p) {
    const std::string_view kind = kind_of(p);
    return !p.told && (kind == "jitter" || kind == "wander");
}

/// Every line of phase that is modulation: what they make of each other is no line.
std::vector<SwingLine> swing_lines(const Sidebands& found) {
    std::vector<SwingLine> out;
    for (const SidebandPair& p : found.pairs)
        if (is_modulation(p)) out.push_back({p.offset_hz, p.phase});
    return out;
}

/// Whether a line matters to others: its second order stands out of the noise, or the slow part takes some of
/// it, 1e-3 of a line far from it.
bool matters(const SidebandPair& p) {
    return is_wide(p) || p.offset_hz < near_slow * slowest_jitter_hz ||
           std::abs(p.phase) > tall * p.phase_noise;
}

/// Farthest, re its noise, that a line which matters has moved from those that were known.
double moved(const Sidebands& found, const std::vector<SwingLine>& known, double seconds) {
    double most = 0.0;
    for (const SidebandPair& p : found.pairs) {
        if (!is_modulation(p) || !matters(p)) continue;
        double least = std::abs(p.phase);
        for (const SwingLine& l : known)
            if (std::abs(l.offset_hz - p.offset_hz) * seconds < 1.0)
                least = std::min(least, std::abs(l.phase - p.phase));
        most = std::max(most, least / p.phase_noise);
    }
    return most;
}

/// Each of the curve's degrees has `variance` of noise; along the curve itself lies one.
std::optional<SlowPart> slow_part(const SwingingTone& tone, double variance) {
    const double freedom = tone.freedom(), power = std::pow(tone.slow_rms(), 2);
    const double noise = freedom * variance, scatter = std::sqrt(2.0 * freedom) * variance;
    if (power < noise + beyond_chance * scatter) return {};
    const double rad = std::sqrt(power - noise);
    return SlowPart{rad, std::sqrt(variance + std::pow(0.5 * scatter / rad, 2))};
}

/// Up to which a phase's course is a slow one: what it takes must end below 10 Hz.
double slow_band(double seconds) {
    return std::max(1.0 / seconds, std::min(slow_hz, slowest_jitter_hz - edge_bins / seconds));
}

double slow_band_below(double line_hz, double seconds) {
    return std::max(1.0 / seconds, line_hz - apart_bins / seconds);
}

std::optional<double> lowest_wide(const Sidebands& found) {
    for (const SidebandPair& p : found.pairs)
        if (!p.told && is_wide(p)) return p.offset_hz;
    return {};
}

/// The tone of an input, its slow part known up to a band that its noise allows.
class Beside {
public:
    Beside(const FittedInput& input, double nominal_hz)
        : input_(input),
          phasor_(input.at(nominal_hz)->value),
          omega_(2.0 * pi * nominal_hz * input.fit.scale / input.rate_hz),
          variance_(input.noise.density(nominal_hz * input.fit.scale) / input.seconds() / std::norm(phasor_)),
          tone_(of_band(slow_band(input.seconds()))) {}

    void lower_band(double to_hz) { tone_ = of_band(to_hz); }
    double band_hz() const { return band_hz_; }
    SwingingTone& tone() { return tone_; }
    std::optional<SlowPart> slow() const {
        return band_hz_ > 0.0 ? slow_part(tone_, variance_) : std::nullopt;
    }

private:
    SwingingTone of_band(double band_hz) {
        SwingingTone out(input_.fit.rest, phasor_, omega_, input_.rate_hz, band_hz);
        band_hz_ = band_hz;
        if (!out.begin() && out.freedom() * variance_ > most_slow_noise_rad * most_slow_noise_rad) {
            out = SwingingTone(input_.fit.rest, phasor_, omega_, input_.rate_hz, 0.0);
            band_hz_ = 0.0;
        }
        out.settle();
        return out;
    }

    const FittedInput& input_;
    std::complex<double> phasor_;
    double omega_, variance_, band_hz_ = 0.0;
    SwingingTone tone_;
};

}  // namespace

const char* kind_of(const SidebandPair& p) {
    if (!p.phase_seen()) return "amplitude only";
    if (std::abs(p.phase) < least_share_of_amplitude * std::abs(p.amplitude)) return "amplitude";
    if (p.one_sided()) return "one side only";
    if (p.offset_hz < slowest_jitter_hz) return "wander";
    return p.told ? "with the data" : "jitter";
}

bool is_wide(const SidebandPair& p) { return 0.25 * std::norm(p.phase) > p.amplitude_noise; }

JitterSidebands jitter_sidebands(const FittedInput& input, double nominal_hz, SidebandSearch search) {
    JitterSidebands out;
    Beside beside(input, nominal_hz);
    const double seconds = input.seconds();
    // The strongest first: beside them others may be what these and the slow part make of each other.
    const int all_rounds = search.most_rounds;
    search.most_rounds = 1;
    std::vector<SwingLine> known;
    for (int round = 0;; ++round) {
        search.slow_hz = beside.band_hz();
        out.found = find_sidebands(beside.tone().beside(), search);
        const auto lowest = round == 0 && search.slow_hz > 0.0 ? lowest_wide(out.found) : std::nullopt;
        if (lowest && *lowest < search.slow_hz + edge_bins / seconds) {
            beside.lower_band(slow_band_below(*lowest, seconds));
            continue;
        }
        const bool still = moved(out.found, known, seconds) < settled;
        const bool all = search.most_rounds == all_rounds && search.beside_fitted <= beside_exact;
        const bool none = known.empty() && out.found.all;
        if (round == most_rounds || (still && (all || none))) break;
        search.most_rounds = still ? all_rounds : std::min(2 * search.most_rounds, all_rounds);
        if (still) {
            search.beside_fitted = beside_exact;
            continue;
        }
        known = swing_lines(out.found);
        beside.tone().set_lines(known);
        beside.tone().settle();
    }
    for (SidebandPair& p : out.found.pairs)
        if (search.slow_hz > 0.0 && p.offset_hz < shared_with_slow * slowest_jitter_hz)
            p.phase_noise /= std::sqrt(std::max(least_own_share, beside.tone().own_share(p.offset_hz)));
    out.made_linear = std::any_of(out.found.pairs.begin(), out.found.pairs.end(), is_wide);
    out.slow = beside.slow();
    return out;
}

}  // namespace fourpole
