// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/swinging_tone.hpp"

#include "rig/analysis/dirichlet.hpp"
#include "rig/fft/phasor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double block_s = 0.002;
constexpr std::size_t blocks_at_first = 5;  ///< together, 10 ms: a phase's turns are counted
constexpr std::size_t most_orders = 1000;
constexpr double near_slow = 2.0;   ///< of its end: lines below are fitted together with it
constexpr double steps_more = 0.5;  ///< rms of a step re that of the phases: scatter, no swing
constexpr double least_swing_rad = 0.01;
constexpr int reach = 3;  ///< blocks to either side that a sample lies between

/// Lagrange's weights of six places -2 .. 3 for one at x in [0, 1).
std::array<double, 2 * reach> between(double x) {
    std::array<double, 2 * reach> out{};
    for (int i = 0; i < 2 * reach; ++i) {
        double w = 1.0;
        for (int k = 0; k < 2 * reach; ++k)
            if (k != i) w *= (x + (reach - 1) - k) / (i - k);
        out[static_cast<std::size_t>(i)] = w;
    }
    return out;
}

double rms_about_mean(std::span<const double> x) {
    double sum = 0.0, squares = 0.0;
    for (const double v : x) sum += v;
    for (const double v : x) squares += std::pow(v - sum / static_cast<double>(x.size()), 2);
    return std::sqrt(squares / static_cast<double>(x.size()));
}

std::size_t orders_of(double slow_hz, double seconds) {
    return std::min(static_cast<std::size_t>(2.0 * slow_hz * seconds), most_orders);
}

}  // namespace

SwingingTone::SwingingTone(std::span<const double> rest, std::complex<double> phasor, double omega,
                           double rate_hz, double slow_hz)
    : rest_(rest),
      phasor_(phasor),
      omega_(omega),
      rate_hz_(rate_hz),
      block_(std::max<std::size_t>(1, static_cast<std::size_t>(block_s * rate_hz + 0.5))),
      count_(rest.size() / block_),
      orders_(orders_of(slow_hz, static_cast<double>(rest.size()) / rate_hz)),
      slow_(rest.size(), 0.0),
      swing_(rest.size(), 0.0),
      curve_(curve_for({})) {}

SlowCurve SwingingTone::curve_for(std::span<const SwingLine> near) const {
    std::vector<double> omegas;
    for (const SwingLine& l : near)
        omegas.push_back(2.0 * pi * l.offset_hz * static_cast<double>(block_) / rate_hz_);
    return {count_, orders_, omegas};
}

std::vector<std::complex<double>> SwingingTone::beside_tone() const {
    const std::size_t n = rest_.size();
    const double centre = 0.5 * (static_cast<double>(n) - 1.0);
    std::vector<double> c(n), s(n);
    turn_phasor(omega_, std::remainder(std::arg(phasor_) - omega_ * centre, 2.0 * pi), c, s);
    const double a = std::abs(phasor_), scale = 2.0 / (a * size_);
    std::vector<std::complex<double>> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        const auto turn = std::complex(c[i], s[i]), swings = turn * std::polar(1.0, slow_[i] + swing_[i]);
        out[i] = scale * (rest_[i] + a * (turn.real() - size_ * swings.real())) * std::conj(swings);
    }
    return out;
}

std::vector<double> SwingingTone::block_means(const std::vector<double>& values) const {
    const std::size_t first = (values.size() - count_ * block_) / 2;
    std::vector<double> out(count_);
    for (std::size_t b = 0; b < count_; ++b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < block_; ++i) sum += values[first + b * block_ + i];
        out[b] = sum / static_cast<double>(block_);
    }
    return out;
}

/// The slow part of what was fitted to means of `block` samples, at every sample: means of cosines are
/// smaller.
void SwingingTone::set_curve(const SlowCurve& curve, const std::vector<std::complex<double>>& phasors,
                             std::size_t block) {
    // A place a block, and some beyond the ends.
    const std::size_t places = curve.count() + 2 * (reach + 1);
    const double middle = 0.5 * (static_cast<double>(places) - 1.0), length = static_cast<double>(block);
    std::vector<double> at(places, 0.0), c(places), s(places);
    for (std::size_t k = 0; k <= orders_; ++k) {
        const double omega = curve.omegas()[k];
        const auto p = phasors[k] * length / dirichlet(omega / length, length);
        turn_phasor(omega, std::remainder(-omega * middle, 2.0 * pi), c, s);
        for (std::size_t m = 0; m < places; ++m) at[m] += p.real() * c[m] - p.imag() * s[m];
    }
    const double centre = 0.5 * (static_cast<double>(slow_.size()) - 1.0);
    for (std::size_t n = 0; n < slow_.size(); ++n) {
        const double place = middle + (static_cast<double>(n) - centre) / length;
        const auto whole = static_cast<std::size_t>(place);
        const auto weights = between(place - static_cast<double>(whole));
        slow_[n] = 0.0;
        for (std::size_t i = 0; i < weights.size(); ++i) slow_[n] += weights[i] * at[whole + i - (reach - 1)];
    }
}

bool SwingingTone::begin() {
    const std::size_t block = blocks_at_first * block_, count = rest_.size() / block;
    const std::size_t first = (rest_.size() - count * block) / 2;
    const auto z = beside_tone();
    std::vector<double> phases, steps;
    for (std::size_t b = 0; b < count; ++b) {
        std::complex<double> sum = 0.0;
        for (std::size_t i = 0; i < block; ++i) sum += 1.0 + z[first + b * block + i];
        const double phase = std::arg(sum);
        if (b > 0) steps.push_back(std::remainder(phase - phases.back(), 2.0 * pi));
        phases.push_back(b > 0 ? phases.back() + steps.back() : phase);
    }
    const double swing = steps.empty() ? 0.0 : rms_about_mean(phases);
    if (swing < least_swing_rad || rms_about_mean(steps) > steps_more * swing) return false;
    const SlowCurve curve(count, orders_, {});
    set_curve(curve, curve.fit(phases), block);
    return true;
}

void SwingingTone::settle() {
    constexpr int newton_steps = 3;
    for (int step = 0; step < newton_steps; ++step) {
        const auto z = beside_tone();
        std::vector<double> phase(z.size());
        double more = 0.0;
        for (std::size_t n = 0; n < z.size(); ++n) phase[n] = slow_[n] + z[n].imag(), more += z[n].real();
        size_ *= 1.0 + more / static_cast<double>(z.size());
        const auto phasors = curve_.fit(block_means(phase));
        set_curve(curve_, phasors, block_);
        std::vector<SwingLine> lines = lines_;
        for (std::size_t i = 0; orders_ + 1 + i < phasors.size(); ++i) {
            const double length = static_cast<double>(block_),
                         omega = curve_.omegas()[orders_ + 1 + i] / length;
            lines[i].phase += phasors[orders_ + 1 + i] * length / dirichlet(omega, length);
        }
        if (phasors.size() > orders_ + 1) set_lines(std::move(lines));
    }
}

void SwingingTone::set_lines(std::vector<SwingLine> lines) {
    std::sort(lines.begin(), lines.end(),
              [](const SwingLine& a, const SwingLine& b) { return a.offset_hz < b.offset_hz; });
    std::vector<double> c(swing_.size()), s(swing_.size());
    std::fill(swing_.begin(), swing_.end(), 0.0);
    const double centre = 0.5 * (static_cast<double>(swing_.size()) - 1.0);
    std::size_t near = 0;
    const double slow_end_hz =
        static_cast<double>(orders_) * rate_hz_ / (2.0 * static_cast<double>(rest_.size()));
    for (const SwingLine& line : lines) {
        const double step = 2.0 * pi * line.offset_hz / rate_hz_;
        turn_phasor(step, std::remainder(-step * centre, 2.0 * pi), c, s);
        for (std::size_t n = 0; n < c.size(); ++n)
            swing_[n] += line.phase.real() * c[n] - line.phase.imag() * s[n];
        near +=
            line.offset_hz < near_slow * slow_end_hz + 10.0 * rate_hz_ / static_cast<double>(rest_.size());
    }
    lines_ = std::move(lines);
    const auto wanted = std::span(lines_).first(near);
    bool same = curve_.omegas().size() == orders_ + 1 + near;
    for (std::size_t i = 0; same && i < near; ++i)
        same = curve_.omegas()[orders_ + 1 + i] ==
               2.0 * pi * wanted[i].offset_hz * static_cast<double>(block_) / rate_hz_;
    if (!same) curve_ = curve_for(wanted);
}

Modulation SwingingTone::beside() const {
    const auto z = beside_tone();
    Modulation out;
    out.phase.reserve(z.size()), out.amplitude.reserve(z.size());
    for (std::size_t n = 0; n < z.size(); ++n) {
        out.phase.push_back(z[n].imag() + swing_[n]);
        out.amplitude.push_back(z[n].real());
    }
    return out;
}

double SwingingTone::slow_rms() const {
    const double centre = 0.5 * (static_cast<double>(slow_.size()) - 1.0);
    double along = 0.0, energy = 0.0;
    for (std::size_t n = 0; n < slow_.size(); ++n) {
        const double t = static_cast<double>(n) - centre;
        along += t * slow_[n], energy += t * t;
    }
    std::vector<double> level(slow_);
    for (std::size_t n = 0; n < level.size(); ++n)
        level[n] -= along / energy * (static_cast<double>(n) - centre);
    return rms_about_mean(level);
}

double SwingingTone::own_share(double offset_hz) const {
    return curve_for({}).own_share(2.0 * pi * offset_hz * static_cast<double>(block_) / rate_hz_);
}

}  // namespace fourpole
