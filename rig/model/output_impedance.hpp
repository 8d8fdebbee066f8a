// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

namespace fourpole {

/// What a player's output looks like from the springs of its jack, contacts not included.
///
///   0 --[Rout Lout Cc]-- spring of the side      signal
///   0 --[ground path]--- ground spring           back    (bridged: the minus half-bridge)
///
/// A load across one side sees both in a row: that loop is what a level with and without
/// load tells, and what data sheets and reviews call output impedance. Both sides driven
/// together meet in the ground path twice.
struct OutputImpedance {
    Complex signal, back;  ///< ohm
    Complex loop() const { return signal + back; }
};

/// @param frequency_hz  > 0
/// Accuracy: closed form, 1e-15 relative.
OutputImpedance output_impedance(const OutputStage& stage, double frequency_hz);

}  // namespace fourpole
