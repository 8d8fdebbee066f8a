// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/jitter_sidebands.hpp"
#include "rig/measure/jtest_square.hpp"
#include "rig/measure/tones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double least_seconds = 0.5;
constexpr double least_tone_over_noise = 10.0;
constexpr double widest_hz = 5000.0;
constexpr double least_share_of_amplitude = 0.02;  ///< of the square's lines, as kind_of() has it
constexpr std::size_t most_listed = 12;
constexpr int carrier_line = 48;  ///< of 192

/// One tone and the pairs beside it.
struct Jittered {
    const FittedInput* input = nullptr;
    double hz = 0.0;
    std::optional<PlayedJTest> jtest;
    std::optional<JTestSquare> square;
    JitterSidebands lines;

    /// In the player's own seconds, which its tone counts.
    double seconds_of(double phase_rad) const { return phase_rad / (2.0 * pi * hz * std::numbers::sqrt2); }
};

/// Sum of squares of lines of phase, free of the noise's share, and its u.
struct Power {
    double sum = 0.0, variance = 0.0;
    std::int64_t count = 0;
    void add(const SidebandPair& p) {
        const double power = std::norm(p.phase), noise = p.phase_noise * p.phase_noise;
        sum += power - noise;
        variance += 2.0 * power * noise + noise * noise;
        ++count;
    }
    double size() const { return std::sqrt(std::max(0.0, sum)); }
    double u() const { return sum > 0.0 ? std::sqrt(variance / sum) / 2.0 : 0.0; }
};

bool counts(const SidebandPair& p) {
    const std::string_view kind = kind_of(p);
    return kind == "jitter" || kind == "with the data";
}

/// Offsets that a capture holds on both sides of a tone, below the tone mirrored about 0 Hz and half its
/// rate.
double widest_offset(double hz, double rate_hz) {
    return std::min({widest_hz, 0.5 * hz, 0.9 * (0.5 * rate_hz - hz)});
}

/// J-tests first, then the tone whose phase tells time best.
std::optional<SingleTone> best_tone(const ToneContext& context, Side side) {
    std::optional<SingleTone> best;
    double most = 0.0;
    for (const SingleTone& single : single_tones(context, side)) {
        const auto& input = context.input(*single.segment, side);
        const auto tone = input->at(single.hz);
        if (!tone || input->seconds() < least_seconds ||
            std::abs(tone->value) < least_tone_over_noise * tone->noise ||
            widest_offset(single.hz, input->rate_hz) < 2.0 * slowest_jitter_hz)
            continue;
        const double says = std::abs(tone->value) / tone->noise * single.hz;
        const bool first = single.segment->segment.jtest && (!best || !best->segment->segment.jtest);
        const bool other_kind = !single.segment->segment.jtest && best && best->segment->segment.jtest;
        if (first || (!other_kind && says > most)) most = says, best = single;
    }
    return best;
}

/// The square's own pairs out of those found: exact, as all of them were fitted together.
std::vector<double> take_square_out(Jittered& j) {
    std::vector<double> own(j.lines.found.pairs.size(), 0.0);
    for (std::size_t i = 0; i < own.size(); ++i) {
        SidebandPair& p = j.lines.found.pairs[i];
        if (!p.told || !j.square) continue;
        const double line_hz = j.jtest->rate_hz * j.input->fit.scale / 192.0;
        const int k = static_cast<int>(std::lround(p.offset_hz / line_hz));
        const auto above = j.square->line(carrier_line + k), below = j.square->line(carrier_line - k);
        const auto phase = std::complex(0.0, -1.0) * (above - std::conj(below));
        p.phase -= phase;
        const auto amplitude = above + std::conj(below);
        p.amplitude -= amplitude;
        own[i] = std::abs(phase);
        p.phase_noise = std::hypot(p.phase_noise, least_share_of_amplitude * std::abs(amplitude));
    }
    return own;
}

Jittered sidebands_of(const FittedInput& input, const SingleTone& single) {
    Jittered out{&input, single.hz, single.segment->segment.jtest, {}, {}};
    const double hz = single.hz * input.fit.scale;
    SidebandSearch search;
    search.rate_hz = input.rate_hz;
    search.from_hz = slowest_jitter_hz;
    search.to_hz = widest_offset(hz, input.rate_hz);
    if (out.jtest) {
        const double line_hz = out.jtest->rate_hz * input.fit.scale / 192.0;
        for (int k = 1; k * line_hz < search.to_hz && k < carrier_line; k += 2)
            search.told_hz.push_back(k * line_hz);
        out.square = find_square(input, *out.jtest);
    }
    out.lines = jitter_sidebands(input, single.hz, search);
    return out;
}

void list_lines(const Jittered& j, Reading& r) {
    std::vector<const SidebandPair*> shown;
    for (const SidebandPair& p : j.lines.found.pairs)
        if (counts(p) || !p.told) shown.push_back(&p);
    std::stable_sort(shown.begin(), shown.end(), [](const SidebandPair* a, const SidebandPair* b) {
        return std::pair(counts(*a), std::abs(a->phase)) > std::pair(counts(*b), std::abs(b->phase));
    });
    for (std::size_t i = 0; i < std::min(shown.size(), most_listed); ++i) {
        const SidebandPair& p = *shown[i];
        const auto add = [&](const char* what, Detail value) {
            r.details.emplace_back(fmt::format("line_{}/{}", i + 1, what), std::move(value));
        };
        add("kind", std::string(kind_of(p)));
        add("offset_hz", p.offset_hz);
        add("value_s", j.seconds_of(std::abs(p.phase)));
        add("u_s", j.seconds_of(p.phase_noise / std::numbers::sqrt2));
        add("pm_rad", std::abs(p.phase));
        add("am_ratio", std::abs(p.amplitude));
        if (!j.lines.made_linear || !is_wide(p) || !counts(p)) continue;
        const double b = std::abs(p.phase);
        add("second_order_at_hz", 2.0 * p.offset_hz);
        add("second_order_ratio", std::cyl_bessel_j(2.0, b) / std::cyl_bessel_j(0.0, b));
    }
}

/// What is told of a J-test's own lines.
void add_stimulus(const Jittered& j, const Power& with_data, const std::vector<double>& own, Reading& r) {
    if (!j.jtest) return;
    double squares = 0.0;
    for (const double phase : own) squares += phase * phase;
    r.details.emplace_back("jtest_bits", static_cast<std::int64_t>(j.jtest->bits));
    r.details.emplace_back("jtest_line_hz", j.jtest->rate_hz / 192.0);
    r.details.emplace_back("with_the_data_s", j.seconds_of(with_data.size()));
    r.details.emplace_back("stimulus",
                           std::string(j.square ? "its own lines are taken out"
                                                : "its own lines are not seen: too small, or changed"));
    if (j.square) r.details.emplace_back("stimulus_s", j.seconds_of(std::sqrt(squares)));
}

Reading jitter_reading(const ToneContext& context, Side side, Jittered& j) {
    Reading r{.name = "jitter", .unit = "s", .definition = "jitter.sidebands@2", .side = side};
    r.calibration = context.calibration.state;
    const std::vector<double> own = take_square_out(j);
    Power total, with_data;
    double most = j.lines.found.least_phase;
    for (const SidebandPair& p : j.lines.found.pairs) {
        // Beside so much amplitude a phase may be the device's slope, or jitter.
        if (std::string_view(kind_of(p)) == "amplitude") most = std::max(most, std::abs(p.phase));
        if (!counts(p)) continue;
        total.add(p);
        if (p.told) with_data.add(p);
    }
    Point p{.at = j.hz};
    if (total.count > 0) {
        p.value = j.seconds_of(total.size());
        p.u = j.seconds_of(total.u());
    } else if (most > 0.0) {
        p.value = j.seconds_of(most);
        p.state = State::at_most;
    } else {
        p.state = State::not_measured;
    }
    r.points.push_back(p);
    r.details.emplace_back("from", std::string(j.jtest ? "J-test" : "tone"));
    r.details.emplace_back("total", std::string("root of the sum of squares of the lines' rms"));
    r.details.emplace_back("lines", total.count);
    r.details.emplace_back("band_from_hz", j.lines.found.from_hz);
    r.details.emplace_back("band_to_hz", j.lines.found.to_hz);
    r.details.emplace_back("least_line_s", j.seconds_of(j.lines.found.least_phase));
    if (j.lines.made_linear)
        r.details.emplace_back(
            "higher_orders",
            std::string("sidebands of the second and higher orders are taken out: they are the "
                        "lines' own, by Bessel's functions of their phase"));
    if (j.lines.slow) {
        r.details.emplace_back("slow_wander_taken_out_s",
                               j.seconds_of(std::numbers::sqrt2 * j.lines.slow->rad));
        r.details.emplace_back("slow_wander_u_s", j.seconds_of(std::numbers::sqrt2 * j.lines.slow->u_rad));
    }
    if (!j.lines.found.all)
        r.details.emplace_back("more", std::string("there are more lines than are counted"));
    add_stimulus(j, with_data, own, r);
    list_lines(j, r);
    return r;
}

}  // namespace

void read_jitter(const ToneContext& context, Readings& out) {
    for (const Side side : sides)
        if (const auto single = best_tone(context, side)) {
            Jittered j = sidebands_of(*context.input(*single->segment, side), *single);
            out.push_back(jitter_reading(context, side, j));
        }
}

}  // namespace fourpole
