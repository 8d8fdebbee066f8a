// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/mocked_facts.hpp"

#include <cstdint>
#include <span>

namespace fourpole {

/// The inside of a USB device; the kernel's words come to it through UsbipPort. [the port's thread]
class UsbModel {
public:
    virtual ~UsbModel() = default;
    virtual const MockedFacts& facts() const = 0;
    /// What is asked of the control endpoint, but for the requests that every device answers alike.
    virtual MockedAnswer control(const MockedRequest& request) = 0;
    virtual void alternate(int interface, int setting) = 0;

    /// In this order, each microframe (125 us) that a stream runs in: what the host sends, the device's own
    /// time, what it sends.
    virtual void out(std::span<const std::uint8_t> packet) = 0;
    virtual void tick() = 0;
    virtual Bytes in(int endpoint) = 0;
    /// Microframes from one packet of an endpoint to the next; 0 = it has no isochronous stream.
    virtual int period(int endpoint) const = 0;
    /// True: from now on it is pulled out.
    virtual bool pulled_out() const = 0;
};

}  // namespace fourpole
