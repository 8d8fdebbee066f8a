// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/mains_lines_beside.hpp"

#include "rig/analysis/slowed.hpp"
#include "rig/analysis/tone_fit.hpp"
#include "rig/fft/phasor.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>
#include <span>

namespace fourpole {

namespace {

constexpr int orders = 9;
constexpr double highest_hz = 1440.0;  ///< of the slow rate's 1500: what plays there leaks down to the lines
constexpr double slow_rate_hz = 3000.0;
constexpr double longest_s = 6.0, shortest_s = 0.4;  ///< mains do not keep their frequency for longer
constexpr double piece_s = 2.0;                      ///< each finds the frequency for itself
constexpr double bins_apart = 2.0;
constexpr int highest_of_two = 16;
constexpr std::size_t most_lines = 100, most_products = 300;
constexpr double aside_bins = 3.0;
constexpr double beyond_chance = 1.5;         ///< of the density, over a dozen values
constexpr double farthest_swing_hz = 45.0;    ///< of a pace, from the line that it turns
constexpr double surely_beside_swing = 10.0;  ///< of u
constexpr double as_large = 0.5;              ///< a mirror image, re the line
constexpr int rounds = 3;  ///< of products and lines by turns; each leaves a tenth of the error

/// Calls `add` with every frequency that lines may make.
template <class Add>
void each_product(const std::vector<double>& f, Add add) {
    if (f.size() == 1)
        for (double k = 1.0; k * f[0] < highest_hz; ++k) add(k * f[0]);
    if (f.size() == 2)
        for (int a = 0; a <= highest_of_two; ++a)
            for (int b = -highest_of_two + a; b <= highest_of_two - a; ++b) add(a * f[0] + b * f[1]);
    if (f.size() < 3) return;
    for (const double a : f) {
        add(a), add(2.0 * a), add(3.0 * a);
        for (const double b : f) {
            add(a - b), add(a + b);
            for (const double c : f) add(a + b - c), add(a - b - c);
        }
    }
}

/// The slow rest of a segment, and what of the programme's own may stand in it, Hz on the converter's clock.
struct Searched {
    Slowed slow;
    std::vector<double> products;

    double seconds() const { return static_cast<double>(slow.y.size()) / slow.rate_hz; }
    double apart_hz() const { return bins_apart / seconds(); }
    bool near_product(double f) const {
        return std::any_of(products.begin(), products.end(),
                           [&](double p) { return std::abs(p - f) < apart_hz(); });
    }
};

std::optional<Searched> searched(const ToneSegment& segment, const FittedInput& input) {
    if (segment.lines.size() > most_lines) return {};
    const auto most = static_cast<std::size_t>(longest_s * input.rate_hz);
    const auto rest = input.rest_with_hum(most);
    Searched out{slowed(rest, input.rate_hz, slow_rate_hz), {}};
    if (out.seconds() < shortest_s) return {};
    out.products = products_below_mains(segment, out.apart_hz());
    for (double& f : out.products) f *= input.fit.scale;
    if (out.products.size() > most_products) return {};
    return out;
}

/// y without the first `count` tones of a fit.
std::vector<double> without(const Searched& in, const ToneFit& fit, const std::vector<double>& hz,
                            std::size_t count) {
    std::vector<double> out = in.slow.y;
    for (std::size_t k = 0; k < count; ++k) {
        const double omega = 2.0 * std::numbers::pi * hz[k] / in.slow.rate_hz;
        std::vector<double> c(out.size()), s(out.size());
        turn_phasor(omega, std::remainder(-omega * fit.centre(), 2.0 * std::numbers::pi), c, s);
        for (std::size_t n = 0; n < out.size(); ++n)
            out[n] -= fit.phasors[k].real() * c[n] - fit.phasors[k].imag() * s[n];
    }
    return out;
}

/// The orders that can be told from the programme's own, as the pauses' search finds them in y.
QuietContent found_in(std::span<const double> y, const Searched& in) {
    std::vector<QuietStretch> pieces;
    const auto count = static_cast<std::size_t>(std::max(1.0, std::round(in.seconds() / piece_s)));
    for (std::size_t p = 0; p < count; ++p) {
        const std::size_t from = p * y.size() / count, to = (p + 1) * y.size() / count;
        pieces.push_back({from, to - from});
    }
    QuietContent out = quiet_content(y, pieces, in.slow.rate_hz, orders);
    // What goes beyond white noise is the wander of the mains themselves.
    const double white = out.rest_rms * std::sqrt(2.0 / static_cast<double>(y.size()));
    for (MainsLine& line : out.lines) line.u = std::sqrt(std::max(0.0, line.u * line.u - white * white));
    std::erase_if(out.lines, [&](const MainsLine& l) { return in.near_product(l.frequency_hz); });
    return out;
}

void set_uncertainty(std::vector<MainsLine>& lines, const Searched& in, const FittedInput& input) {
    for (MainsLine& line : lines) {
        const double gain = in.slow.gain(line.frequency_hz);
        line.amplitude /= gain;
        line.u = std::hypot(std::sqrt(input.noise.density(line.frequency_hz) / in.seconds()), line.u / gain);
    }
}

/// A line that drifts leaves power beside it, sqrt(A^2 + 2 R) - A of its size: that is put back, and as much
/// is in u.
void add_what_is_aside(const std::vector<MainsLine*>& lines, std::span<const double> rest,
                       const Searched& in) {
    if (rest.empty()) return;
    const NoiseSpectrum noise(rest, in.slow.rate_hz);
    const double width = aside_bins / in.seconds();
    for (MainsLine* line : lines) {
        const double white = 2.0 * width * noise.density(line->frequency_hz);
        const double aside = noise.around(line->frequency_hz, width) - white;
        if (aside < beyond_chance * white) continue;
        const double gain = in.slow.gain(line->frequency_hz);
        const double lost = std::hypot(line->amplitude, std::sqrt(2.0 * aside) / gain) - line->amplitude;
        line->amplitude += lost;
        line->u = std::hypot(line->u, lost);
    }
}

/// Size and frequency of the lines that are seen, by least squares of them and the programme's own together.
void sharpen(std::vector<MainsLine>& lines, const Searched& in) {
    std::vector<double> hz = in.products;
    std::vector<MainsLine*> sharp;
    for (MainsLine& line : lines)
        if (seen_beside_tones(line)) sharp.push_back(&line), hz.push_back(line.frequency_hz);
    const std::size_t own = in.products.size();
    std::vector<double> rest;
    for (int round = 0; round < rounds && !sharp.empty(); ++round) {
        const auto both = fit_tones(in.slow.y, in.slow.rate_hz, hz, 1.0, ToneClock::given);
        if (!both) return;
        const auto alone = fit_tones(without(in, *both, hz, own), in.slow.rate_hz, std::span(hz).subspan(own),
                                     1.0, ToneClock::free);
        if (!alone || std::abs(alone->scale - 1.0) * sharp.back()->frequency_hz > in.apart_hz()) return;
        for (std::size_t k = own; k < hz.size(); ++k) hz[k] *= alone->scale;
        for (std::size_t k = 0; k < sharp.size(); ++k) {
            sharp[k]->frequency_hz = hz[own + k];
            // Mains that wander keep what their pieces say.
            const double size = std::abs(both->phasors[own + k]) / in.slow.gain(hz[own + k]);
            if (size > sharp[k]->amplitude - sharp[k]->u) sharp[k]->amplitude = size;
        }
        rest = both->rest;
    }
    add_what_is_aside(sharp, rest, in);
}

/// Size of what stands at a frequency, by a Hann window.
double size_at(std::span<const double> y, double hz, double rate_hz) {
    const double omega = 2.0 * std::numbers::pi / rate_hz;
    std::complex<double> sum = 0.0;
    double weight = 0.0;
    for (std::size_t n = 0; n < y.size(); ++n) {
        const auto t = static_cast<double>(n);
        const double w = 1.0 - std::cos(2.0 * std::numbers::pi * (t + 0.5) / static_cast<double>(y.size()));
        sum += w * y[n] * std::polar(1.0, -std::fmod(omega * hz * t, 2.0 * std::numbers::pi));
        weight += w;
    }
    return 2.0 * std::abs(sum) / weight;
}

/// A pace that swings puts two lines beside each of the programme's, one as far above as the other is below;
/// of hum there is one. Where the other one is.
std::optional<double> mirror_of(const MainsLine& line, const ToneSegment& segment, const Searched& in,
                                double scale) {
    const double here = size_at(in.slow.y, line.frequency_hz, in.slow.rate_hz);
    for (const PlayedLine& played : segment.lines) {
        const double mirror = 2.0 * scale * played.hz - line.frequency_hz;
        if (std::abs(mirror - line.frequency_hz) > 2.0 * farthest_swing_hz || mirror < in.apart_hz())
            continue;
        if (size_at(in.slow.y, mirror, in.slow.rate_hz) > as_large * here) return mirror;
    }
    return {};
}

std::vector<MainsLine> lines_beside_products(const Searched& in, const FittedInput& input) {
    const auto fit = fit_tones(in.slow.y, in.slow.rate_hz, in.products, 1.0, ToneClock::given);
    if (!fit) return {};
    auto lines = found_in(fit->rest, in).lines;
    set_uncertainty(lines, in, input);
    sharpen(lines, in);
    return lines;
}

/// Lines that a swinging pace explains become the programme's own, and what else there is is looked for
/// beside them; what still has a mirror image then is left out.
std::vector<MainsLine> lines_without_mirrors(const ToneSegment& segment, const FittedInput& input,
                                             Searched& in) {
    for (int round = 0;; ++round) {
        auto lines = lines_beside_products(in, input);
        std::vector<double> swing;
        std::erase_if(lines, [&](const MainsLine& l) {
            const auto mirror =
                seen_beside_tones(l) ? mirror_of(l, segment, in, input.fit.scale) : std::nullopt;
            if (mirror) swing.insert(swing.end(), {l.frequency_hz, *mirror});
            return mirror.has_value();
        });
        if (swing.empty() || round == rounds) {
            // Next to such lines stand weaker ones, of more turns of the pace than one.
            std::erase_if(lines, [&](const MainsLine& l) {
                return round > 0 && seen_beside_tones(l) && l.amplitude < surely_beside_swing * l.u;
            });
            return lines;
        }
        for (const double hz : swing)
            if (!in.near_product(hz)) in.products.push_back(hz);
    }
}

}  // namespace

std::vector<double> products_below_mains(const ToneSegment& segment, double apart_hz) {
    std::vector<double> lines, all;
    for (const PlayedLine& l : segment.lines) lines.push_back(l.hz);
    const auto add = [&](double f) {
        if (std::abs(f) > apart_hz && std::abs(f) < highest_hz) all.push_back(std::abs(f));
    };
    each_product(lines, add);
    if (segment.jtest)
        for (int odd = 1; odd * segment.jtest->rate_hz / 192.0 < highest_hz; odd += 2)
            add(odd * segment.jtest->rate_hz / 192.0);
    std::sort(all.begin(), all.end());
    std::vector<double> kept;
    for (const double f : all)
        if (kept.empty() || f - kept.back() >= apart_hz) kept.push_back(f);
    return kept;
}

bool seen_beside_tones(const MainsLine& line) { return line.amplitude > 5.0 * line.u; }

std::vector<MainsLine> mains_lines_beside(const ToneSegment& segment, const FittedInput& input) {
    auto in = searched(segment, input);
    if (!in) return {};
    const auto lines = lines_without_mirrors(segment, input, *in);
    const bool any =
        std::any_of(lines.begin(), lines.end(), [](const MainsLine& l) { return seen_beside_tones(l); });
    // A bound of mains that something else stands on would be none.
    const bool told = std::none_of(in->products.begin(), in->products.end(), [](double f) {
        return std::abs(f - 50.0) < 0.01 * 50.0 || std::abs(f - 60.0) < 0.01 * 60.0;
    });
    return any || told ? lines : std::vector<MainsLine>{};
}

}  // namespace fourpole
