// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/clock.hpp"

#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <tuple>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
using Complex = std::complex<double>;

// Around a chirp: what the device may still say before and after it.
constexpr double lead_s = 0.008, tail_s = 0.06;

/// Spectrum of one stretch, edges faded over the lead so that nothing is cut hard.
std::vector<Complex> spectrum_at(RealFft& fft, const std::vector<double>& y, std::ptrdiff_t at,
                                 std::size_t frames, std::size_t fade) {
    const auto size = static_cast<std::ptrdiff_t>(y.size());
    for (std::size_t i = 0; i < fft.size(); ++i) {
        const std::ptrdiff_t n = at + static_cast<std::ptrdiff_t>(i);
        double value = i < frames && n >= 0 && n < size ? y[static_cast<std::size_t>(n)] : 0.0;
        const std::size_t edge = std::min(i, frames - std::min(frames, i + 1));
        if (edge < fade)
            value *= 0.5 - 0.5 * std::cos(pi * (static_cast<double>(edge) + 0.5) / static_cast<double>(fade));
        fft.signal()[i] = value;
    }
    fft.forward();
    return {fft.spectrum(), fft.spectrum() + fft.bins()};
}

struct Line {
    double omega;
    Complex a, b;
};

}  // namespace

DelayEstimate delay_between(const Recording& recording, std::ptrdiff_t at_a, std::ptrdiff_t at_b,
                            std::size_t frames, double low_hz, double high_hz) {
    RealFft fft(fast_length(frames));
    const std::size_t fade = static_cast<std::size_t>(0.5 * lead_s * recording.rate_hz);
    std::vector<Line> lines;
    for (const Side s : sides) {
        if (!recording.has(s)) continue;
        const auto a = spectrum_at(fft, recording.samples[s], at_a, frames, fade);
        const auto b = spectrum_at(fft, recording.samples[s], at_b, frames, fade);
        const double hz_per_bin = recording.rate_hz / static_cast<double>(fft.size());
        for (std::size_t k = 1; k < a.size(); ++k) {
            const double f = static_cast<double>(k) * hz_per_bin;
            if (f >= low_hz && f <= high_hz) lines.push_back({2.0 * pi * f / recording.rate_hz, a[k], b[k]});
        }
    }

    // Newton on the phase: for a small step the slope of sum Im(c e^(jw tau)) w is exact.
    double tau = 0.0;
    for (int step = 0; step < 30; ++step) {
        double slope = 0.0, curve = 0.0;
        for (const Line& l : lines) {
            const Complex c = l.b * std::conj(l.a) * std::polar(1.0, l.omega * tau);
            slope += l.omega * c.imag();
            curve += l.omega * l.omega * c.real();
        }
        if (curve <= 0.0) break;
        const double move = std::clamp(-slope / curve, -1.0, 1.0);
        tau += move;
        if (std::abs(move) < 1e-12) break;
    }

    double left_over = 0.0, information = 0.0, omega_squared = 0.0;
    for (const Line& l : lines) {
        const Complex turned = l.a * std::polar(1.0, -l.omega * tau);
        left_over += std::norm(l.b - turned);
        // What both have in common is the signal; the powers themselves hold the noise as well.
        information += l.omega * l.omega * (l.b * std::conj(turned)).real();
        omega_squared += l.omega * l.omega;
    }
    // Each of the two spectra carries half of what is left over. Zero padding makes more
    // bins than there is information.
    const double padding = static_cast<double>(fft.size()) / static_cast<double>(frames);
    const double noise = lines.empty() ? 0.0 : 0.5 * left_over / static_cast<double>(lines.size());
    if (information <= 0.0) return {tau, static_cast<double>(frames)};
    // The second term is noise times noise, which rules where the signal does not stand above it.
    return {tau, std::sqrt(noise * padding * (information + 0.5 * noise * omega_squared)) / information};
}

std::optional<ClockEstimate> estimate_clock(const Recording& recording, const Programme& programme,
                                            const std::vector<MarkerGroup>& groups,
                                            const std::vector<std::vector<Arrival>>& arrivals) {
    const double fs = recording.rate_hz;
    double weight_sum = 0.0, ppm_sum = 0.0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (groups[g].sweep || arrivals[g].size() < 2) continue;
        const Arrival& first = arrivals[g].front();
        const Arrival& last = arrivals[g].back();
        const Event& event = programme.events[first.event];
        const auto& chirp = std::get<Chirp>(event.what);
        const double gap_s = event_start(programme.events[last.event]) - event_start(event);
        const auto lead = static_cast<std::ptrdiff_t>(lead_s * fs);
        const auto frames = static_cast<std::size_t>((lead_s + chirp.duration_s + tail_s) * fs);
        const auto at_a = static_cast<std::ptrdiff_t>(std::lround(first.sample)) - lead;
        const auto at_b = static_cast<std::ptrdiff_t>(std::lround(last.sample)) - lead;
        const auto [low, high] = std::minmax(chirp.f1_hz, chirp.f2_hz);
        const DelayEstimate d = delay_between(recording, at_a, at_b, frames, low, high);
        const double samples = static_cast<double>(at_b - at_a) + d.samples;
        // 1e-6 sample: what interpolation and quantisation leave where there is no noise.
        const double u = std::max(d.u, 1e-6) / samples * 1e6;
        const double ppm = (gap_s * fs / samples - 1.0) * 1e6;
        ppm_sum += ppm / (u * u);
        weight_sum += 1.0 / (u * u);
    }

    ClockEstimate out;
    out.clock.rate_hz = fs;
    if (weight_sum > 0.0) {
        out.clock.ppm = ppm_sum / weight_sum;
        out.u_ppm = 1.0 / std::sqrt(weight_sum);
        out.from = "chirps";
    }

    // The start: a marker of a group that was found whole, chirps before sweeps, then the strongest.
    const Arrival* best = nullptr;
    auto best_rank = std::tuple(false, false, 0.0);
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (const Arrival& a : arrivals[g]) {
            const bool whole = arrivals[g].size() == groups[g].events.size();
            const auto rank = std::tuple(whole, !groups[g].sweep, a.strength);
            if (!best || rank > best_rank) best = &a, best_rank = rank;
        }
    if (!best) return std::nullopt;
    const double u_event = event_start(programme.events[best->event]);
    out.clock.start = best->sample - u_event * fs / (1.0 + out.clock.ppm * 1e-6);
    out.u_start = 1.0;
    return out;
}

}  // namespace fourpole
