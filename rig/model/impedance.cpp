// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/impedance.hpp"

#include "rig/model/model.hpp"

#include <cmath>
#include <numbers>

namespace fourpole {

DriverImpedance::DriverImpedance(const Driver& driver)
    : coil_{driver.coil_resistance_ohm.value, driver.coil_inductance_h.value, 0.0},
      table_(driver.impedance_table) {
    // A tank with a part of 0 ohm or 0 henry is a short and adds nothing.
    const auto add_tank = [this](double ohm, double henry, double farad) {
        if (ohm > 0.0 && henry > 0.0) tanks_.push_back({1.0 / ohm, 1.0 / henry, farad});
    };
    if (driver.lossy_inductance)
        add_tank(driver.lossy_inductance->parallel_resistance_ohm.value,
                 driver.lossy_inductance->inductance_h.value, 0.0);
    for (const Resonance& r : driver.resonances) {
        const double ohm = r.resistance_ohm.value;
        if (!r.by_q) {
            add_tank(ohm, r.inductance_h.value, r.capacitance_f.value);
            continue;
        }
        const double w0 = 2.0 * std::numbers::pi * r.resonance_hz.value, q = r.mechanical_q.value;
        if (ohm > 0.0 && w0 > 0.0 && q > 0.0) add_tank(ohm, ohm / (w0 * q), q / (w0 * ohm));
    }
    if (const auto& leach = driver.leach_inductance) {
        const double n = leach->exponent.value, quarter = 0.5 * std::numbers::pi;
        law_ = {leach->k_ohm_at_1_rad_s.value * std::cos(n * quarter), n,
                leach->k_ohm_at_1_rad_s.value * std::sin(n * quarter), n};
    }
    if (const auto& wright = driver.wright_inductance)
        law_ = {wright->kr_ohm_at_1_rad_s.value, wright->xr.value, wright->kx_ohm_at_1_rad_s.value,
                wright->xx.value};
    for (const ParallelBranch& b : driver.parallel_branches)
        across_.push_back(
            {b.resistance_ohm.value, b.inductance_h.value,
             b.capacitance_f && b.capacitance_f->value > 0.0 ? 1.0 / b.capacitance_f->value : 0.0});
}

std::complex<double> DriverImpedance::at(double w) const {
    if (table_) return table_->at(w / (2.0 * std::numbers::pi));
    std::complex<double> z = impedance_of(coil_, w);
    if (law_)
        z += std::complex(law_->resistive * std::pow(w, law_->resistive_exponent),
                          law_->reactive * std::pow(w, law_->reactive_exponent));
    for (const Tank& t : tanks_) z += reciprocal({t.siemens, w * t.farad - t.per_henry / w});
    if (across_.empty()) return z;
    std::complex<double> y = reciprocal(z);
    for (const Chain& c : across_) y += reciprocal(impedance_of(c, w));
    return reciprocal(y);
}

Complex impedance(const Driver& driver, double frequency_hz) {
    return DriverImpedance(driver).at(2.0 * std::numbers::pi * frequency_hz);
}

}  // namespace fourpole
