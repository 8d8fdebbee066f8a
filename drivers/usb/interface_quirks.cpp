// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/interface_quirks.hpp"

#include <fmt/format.h>

#include <array>

namespace fourpole {

namespace {

struct Row {
    int vendor, product;
    InterfaceQuirk quirk;
};

constexpr const char* implicit_feedback = "its capture needs a running playback to take its pace from";
constexpr const char* clock_in_mixer =
    "its mixer controls say whose clock it follows and whether it is locked";
constexpr const char* no_usb_audio = "it is no USB audio device: neither ALSA nor JACK sees it";

constexpr std::array rows{
    Row{0x1235,
        0x8212,
        {"Scarlett 4i4 3rd generation", "with its mass storage mode on it does less than it can",
         "switch \"MSD Mode Switch\" off in its mixer and plug it in again"}},
    Row{0x07fd,
        0x0008,
        {"MOTU M4 (first hardware)", "it needs four seconds after power before it answers",
         "wait, then open it"}},
    Row{0x07fd, 0x000b, {"MOTU M4 (second hardware)", "each control takes it a millisecond", ""}},
    Row{0x07fd,
        0x0009,
        {"MOTU M4", "it waits for its firmware and plays nothing", "switch it off and on; else update it"}},
    Row{0x07fd,
        0x000d,
        {"MOTU M4", "it waits for its firmware and plays nothing", "switch it off and on; else update it"}},
    Row{0x07fd,
        0x0004,
        {"MOTU MicroBook", "at other rates than 96 kHz old kernels make noise of its wrong descriptors",
         "measure at 96 kHz"}},
    Row{0x2a39,
        0x3fb0,
        {"RME Babyface Pro FS", "it is a USB audio device in its class mode only",
         "switch it to its class compliant mode, as its manual says"}},
    Row{0x2a39, 0x3fd2, {"RME ADI-2 Pro", clock_in_mixer, "see there that it keeps its own clock"}},
    Row{0x2a39, 0x3fd3, {"RME ADI-2 DAC", clock_in_mixer, "see there whose clock it follows"}},
    Row{0x1397,
        0x0509,
        {"Behringer UMC404HD", implicit_feedback, "always open it both ways, as a bench does"}},
    Row{0x1397,
        0x0508,
        {"Behringer UMC204HD", implicit_feedback, "always open it both ways, as a bench does"}},
    Row{0x1397,
        0x0507,
        {"Behringer UMC202HD", implicit_feedback, "always open it both ways, as a bench does"}},
    Row{0x0d9a, 0x00df, {"RTX6001", implicit_feedback, "always open it both ways, as a bench does"}},
    Row{0x041e,
        0x3f04,
        {"E-MU 0404 USB", "its rate cannot change while it captures",
         "stop every other program that holds it before a bench of another rate"}},
    Row{0x16c0, 0x4e37, {"QuantAsylum QA402", no_usb_audio, "it has no driver here yet"}},
    Row{0x16c0, 0x4e39, {"QuantAsylum QA403", no_usb_audio, "it has no driver here yet"}},
};

}  // namespace

std::vector<InterfaceQuirk> quirks_of(const UsbDevice& device) {
    std::vector<InterfaceQuirk> out;
    for (const Row& row : rows)
        if (row.vendor == device.vendor && row.product == device.product) out.push_back(row.quirk);
    return out;
}

std::vector<std::string> identities_with_quirks() {
    std::vector<std::string> out;
    for (const Row& row : rows) out.push_back(fmt::format("{:04x}:{:04x}", row.vendor, row.product));
    return out;
}

}  // namespace fourpole
