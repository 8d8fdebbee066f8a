// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/usb_handle.hpp"

#include "drivers/usb/permission_fix.hpp"
#include "drivers/usb/usb_trouble.hpp"

#include <fmt/format.h>
#include <libusb.h>

#include <algorithm>
#include <utility>

namespace fourpole {

namespace {

/// libusb waits for ever where it is told 0.
unsigned milliseconds_of(std::chrono::milliseconds within) {
    return static_cast<unsigned>(std::max<std::int64_t>(1, within.count()));
}

}  // namespace

Fault usb_trouble(int code, const std::string& who, const std::string& doing) {
    const auto told = [&](const std::string& what) {
        return Fault{Fault::Kind::bench_trouble, who, doing + ": " + what};
    };
    switch (code) {
        case LIBUSB_ERROR_NO_DEVICE: return told("the device has been unplugged");
        case LIBUSB_ERROR_PIPE: return told("the device refuses the request (STALL)");
        case LIBUSB_ERROR_TIMEOUT: return told("the device did not answer in time");
        case LIBUSB_ERROR_BUSY: return told("another program holds the device; end that one");
        case LIBUSB_ERROR_ACCESS:
            return told(fmt::format("this user may not open the device: {}", permission_fix));
        default: return told(fmt::format("{} ({})", libusb_strerror(code), libusb_error_name(code)));
    }
}

UsbHandle::UsbHandle(libusb_device_handle* handle, std::string who) : handle_(handle), who_(std::move(who)) {}

UsbHandle::UsbHandle(UsbHandle&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      who_(std::move(other.who_)),
      claimed_(std::exchange(other.claimed_, -1)),
      give_back_(std::exchange(other.give_back_, false)) {}

UsbHandle::~UsbHandle() {
    if (!handle_) return;
    if (claimed_ >= 0) libusb_release_interface(handle_, claimed_);
    if (give_back_) libusb_attach_kernel_driver(handle_, claimed_);
    libusb_close(handle_);
}

Result<Done> UsbHandle::claim(int interface) {
    const int held = libusb_kernel_driver_active(handle_, interface);
    if (held < 0 && held != LIBUSB_ERROR_NOT_SUPPORTED) return usb_trouble(held, who_, "asking who holds it");
    if (held == 1) {
        const int detached = libusb_detach_kernel_driver(handle_, interface);
        if (detached != LIBUSB_SUCCESS && detached != LIBUSB_ERROR_NOT_FOUND)
            return usb_trouble(detached, who_, "taking it from the kernel's driver");
    }
    const int claimed = libusb_claim_interface(handle_, interface);
    if (claimed != LIBUSB_SUCCESS) {
        if (held == 1) libusb_attach_kernel_driver(handle_, interface);
        return usb_trouble(claimed, who_, "claiming it");
    }
    claimed_ = interface;
    give_back_ = held == 1;
    return Done{};
}

Result<Done> UsbHandle::send(const UsbRequest& request, std::span<const std::uint8_t> data,
                             std::chrono::milliseconds within) {
    std::vector<std::uint8_t> bytes(data.begin(), data.end());  // libusb's pointer is not const
    const int sent = libusb_control_transfer(
        handle_, request.type, request.request, request.value, request.index, bytes.data(),
        static_cast<std::uint16_t>(bytes.size()), milliseconds_of(within));
    if (sent < 0) return usb_trouble(sent, who_, "sending a request");
    if (static_cast<std::size_t>(sent) != bytes.size())
        return Fault{Fault::Kind::bench_trouble, who_,
                     fmt::format("the device took {} of {} bytes", sent, bytes.size())};
    return Done{};
}

Result<std::vector<std::uint8_t>> UsbHandle::ask(const UsbRequest& request, std::uint16_t most_bytes,
                                                 std::chrono::milliseconds within) {
    std::vector<std::uint8_t> bytes(most_bytes);
    const int got = libusb_control_transfer(
        handle_, static_cast<std::uint8_t>(request.type | LIBUSB_ENDPOINT_IN), request.request, request.value,
        request.index, bytes.data(), most_bytes, milliseconds_of(within));
    if (got < 0) return usb_trouble(got, who_, "asking the device");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

}  // namespace fourpole
