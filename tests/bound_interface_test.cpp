// SPDX-License-Identifier: GPL-3.0-or-later
// Which USB device is behind a bench's sound card, and whether it still is: a tree of files stands for the
// kernel's.
#include "drivers/bound_interface.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <fmt/format.h>

#include <fstream>

using namespace fourpole;

namespace {

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text << "\n"; }

struct Kernel {
    Scratch scratch;
    const fs::path& root = scratch.path();

    Kernel() { fs::create_directories(root / "bus/usb/devices"); }

    /// Port "1-<port>", and the sound card of that number; below 0: no driver holds it.
    void plug(int port, const std::string& serial, int card, int address = 4,
              const std::string& product = "000b", const std::string& release = "0102") {
        const std::string place = fmt::format("1-{}", port);
        const fs::path folder = root / "devices/usb1" / place;
        fs::create_directories(folder / (place + ":1.0"));
        for (const auto& [file, text] : {std::pair{"idVendor", std::string("07fd")},
                                         {"idProduct", product},
                                         {"bcdDevice", release},
                                         {"busnum", std::string("1")},
                                         {"devnum", std::to_string(address)},
                                         {"speed", std::string("480")},
                                         {"bDeviceClass", std::string("ef")},
                                         {"product", std::string("M4")},
                                         {"serial", serial}})
            write(folder / file, text);
        fs::create_symlink(folder, root / "bus/usb/devices" / place);
        if (card < 0) return;
        const fs::path sound = root / fmt::format("class/sound/card{}", card);
        fs::create_directories(sound);
        write(sound / "id", fmt::format("M4_{}", card));
        fs::create_symlink(folder / (place + ":1.0"), sound / "device");
    }
    void unplug(int port) {
        const std::string place = fmt::format("1-{}", port);
        fs::remove(root / "bus/usb/devices" / place);
        fs::remove_all(root / "devices/usb1" / place);
        fs::remove_all(root / "class/sound");
    }
    std::string refusal(const std::optional<std::string>& pattern, std::optional<int> card) const {
        const auto found = BoundInterface::find(pattern, card, root);
        return found ? "(found)" : fmt::format("{} {}", exit_code(found.error().kind), found.error().what);
    }
};

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
    return true;
}

}  // namespace

TEST_CASE("of two alike interfaces a bench's is told by serial number or port, and has to hold its card") {
    Kernel kernel;
    kernel.plug(2, "A1", 1);
    kernel.plug(10, "B7", 3);
    const auto one = BoundInterface::find("07FD:000b serial=B7", 3, kernel.root);
    REQUIRE(one.has_value());
    CHECK(one->identity() == "USB 07fd:000b serial B7, release 1.02, port 1-10, 480 Mbit/s");
    CHECK_FALSE(one->changed().has_value());
    CHECK(BoundInterface::find("07fd:000b port=1-2", 1, kernel.root)->identity().find("serial A1") !=
          std::string::npos);
    // Through JACK nobody knows the card.
    CHECK(kernel.refusal("07fd:000b port=1-2", std::nullopt) == "(found)");
    has(kernel.refusal("07fd:000b", 1), "1-10");
    CHECK(kernel.refusal("07fd:000b", 1).starts_with("3 "));
    has(kernel.refusal("07fd:000b serial=A1", 3),
        "3 it is sound card 1 (hw:M4_1), and the bench's \"device\" is "
        "sound card 3");
    CHECK(kernel.refusal("07fd:000c", 1).starts_with("3 "));
    CHECK(kernel.refusal("nonsense", 1).starts_with("2 "));
}

TEST_CASE("without a pattern the device that holds card 3 is noted, and none where no USB device holds it") {
    Kernel kernel;
    kernel.plug(2, "A1", 1);
    kernel.plug(10, "", 3);
    CHECK(BoundInterface::find({}, 3, kernel.root)->identity() ==
          "USB 07fd:000b, no serial number, release 1.02, port 1-10, 480 Mbit/s");
    for (const auto& card : {std::optional<int>(0), std::optional<int>()}) {
        const auto none = BoundInterface::find({}, card, kernel.root);
        REQUIRE(none.has_value());
        CHECK(none->identity().empty());
        CHECK_FALSE(none->changed().has_value());
    }
}

TEST_CASE("an interface that no driver holds is refused with a hint at doctor") {
    Kernel kernel;
    kernel.plug(2, "A1", -1);
    has(kernel.refusal("07fd:000b", std::nullopt), "3 the kernel's audio driver does not hold it");
}

TEST_CASE("an interface that is pulled out, plugged in anew, renumbered or swapped for its twin is noticed") {
    struct Case {
        const char* serial;
        int card, address;
        const char *product, *release, *says;
    };
    for (const Case& c : {Case{"A1", 1, 5, "000b", "0102", "plugged in anew"},
                          {"A1", 2, 4, "000b", "0102", "plugged in anew"},
                          {"A2", 1, 4, "000b", "0102", "another device is plugged in there now"},
                          {"A1", 1, 4, "000c", "0102", "another device is plugged in there now"},
                          {"A1", 1, 4, "000b", "0103", "another device is plugged in there now"}}) {
        Kernel kernel;
        kernel.plug(2, "A1", 1);
        const auto bound = BoundInterface::find("07fd:000b", 1, kernel.root);
        REQUIRE(bound.has_value());
        CHECK_FALSE(bound->changed().has_value());
        kernel.unplug(2);
        REQUIRE(bound->changed().has_value());
        has(bound->changed()->what, "no longer plugged in");
        CHECK(exit_code(bound->changed()->kind) == 3);
        kernel.plug(2, c.serial, c.card, c.address, c.product, c.release);
        REQUIRE(bound->changed().has_value());
        has(bound->changed()->what, c.says);
    }
}
