// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/usb_device.hpp"

#include "drivers/usb/descriptor_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

constexpr int of_interface = 4, audio_class = 1, hub_class = 9;
constexpr std::size_t device_descriptor_bytes = 18;
/// A device descriptor and 255 configurations of 65,535 bytes; the kernel keeps no more than 8 of them.
constexpr std::size_t most_bytes = 18 + std::size_t{8} * 65'535;

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string out;
    char c = 0;
    while (out.size() < most_bytes && in.get(c)) out += c;
    return out;
}

/// A device's string, without its line end: what a terminal would obey becomes '?', UTF-8 stays.
std::string text_of(const fs::path& file) {
    std::string out = bytes_of(file);
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    for (char& c : out)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
    return out;
}

std::optional<int> number_in(const fs::path& file, int base) {
    const std::string text = text_of(file);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

double speed_in(const fs::path& file) {
    const std::string text = text_of(file);
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? value : 0.0;
}

std::optional<UsbDevice> read_device(const fs::path& folder) {
    const auto vendor = number_in(folder / "idVendor", 16), product = number_in(folder / "idProduct", 16),
               bus = number_in(folder / "busnum", 10), address = number_in(folder / "devnum", 10);
    if (!vendor || !product || !bus || !address) return std::nullopt;  // an interface, or gone meanwhile
    if (number_in(folder / "bDeviceClass", 16) == hub_class) return std::nullopt;
    UsbDevice d;
    d.vendor = *vendor, d.product = *product, d.bus = *bus, d.address = *address;
    d.bcd_device = number_in(folder / "bcdDevice", 16).value_or(0);
    d.serial = text_of(folder / "serial");
    d.maker = text_of(folder / "manufacturer");
    d.name = text_of(folder / "product");
    d.port = folder.filename().string();
    d.speed_mbit_s = speed_in(folder / "speed");
    std::error_code trouble;
    d.sysfs = fs::canonical(folder, trouble);
    if (trouble) return std::nullopt;
    const std::string bytes = bytes_of(folder / "descriptors");
    d.configuration = configuration_in({bytes.begin(), bytes.end()},
                                       number_in(folder / "bConfigurationValue", 10).value_or(1));
    return d;
}

/// "1-10.2" -> 1, 10, 2: port 10 comes behind port 9.
std::vector<int> numbers_in(const std::string& port) {
    std::vector<int> out{0};
    for (const char c : port) {
        if (c >= '0' && c <= '9' && out.back() < 100'000)
            out.back() = 10 * out.back() + (c - '0');
        else
            out.push_back(0);
    }
    return out;
}

}  // namespace

fs::path UsbDevice::node() const { return fmt::format("/dev/bus/usb/{:03d}/{:03d}", bus, address); }

bool UsbDevice::has_audio() const {
    DescriptorWalk walk(configuration);
    while (const auto d = walk.next())
        if (d->type() == of_interface && d->word(5) == static_cast<std::uint32_t>(audio_class)) return true;
    return false;
}

std::string vid_pid(const UsbDevice& device) {
    return fmt::format("{:04x}:{:04x}", device.vendor, device.product);
}

std::string spoken(const UsbDevice& device) {
    return fmt::format("{} ({}{}{}) at port {}",
                       device.name.empty() ? "a device without a name" : device.name, vid_pid(device),
                       device.serial.empty() ? "" : ", serial ", device.serial, device.port);
}

std::vector<UsbDevice> usb_devices(const fs::path& sysfs) {
    std::vector<UsbDevice> out;
    std::error_code trouble;
    fs::directory_iterator at(sysfs / "bus/usb/devices", trouble);
    for (; !trouble && at != fs::directory_iterator(); at.increment(trouble))
        if (auto device = read_device(at->path())) out.push_back(std::move(*device));
    std::sort(out.begin(), out.end(),
              [](const UsbDevice& a, const UsbDevice& b) { return numbers_in(a.port) < numbers_in(b.port); });
    return out;
}

std::vector<std::uint8_t> configuration_in(const std::vector<std::uint8_t>& descriptors, int number) {
    std::span<const std::uint8_t> rest = descriptors;
    std::vector<std::uint8_t> first;
    if (rest.size() <= device_descriptor_bytes) return first;
    rest = rest.subspan(device_descriptor_bytes);
    while (rest.size() >= 9) {
        const std::size_t told = rest[2] + std::size_t{256} * rest[3];
        // A length that lies costs this configuration its end, and those behind it.
        const std::size_t length = std::clamp<std::size_t>(told, 9, rest.size());
        const std::vector<std::uint8_t> one(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
        if (rest[5] == number) return one;
        if (first.empty()) first = one;
        rest = rest.subspan(length);
    }
    return first;
}

}  // namespace fourpole
