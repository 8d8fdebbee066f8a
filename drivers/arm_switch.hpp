// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Who puts the session's arms on, one after the other: relays, or the operator. [control thread] Its end
/// leaves everything at rest.
class ArmSwitch {
public:
    virtual ~ArmSwitch() = default;

    /// The arm of the next take, on and settled when this returns. `progress` as play_and_record(); what
    /// fails leaves everything at rest.
    virtual Result<Done> put_on(const TakeRequest& request, const AudioPort::Progress& progress) = 0;

    /// Asked all the time while a take plays: a fault ends and voids it. Costs no word to a board.
    virtual std::optional<Fault> trouble() = 0;
    /// Asked once when it has played: is everything still as it was put?
    virtual std::optional<Fault> moved() = 0;
    /// Nothing plays any more.
    virtual void take_is_over() = 0;

    virtual Result<Done> rest() = 0;

    virtual std::vector<std::string> states() const = 0;  ///< TakeFacts::switch_states
    virtual std::vector<std::string> take_writes() = 0;   ///< since it was asked last
};

}  // namespace fourpole
