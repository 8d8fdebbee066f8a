// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/plugged.hpp"

#include "drivers/usb/permission_fix.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

/// What stands between this user and an interface's sound.
std::string interface_trouble(const Plugged& p, const fs::path& dev) {
    if (!p.card)
        return "the kernel's audio driver does not hold it: load it with `modprobe snd-usb-audio`, or end "
               "the "
               "program that has taken the device from it";
    return trouble_opening(dev / fmt::format("snd/controlC{}", p.card->number),
                           "join the group audio with `sudo usermod -aG audio $USER` and log in again");
}

std::string board_trouble(const Plugged& p, const fs::path& dev) {
    if (p.board->kind == KnownBoard::Kind::dcttech)
        return trouble_opening(dev / p.usb.node().lexically_relative("/dev"), permission_fix);
    if (p.lines.empty())
        return fmt::format("the kernel has made no serial line of it: load its driver with `modprobe {}`",
                           p.board->kind == KnownBoard::Kind::lcus ? "ch341" : "cdc_acm");
    return trouble_opening(dev / p.lines.front(), permission_fix);
}

}  // namespace

std::string trouble_opening(const fs::path& node, const std::string& fix) {
    if (::access(node.c_str(), R_OK | W_OK) == 0) return "";
    const int error = errno;
    if (error == EACCES || error == EPERM)
        return fmt::format("this user may not open {}: {}", node.string(), fix);
    return fmt::format("{} cannot be opened: {}", node.string(), std::strerror(error));
}

std::vector<Plugged> plugged_devices(const fs::path& sysfs, const fs::path& dev) {
    std::vector<Plugged> out;
    for (UsbDevice& device : usb_devices(sysfs)) {
        Plugged p;
        p.usb = std::move(device);
        if (p.usb.has_audio()) p.audio = read_audio_functions(p.usb.configuration);
        p.board = known_board(p.usb);
        if (p.is_interface()) {
            p.card = sound_card(p.usb, sysfs);
            p.trouble = interface_trouble(p, dev);
        } else if (p.board) {
            p.lines = class_devices(p.usb, "tty", sysfs);
            p.trouble = board_trouble(p, dev);
        }
        out.push_back(std::move(p));
    }
    return out;
}

}  // namespace fourpole
