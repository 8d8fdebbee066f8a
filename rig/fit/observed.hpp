// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <complex>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One measured point that the fit explains.
struct Observation {
    enum class Kind {
        transfer,            ///< V across driver `to` with `from` driven, re the source or in V rms
        crosstalk,           ///< the same re the driven side's own driver
        impedance_at_plug,   ///< between signal and return of side `to`, cable included, ohm
        impedance_at_driver  ///< of the driver alone, ohm
    };
    Kind kind = Kind::transfer;
    Side from = Side::left, to = Side::left;
    double frequency_hz = 0.0;
    std::complex<double> value;
    double u = 0.0;               ///< standard uncertainty of each component
    bool magnitude_only = false;  ///< `value` is real and >= 0: nobody measured the phase
};

/// What became of one reading of the record.
struct ReadingUse {
    std::string name;  ///< "crosstalk left to right"
    std::size_t points = 0, used = 0;
    std::size_t bounds = 0;       ///< at_most or at_least: left out, held against the model afterwards
    std::size_t without_u = 0;    ///< nobody knows how sure they are: not used
    std::size_t unmeasured = 0;   ///< not_measured
    std::size_t overlapping = 0;  ///< closer to a neighbour than the analysis can tell apart
};

struct Observed {
    std::vector<Observation> points;
    std::vector<Observation> bounds;  ///< |value| is the bound of an at_most point
    std::vector<ReadingUse> uses;
    std::vector<std::string> unread;  ///< names of readings that this fit has no equation for, in order
    /// raw: re full scale; nominal or calibrated: transfers are in V rms per full scale.
    std::string calibration = "raw";
    PerSide<std::optional<double>> calibration_u;  ///< relative; common to all points of a side
    /// What the interface leaks from one side into the other at most (amplitude ratio), where the readings'
    /// u allow for it: that share is taken out of u and left to the interface's own unknowns.
    std::optional<double> interface_crosstalk;
    bool common_u_unknown = false;  ///< volts, and no reading says how much of its u is common to all
    bool simulated = false;
    std::string arm, take_sha256, programme_sha256;
    std::optional<std::int64_t> take;
};

/// Which readings of a run's record: one take of one arm.
struct TakeChoice {
    std::string arm;  ///< "" = the only one
    std::optional<std::int64_t> take;
};

/// A record (`fourpole/record@1`, CONTRACT 4) as observations: `transfer`, else `response` and
/// `crosstalk` of the same sides (they hold the same volts), and `impedance` (at the plug;
/// `"at": "driver"` = of the driver alone).
/// A point is used with the weight 1/u: u in dB is |value| u / 8.686 in each component, since
/// half of a complex error's power lies along the amplitude. `calibration_u` (dB) of a reading
/// is the part of u that all its points share; it is taken out of u and left to the gain. So is what
/// `interface_crosstalk_at_most_db` added (rig/measure/interface_crosstalk: leak / 2 in each component).
/// Points of a sweep closer than 4 Hz share their noise (its gate holds 0.25 s at most): of
/// those only one counts.
/// Fault bad_input: no record, a prediction, a run without the choice, no usable reading.
/// Fault take_invalid: the record says that its take must not become a figure.
Result<Observed> observed_in(const std::filesystem::path& record, const TakeChoice& choice);
Result<Observed> observed_in(const Json& record, const std::string& where, const TakeChoice& choice);

}  // namespace fourpole
