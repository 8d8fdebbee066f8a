// SPDX-License-Identifier: GPL-3.0-or-later
// A dcttech relay board: what it answers to HID reports, and its defects.
#pragma once

#include "tests/mocked_facts.hpp"

#include <atomic>

namespace fourpole {

/// The state is the model's own; a test may look at it and plant a defect between two requests.
struct MockedRelays {
    std::atomic<int> closed{0}, sets{0};
    std::atomic<int> stuck{0};    ///< relays (bits) that stay as they are
    std::atomic<int> dragged{0};  ///< relays that close with any other
    std::atomic<int> late{0};     ///< so many answers still show the state before
    std::atomic<bool> renamed{false}, stalls{false}, silent{false}, talks_nonsense{false};

    MockedAnswer answer(const MockedRequest& r) {
        using Kind = MockedAnswer::Kind;
        if (silent) return {Kind::silence, {}};
        // Reports 0 and 1 are the same to a board, and so are feature and output (usbrelay asks for feature 1
        // through hidraw, with a byte for its number, and sets by an output report).
        const int report = r.value & 0xff, kind = r.value >> 8;
        if (stalls || report > 1 || r.index != 0 || r.wanted < 8) return {Kind::stall, {}};
        if (r.type == 0x21 && r.request == 9 && (kind == 2 || kind == 3)) {
            ++sets;
            before_ = closed;
            const int relay = r.data[1] - 1, bit = 1 << relay;
            if ((stuck & bit) != 0) return {};
            if (r.data[0] == 0xff) closed = closed | bit | dragged;
            if (r.data[0] == 0xfd) closed = closed & ~bit;
            shown_late_ = late.load();
            return {};
        }
        if (r.type != 0xa1 || r.request != 1 || kind != 3) return {Kind::stall, {}};
        const bool old = shown_late_ > 0 && shown_late_-- > 0;
        Bytes state{'R', 'I', 'G', '0', '1', 0, 0, static_cast<std::uint8_t>(old ? before_ : closed.load())};
        if (renamed) state[4] = '2';
        if (talks_nonsense) state[0] = 7;
        return {Kind::data, state};
    }

private:
    int before_ = 0, shown_late_ = 0;
};

/// "USBRelay2" at a port, held by usbhid as the kernel would.
inline MockedFacts relay_facts(const std::string& port, int address) {
    MockedFacts f;
    f.port = port, f.address = address;
    f.vendor = 0x16c0, f.product = 0x05df;
    f.maker = "www.dcttech.com", f.name = "USBRelay2", f.speed = "1.5";
    f.configuration = {9, 2, 0,    0,    1,    1, 0, 0x80, 10, 9, 4, 0, 0,    1, 3, 0, 0,
                       0, 9, 0x21, 0x01, 0x01, 0, 1, 0x22, 22, 0, 7, 5, 0x81, 3, 8, 0, 20};
    f.kernel_driver = "usbhid";
    return f;
}

/// The interface of tests/audio_descriptors.hpp.
inline MockedFacts interface_facts(const std::string& port, int address) {
    MockedFacts f;
    f.port = port, f.address = address;
    f.vendor = 0x1235, f.product = 0x8212;
    f.maker = "Focusrite", f.name = "Scarlett 4i4 USB", f.serial = "D8A1";
    f.configuration = two_out_four_in();
    f.configuration[5] = 1;
    f.kernel_driver = "snd-usb-audio";
    return f;
}

}  // namespace fourpole
