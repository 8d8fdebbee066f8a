// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <string>

namespace fourpole {

/// One contact: of a relay, or one that a person plugs.
/// [control thread] May block until the device has answered, never for the contact to settle: `settled_at()`
/// of the board says when it has.
///
/// A switch never guesses. After power-up, and where nothing can be read back, the state is `unknown` until
/// the first set() that succeeded; a report prints it as such.
class SwitchPort {
public:
    enum class State { open, closed, unknown };

    virtual ~SwitchPort() = default;
    virtual std::string name() const = 0;        ///< as in the profile: "R3: common return"
    virtual Result<Done> set(State wanted) = 0;  ///< `unknown` is bad_input
    virtual Result<State> read_back() = 0;       ///< asks the hardware, not our memory
};

constexpr const char* name(SwitchPort::State state) {
    return state == SwitchPort::State::open     ? "open"
           : state == SwitchPort::State::closed ? "closed"
                                                : "unknown";
}

}  // namespace fourpole
