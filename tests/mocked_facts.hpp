// SPDX-License-Identifier: GPL-3.0-or-later
// What a modelled USB device says of itself, and what is asked of it, whoever carries the words: usbfs
// (tests/mocked_usb.hpp) or USB/IP (tests/vm).
#pragma once

#include "tests/audio_descriptors.hpp"

#include <cstddef>
#include <string>

namespace fourpole {

/// What a device says of itself.
struct MockedFacts {
    std::string port = "1-2";
    int address = 2, vendor = 0, product = 0;
    std::string maker, name, serial, speed = "480";
    Bytes configuration;
    std::string kernel_driver;  ///< holds interface 0; "" = none
};

/// A request to the control endpoint, and what the model answers.
struct MockedRequest {
    int type = 0, request = 0, value = 0, index = 0;
    Bytes data;  ///< of one that sends
    std::size_t wanted = 0;
};
struct MockedAnswer {
    enum class Kind { data, stall, silence };
    Kind kind = Kind::data;
    Bytes data;
};

/// The device descriptor and the one configuration, whose length is filled in.
inline Bytes descriptors_of(const MockedFacts& f) {
    const auto low = [](int n) { return static_cast<std::uint8_t>(n & 255); };
    const auto high = [](int n) { return static_cast<std::uint8_t>(n >> 8); };
    const std::uint8_t ep0 = f.speed == "1.5" ? 8 : 64;  // the most that a slow device may
    Bytes configuration = f.configuration;
    configuration[2] = low(static_cast<int>(configuration.size()));
    configuration[3] = high(static_cast<int>(configuration.size()));
    return joined({{18, 1, 0, 2, 0, 0, 0, ep0, low(f.vendor), high(f.vendor), low(f.product), high(f.product),
                    0, 1, 1, 2, 3, 1},
                   configuration});
}

}  // namespace fourpole
