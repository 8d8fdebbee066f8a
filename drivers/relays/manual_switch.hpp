// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/switch_port.hpp"

#include <functional>
#include <string>
#include <utility>

namespace fourpole {

/// The switch that is always at hand: a person who plugs. What was not asked for yet is `unknown`.
class ManualSwitch final : public SwitchPort {
public:
    /// Puts the question and waits; false: the operator would not.
    using Ask = std::function<bool(const std::string& question)>;

    ManualSwitch(std::string name, Ask ask) : name_(std::move(name)), ask_(std::move(ask)) {}

    std::string name() const override { return name_; }
    Result<Done> set(State wanted) override;
    Result<State> read_back() override { return state_; }  ///< the person is the hardware

private:
    std::string name_;
    Ask ask_;
    State state_ = State::unknown;
};

}  // namespace fourpole
