// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/vm/usb_model.hpp"
#include "tests/vm/usbip_words.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace fourpole {

/// A port of the kernel's own virtual hub (vhci_hcd) with a modelled device in it: no network, one end of a
/// socket pair for the kernel, one for the model. Closing it pulls the device out.
///
/// Time goes by microframes of the wall clock. A stream whose next packet the host has not yet handed in
/// holds the device's time for up to 20 ms, so that a slow machine is only slow.
class UsbipPort {
public:
    UsbipPort(UsbModel& model, int port) : model_(model), port_(port) {}
    ~UsbipPort();
    UsbipPort(const UsbipPort&) = delete;
    UsbipPort& operator=(const UsbipPort&) = delete;

    /// "" or what is wrong.
    std::string plug();
    /// Until the kernel lets go, the model is pulled out, or `*stopped`.
    void serve(const volatile bool* stopped);

private:
    using Clock = std::chrono::steady_clock;
    struct Stream {
        std::deque<UsbipRequest> waiting;
        bool runs = false;
    };

    bool hear();
    bool control(const UsbipRequest& request);
    MockedAnswer answer(const MockedRequest& request);
    Bytes descriptor(int value) const;
    bool go_on();
    bool holds(Clock::time_point now);
    bool microframe();
    bool serve_packet(int endpoint, Stream& stream);

    UsbModel& model_;
    int port_, socket_ = -1;
    std::map<int, Stream> streams_;       ///< isochronous, by endpoint
    std::deque<UsbipRequest> interrupt_;  ///< never answered: nothing happens by itself
    std::int64_t microframe_ = 0;
    Clock::time_point epoch_ = Clock::now(), held_since_{};
};

}  // namespace fourpole
