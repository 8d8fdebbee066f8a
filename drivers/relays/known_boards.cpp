// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/known_boards.hpp"

#include "drivers/relays/dcttech_link.hpp"
#include "drivers/relays/dcttech_report.hpp"
#include "drivers/relays/lcus_link.hpp"
#include "drivers/relays/numato_link.hpp"
#include "drivers/usb/class_devices.hpp"

#include <fmt/format.h>

#include <array>

namespace fourpole {

namespace {

using Kind = KnownBoard::Kind;

struct Row {
    int vendor, product;
    KnownBoard board;
};
/// Sources: usb-relay-hid (pavel-a) for dcttech; usb.ids and the CH340's own identity for LCUS; pdudaemon for
/// Numato, whose 0c03 has 16 relays.
constexpr std::array rows{
    Row{0x16c0, 0x05df, {Kind::dcttech, "dcttech HID relay board", true, std::nullopt}},
    Row{0x1a86,
        0x7523,
        {Kind::lcus, "CH340 serial adapter, as LCUS relay boards have it", false, std::nullopt}},
    Row{0x2a19, 0x0c02, {Kind::numato, "Numato relay board", true, std::nullopt}},
    Row{0x2a19, 0x0c03, {Kind::numato, "Numato relay board", true, 16}},
    Row{0x2a19, 0x0c05, {Kind::numato, "Numato relay board", true, std::nullopt}},
    Row{0x2a19, 0x0c06, {Kind::numato, "Numato relay board", true, std::nullopt}},
};

Result<std::unique_ptr<RelayLink>> open_serial(const UsbDevice& device, Kind kind, int relays,
                                               const std::filesystem::path& sysfs) {
    const auto lines = class_devices(device, "tty", sysfs);
    if (lines.size() != 1)
        return Fault{
            Fault::Kind::bench_trouble, spoken(device),
            fmt::format("the kernel has made {} serial lines of it; a board has 1 (is its driver, {}, "
                        "loaded?)",
                        lines.size(), kind == Kind::lcus ? "ch341" : "cdc_acm")};
    auto port = SerialPort::open(std::filesystem::path("/dev") / lines.front(), spoken(device));
    if (!port) return port.error();
    return kind == Kind::lcus ? LcusLink::open(std::move(*port), relays)
                              : NumatoLink::open(std::move(*port), relays);
}

}  // namespace

std::optional<KnownBoard> known_board(const UsbDevice& device) {
    for (const Row& row : rows) {
        if (row.vendor != device.vendor || row.product != device.product) continue;
        KnownBoard board = row.board;
        if (board.kind == Kind::dcttech) {
            board.relays = dcttech_relays(device.name);
            if (!board.relays) return std::nullopt;
        }
        return board;
    }
    return std::nullopt;
}

Result<std::unique_ptr<RelayLink>> open_relay_link(UsbBus& bus, const UsbPattern& pattern, int relays,
                                                   const std::filesystem::path& sysfs) {
    const auto device = the_one(usb_devices(sysfs), pattern);
    if (!device) return device.error();
    const auto board = known_board(*device);
    if (!board)
        return Fault{
            Fault::Kind::bad_input, spoken(*device),
            "it is none of the relay boards that are known: dcttech (USBRelay1 to USBRelay8), LCUS, Numato"};
    if (board->kind == Kind::dcttech) return DcttechLink::open(bus, *device);
    return open_serial(*device, board->kind, board->relays.value_or(relays), sysfs);
}

}  // namespace fourpole
