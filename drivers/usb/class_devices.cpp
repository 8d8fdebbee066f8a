// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/class_devices.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

/// Whether `path` is `folder` or lies in it, but not in another USB device there: what hangs on a hub is not
/// the hub's. Interfaces ("1-2:1.0") have no idVendor.
bool belongs_to(fs::path path, const fs::path& folder) {
    std::error_code ignored;
    while (path != folder) {
        if (!path.has_relative_path() || fs::exists(path / "idVendor", ignored)) return false;
        path = path.parent_path();
    }
    return true;
}

}  // namespace

std::vector<std::string> class_devices(const UsbDevice& device, const std::string& of_class,
                                       const fs::path& sysfs) {
    std::vector<std::string> out;
    std::error_code trouble;
    fs::directory_iterator at(sysfs / "class" / of_class, trouble);
    for (; !trouble && at != fs::directory_iterator(); at.increment(trouble)) {
        std::error_code none;
        const fs::path parent = fs::canonical(at->path() / "device", none);
        if (!none && belongs_to(parent, device.sysfs)) out.push_back(at->path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::optional<SoundCard> sound_card(const UsbDevice& device, const fs::path& sysfs) {
    for (const std::string& name : class_devices(device, "sound", sysfs)) {
        if (!name.starts_with("card")) continue;
        SoundCard card;
        const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), card.number);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        std::ifstream id(sysfs / "class/sound" / name / "id");
        std::getline(id, card.id);
        return card;
    }
    return std::nullopt;
}

}  // namespace fourpole
