// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/output_impedance.hpp"

#include <cassert>
#include <numbers>

namespace fourpole {

OutputImpedance output_impedance(const OutputStage& stage, double frequency_hz) {
    assert(frequency_hz > 0.0);
    const double w = 2.0 * std::numbers::pi * frequency_hz;
    Complex signal{stage.output_resistance_ohm.value, w * stage.output_inductance_h.value};
    if (stage.kind == OutputStage::Kind::btl) return {signal, signal};
    if (stage.coupling_capacitance_f) signal -= Complex{0.0, 1.0 / (w * stage.coupling_capacitance_f->value)};
    return {signal, stage.ground_path_ohm.value};
}

}  // namespace fourpole
