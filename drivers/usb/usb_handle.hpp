// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct libusb_device_handle;

namespace fourpole {

/// A request to the control endpoint (USB 2.0, 9.3), without its data.
struct UsbRequest {
    std::uint8_t type = 0, request = 0;
    std::uint16_t value = 0, index = 0;
};

/// One opened device. [control thread] Blocks until the device has answered or the time is over.
/// An interface is claimed from the kernel's driver and given back to it when this ends; an audio interface
/// is never claimed (see UsbBus::open_device). Must end before its UsbBus.
class UsbHandle {
public:
    UsbHandle(libusb_device_handle* handle, std::string who);  ///< for UsbBus
    ~UsbHandle();
    UsbHandle(UsbHandle&& other) noexcept;
    UsbHandle& operator=(UsbHandle&&) = delete;

    /// Fault bench_trouble: another program holds it.
    Result<Done> claim(int interface);

    /// Faults bench_trouble: the device has left, refuses (STALL), says nothing in time, or takes or gives
    /// fewer bytes than it should (`send` only: a short answer is the caller's to judge).
    Result<Done> send(const UsbRequest& request, std::span<const std::uint8_t> data,
                      std::chrono::milliseconds within);
    Result<std::vector<std::uint8_t>> ask(const UsbRequest& request, std::uint16_t most_bytes,
                                          std::chrono::milliseconds within);

    const std::string& who() const { return who_; }

private:
    libusb_device_handle* handle_;
    std::string who_;
    int claimed_ = -1;
    bool give_back_ = false;  ///< the kernel's driver held the interface
};

}  // namespace fourpole
