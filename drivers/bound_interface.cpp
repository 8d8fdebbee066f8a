// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/bound_interface.hpp"

#include "drivers/usb/class_devices.hpp"
#include "drivers/usb/usb_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace fourpole {

namespace {

Fault trouble(const UsbDevice& device, const std::string& what) {
    return {Fault::Kind::bench_trouble, spoken(device), what};
}

/// The number in the kernel's own order of digits: 0x0102 is release 1.02.
std::string release(int bcd) { return fmt::format("{:x}.{:02x}", (bcd >> 8) & 0xff, bcd & 0xff); }

}  // namespace

Result<BoundInterface> BoundInterface::find(const std::optional<std::string>& pattern,
                                            std::optional<int> card, std::filesystem::path sysfs) {
    BoundInterface out;
    out.sysfs_ = std::move(sysfs);
    const std::vector<UsbDevice> devices = usb_devices(out.sysfs_);
    if (!pattern) {
        for (const UsbDevice& device : devices)
            if (const auto own = sound_card(device, out.sysfs_); own && card && own->number == *card)
                out.device_ = device, out.card_ = own->number;
        return out;
    }
    const auto wanted = usb_pattern(*pattern);
    if (!wanted) return wanted.error();
    auto device = the_one(devices, *wanted);
    if (!device) return device.error();
    const auto own = sound_card(*device, out.sysfs_);
    if (!own)
        return trouble(*device,
                       "the kernel's audio driver does not hold it, so no sound card is made of it: "
                       "`fourpole doctor` tells why");
    if (card && own->number != *card)
        return trouble(
            *device, fmt::format("it is sound card {} (hw:{}), and the bench's \"device\" is sound card {}; "
                                 "one of the two means another interface",
                                 own->number, own->id, *card));
    out.device_ = std::move(*device), out.card_ = own->number;
    return out;
}

std::string BoundInterface::identity() const {
    if (!device_) return "";
    const UsbDevice& d = *device_;
    return fmt::format("USB {}{}, release {}, port {}, {:g} Mbit/s", vid_pid(d),
                       d.serial.empty() ? ", no serial number" : " serial " + d.serial, release(d.bcd_device),
                       d.port, d.speed_mbit_s);
}

std::optional<Fault> BoundInterface::changed() const {
    if (!device_) return std::nullopt;
    const auto devices = usb_devices(sysfs_);
    const auto now = std::find_if(devices.begin(), devices.end(),
                                  [&](const UsbDevice& d) { return d.port == device_->port; });
    if (now == devices.end()) return trouble(*device_, "it is no longer plugged in there");
    if (now->vendor != device_->vendor || now->product != device_->product ||
        now->serial != device_->serial || now->bcd_device != device_->bcd_device)
        return trouble(*device_, "another device is plugged in there now: " + spoken(*now));
    const auto card = sound_card(*now, sysfs_);
    if (now->address != device_->address || !card || card->number != card_)
        return trouble(*device_,
                       "it was plugged in anew since the bench was opened: its volume, rate and clock may be "
                       "others now; start again");
    return std::nullopt;
}

}  // namespace fourpole
