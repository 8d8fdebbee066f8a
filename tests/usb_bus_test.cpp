// SPDX-License-Identifier: GPL-3.0-or-later
// The bus and the relay boards on it, through the real libusb, with devices that are modelled.
#ifndef FOURPOLE_UMOCKDEV
#include "tests/catch.hpp"

TEST_CASE("USB devices that are not there") { WARN("SKIPPED: umockdev is not installed"); }
#else

#include "drivers/relays/dcttech_link.hpp"
#include "drivers/relays/known_boards.hpp"
#include "drivers/relays/relay_board.hpp"
#include "drivers/usb/class_devices.hpp"
#include "drivers/usb/usb_bus.hpp"
#include "drivers/usb/usb_pattern.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"
#include "tests/catch.hpp"
#include "tests/mocked_relay_board.hpp"
#include "tests/mocked_usb.hpp"

#include <thread>

using namespace fourpole;
using namespace std::chrono_literals;
using Contact = SwitchPort::State;

namespace {

/// An interface at port 1-1 and two boards that are alike, at 1-2 and 1-10.
struct Bench {
    MockedRelays near, far;
    MockedDevice interface {
        interface_facts("1-1", 2), [](const MockedRequest&) { return MockedAnswer{}; }
    };
    MockedDevice near_board{relay_facts("1-2", 3), [this](const MockedRequest& r) { return near.answer(r); }};
    MockedDevice far_board{relay_facts("1-10", 4), [this](const MockedRequest& r) { return far.answer(r); }};

    MockedUsb usb;  ///< ends before the devices do

    Bench() {
        for (MockedDevice* d : {&interface, &near_board, &far_board}) usb.plug(*d);
    }
};

std::unique_ptr<UsbBus> opened_bus() {
    auto bus = UsbBus::open();
    if (!bus) FAIL(bus.error().what);
    return std::move(*bus);
}

UsbDevice at_port(const std::string& port) {
    for (const UsbDevice& d : usb_devices())
        if (d.port == port) return d;
    FAIL("nothing at port " << port);
    return {};
}

std::unique_ptr<RelayLink> opened(Result<std::unique_ptr<RelayLink> > link) {
    if (!link) FAIL(link.error().what);
    return std::move(*link);
}

template <class T>
std::string why(const Result<T>& result) {
    return result ? "(no fault)" : result.error().what;
}
bool says(const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
    return text.find(part) != std::string::npos;
}

/// Waits until it is so; a limit of patience, not of speed.
template <class Condition>
bool comes_true(Condition condition) {
    for (int k = 0; k < 2000; ++k) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

}  // namespace

TEST_CASE("of three devices and a hub sysfs says who they are, in the order of ports 1, 2 and 10") {
    Bench bench;
    const auto devices = usb_devices();
    REQUIRE(devices.size() == 3);
    CHECK(devices[0].port == "1-1");
    CHECK(devices[1].port == "1-2");
    CHECK(devices[2].port == "1-10");
    const UsbDevice& i = devices[0];
    CHECK(vid_pid(i) == "1235:8212");
    CHECK(i.bcd_device == 0x0100);
    CHECK(i.serial == "D8A1");
    CHECK(i.maker == "Focusrite");
    CHECK(i.name == "Scarlett 4i4 USB");
    CHECK(i.speed_mbit_s == 480.0);
    CHECK(i.node() == "/dev/bus/usb/001/002");
    CHECK(i.has_audio());
    CHECK(devices[1].speed_mbit_s == 1.5);
    CHECK_FALSE(devices[1].has_audio());

    const auto told = read_audio_functions(i.configuration);
    CHECK(told.troubles.empty());
    REQUIRE(told.functions.size() == 1);
    CHECK(told.functions[0].settings.size() == 2);
    CHECK(bench.interface.ioctls == 0);
}

TEST_CASE("an interface is matched to card 3 by where the card hangs, not by its name") {
    Bench bench;
    bench.usb.add_class_device(bench.interface, "sound", "card3", "A: id=USB\\n\n");
    const auto card = sound_card(at_port("1-1"));
    REQUIRE(card);
    CHECK(card->number == 3);
    CHECK(card->id == "USB");
    CHECK_FALSE(sound_card(at_port("1-2")));
}

TEST_CASE("who comes and who leaves is told once, and a departure stays one though another takes the place") {
    Bench bench;
    const auto bus = opened_bus();
    CHECK(bus->events().empty());
    const UsbDeparture departure = bus->departure_of(at_port("1-2"));
    const UsbDeparture other = bus->departure_of(at_port("1-10"));
    CHECK_FALSE(departure.has_left());

    bench.usb.unplug(bench.near_board);
    auto events = bus->events(10s);
    REQUIRE(events.size() == 1);
    CHECK_FALSE(events[0].arrived);
    CHECK(events[0].port == "1-2");
    CHECK(events[0].vendor == 0x16c0);
    CHECK(events[0].address == 3);
    CHECK(departure.has_left());

    MockedDevice again(relay_facts("1-2", 3), [](const MockedRequest&) { return MockedAnswer{}; });
    bench.usb.plug(again);
    events = bus->events(10s);
    REQUIRE(events.size() == 1);
    CHECK(events[0].arrived);
    CHECK(events[0].product == 0x05df);
    CHECK(departure.has_left());
    CHECK_FALSE(bus->departure_of(at_port("1-2")).has_left());
    CHECK_FALSE(other.has_left());
    UsbDevice nobody;
    CHECK(bus->departure_of(nobody).has_left());
    bench.usb.unplug(again);
}

TEST_CASE("an audio interface is not opened, and not one request reaches it") {
    Bench bench;
    const auto bus = opened_bus();
    const auto handle = bus->open_device(at_port("1-1"));
    REQUIRE_FALSE(handle.has_value());
    CHECK(handle.error().kind == Fault::Kind::bad_input);
    says(handle.error().what, "ALSA mixer");
    CHECK(bench.interface.ioctls == 0);
}

TEST_CASE("of two boards that are alike the one at port 1-10 is set, read back and given back to usbhid") {
    Bench bench;
    const auto bus = opened_bus();
    const auto pattern = usb_pattern("16C0:05DF");
    REQUIRE(pattern);
    const auto ambiguous = open_relay_link(*bus, *pattern, 0);
    says(why(ambiguous),
         "2 devices fit: USBRelay2 (16c0:05df) at port 1-2, USBRelay2 (16c0:05df) at port 1-10");
    {
        const auto link = opened(open_relay_link(*bus, *usb_pattern("16c0:05df port=1-10"), 0));
        CHECK(link->identity() == "USBRelay2 (16c0:05df) at port 1-10, named RIG01");
        CHECK(link->relays() == 2);
        CHECK_FALSE(bench.far_board.driver_holds);
        CHECK(bench.near_board.driver_holds);
        REQUIRE(link->set(1, true).has_value());
        CHECK(bench.far.closed == 2);
        CHECK(bench.near.closed == 0);
        const auto state = link->read();
        REQUIRE(state.has_value());
        CHECK(**state == std::vector<bool>{false, true});
        REQUIRE(link->set(1, false).has_value());
        CHECK(bench.far.closed == 0);
    }
    CHECK(bench.far_board.driver_holds);
    CHECK(bench.near.sets == 0);
    CHECK(bench.near_board.ioctls == 0);
}

TEST_CASE("a relay that sticks, drags another, is late or answers as another board is told as that") {
    Bench bench;
    const auto bus = opened_bus();
    const auto link = opened(DcttechLink::open(*bus, at_port("1-2"), {500ms, 100ms}));
    bench.near.late = 3;
    CHECK(link->set(0, true).has_value());
    bench.near.late = 0;
    bench.near.stuck = 1;
    says(why(link->set(0, false)), "relay 1 was told off and is still on after 100 ms");
    bench.near.stuck = 0;
    bench.near.dragged = 1;
    CHECK(link->set(0, false).has_value());
    says(why(link->set(1, true)), "relay 2 was told on, and others moved: the board went from 0x00 to 0x03");
    bench.near.dragged = 0;
    bench.near.renamed = true;
    says(why(link->read()), "answers as \"RIG02\"; it was \"RIG01\"");
    bench.near.renamed = false;
    bench.near.talks_nonsense = true;
    says(why(link->read()), "the byte 0x07 in it");
}

TEST_CASE("a board that refuses, one that says nothing and one that is held are sentences") {
    Bench bench;
    const auto bus = opened_bus();
    {
        const auto link = opened(DcttechLink::open(*bus, at_port("1-2"), {150ms, 100ms}));
        bench.near.stalls = true;
        says(why(link->set(0, true)), "refuses the request (STALL)");
        bench.near.stalls = false;
        bench.near.silent = true;
        says(why(link->read()), "did not answer in time");
        bench.near.silent = false;
        CHECK(link->read().has_value());
    }
    bench.near_board.another_claims = true;
    says(why(DcttechLink::open(*bus, at_port("1-2"))), "another program holds the device");
    CHECK(bench.near_board.driver_holds);
    UsbDevice mouse = at_port("1-10");
    mouse.name = "Gaming Mouse";
    CHECK_FALSE(known_board(mouse));
    says(why(DcttechLink::open(*bus, mouse)), "the product string is \"Gaming Mouse\"");
    CHECK(bench.far_board.ioctls == 0);
}

TEST_CASE("a board pulled out while it is asked is a fault, its contacts are unknown, and nothing hangs") {
    Bench bench;
    const auto bus = opened_bus();
    const UsbDeparture departure = bus->departure_of(at_port("1-2"));
    auto board = RelayBoard::open(opened(DcttechLink::open(*bus, at_port("1-2"), {20s, 100ms})),
                                  {{"R1: left signal", 0, false}, {"R2: right signal", 1, true}}, {});
    REQUIRE(board.has_value());
    CHECK((*board)->known(0) == Contact::open);
    CHECK((*board)->known(1) == Contact::closed);
    bench.near.silent = true;
    std::thread puller([&] {
        comes_true([&] { return bench.near_board.pending > 0; });
        bench.usb.unplug(bench.near_board);
    });
    const auto asked = (*board)->switches()[0]->set(Contact::closed);
    puller.join();
    says(why(asked), "has been unplugged");
    CHECK((*board)->known(0) == Contact::unknown);
    CHECK((*board)->known(1) == Contact::unknown);
    CHECK(comes_true([&] { return departure.has_left(); }));
    says(why((*board)->close()), "has been unplugged");
}

TEST_CASE(
    "a serial board without a line of its kernel driver, or whose line is none, is a sentence with its "
    "name") {
    Bench bench;
    MockedFacts facts = relay_facts("1-4", 5);
    facts.vendor = 0x2a19, facts.product = 0x0c03, facts.name = "Numato Lab 16 Channel", facts.serial = "NL7";
    facts.kernel_driver = "";
    MockedDevice numato(facts, [](const MockedRequest&) { return MockedAnswer{}; });
    bench.usb.plug(numato);
    const auto bus = opened_bus();
    const auto pattern = usb_pattern("2A19:0C03 serial=NL7");
    says(why(open_relay_link(*bus, *pattern, 0)),
         "0 serial lines of it; a board has 1 (is its driver, cdc_acm, loaded?)");
    bench.usb.add_class_device(numato, "tty", "ttyACM77", "");
    const auto link = open_relay_link(*bus, *pattern, 0);
    says(why(link), "opening /dev/ttyACM77: No such file or directory");
    CHECK(link.error().where == "Numato Lab 16 Channel (2a19:0c03, serial NL7) at port 1-4");
    bench.usb.unplug(numato);
}

TEST_CASE(
    "`devices` says what is plugged in and opens none of it: 2 channels out, 4 in, 2 boards of 2 relays") {
    Bench bench;
    bench.usb.add_class_device(bench.interface, "sound", "card3", "A: id=USB\\n\n");
    const Scratch scratch;
    const Ran text = called(scratch, {"devices"});
    CHECK(text.code == 0);
    CHECK(text.err.empty());
    says(text.out, "Scarlett 4i4 USB by Focusrite, 1235:8212, serial D8A1, version 1.00");
    says(text.out, "port 1-1, high speed (480 Mbit/s), ALSA card 3 \"USB\"");
    says(text.out, "plays: 2 channels, 24 bits, asynchronous");
    says(text.out, "records: 4 channels, 24 bits, asynchronous");
    says(text.out, "/dev/snd/controlC3 cannot be opened: No such file or directory");
    says(text.out, "port 1-10: dcttech HID relay board, 2 relays");
    const Ran json = called(scratch, {"devices", "--json"});
    CHECK(json.code == 0);
    const auto told = parse_json(json.out, "stdout");
    REQUIRE(told.has_value());
    CHECK((*told)["interfaces"][0]["alsa_card"]["number"] == 3);
    CHECK((*told)["interfaces"][0]["functions"][0]["settings"][1]["channels"] == 4);
    CHECK((*told)["relay_boards"][1]["port"] == "1-10");
    CHECK((*told)["relay_boards"][1]["relays"] == 2);
    CHECK((*told)["relay_boards"][1]["trouble"].is_null());
    CHECK(bench.interface.ioctls + bench.near_board.ioctls + bench.far_board.ioctls == 0);
}

#endif
