// SPDX-License-Identifier: GPL-3.0-or-later
// Noise and what is beside a tone, health of a take, nulls, impedances, circuits.
#pragma once

#include "rig/analysis/weighting.hpp"
#include "rig/fft/fft.hpp"
#include "rig/null/null.hpp"
#include "tests/bare_circuits.hpp"
#include "tests/conformance_takes.hpp"
#include "tests/null_pairs.hpp"
#include "tests/sense_take.hpp"

namespace fourpole::conformance {

/// Power of the samples themselves from 20 Hz to 20 kHz through a curve, as the square of a peak.
template <class Gain>
double realised(const std::vector<double>& noise, Gain gain) {
    RealFft fft(noise.size());
    std::copy(noise.begin(), noise.end(), fft.signal());
    fft.forward();
    double sum = 0.0;
    const auto n = static_cast<double>(noise.size());
    for (std::size_t k = 1; k + 1 < fft.bins(); ++k)
        if (const double f = static_cast<double>(k) * rate / n; f >= 20.0 && f <= 20000.0)
            sum += 2.0 * std::norm(fft.spectrum()[k]) * std::pow(gain(f), 2) / (n * n);
    return 2.0 * sum;
}

/// 240,000 samples from within a tone, its third harmonic and noise; all but the tone is kept.
struct InNoise {
    Measurement m;
    std::vector<double> rest;
};
inline InNoise in_noise(double tone, double third, double dbfs) {
    const PerSide<bool> only{{true, false}};
    const Programme played = of_tones({{997.3, tone, 0.3}}, 5.1, only);
    const Programme beside = of_tones({{3.0 * 997.3, tone * third, 1.0}}, 5.1, only);
    const How how{.start = 0.0};
    Take take = take_of(played, how);
    InNoise out;
    out.rest = take_of(beside, how).channels[0];
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal(0.0, rms_of(dbfs));
    for (std::size_t n = 0; n < take.frames(); ++n) take.channels[0][n] += out.rest[n] += normal(random);
    take.channels.resize(1);
    out.m = read(take, played);
    return out;
}

inline double thd_n_error(const char* definition, double q) {
    static const InNoise x = in_noise(0.5, 1e-4, -90.0);
    const double rest = realised(x.rest, [&](double f) { return q > 0.0 ? notch(f, 997.3, q) : 1.0; });
    return std::abs(value(x.m, definition, Side::left) - db(std::sqrt(rest / (0.25 + rest))));
}
inline std::optional<double> thd_n_exact() { return thd_n_error("thd_n.exact_residual@1", 0.0); }
inline std::optional<double> thd_n_notch() { return thd_n_error("thd_n.notch_q2@1", 2.0); }

inline std::optional<double> range() {
    const InNoise x = in_noise(1e-3, 0.01, -83.0);
    double out = 0.0;
    for (const Weighting w : all_weightings) {
        const double there = db(std::sqrt(realised(x.rest, [&](double f) { return weight(w, f); })));
        const Reading& r = of(x.m, "dynamic_range.exact_residual@1", Side::left, {}, name(w));
        const Reading& noise = of(x.m, "noise.beside_tone@1", Side::left, {}, name(w));
        out = std::max({out, std::abs(*r.scalar().value + there), std::abs(*noise.scalar().value - there)});
    }
    return out;
}
/// IEC 61672-1 table 2 and ITU-R BS.468-4 table 1, each printed to 0.1 dB.
inline std::optional<double> weighting_tables() {
    double out = 0.0;
    for (const auto& [hz, table] : {std::pair{10.0, -70.4},
                                    {31.62, -39.4},
                                    {100.0, -19.1},
                                    {1000.0, 0.0},
                                    {2511.9, 1.3},
                                    {10000.0, -2.5},
                                    {19953.0, -9.3}})
        out = std::max(out, std::abs(db(weight(Weighting::a, hz)) - table));
    for (const auto& [hz, table] : {std::pair{31.5, -29.9},
                                    {100.0, -19.8},
                                    {1000.0, 0.0},
                                    {2000.0, 5.6},
                                    {6300.0, 12.2},
                                    {12500.0, 0.0},
                                    {20000.0, -22.2}})
        out = std::max(out, std::abs(db(weight(Weighting::ccir_rms, hz)) - table + 5.63));
    return out;
}
inline std::optional<double> kit_range() {
    if (!kit()) return {};
    const Measurement m = of_kit("dr_minus60");
    double out = 0.0;
    const double truth[] = {83.6942445002885,  85.64623536844928, 82.01069429621981,
                            95.10659015340923, 95.80698674082495, 92.96118720604349};
    std::size_t i = 0;
    for (const Side side : sides)
        for (const Weighting w : all_weightings)
            out = std::max(
                out, std::abs(*of(m, "dynamic_range.exact_residual@1", side, {}, name(w)).scalar().value -
                              truth[i++]));
    return out;
}

// --- health ---

/// 0.8 s of nothing but DC, mains of 50.03 Hz and noise of -70 dBFS.
inline Measurement quiet_take(unsigned seed) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = 0.8;
    p.events.push_back({Silence{0.0, 0.8}, {{true, true}}});
    p.analyses = {"dc", "mains"};
    Take take = take_of(p, {.seconds = 0.8, .noise = rms_of(-70.0), .seed = seed});
    for (auto& channel : take.channels)
        for (std::size_t n = 0; n < channel.size(); ++n) {
            const double turn = 2.0 * pi * 50.03 * static_cast<double>(n) / rate;
            channel[n] += 0.002 + 0.02 * std::sin(turn + 0.4) + 0.01 * std::sin(3.0 * turn + 1.0);
        }
    return read(take, p);
}
inline std::optional<double> dc_error() {
    return twice_the_rms(8, [](unsigned seed) { return value(quiet_take(seed), "dc", Side::left) - 0.002; });
}
inline std::optional<double> mains_hz() {
    return twice_the_rms(
        8, [](unsigned seed) { return *of(quiet_take(seed), "mains", Side::left, 1).scalar().at - 50.03; });
}
inline std::optional<double> mains_db() {
    return worst_of(4, [](unsigned seed) {
        const Measurement m = quiet_take(seed);
        return std::max(std::abs(value(m, "mains", Side::left, 1) - db(0.02)),
                        std::abs(value(m, "mains", Side::left, 3) - db(0.01)));
    });
}

/// A tone of 0.9 cut off at 0.7 of 24 bits: the level, and how many samples stand at it.
inline const Measurement& cut_tone(double* count) {
    static double at_the_top = 0.0;
    static const Measurement m = [] {
        const Programme p = of_tones({{997.3, 0.9, 0.3}}, 2.0);
        const double top = std::ldexp(std::round(std::ldexp(0.7, 23)), -23);
        Take take = take_of(p, {.seconds = 2.5, .bits = 24});
        for (auto& channel : take.channels)
            for (double& x : channel) x = std::clamp(x, -top, top), at_the_top += std::abs(x) == top;
        return read(take, p);
    }();
    if (count) *count = at_the_top / 2.0;
    return m;
}
inline std::optional<double> clip_level() {
    return std::abs(value(cut_tone(nullptr), "clipping", Side::left) - 0.7);
}
inline std::optional<double> clip_count() {
    double both = 0.0, told = 0.0;
    const Measurement& m = cut_tone(&both);
    for (const Side side : sides)
        told += static_cast<double>(detail<std::int64_t>(of(m, "clipping", side), "count"));
    return std::abs(told - 2.0 * both);
}

// --- null, impedance, circuit ---

/// 8 s of music, both with 1e-5 of noise, 2.75 ppm and 17.3125 samples apart.
inline double null_figure(const char* key) {
    static const Music music(1);
    static const auto a = capture(music, {.seconds = 8.0, .seed = 7});
    static const auto null =
        null_of(a, capture(music, {.seconds = 8.0, .ppm = 2.75, .delay = 17.3125, .gain = 0.98, .seed = 8}),
                {}, 2, {});
    REQUIRE(null.has_value());
    if (std::string_view(key) != "residual") return detail<double>(reading(null->readings, "null"), key);
    // Both noises, A's scaled like A, of which 20 Hz to 20 kHz is heard.
    double power = 0.0;
    for (const double x : a.channels[0]) power += x * x / static_cast<double>(a.frames());
    const double truth = db(1e-5 * std::sqrt((1.0 + 0.98 * 0.98) * 19980.0 / 24000.0 / power));
    return *reading(null->readings, "null").scalar().value - truth;
}
inline std::optional<double> null_gain() { return std::abs(null_figure("gain_db") - db(0.98)); }
inline std::optional<double> null_delay() { return std::abs(null_figure("delay_samples") - 17.3125); }
inline std::optional<double> null_ppm() { return std::abs(null_figure("ppm") - 2.75); }
inline std::optional<double> null_residual() { return std::abs(null_figure("residual")); }

/// 30 to 43 ohm behind 10 ohm: 24 tones of 0.02 over 5 s, -100 dBFS, beside 33 ohm known.
struct Misread {
    double percent = 0.0, degrees = 0.0;
};
inline Misread misread() {
    static const Misread out = [] {
        const auto load = [](double hz) {
            const Complex s(0.0, 2.0 * pi * hz);
            return 30.0 + 1e-4 * s + 1.0 / (1.0 / 8.0 + 1.0 / (6e-4 * s) + 2e-4 * s);
        };
        const Programme programme = tones_for_impedance({{true, false}}, 5.0);
        const SenseBench bench{.sense = 10.0, .input = 1e4, .noise = rms_of(-100.0), .ppm = 37.31, .seed = 5};
        SenseBench with_33 = bench;
        with_33.seed = 6;
        SenseCircuit circuit = circuit_of(bench);
        circuit.reference = standard(sensed(with_33, programme, 33.0), 33.0);
        const Measurement m = fourpole::read(sensed(bench, programme, load), programme, circuit);
        Misread worst;
        for (const Point& p : reading(m.readings, "impedance").points) {
            const Complex off = std::polar(*p.value, *p.phase_deg / degrees_per_radian) / load(*p.at) - 1.0;
            worst.percent = std::max(worst.percent, 100.0 * std::abs(off.real()));
            worst.degrees = std::max(worst.degrees, std::abs(off.imag()) * degrees_per_radian);
        }
        return worst;
    }();
    return out;
}
inline std::optional<double> impedance_size() { return misread().percent; }
inline std::optional<double> impedance_phase() { return misread().degrees; }

/// Equal legs and a shared return: -Zg / (Zs + Zg), exactly; the table of 20 circuits.
inline std::optional<double> circuit_crosstalk() {
    double out = 0.0;
    for (const auto& [driver, source] :
         {std::pair{16.0, 0.5}, {16.0, 5.0}, {16.0, 22.0}, {32.0, 0.5}, {32.0, 22.0}})
        for (const double shared_ohm : {0.05, 0.1, 0.3, 0.5}) {
            Circuit c = three_pole(driver);
            c.stage.output_resistance_ohm = figure(source);
            c.cable.common_return_ohm = figure(shared_ohm);
            const CircuitAt at = solved_at(c, 1000.0);
            const Complex ratio = at.voltage[Side::left][Side::right] / at.voltage[Side::left][Side::left];
            out = std::max(out,
                           std::abs(db(std::abs(ratio)) - db(shared_ohm / (source + driver + shared_ohm))));
        }
    return out;
}

}  // namespace fourpole::conformance
