// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/manual_switch.hpp"

namespace fourpole {

Result<Done> ManualSwitch::set(State wanted) {
    if (wanted == State::unknown)
        return Fault{Fault::Kind::bad_input, name_, "a switch is set to open or closed, not to unknown"};
    if (wanted == state_) return Done{};  // nobody is asked for what is done already
    state_ = State::unknown;              // whoever refuses may have begun
    if (!ask_(name_ + (wanted == State::closed ? ": connect it" : ": disconnect it")))
        return Fault{Fault::Kind::stopped, name_, "the operator did not do it"};
    state_ = wanted;
    return Done{};
}

}  // namespace fourpole
