// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/chirp_check.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
using Complex = std::complex<double>;

// What the device may still say before and after a chirp.
constexpr double lead_s = 0.008, tail_s = 0.06;
// Two alike chirps cancel in a plug that hears the difference; what is left of them says nothing.
constexpr double least_likeness = 0.5;

/// Samples [from, from + count) of the capture around one chirp, and the chirp's closed form there.
struct Window {
    std::ptrdiff_t from = 0;
    std::vector<double> wave;
};

Window window_of(const Event& event, const Clock& clock, std::size_t frames) {
    Window out;
    const double first = clock.sample_at(event_start(event)) - lead_s * clock.rate_hz;
    const double last = clock.sample_at(event_end(event)) + tail_s * clock.rate_hz;
    out.from = std::max<std::ptrdiff_t>(0, std::lround(first));
    const std::ptrdiff_t to = std::min(static_cast<std::ptrdiff_t>(frames), std::lround(last));
    if (to - out.from < 64) return out;
    out.wave.assign(static_cast<std::size_t>(to - out.from), 0.0);
    add_event(event, clock, static_cast<double>(out.from), out.wave);
    return out;
}

Complex dft(const double* x, std::size_t count, double omega) {
    Complex sum = 0.0;
    const Complex step = std::polar(1.0, -omega);
    Complex turn = 1.0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += x[i] * turn;
        turn *= step;
        if (i % 512 == 511) turn /= std::abs(turn);
    }
    return sum;
}

/// The clock that the probes were made at.
Clock clock_of_probes(const FineTiming& fine) {
    Clock clock = fine.timing.clock;
    clock.start -= fine.shift_samples;
    return clock;
}

/// Sum of the responses from the sides that the event plays on; nullopt where one has no sweep.
std::optional<Complex> response_from(const FineTiming& fine, const Event& event, std::size_t y, double f) {
    Complex sum = 0.0;
    for (const Side side : sides) {
        if (!event.on[side]) continue;
        const auto probe = std::find_if(fine.probes.begin(), fine.probes.end(), [&](const Probe& p) {
            return p.sweep && p.drives[side] && !p.drives[other(side)];
        });
        if (probe == fine.probes.end() || f < 1.2 * probe->f1_hz || f > 0.9 * probe->f2_hz)
            return std::nullopt;
        sum += probe->deconvolution->transfer_value(y, f);
    }
    return sum;
}

struct Line {
    double omega;
    Complex expected, found;
};

/// Phase line through found / expected, weighted by the expected power: unwrapped first, since a
/// break may be many periods long.
ChirpOffset offset_of(const std::vector<Line>& lines) {
    double turns = 0.0, before = 0.0, w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    std::vector<double> phases;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Line& l = lines[i];
        const double phase = std::arg(l.found * std::conj(l.expected));
        if (i > 0) turns -= std::round((phase - before) / (2.0 * pi));
        before = phase;
        phases.push_back(phase + 2.0 * pi * turns);
        const double weight = std::norm(l.expected);
        w += weight, wx += weight * l.omega, wy += weight * phases.back(), wxx += weight * l.omega * l.omega,
            wxy += weight * l.omega * phases.back();
    }
    const double spread = wxx / w - wx * wx / (w * w);
    const double slope = (wxy / w - wx * wy / (w * w)) / spread, constant = (wy - slope * wx) / w;
    double left_over = 0.0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const double d = phases[i] - constant - slope * lines[i].omega;
        left_over += std::norm(lines[i].expected) * d * d;
    }
    return {-slope, std::sqrt(left_over / w / spread / static_cast<double>(lines.size()))};
}

/// Share of the power found that the expected chirp explains once it is moved there.
double likeness(const std::vector<Line>& lines, double samples) {
    Complex both = 0.0;
    double expected = 0.0, found = 0.0;
    for (const Line& l : lines) {
        both += l.found * std::conj(l.expected * std::polar(1.0, -l.omega * samples));
        expected += std::norm(l.expected), found += std::norm(l.found);
    }
    return expected > 0.0 && found > 0.0 ? std::norm(both) / (expected * found) : 0.0;
}

std::optional<ChirpOffset> offset_of_chirp(const Recording& recording, const FineTiming& fine,
                                           const Event& event) {
    const auto* chirp = std::get_if<Chirp>(&event.what);
    if (!chirp || fine.probes.empty()) return std::nullopt;
    const Window window = window_of(event, clock_of_probes(fine), recording.frames());
    if (window.wave.empty()) return std::nullopt;
    const auto [low, high] = std::minmax(chirp->f1_hz, chirp->f2_hz);
    const double top = std::min(0.85 * high, 0.4 * recording.rate_hz);
    std::vector<Line> best;
    double loudest = 0.0;
    const auto& captured = fine.probes.front().captured;
    for (std::size_t y = 0; y < captured.size(); ++y) {
        std::vector<Line> lines;
        double power = 0.0;
        for (double f = 1.2 * low; f < top; f *= std::exp2(1.0 / 24.0)) {
            const double omega = 2.0 * pi * f / recording.rate_hz;
            const auto h = response_from(fine, event, y, f);
            if (!h) continue;
            const double* x = recording.samples[captured[y]].data() + window.from;
            lines.push_back({omega, *h * dft(window.wave.data(), window.wave.size(), omega),
                             dft(x, window.wave.size(), omega)});
            power += std::norm(lines.back().expected);
        }
        if (power > loudest) loudest = power, best = std::move(lines);
    }
    if (best.size() < 12) return std::nullopt;
    const ChirpOffset out = offset_of(best);
    if (likeness(best, out.samples) < least_likeness) return std::nullopt;
    return out;
}

}  // namespace

std::optional<ChirpOffset> chirp_offset(const Recording& recording, const Programme& programme,
                                        const FineTiming& fine) {
    std::optional<ChirpOffset> worst;
    for (const Event& event : programme.events) {
        const auto one = offset_of_chirp(recording, fine, event);
        if (one && (!worst || std::abs(one->samples) > std::abs(worst->samples))) worst = one;
    }
    return worst;
}

bool hears_chirp_of(const Recording& recording, const Programme& programme, const FineTiming& fine,
                    Side side) {
    for (const Event& event : programme.events) {
        if (!std::holds_alternative<Chirp>(event.what) || !event.on[side] || event.on[other(side)]) continue;
        const Window window = window_of(event, fine.timing.clock, recording.frames());
        std::vector<double> quadrature(window.wave.size(), 0.0);
        add_event(event, fine.timing.clock, static_cast<double>(window.from), quadrature, pi / 2.0);
        for (const Side y : sides) {
            if (!recording.has(y)) continue;
            double xx = 0, yy = 0;
            Complex xy = 0;
            for (std::size_t i = 0; i < window.wave.size(); ++i) {
                const double v = recording.samples[y][static_cast<std::size_t>(window.from) + i];
                xx += window.wave[i] * window.wave[i], yy += v * v;
                xy += Complex(window.wave[i], quadrature[i]) * v;
            }
            if (xx > 0.0 && yy > 0.0 && std::norm(xy) > 0.25 * xx * yy) return true;
        }
    }
    return false;
}

}  // namespace fourpole
