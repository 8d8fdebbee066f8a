// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/usb_pattern.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>
#include <string_view>

namespace fourpole {

namespace {

/// "05df", "5DF", or "*" for any; false where it is neither.
bool read_id(std::string_view text, std::optional<int>& id) {
    if (text == "*") return true;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || text.size() > 4 || error != std::errc{} || end != text.data() + text.size() ||
        value < 0)
        return false;
    id = value;
    return true;
}

}  // namespace

bool UsbPattern::fits(const UsbDevice& device) const {
    return (!vendor || *vendor == device.vendor) && (!product || *product == device.product) &&
           (!serial || *serial == device.serial) && (!port || *port == device.port);
}

Result<UsbPattern> usb_pattern(const std::string& text) {
    const auto refused = [&](const std::string& found) {
        return Fault{
            Fault::Kind::bad_input, "",
            fmt::format("\"{}\" in the USB identity \"{}\"; allowed: VID:PID in hex (\"*\" = any), then "
                        "serial=... and port=BUS-PORT[.PORT] as `fourpole devices` shows them",
                        found, text)};
    };
    UsbPattern out;
    std::istringstream words(text);
    std::string word;
    words >> word;
    const std::size_t colon = word.find(':');
    const std::string_view ids = word;
    if (colon == std::string::npos || !read_id(ids.substr(0, colon), out.vendor) ||
        !read_id(ids.substr(colon + 1), out.product))
        return refused(word);
    while (words >> word) {
        if (word.starts_with("serial=") && word.size() > 7 && !out.serial)
            out.serial = word.substr(7);
        else if (word.starts_with("port=") && word.size() > 5 && !out.port)
            out.port = word.substr(5);
        else
            return refused(word);
    }
    return out;
}

std::string spoken(const UsbPattern& pattern) {
    const auto id = [](const std::optional<int>& value) {
        return value ? fmt::format("{:04x}", *value) : std::string("*");
    };
    return fmt::format("{}:{}{}{}{}{}", id(pattern.vendor), id(pattern.product),
                       pattern.serial ? " serial=" : "", pattern.serial.value_or(""),
                       pattern.port ? " port=" : "", pattern.port.value_or(""));
}

Result<UsbDevice> the_one(const std::vector<UsbDevice>& devices, const UsbPattern& pattern) {
    std::vector<UsbDevice> fitting;
    for (const UsbDevice& d : devices)
        if (pattern.fits(d)) fitting.push_back(d);
    if (fitting.size() == 1) return fitting.front();
    const auto trouble = [&](const std::string& what) {
        return Fault{Fault::Kind::bench_trouble, spoken(pattern), what};
    };
    if (fitting.empty())
        return trouble("no such device is plugged in; `fourpole devices` lists those that are");
    std::string list;
    for (const UsbDevice& d : fitting) list += (list.empty() ? "" : ", ") + spoken(d);
    return trouble(
        fmt::format("{} devices fit: {}; name one by its serial=... or port=...", fitting.size(), list));
}

}  // namespace fourpole
