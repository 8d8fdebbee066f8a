// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/usb_device.hpp"
#include "drivers/usb/usb_handle.hpp"
#include "rig/result.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace fourpole {

/// Something was plugged in or has left.
struct UsbEvent {
    bool arrived = false;  ///< false: it has left
    int vendor = 0, product = 0;
    int bus = 0, address = 0;
    std::string port;  ///< as UsbDevice::port
};

/// Whether a device has left since it was asked for; stays true though another one takes its place.
/// [audio thread] One atomic read: a take may ask in every block.
class UsbDeparture {
public:
    explicit UsbDeparture(std::shared_ptr<const std::atomic<bool>> gone) : gone_(std::move(gone)) {}
    bool has_left() const { return gone_->load(std::memory_order_acquire); }

private:
    std::shared_ptr<const std::atomic<bool>> gone_;
};

/// The bus as it changes, by libusb: who comes, who leaves, and the way to devices that are no interfaces.
/// One thread hears libusb's events for as long as this lives; what libusb calls back only notes what
/// happened (a callback that asks the device anything has hung: libusb #408), and it is deregistered before
/// that thread ends (#1859). [control thread] all but UsbDeparture.
class UsbBus {
public:
    /// Fault bench_trouble: libusb cannot start, or cannot tell who comes and leaves.
    static Result<std::unique_ptr<UsbBus>> open();
    ~UsbBus();
    UsbBus(const UsbBus&) = delete;
    UsbBus& operator=(const UsbBus&) = delete;

    /// What happened since it was asked last, oldest first; waits for the first until `within` has passed.
    std::vector<UsbEvent> events(std::chrono::milliseconds within = {});

    /// To be asked from now on whether it is there; has left already where it is not.
    UsbDeparture departure_of(const UsbDevice& device);

    /// To talk to a device through its control endpoint. Fault bad_input: it has an audio interface, whose
    /// identity comes from sysfs and whose gain goes through the ALSA mixer: a request beside a stream stops
    /// the stream. Fault bench_trouble: it has left, or may not be opened, with the fix.
    Result<UsbHandle> open_device(const UsbDevice& device);

private:
    struct Inside;
    explicit UsbBus(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace fourpole
