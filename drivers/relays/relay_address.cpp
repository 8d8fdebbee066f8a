// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/relay_address.hpp"

#include "drivers/relays/lcus_link.hpp"
#include "drivers/relays/numato_link.hpp"

#include <fmt/format.h>

#include <array>
#include <sstream>
#include <utility>

namespace fourpole {

namespace {

using Kind = KnownBoard::Kind;
constexpr std::array kinds{std::pair{Kind::dcttech, "dcttech"}, std::pair{Kind::lcus, "lcus"},
                           std::pair{Kind::numato, "numato"}};

Result<FoundBoard> on_line(const RelayAddress& address) {
    if (address.kind == Kind::dcttech)
        return Fault{Fault::Kind::bad_input, address.device, "a dcttech board is no serial line"};
    auto port = SerialPort::open(address.device, address.device);
    if (!port) return port.error();
    auto link = address.kind == Kind::lcus ? LcusLink::open(std::move(*port), address.relays)
                                           : NumatoLink::open(std::move(*port), address.relays);
    if (!link) return link.error();
    return FoundBoard{std::move(*link), std::nullopt};
}

}  // namespace

const char* word_of(Kind kind) {
    for (const auto& [k, word] : kinds)
        if (k == kind) return word;
    return "";
}

Result<FoundBoard> open_board(const RelayAddress& address, UsbBus* bus) {
    if (address.by_path()) return on_line(address);
    const auto pattern = usb_pattern(address.device);
    if (!pattern) return pattern.error();
    if (!bus) return Fault{Fault::Kind::bench_trouble, address.device, "there is no USB bus to look at"};
    const auto device = the_one(usb_devices(), *pattern);
    if (!device) return device.error();
    if (const auto board = known_board(*device); board && board->kind != address.kind)
        return Fault{Fault::Kind::bad_input, spoken(*device),
                     fmt::format("it is a {}; the bench calls it {}", board->words, word_of(address.kind))};
    // Asked for before it is opened: whoever leaves in between has left.
    const UsbDeparture departure = bus->departure_of(*device);
    auto link = open_relay_link(*bus, *pattern, address.relays);
    if (!link) return link.error();
    return FoundBoard{std::move(*link), departure};
}

std::string in_words(const RelayAddress& address) {
    return fmt::format("{} {} {}", word_of(address.kind), address.relays, address.device);
}

std::optional<RelayAddress> relay_address(const std::string& text) {
    std::istringstream in(text);
    std::string kind;
    RelayAddress out;
    if (!(in >> kind >> out.relays) || in.get() != ' ' || !std::getline(in, out.device) || out.device.empty())
        return std::nullopt;
    for (const auto& [k, word] : kinds) {
        if (kind != word) continue;
        out.kind = k;
        return out;
    }
    return std::nullopt;
}

Result<Done> makes_sense(const RelayAddress& address) {
    if (address.by_path()) return Done{};
    const auto pattern = usb_pattern(address.device);
    if (!pattern) return pattern.error();
    return Done{};
}

}  // namespace fourpole
