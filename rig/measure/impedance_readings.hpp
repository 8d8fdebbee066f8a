// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/sense_resistor.hpp"
#include "rig/capture/take.hpp"
#include "rig/measure/channel_ratio.hpp"
#include "rig/measure/measure.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A capture of the same circuit with something known at the plug.
struct StandardTake {
    std::string where;                         ///< for a person: "cal.json: /impedance/open"
    std::vector<std::filesystem::path> files;  ///< that it was read from: nothing may be written there
    Take take;
    std::optional<Programme> programme;  ///< nothing: the one of the load's capture
    KnownOhms load;                      ///< of a reference; an open and a short have none
};

/// The circuit that an impedance is read with; see SenseStandards.
struct SenseCircuit {
    /// What one and the same voltage reads in the channel after, re the channel before.
    struct Channels {
        double ratio = 1.0, u = 0.0;
        std::optional<double> delay_s{};  ///< of after against before; nothing: within half a sample
        double u_delay_s = 0.0;
    };
    SensePair pair;
    KnownOhms sense;
    std::optional<KnownOhms> input;
    std::optional<Channels> channels;  ///< as somebody says
    std::optional<StandardTake> reference, open, shorted;
    std::string state = "calibrated";  ///< nominal | calibrated, where the channels' ratio is known
};

/// Reads the load at the plug: `impedance`, one curve for each side that plays (without a side what both
/// play), ohms and degrees, `"at": "plug"`. The two channels are before and after the resistor, so
/// nothing is read of them as sides.
///
///     Z = R (m - m_s)(m_o - m_r) / ((m_o - m)(m_r - m_s)),  m = V_after / V_before;  sensed_impedance()
///
/// Details: what was removed and by what (`channels_from`, `input_removed_by`, `contact_removed_by`), the
/// circuit's resistors, `u_common_relative` (the largest share of u that all points have in common).
/// u is that of |Z| by noise of both channels in every capture, and the resistors; that of the phase is
/// the noise's part over |Z|, in radians.
/// Without a captured reference or open plug the channels' ratio is what `channels` says, with its u (of a
/// delay that nobody says 1 / (sqrt 12 rate), half a sample either way, and no phase is given). Where that is
/// not said either, nothing is measured: 4 % between two channels are 17 % of an impedance of 3.2 Rs.
/// Accuracy: 0.01 % and 0.005 degrees for 48 tones of -40 dBFS in noise of -100 dBFS over 5 s, Z = 3 Rs; from
/// a sweep 0.05 % and 0.03 degrees there, see hear_pair().
/// Points are bounds or not_measured as sensed_impedance() says; not_measured at a frequency that a
/// standard does not hold.
/// Faults: bad_input (a standard of another rate, of which no frequency is this programme's, or whose
/// capture is not valid; a short alone; missing channels).
Result<Measurement> measure_impedance(const Take& take, const Programme& programme, bool same_clock,
                                      const SenseCircuit& circuit);

}  // namespace fourpole
