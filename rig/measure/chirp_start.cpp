// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/chirp_start.hpp"

#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

namespace fourpole {

namespace {

using Complex = std::complex<double>;

constexpr double lead_s = 0.008, tail_s = 0.06;  ///< what the device may say before and after a chirp
constexpr double least_likeness = 0.5;
constexpr double highest_share = 0.45;  ///< of the capture's rate
constexpr double least_u = 1e-6;        ///< samples: what rounding leaves where there is no noise

struct Line {
    double omega;
    Complex expected, found;
    /// found re expected once that comes `later` samples later.
    Complex product(double later) const {
        return found * std::conj(expected) * std::polar(1.0, omega * later);
    }
};

std::vector<Complex> spectrum_of(RealFft& fft, std::span<const double> x) {
    std::fill_n(fft.signal(), fft.size(), 0.0);
    std::copy(x.begin(), x.end(), fft.signal());
    fft.forward();
    return {fft.spectrum(), fft.spectrum() + fft.bins()};
}

/// The bins of a chirp's own band.
std::vector<Line> lines_of(RealFft& fft, std::span<const double> found, const std::vector<Complex>& x,
                           const Chirp& chirp, double rate_hz) {
    const auto y = spectrum_of(fft, found);
    const auto [low, high] = std::minmax(chirp.f1_hz, chirp.f2_hz);
    std::vector<Line> out;
    for (std::size_t k = 1; k < y.size(); ++k) {
        const double hz = static_cast<double>(k) * rate_hz / static_cast<double>(fft.size());
        if (hz >= low && hz <= std::min(high, highest_share * rate_hz))
            out.push_back({2.0 * std::numbers::pi * hz / rate_hz, x[k], y[k]});
    }
    return out;
}

/// Where the phase is steepest on the whole: bin by bin, so that no turn is lost.
double rough_delay(const std::vector<Line>& lines) {
    Complex turn = 0.0;
    for (std::size_t i = 1; i < lines.size(); ++i)
        turn += lines[i].product(0.0) * std::conj(lines[i - 1].product(0.0));
    return -std::arg(turn) / (lines[1].omega - lines[0].omega);
}

/// Newton on |sum of products|: the constant phase is free, so only what is left of w counts.
double sharpened(const std::vector<Line>& lines, double delay) {
    for (int step = 0; step < 30; ++step) {
        Complex sum = 0.0;
        double weight = 0.0, mean = 0.0;
        for (const Line& l : lines) {
            sum += l.product(delay);
            weight += std::norm(l.expected), mean += l.omega * std::norm(l.expected);
        }
        mean /= weight;
        const Complex unit = std::conj(sum) / std::abs(sum);
        double slope = 0.0, curve = 0.0;
        for (const Line& l : lines) {
            const Complex c = l.product(delay) * unit;
            slope += (l.omega - mean) * c.imag();
            curve += (l.omega - mean) * (l.omega - mean) * c.real();
        }
        if (curve <= 0.0) break;
        const double move = std::clamp(-slope / curve, -1.0, 1.0);
        delay += move;
        if (std::abs(move) < 1e-12) break;
    }
    return delay;
}

std::optional<ChirpStart> start_of(const std::vector<Line>& lines, double padding) {
    const double delay = sharpened(lines, rough_delay(lines));
    Complex both = 0.0;
    double expected = 0.0, found = 0.0, mean = 0.0;
    for (const Line& l : lines) {
        both += l.product(delay);
        expected += std::norm(l.expected), found += std::norm(l.found);
        mean += l.omega * std::norm(l.expected);
    }
    if (expected <= 0.0 || std::norm(both) < least_likeness * expected * found) return std::nullopt;
    const Complex a = both / expected;
    mean /= expected;
    double left_over = 0.0, information = 0.0;
    for (const Line& l : lines) {
        const Complex there = a * l.expected * std::polar(1.0, -l.omega * delay);
        left_over += std::norm(l.found - there);
        information += (l.omega - mean) * (l.omega - mean) * std::norm(there);
    }
    // Zero padding makes more bins than there is information.
    const double noise = padding * left_over / static_cast<double>(lines.size());
    return ChirpStart{delay, std::max(least_u, std::sqrt(0.5 * noise / information)), 0.0, 0.0};
}

/// Of the chirp's closed form, at as many times the capture's rate as hold all of it: a capture of 8 kHz has
/// only the part below 4 kHz, and what goes beyond must not fold back upon it.
std::vector<Complex> expected_spectrum(const Event& event, const Chirp& chirp, const Clock& clock,
                                       std::size_t from, std::size_t count, std::size_t length) {
    const double high = std::max(chirp.f1_hz, chirp.f2_hz) / highest_share;
    const auto times = static_cast<std::size_t>(std::max(1.0, std::ceil(high / clock.rate_hz)));
    const auto t = static_cast<double>(times);
    std::vector<double> wave(count * times, 0.0);
    add_event(event, Clock{clock.rate_hz * t, clock.start * t, clock.ppm}, static_cast<double>(from) * t,
              wave);
    RealFft fft(length * times);
    auto out = spectrum_of(fft, wave);
    for (Complex& x : out) x /= t;
    return out;
}

std::optional<ChirpStart> start_by(const Recording& recording, const Event& event, const Clock& clock) {
    const auto& chirp = std::get<Chirp>(event.what);
    const double first = clock.sample_at(event_start(event) - lead_s);
    const double last = clock.sample_at(event_end(event) + tail_s);
    if (first < 0.0 || last > static_cast<double>(recording.frames())) return std::nullopt;
    const auto from = static_cast<std::size_t>(first), count = static_cast<std::size_t>(last - first);
    RealFft fft(fast_length(count));
    const auto expected = expected_spectrum(event, chirp, clock, from, count, fft.size());
    std::optional<ChirpStart> out;
    double loudest = 0.0;
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        const auto heard = std::span(recording.samples[side]).subspan(from, count);
        const auto lines = lines_of(fft, heard, expected, chirp, recording.rate_hz);
        if (lines.size() < 16) continue;
        double power = 0.0;
        for (const Line& l : lines) power += std::norm(l.found);
        if (power <= loudest) continue;
        loudest = power;
        out = start_of(lines, static_cast<double>(fft.size()) / static_cast<double>(count));
    }
    return out;
}

}  // namespace

std::optional<ChirpStart> chirp_start(const Recording& recording, const Programme& programme,
                                      const Clock& clock) {
    double weight = 0.0, sum = 0.0, from_hz = 0.0, to_hz = 0.0;
    for (const Event& event : programme.events) {
        const auto* chirp = std::get_if<Chirp>(&event.what);
        if (!chirp) continue;
        const auto one = start_by(recording, event, clock);
        if (!one) continue;
        const auto [low, high] = std::minmax(chirp->f1_hz, chirp->f2_hz);
        from_hz = weight > 0.0 ? std::min(from_hz, low) : low;
        to_hz = std::max(to_hz, std::min(high, highest_share * recording.rate_hz));
        weight += 1.0 / (one->u * one->u), sum += one->samples / (one->u * one->u);
    }
    if (weight <= 0.0) return std::nullopt;
    return ChirpStart{sum / weight, 1.0 / std::sqrt(weight), from_hz, to_hz};
}

}  // namespace fourpole
