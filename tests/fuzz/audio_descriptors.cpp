// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: a configuration descriptor as any device may send it. Run by tests/fuzz/run.
#include "drivers/usb/audio_function.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto told = fourpole::read_audio_functions({data, size});
    for (const auto& f : told.functions)
        for (const auto& u : f.units)
            if (fourpole::path_to_source(f, u.id).size() > f.units.size()) std::abort();
    return 0;
}
