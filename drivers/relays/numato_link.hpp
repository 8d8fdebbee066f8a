// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_link.hpp"
#include "drivers/relays/serial_port.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace fourpole {

/// A Numato board. Every set is read back; a command is sent only when the prompt of the last one has come.
class NumatoLink final : public RelayLink {
public:
    static constexpr std::chrono::milliseconds answer{500};

    /// @param relays  1 to 64, from the profile. Fault bench_trouble: no prompt.
    static Result<std::unique_ptr<RelayLink>> open(std::unique_ptr<SerialPort> port, int relays,
                                                   std::chrono::milliseconds within = answer);

    std::string identity() const override { return port_->who(); }
    int relays() const override { return relays_; }
    Result<Done> set(int index, bool on) override;
    Result<std::optional<std::vector<bool>>> read() override;
    bool present() override { return !port_->hung_up(); }

private:
    NumatoLink(std::unique_ptr<SerialPort> port, int relays, std::chrono::milliseconds within)
        : port_(std::move(port)), relays_(relays), within_(within) {}
    Result<Done> command(const std::string& words);
    Result<bool> read_one(int index);

    std::unique_ptr<SerialPort> port_;
    int relays_;
    std::chrono::milliseconds within_;
};

}  // namespace fourpole
