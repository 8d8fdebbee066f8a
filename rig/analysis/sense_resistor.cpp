// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/sense_resistor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

using Complex = std::complex<double>;

constexpr double surely = 3.0;  ///< a difference below so many of its u is a bound
constexpr double step_of_difference = 1e-6;
constexpr double rounding = 1e-12;

/// Everything that Z is worked out from; the standards that were captured, and 0 for the others.
struct Inputs {
    std::array<Complex, 4> ratio{};  ///< load, reference, open, short
    std::array<double, 5> told{};    ///< reference, sense, input, the channels' ratio: size and phase
};
enum Ratio { of_load, of_reference, of_open, of_short };
enum Told { reference_ohm, sense_ohm, input_ohm, channels_size, channels_rad };

/// What Z is made of, and Z; as an array so that all of it is propagated alike.
enum Part { above_short, below_open, reference_above_short, reference_below_open, impedance, parts };
using Parts = std::array<Complex, parts>;

/// The channels' own ratio from a reference and a short: the larger root in size.
Complex gain_by_short(Complex m_r, Complex m_s, double k, double sense_over_reference) {
    const Complex b = k * (m_r + m_s) + sense_over_reference * (m_r - m_s);
    Complex root = std::sqrt(b * b - 4.0 * k * k * m_r * m_s);
    if ((std::conj(b) * root).real() < 0.0) root = -root;
    return 0.5 * (b + root);
}

Parts parts_of(const Inputs& in, const SenseStandards& has) {
    const double k = has.input ? 1.0 + in.told[sense_ohm] / in.told[input_ohm] : 1.0;
    const double rs = in.told[sense_ohm];
    double r = has.reference ? in.told[reference_ohm] : rs;
    Complex m_s = has.shorted ? in.ratio[of_short] : 0.0, m_o = in.ratio[of_open],
            m_r = in.ratio[of_reference];
    if (has.reference && !has.open)
        m_o = has.shorted ? gain_by_short(m_r, m_s, k, rs / r) / k : m_r * (1.0 + rs / (k * r));
    if (!has.reference) {
        const Complex g = has.open ? k * m_o : std::polar(in.told[channels_size], in.told[channels_rad]);
        m_o = g / k;
        const Complex known = rs + m_s * rs / (g - k * m_s);
        m_r = g * known / (rs + k * known);
    }
    const Complex m = in.ratio[of_load];
    Parts out{m - m_s, m_o - m, m_r - m_s, m_o - m_r, 0.0};
    out[impedance] =
        r * out[above_short] * out[reference_below_open] / (out[below_open] * out[reference_above_short]);
    return out;
}

/// Mean squares of each part's error.
struct Spread {
    std::array<double, parts> noise{}, common{};
    double along = 0.0;  ///< of the common one of Z, along Z

    double u(Part p) const { return std::sqrt(noise[p] + common[p]); }
};

/// Central difference of every part along one member of `in`, which is put back.
template <class Number>
Parts slope(Inputs& in, Number& along, double step, const SenseStandards& has) {
    const Number here = along;
    along = here + step;
    const Parts up = parts_of(in, has);
    along = here - step;
    const Parts down = parts_of(in, has);
    along = here;
    Parts out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = (up[i] - down[i]) / (2.0 * step);
    return out;
}

/// Of what may be off by so much that no slope will do, a phase by a radian: mean squares by the values at
/// -sqrt 3 u and sqrt 3 u, which are exact up to the third power (Gauss and Hermite, weights 1/6).
void add_far(Inputs& in, double& along, double u, const SenseStandards& has, Spread& out) {
    const double here = along;
    const Parts middle = parts_of(in, has);
    for (const double off : {-std::numbers::sqrt3 * u, std::numbers::sqrt3 * u}) {
        along = here + off;
        const Parts there = parts_of(in, has);
        for (std::size_t p = 0; p < there.size(); ++p) out.common[p] += std::norm(there[p] - middle[p]) / 6.0;
        out.along += std::pow(std::abs(there[impedance]) - std::abs(middle[impedance]), 2) / 6.0;
    }
    along = here;
}

Spread spread_of(Inputs in, const std::array<double, 4>& noise, const std::array<double, 5>& u, Complex z,
                 const SenseStandards& has) {
    Spread out;
    double largest = 0.0;
    for (const Complex& m : in.ratio) largest = std::max(largest, std::abs(m));
    for (std::size_t i = 0; i < noise.size(); ++i) {
        if (noise[i] <= 0.0) continue;
        const Parts by = slope(in, in.ratio[i], step_of_difference * largest, has);
        for (std::size_t p = 0; p < by.size(); ++p) out.noise[p] += std::norm(by[p]) * noise[i] * noise[i];
    }
    const Complex unit = std::abs(z) > 0.0 ? z / std::abs(z) : 1.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        if (u[i] <= 0.0) continue;
        if (i >= channels_size) {
            add_far(in, in.told[i], u[i], has, out);
            continue;
        }
        const Parts by = slope(in, in.told[i], step_of_difference * in.told[i], has);
        for (std::size_t p = 0; p < by.size(); ++p) out.common[p] += std::norm(by[p]) * u[i] * u[i];
        out.along += std::pow((std::conj(unit) * by[impedance]).real() * u[i], 2);
    }
    return out;
}

/// What a difference may be at most that cannot be told from nothing.
double at_most(Complex difference, double u) { return std::max(surely * u, std::abs(difference) + 2.0 * u); }

}  // namespace

double SensedImpedance::u() const { return std::hypot(noise / std::numbers::sqrt2, u_common); }

SensedImpedance sensed_impedance(const Estimate& ratio, const SenseStandards& has) {
    SensedImpedance out;
    if (!has.reference && !has.open && !has.channels) return out;
    Inputs in;
    std::array<double, 4> noise{ratio.noise};
    const auto put = [&](Ratio which, const Estimate& e) {
        in.ratio[which] = e.value;
        noise[which] = e.noise;
    };
    put(of_load, ratio);
    if (has.reference) put(of_reference, has.reference->ratio);
    if (has.open) put(of_open, *has.open);
    if (has.shorted) put(of_short, *has.shorted);
    const KnownOhms load = has.reference ? has.reference->load : KnownOhms{};
    const KnownOhms input = has.input.value_or(KnownOhms{});
    const SenseStandards::Stated channels = has.channels.value_or(SenseStandards::Stated{});
    in.told = {load.ohm, has.sense.ohm, input.ohm, channels.size, channels.phase_rad};

    const Parts found = parts_of(in, has);
    const Spread spread =
        spread_of(in, noise, {load.u, has.sense.u, input.u, channels.u_size, channels.u_phase_rad},
                  found[impedance], has);
    const double least = rounding * (std::abs(found[above_short]) + std::abs(found[below_open]));
    const auto unseen = [&](Part p) { return !(std::abs(found[p]) > surely * spread.u(p) + least); };
    // Where nothing was captured the reference is a thought, and its doubt is the channels'.
    const bool captured = has.reference || has.open;
    if (captured && (unseen(reference_above_short) || unseen(reference_below_open))) return out;
    const bool open = unseen(below_open), shorted = unseen(above_short);
    if (open && shorted) return out;
    if (!open && !shorted) {
        out.state = State::exact;
        out.ohm = found[impedance];
        out.noise = std::sqrt(spread.noise[impedance]);
        out.u_common = std::sqrt(spread.along);
        return out;
    }
    const double scale = std::abs((has.reference ? load.ohm : has.sense.ohm) * found[reference_below_open] /
                                  found[reference_above_short]);
    out.state = open ? State::at_least : State::at_most;
    out.ohm = open ? scale * std::abs(found[above_short]) /
                         (at_most(found[below_open], spread.u(below_open)) + least)
                   : scale * (at_most(found[above_short], spread.u(above_short)) + least) /
                         std::abs(found[below_open]);
    return out;
}

}  // namespace fourpole
