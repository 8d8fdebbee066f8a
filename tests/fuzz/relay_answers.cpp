// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: what a relay board may answer. The first byte chooses the board. Run by tests/fuzz/run.
#include "drivers/relays/dcttech_report.hpp"
#include "drivers/relays/lcus_bytes.hpp"
#include "drivers/relays/numato_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span<const std::uint8_t> bytes(data + 1, size - 1);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const int relays = 1 + data[0] / 3 % 8;
    switch (data[0] % 3) {
        case 0: (void)fourpole::dcttech_state(bytes, relays); break;
        case 1: (void)fourpole::lcus_state(text, relays); break;
        default: (void)fourpole::numato_state(text, fourpole::numato_read(relays - 1, 8)); break;
    }
    return 0;
}
