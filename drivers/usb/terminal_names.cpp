// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/terminal_names.hpp"

#include <fmt/format.h>

#include <array>

namespace fourpole {

namespace {

using Kind = AudioUnit::Kind;

constexpr int usb_streaming = 0x0101;

struct Row {
    int type;
    const char* words;
};
constexpr std::array rows{
    Row{0x0101, "USB stream"},
    Row{0x0201, "microphone"},
    Row{0x0202, "desktop microphone"},
    Row{0x0203, "personal microphone"},
    Row{0x0205, "microphone array"},
    Row{0x0301, "speaker"},
    Row{0x0302, "headphones"},
    Row{0x0304, "desktop speaker"},
    Row{0x0305, "room speaker"},
    Row{0x0401, "handset"},
    Row{0x0402, "headset"},
    Row{0x0600, "external connector"},
    Row{0x0601, "analogue connector"},
    Row{0x0602, "digital connector"},
    Row{0x0603, "line connector"},
    Row{0x0604, "legacy audio connector"},
    Row{0x0605, "S/PDIF"},
    Row{0x0703, "calibration noise"},
    Row{0x0706, "vinyl player"},
    Row{0x0713, "synthesizer"},
};

}  // namespace

std::string terminal_name(int type) {
    for (const Row& row : rows)
        if (row.type == type) return row.words;
    return fmt::format("terminal {:#06x}", type);
}

bool is_usb_stream(const AudioUnit& unit) {
    return (unit.kind == Kind::input_terminal || unit.kind == Kind::output_terminal) &&
           unit.terminal_type == usb_streaming;
}

std::string unit_name(const AudioUnit& unit) {
    switch (unit.kind) {
        case Kind::input_terminal:
        case Kind::output_terminal: return terminal_name(unit.terminal_type);
        case Kind::mixer: return "mixer";
        case Kind::selector: return "selector";
        case Kind::feature: return "feature unit";
        case Kind::effect: return "effect unit";
        case Kind::processing: return "processing unit";
        case Kind::extension: return "extension unit";
        case Kind::rate_converter: return "sample rate converter";
        case Kind::clock_source: return "clock source";
        case Kind::clock_selector: return "clock selector";
        case Kind::clock_multiplier: return "clock multiplier";
    }
    return "unit";
}

std::string clock_name(const AudioUnit& clock) {
    const std::string follows = clock.follows_frames ? ", locked to the USB frames" : "";
    switch (clock.clock_type) {
        case AudioUnit::Clock::external: return "external" + follows;
        case AudioUnit::Clock::internal_fixed: return "internal, one rate" + follows;
        case AudioUnit::Clock::internal_variable: return "internal, variable" + follows;
        case AudioUnit::Clock::internal_programmable: return "internal, set by the host" + follows;
    }
    return "unknown";
}

}  // namespace fourpole
