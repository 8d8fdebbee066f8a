// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_link.hpp"
#include "drivers/relays/serial_port.hpp"

#include <chrono>
#include <memory>

namespace fourpole {

/// An LCUS board. Older ones never answer: one that is silent when it is opened is believed what it is told
/// and read as "not known"; one that has answered and then does not is a fault.
class LcusLink final : public RelayLink {
public:
    static constexpr std::chrono::milliseconds answer{300};  ///< 8 lines of 10 characters take 83 ms

    /// @param relays  1 to 8, from the profile: the board's USB identity does not tell.
    static Result<std::unique_ptr<RelayLink>> open(std::unique_ptr<SerialPort> port, int relays,
                                                   std::chrono::milliseconds within = answer);

    std::string identity() const override { return port_->who(); }
    int relays() const override { return relays_; }
    Result<Done> set(int index, bool on) override;
    Result<std::optional<std::vector<bool>>> read() override;
    bool present() override { return !port_->hung_up(); }

private:
    LcusLink(std::unique_ptr<SerialPort> port, int relays, std::chrono::milliseconds within)
        : port_(std::move(port)), relays_(relays), within_(within) {}
    Result<std::vector<bool>> ask();

    std::unique_ptr<SerialPort> port_;
    int relays_;
    std::chrono::milliseconds within_;
    bool answers_ = true;
};

}  // namespace fourpole
