// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/stimulus/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

/// Raised cosine: 0 at v = 0, 1 from v = edge on.
double rise(double v, double edge) {
    if (edge <= 0.0 || v >= edge) return v >= 0.0 ? 1.0 : 0.0;
    return v <= 0.0 ? 0.0 : 0.5 - 0.5 * std::cos(pi * v / edge);
}

double value(const Chirp& c, double v, double phase) {
    if (v < 0.0 || v > c.duration_s) return 0.0;
    const double cycles = c.f1_hz * v + (c.f2_hz - c.f1_hz) * v * v / (2.0 * c.duration_s);
    return c.amplitude * rise(v, c.edge_s) * rise(c.duration_s - v, c.edge_s) *
           std::sin(2.0 * pi * cycles + phase);
}

double value(const Sweep& s, double v, double phase) {
    const double length = duration_s(s);
    if (v < 0.0 || v > length) return 0.0;
    const double grown = s.law == Sweep::Law::farina ? std::expm1(v / s.rate_s) : std::exp(v / s.rate_s);
    return s.amplitude * rise(v, s.fade_in_s) * rise(length - v, s.fade_out_s) *
           std::sin(2.0 * pi * s.f1_hz * s.rate_s * grown + phase);
}

double value(const Tones& t, double v, double phase) {
    if (v < 0.0 || v >= t.duration_s) return 0.0;
    double sum = 0.0;
    for (const Tone& tone : t.tones)
        sum += tone.amplitude * std::sin(2.0 * pi * tone.frequency_hz * v + tone.phase_rad + phase);
    return sum * rise(v, t.edge_s) * rise(t.duration_s - v, t.edge_s);
}

double value(const Silence&, double, double) { return 0.0; }
double value(const FileEvent&, double, double) { return 0.0; }
double value(const Noise&, double, double) { return 0.0; }

// The cycle as the Fourier series that a converter's ideal low-pass makes of its words.
// With n = v rate: the words' carrier is A sqrt(2) sin(pi n / 2 - 3 pi / 4), A = 1/2, and the
// square s(n) = (q(n) - 1) / 2 of one least significant bit has the 48 odd lines
//     q(n) = sum_k sin(pi k (2 n + 1) / 192) / (48 sin(pi k / 192)),  k = 1, 3 .. 95
// No line sits at half the rate, so the series goes through every word exactly.
double value(const JTest& j, double v, double phase) {
    if (j.rate_hz <= 0.0) return 0.0;
    const double slack = 0.25 / j.rate_hz;  // rounding of v must not cost the first word
    if (v < -slack || v >= j.duration_s - slack) return 0.0;
    const double n = std::fmod(v * j.rate_hz, 192.0);
    double square = 0.0;
    for (int k = 1; k < 96; k += 2) {
        const double half = pi * k / 192.0;
        square += std::sin(half * (2.0 * n + 1.0) + phase) / (48.0 * std::sin(half));
    }
    const double carrier = std::sqrt(0.5) * std::sin(pi * n / 2.0 - 0.75 * pi + phase);
    return carrier + std::ldexp(0.5 * (square - 1.0), 1 - j.bits);
}

double start_of(const auto& e) { return e.start_s; }
double length_of(const Sweep& s) { return duration_s(s); }
double length_of(const FileEvent& e) { return e.length_s; }
double length_of(const auto& e) { return e.duration_s; }

}  // namespace

double duration_s(const Sweep& sweep) { return sweep.rate_s * std::log(sweep.f2_hz / sweep.f1_hz); }

double event_start(const Event& event) {
    return std::visit([](const auto& e) { return start_of(e); }, event.what);
}

double event_end(const Event& event) {
    return std::visit([](const auto& e) { return start_of(e) + length_of(e); }, event.what);
}

double event_end(const Event& event, const Programme& programme) {
    const auto* file = std::get_if<FileEvent>(&event.what);
    return file && file->length_s <= 0.0 ? programme.length_s : event_end(event);
}

double value_at(const Event& event, double u_s, double phase_rad) {
    return std::visit([=](const auto& e) { return value(e, u_s - start_of(e), phase_rad); }, event.what);
}

void add_event(const Event& event, const Clock& clock, double first, std::span<double> out,
               double phase_rad) {
    // Only the samples that the event reaches; one more at each end for rounding.
    const double from = std::floor(clock.sample_at(event_start(event)) - first) - 1.0;
    const double to = std::ceil(clock.sample_at(event_end(event)) - first) + 1.0;
    const double size = static_cast<double>(out.size());
    const auto begin = static_cast<std::size_t>(std::clamp(from, 0.0, size));
    const auto end = static_cast<std::size_t>(std::clamp(to, 0.0, size));
    for (std::size_t i = begin; i < end; ++i)
        out[i] += value_at(event, clock.u_at(first + static_cast<double>(i)), phase_rad);
}

double frequency_at(const Event& event, double u_s) {
    const double v = u_s - event_start(event);
    if (v < 0.0 || u_s > event_end(event)) return 0.0;
    if (const auto* c = std::get_if<Chirp>(&event.what))
        return c->f1_hz + (c->f2_hz - c->f1_hz) * v / c->duration_s;
    if (const auto* s = std::get_if<Sweep>(&event.what)) return s->f1_hz * std::exp(v / s->rate_s);
    return 0.0;
}

std::vector<double> render(const Programme& programme, Side side, const Clock& clock, std::size_t frames) {
    std::vector<double> out(frames, 0.0);
    for (const Event& event : programme.events)
        if (event.on[side]) add_event(event, clock, 0.0, out);
    return out;
}

}  // namespace fourpole
