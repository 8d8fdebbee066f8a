// SPDX-License-Identifier: GPL-3.0-or-later
// Which device a profile means, and what sysfs says: a small tree of files stands for the kernel's.
#include "drivers/usb/usb_device.hpp"
#include "drivers/usb/class_devices.hpp"
#include "drivers/usb/usb_pattern.hpp"
#include "tests/audio_descriptors.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <fstream>

using namespace fourpole;

namespace {

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

/// A device folder as the kernel's, with a link in bus/usb/devices.
fs::path device_in(const fs::path& sysfs, const std::string& place, const std::string& product) {
    const fs::path folder = sysfs / "devices" / place;
    write(folder / "idVendor", "1a86\n");
    write(folder / "idProduct", "7523\n");
    write(folder / "busnum", "1\n");
    write(folder / "devnum", "7\n");
    write(folder / "product", product + "\n");
    fs::create_directories(sysfs / "bus/usb/devices");
    fs::create_symlink(folder, sysfs / "bus/usb/devices" / folder.filename());
    return folder;
}

UsbDevice device(const std::string& port, const std::string& serial) {
    UsbDevice d;
    d.vendor = 0x16c0, d.product = 0x05df, d.port = port, d.serial = serial, d.name = "USBRelay2";
    return d;
}

std::string why(const std::string& pattern, const std::vector<UsbDevice>& devices) {
    const auto read = usb_pattern(pattern);
    if (!read) return read.error().what;
    const auto found = the_one(devices, *read);
    return found ? "port " + found->port : found.error().what;
}

}  // namespace

TEST_CASE(
    "of 3 devices that are alike an identity names one by its serial or its port, or lists those that fit") {
    const std::vector<UsbDevice> devices{device("1-2", "A1"), device("1-2.1", "A10"), device("2-2", "A1")};
    CHECK(why("16C0:05DF serial=A10", devices) == "port 1-2.1");
    CHECK(why("16c0:5df port=2-2", devices) == "port 2-2");
    CHECK(why("*:* port=1-2 serial=A1", devices) == "port 1-2");
    CHECK(why("16c0:05df serial=A1", devices) ==
          "2 devices fit: USBRelay2 (16c0:05df, serial A1) at port 1-2, USBRelay2 (16c0:05df, serial A1) at "
          "port "
          "2-2; name one by its serial=... or port=...");
    CHECK(why("16c0:05df serial=a1", devices).find("no such device is plugged in") == 0);
    CHECK(why("16c0:05de", devices).find("no such device is plugged in") == 0);
}

TEST_CASE("an identity that is none says which word is wrong and what is allowed") {
    for (const char* bad : {"", "16c0", "16c0:", ":05df", "16c0:05dfa", "-6c0:05df", "16c0:0x5d",
                            "16c0:05df A1", "16c0:05df serial=", "16c0:05df port=1 port=2"}) {
        INFO(bad);
        CHECK(why(bad, {}).find("in the USB identity \"" + std::string(bad) +
                                "\"; allowed: VID:PID in hex") != std::string::npos);
    }
    CHECK(spoken(*usb_pattern("1235:* serial=D8 port=1-2")) == "1235:* serial=D8 port=1-2");
}

TEST_CASE("of 2 configurations the active one is read, and one whose length lies ends with the bytes") {
    std::vector<std::uint8_t> bytes(18, 0);
    const std::vector<std::uint8_t> one{9, 2, 10, 0, 1, 1, 0, 0x80, 50, 0xaa},
        two{9, 2, 255, 0, 1, 2, 0, 0x80, 50, 0xbb};
    bytes.insert(bytes.end(), one.begin(), one.end());
    bytes.insert(bytes.end(), two.begin(), two.end());
    CHECK(configuration_in(bytes, 1) == one);
    CHECK(configuration_in(bytes, 2) == two);
    CHECK(configuration_in(bytes, 3) == one);
    for (std::size_t n = 0; n < bytes.size(); ++n)
        CHECK(configuration_in({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)}, 2).size() <=
              10);
    bytes[18 + 2] = 0;  // a length of 0 does not stand still
    CHECK(configuration_in(bytes, 2).size() <= bytes.size());
}

TEST_CASE("what hangs on a hub is not the hub's, and a name that would move the cursor is made harmless") {
    const Scratch scratch;
    const fs::path& sysfs = scratch.path();
    CHECK(usb_devices(sysfs).empty());
    device_in(sysfs, "usb1/1-1", "Box \x1b[2J\x7f of two");
    const fs::path board = device_in(sysfs, "usb1/1-1/1-1.4", "USB Serial");
    write(board / "1-1.4:1.0/ttyUSB0/dev", "188:0\n");
    fs::create_directories(sysfs / "class/tty/ttyUSB0");
    fs::create_symlink(board / "1-1.4:1.0/ttyUSB0", sysfs / "class/tty/ttyUSB0/device");
    fs::create_directories(sysfs / "class/tty/tty0");  // a console: it has no device

    const auto devices = usb_devices(sysfs);
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].name == "Box ?[2J? of two");
    CHECK(devices[1].port == "1-1.4");
    CHECK(class_devices(devices[0], "tty", sysfs).empty());
    CHECK(class_devices(devices[1], "tty", sysfs) == std::vector<std::string>{"ttyUSB0"});
    CHECK_FALSE(sound_card(devices[1], sysfs));
}
