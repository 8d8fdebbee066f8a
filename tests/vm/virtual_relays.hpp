// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/mocked_relay_board.hpp"
#include "tests/vm/usb_model.hpp"

#include <cstdio>
#include <string>

namespace fourpole {

/// A dcttech board for the kernel's usbhid; it says which relays are closed whenever one was set.
class VirtualRelays final : public UsbModel {
public:
    /// @param stuck  relays (bits) that do not move
    VirtualRelays(const std::string& product, int stuck) : facts_(relay_facts("", 0)) {
        facts_.name = product;
        facts_.configuration[5] = 1;
        relays_.stuck = stuck;
    }

    const MockedFacts& facts() const override { return facts_; }
    MockedAnswer control(const MockedRequest& request) override {
        // One feature of 8 bytes (HID 1.11, 6.2.2), as 22 bytes say it; the order is the kernel's to check.
        static const Bytes report{0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff,
                                  0x00, 0x75, 0x08, 0x95, 0x08, 0x09, 0x00, 0xb2, 0x02, 0x01, 0xc0};
        if (request.type == 0x81 && request.request == 6 && request.value == 0x2200)
            return {MockedAnswer::Kind::data, report};
        const int sets = relays_.sets;
        const MockedAnswer told = relays_.answer(request);
        if (relays_.sets != sets) {
            std::printf("relays %02x\n", relays_.closed.load());
            std::fflush(stdout);
        }
        return told;
    }
    void alternate(int, int) override {}
    void out(std::span<const std::uint8_t>) override {}
    void tick() override {}
    Bytes in(int) override { return {}; }
    int period(int) const override { return 0; }
    bool pulled_out() const override { return false; }

private:
    MockedFacts facts_;
    MockedRelays relays_;
};

}  // namespace fourpole
