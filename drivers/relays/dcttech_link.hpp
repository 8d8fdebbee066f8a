// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_link.hpp"
#include "drivers/usb/usb_bus.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace fourpole {

/// A dcttech board through its control endpoint: HID feature reports (HID 1.11, 7.2), taken from the kernel's
/// usbhid for as long as this lives. Every set is read back, and read again until the board agrees or
/// `confirm` is over; a relay that stays, one that moved without being told, and another board's name in the
/// answer are faults. It has no memory: unplugged, all relays fall.
class DcttechLink final : public RelayLink {
public:
    struct Patience {
        std::chrono::milliseconds answer{500};   ///< for one request
        std::chrono::milliseconds confirm{300};  ///< from a set until the board says so
    };

    /// Fault bad_input: the product string is none of a board's; bench_trouble as UsbBus::open_device.
    static Result<std::unique_ptr<RelayLink>> open(UsbBus& bus, const UsbDevice& device, Patience patience);
    static Result<std::unique_ptr<RelayLink>> open(UsbBus& bus, const UsbDevice& device) {
        return open(bus, device, Patience{});
    }

    std::string identity() const override;
    int relays() const override { return relays_; }
    Result<Done> set(int index, bool on) override;
    Result<std::optional<std::vector<bool>>> read() override;

private:
    DcttechLink(UsbHandle handle, int relays, Patience patience)
        : handle_(std::move(handle)), relays_(relays), patience_(patience) {}
    Result<std::uint8_t> ask();
    Fault fault(const std::string& what) const { return {Fault::Kind::bench_trouble, handle_.who(), what}; }

    UsbHandle handle_;
    int relays_;
    Patience patience_;
    std::optional<std::string> name_;  ///< as somebody once wrote it into the board
};

}  // namespace fourpole
