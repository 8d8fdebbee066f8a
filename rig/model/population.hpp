// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/correlation.hpp"
#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace fourpole {

/// The Figures of the fixture, in an order that never changes either.
template <class AnyFixture, class F>
void for_each_fixture_figure(AnyFixture& x, F& f) {
    for (auto* poles : {&x.relay_ohm, &x.sense_ohm, &x.jack_ohm}) {
        f(poles->tip_ohm);
        f(poles->ring1_ohm);
        f(poles->ring2_ohm);
        f(poles->sleeve_ohm);
    }
    if (x.tap_resistance_ohm) f(*x.tap_resistance_ohm);
    f(x.tap_capacitance_farad);
    if (x.ground_link_ohm) f(*x.ground_link_ohm);
    if (!x.load_bank) return;
    for (const Side s : sides) f(x.load_bank->resistance_ohm[s]);
    f(x.load_bank->relay_contact_ohm);
    f(x.load_bank->relay_open_farad);
}

/// Calls `f` with every Figure of a circuit, const or not, in an order that never changes:
/// player first, so that one player draws the same unit whatever earphone it drives.
template <class AnyCircuit, class F>
void for_each_figure(AnyCircuit& c, F f) {
    f(c.stage.output_resistance_ohm);
    f(c.stage.output_inductance_h);
    if (c.stage.coupling_capacitance_f) f(*c.stage.coupling_capacitance_f);
    f(c.stage.ground_path_ohm);
    f(c.amplifier_leak);
    f(c.contacts.tip_ohm);
    f(c.contacts.ring1_ohm);
    f(c.contacts.ring2_ohm);
    f(c.contacts.sleeve_ohm);
    for (const Side s : sides) {
        f(c.cable.signal_ohm[s]);
        f(c.cable.return_ohm[s]);
    }
    f(c.cable.common_return_ohm);
    f(c.cable.signal_to_return_farad);
    f(c.cable.left_to_right_signal_farad);
    for (const Side s : sides) {
        auto& d = c.drivers[s];
        f(d.coil_resistance_ohm);
        f(d.coil_inductance_h);
        if (d.lossy_inductance) {
            f(d.lossy_inductance->inductance_h);
            f(d.lossy_inductance->parallel_resistance_ohm);
        }
        for (auto& r : d.resonances) {
            f(r.resistance_ohm);
            f(r.by_q ? r.resonance_hz : r.inductance_h);
            f(r.by_q ? r.mechanical_q : r.capacitance_f);
        }
        for (auto& b : d.parallel_branches) {
            f(b.resistance_ohm);
            f(b.inductance_h);
            if (b.capacitance_f) f(*b.capacitance_f);
        }
    }
    // Later parts stand behind all earlier ones, so that no axis ever changes its figure.
    for (const Side s : sides) {
        f(c.cable.signal_h[s]);
        f(c.cable.return_h[s]);
    }
    f(c.cable.common_return_h);
    f(c.cable.signal_to_return_coupling);
    f(c.cable.signal_to_signal_coupling);
    f(c.cable.return_to_return_coupling);
    f(c.cable.signal_to_other_return_coupling);
    f(c.cable.signal_to_common_coupling);
    for (const Side s : sides) {
        auto& d = c.drivers[s];
        if (d.leach_inductance) {
            f(d.leach_inductance->k_ohm_at_1_rad_s);
            f(d.leach_inductance->exponent);
        }
        if (d.wright_inductance) {
            f(d.wright_inductance->kr_ohm_at_1_rad_s);
            f(d.wright_inductance->xr);
            f(d.wright_inductance->kx_ohm_at_1_rad_s);
            f(d.wright_inductance->xx);
        }
    }
    if (c.fixture) for_each_fixture_figure(*c.fixture, f);
    if (c.plug.segments.contains("R3")) f(c.contacts.ring3_ohm);
}

/// Units below this number are places of the lattice, units from here on are drawn by chance
/// (Philox4x32-10, counter = unit and axis): they make the predicted bands. Seeds count up from
/// 1 and never come here, so that what is measured on a simulated bench was not drawn for its
/// own band.
///
/// Why two kinds. The lattice fills the space far more evenly than chance: among the units
/// 1 .. 200 nearly every reading has 93 to 97 % inside its band, where units drawn by chance
/// would scatter by 1.5 %. That serves whoever runs some hundred seeds to see the population,
/// and it is no evidence about the band: neighbouring units depend on each other, so a scatter
/// of means over seeds is smaller than real units would show. A band, its stated error and the
/// test of its coverage need independent draws.
inline constexpr std::uint64_t first_predicted_unit = std::uint64_t{1} << 32;

/// The units of one circuit's tolerances. Figures that share a group are drawn through a
/// Gaussian copula: z = L z' of their normal scores, q = Phi(z), value at the quantile q.
class Population {
public:
    /// Fault bad_input: correlations that no figures can have (see Correlation).
    static Result<Population> of(const Circuit& circuit);

    /// As unit_of(); with `seed` another sequence of units drawn by chance (only those).
    Circuit unit(std::uint64_t number, std::uint64_t seed = 0) const;
    /// The circuit with other values in its uncertain figures, in the order of figures().
    Circuit with(std::span<const double> values) const;
    const Circuit& nominal() const { return nominal_; }
    /// Every figure that has a tolerance, in the order of for_each_figure().
    const std::vector<Figure>& figures() const { return figures_; }
    const Correlation& correlation() const { return correlation_; }

private:
    Circuit nominal_;
    std::vector<Figure> figures_;
    Correlation correlation_;
};

/// Place of unit `unit` in (0, 1) on the axis of the figure number `axis`:
///     frac(unit step[axis] / 2^64 + 1/2), a Kronecker sequence in integers,
/// so it is the same on every machine.
double lattice_point(std::uint64_t unit, int axis);

/// Standard normal quantile, q in (0, 1); relative accuracy 1e-14.
double normal_quantile(double q);

/// The values of figures at their quantiles q in (0, 1), through the copula of their groups.
std::vector<double> values_at(std::span<const Figure> figures, const Correlation& correlation,
                              std::span<const double> q);

/// One value of a Figure at the normal score z = Phi^-1(q) of its spread.
double at_score(const Figure& figure, double z);

}  // namespace fourpole
