// SPDX-License-Identifier: GPL-3.0-or-later
// Harmonics, intermodulation, levels and jitter.
#pragma once

#include "tests/conformance_takes.hpp"
#include "tests/made_take.hpp"

namespace fourpole::conformance {

/// x + 0.004 x^2 + 0.0016 x^3 at 0.5: H2 of 0.004 A / 2 and H3 of 0.0016 A^2 / 4, re 1 + 0.0016 x 3/4 A^2.
inline const Measurement& bent_sweep() {
    static const Measurement m =
        read(sweep_pair(), {.seconds = 8.0, .noise = rms_of(-90.0), .device = [](double x) {
                                return x + 0.004 * x * x + 0.0016 * x * x * x;
                            }});
    return m;
}
inline double harmonic_truth(int order) { return db((order == 2 ? 1e-3 : 1e-4) / 1.0003); }
inline double harmonic_worst(int order) {
    return worst_of(2, [&](unsigned side) {
        return worst(of(bent_sweep(), "harmonic", sides[side - 1], order), 60.0, 19000.0 / order,
                     [&](double) { return harmonic_truth(order); });
    });
}
inline double harmonic_rms(int order) {
    return worst_of(2, [&](unsigned side) {
        return rms(of(bent_sweep(), "harmonic", sides[side - 1], order), 60.0, 19000.0 / order,
                   [&](double) { return harmonic_truth(order); });
    });
}
inline std::optional<double> second_worst() { return harmonic_worst(2); }
inline std::optional<double> second_rms() { return harmonic_rms(2); }
inline std::optional<double> third_worst() { return harmonic_worst(3); }
inline std::optional<double> third_rms() { return harmonic_rms(3); }

/// A tone of 0.9 with harmonics 2 to 6 that are -120 dB of it in all.
inline std::optional<double> thd_120() {
    std::vector<Tone> tones{{997.3, 0.9, 0.3}};
    double squares = 0.0;
    for (int order = 2; order <= 6; ++order) {
        const double size = level(-124.0 - order);
        tones.push_back({997.3 * order, 0.9 * size, 1.1 * order});
        squares += size * size;
    }
    const Programme heard = of_tones(std::move(tones), 5.5), played = of_tones({{997.3, 0.9, 0.3}}, 5.5);
    const Measurement m = read(take_of(heard, {.start = 0.0, .seconds = 5.5, .bits = 32}), played);
    return std::abs(value(m, "thd", Side::left) - db(std::sqrt(squares)));
}

/// Noise of -110 dBFS in 20 kHz: 24/20 of that power in all.
inline std::optional<double> line_in_noise() {
    return twice_the_rms(12, [](unsigned seed) {
        const Programme heard = of_tones({{997.3, 0.5, 0.3}, {1994.6, 1e-6, 1.0}}, 5.0),
                        played = of_tones({{997.3, 0.5, 0.3}}, 5.0);
        const How how{.start = 0.0, .noise = rms_of(-110.0) * std::sqrt(1.2), .seed = seed};
        const Measurement m = read(take_of(heard, how), played);
        double squares = 0.0;
        for (const Side side : sides)
            squares += 0.5 * std::pow(value(m, "harmonic", side, 2) - db(1e-6 / 0.5), 2);
        return std::sqrt(squares);
    });
}

/// Two tones and their products, -108 dBFS of noise, 24 bits; over 4 s.
struct Products {
    std::vector<Tone> played;
    std::vector<Tone> products;
    const char* definition;
    double re;                 ///< amplitude that the rss of the products is held against
    std::vector<int> counted;  ///< of the products; empty: all
};
inline double product_error(const Products& p) {
    std::vector<Tone> all = p.played;
    all.insert(all.end(), p.products.begin(), p.products.end());
    double squares = 0.0;
    for (std::size_t i = 0; i < p.products.size(); ++i)
        if (p.counted.empty() ||
            std::find(p.counted.begin(), p.counted.end(), static_cast<int>(i)) != p.counted.end())
            squares += std::pow(p.products[i].amplitude, 2);
    const How how{.start = 0.0, .seconds = 4.0, .noise = rms_of(-108.0), .bits = 24, .seed = 31};
    const Take take = take_of(of_tones(all, 4.0), how);
    const Measurement m = read(take, of_tones(p.played, 4.0));
    return std::abs(value(m, p.definition, Side::left) - db(std::sqrt(squares) / p.re));
}
inline std::optional<double> smpte() {
    const double first = 0.16 * level(-70.0), second = 0.16 * level(-85.0);
    return product_error(
        {{{60.0, 0.64, 0.0}, {7000.0, 0.16, 0.5}},
         {{7060.0, first, 0.2}, {6940.0, first, 1.2}, {7120.0, second, -1.0}, {6880.0, second, 2.0}},
         "imd_smpte.sidebands_rss@1",
         0.16,
         {}});
}
inline std::optional<double> md() {
    const double first = 0.16 * level(-66.0), second = 0.16 * level(-85.0);
    return product_error(
        {{{41.0, 0.64, 0.0}, {7993.0, 0.16, 0.5}},
         {{8034.0, first, 0.2}, {7952.0, first, 1.2}, {8075.0, second, -1.0}, {7911.0, second, 2.0}},
         "imd_md.aes17_first_sidebands@1",
         0.16,
         {0, 1}});
}
inline std::optional<double> dfd() {
    const double low = 0.45 * level(-75.0), near = 0.45 * level(-84.0);
    return product_error({{{18000.0, 0.45, 0.3}, {20000.0, 0.45, -0.5}},
                          {{2000.0, low, 0.7}, {16000.0, near, 1.0}, {22000.0, near, -1.0}},
                          "imd_dfd.aes17_lines@1",
                          0.45,
                          {}});
}
inline std::optional<double> ccif() {
    const double second = 0.45 * level(-80.0), third = 0.45 * level(-85.0);
    const std::vector<Tone> played{{19000.0, 0.45, 0.3}, {20000.0, 0.45, -0.5}};
    const std::vector<Tone> products{{1000.0, second, 0.7}, {18000.0, third, 1.0}, {21000.0, third, -1.0}};
    return std::max(product_error({played, products, "imd_ccif.second_order@1", 0.45, {0}}),
                    product_error({played, products, "imd_ccif.third_order_rss@1", 0.45, {1, 2}}));
}

/// -60 dBFS in 24 bits of TPDF dither.
inline std::optional<double> quiet_level() {
    return worst_of(4, [](unsigned seed) {
        const Measurement m =
            read(of_tones({{997.3, 1e-3, 0.3}}, 5.0), {.start = 0.0, .bits = 24, .seed = seed});
        return value(m, "level", Side::left) + 60.0;
    });
}

/// Four steps of 0.6 s; what is played at -120 dBFS comes out at -117.
inline std::optional<double> quiet_step() {
    return twice_the_rms(16, [](unsigned seed) {
        Programme played, heard;
        played.sample_rate_hz = heard.sample_rate_hz = rate;
        played.length_s = heard.length_s = 2.4;
        for (const auto& [i, nominal, real] :
             {std::tuple{0, -0.1, -0.1}, {1, -40.0, -40.0}, {2, -80.0, -80.0}, {3, -120.0, -117.0}})
            for (const auto& [to, decibels] : {std::pair{&played, nominal}, {&heard, real}})
                to->events.push_back(
                    {Tones{0.6 * i, 0.6, 0.0, {{997.0, level(decibels), 0.0}}}, {{true, true}}});
        const Take take =
            take_of(heard, {.ppm = 3.3, .start = 0.0, .seconds = 2.4, .bits = 24, .seed = seed});
        const Measurement m = read(take, played);
        double squares = 0.0;
        for (const Side side : sides)
            squares += 0.5 * std::pow(*of(m, "linearity", side).points.back().value + 117.0, 2);
        return std::sqrt(squares);
    });
}

inline std::optional<double> jitter_ps() {
    static const auto samples = clean(jtest(24), noisy(20.0));
    return worst_of(4, [](unsigned seed) {
        const Measurement m = fourpole::measured(jtest(24), samples, noise_m115, seed);
        return ps(*reading(m.readings, "jitter").scalar().value) - 20.0 / std::sqrt(2.0);
    });
}

inline std::optional<double> kit_thd() {
    if (!kit()) return {};
    return std::abs(value(of_kit("thd_coherent_m120"), "thd", Side::left) + 119.87116929477301);
}
inline std::optional<double> kit_imd() {
    if (!kit()) return {};
    return std::max(std::abs(value(of_kit("imd_smpte"), "imd_smpte", Side::left) + 66.85449082227981),
                    std::abs(value(of_kit("imd_aes17_dfd"), "imd_dfd", Side::left) + 74.02470228280282));
}
inline std::optional<double> kit_linearity() {
    if (!kit()) return {};
    const double truth[] = {-0.1,   -10.0,  -20.0,  -30.0, -40.0,  -49.99, -60.02,
                            -69.97, -79.95, -89.85, -99.6, -108.9, -117.0};
    const Measurement m = of_kit("linearity");
    const auto& points = of(m, "linearity", Side::left).points;
    REQUIRE(points.size() == std::size(truth));
    double out = 0.0;
    for (std::size_t i = 0; i < points.size(); ++i)
        out = std::max(out, std::abs(*points[i].value - truth[i]));
    return out;
}

}  // namespace fourpole::conformance
