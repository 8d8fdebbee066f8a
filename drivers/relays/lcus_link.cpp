// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/lcus_link.hpp"

#include "drivers/relays/lcus_bytes.hpp"

#include <fmt/format.h>

#include <thread>

namespace fourpole {

namespace {

/// What another program for the board waits between two commands (Pebble94464).
constexpr std::chrono::milliseconds between_commands{10};

}  // namespace

Result<std::unique_ptr<RelayLink>> LcusLink::open(std::unique_ptr<SerialPort> port, int relays,
                                                  std::chrono::milliseconds within) {
    if (relays < 1 || relays > most_lcus_relays)
        return Fault{Fault::Kind::bad_input, port->who(),
                     fmt::format("{} relays; an LCUS board has 1 to {}", relays, most_lcus_relays)};
    std::unique_ptr<LcusLink> link(new LcusLink(std::move(port), relays, within));
    const auto state = link->ask();
    if (!state && !link->port_->met_silence()) return state.error();
    link->answers_ = state.has_value();
    return std::unique_ptr<RelayLink>(std::move(link));
}

Result<std::vector<bool>> LcusLink::ask() {
    return port_->ask<std::vector<bool>>(
        std::string_view(reinterpret_cast<const char*>(&lcus_ask), 1),
        [this](std::string_view got) { return lcus_state(got, relays_); }, within_);
}

Result<Done> LcusLink::set(int index, bool on) {
    const auto bytes = lcus_set(index + 1, on);
    const auto told =
        port_->tell(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    if (!told) return told.error();
    if (!answers_) return Done{};
    std::this_thread::sleep_for(between_commands);
    const auto state = ask();
    if (!state) return state.error();
    if ((*state)[static_cast<std::size_t>(index)] != on)
        return port_->fault(fmt::format("relay {} was told {} and the board says {}", index + 1,
                                        on ? "on" : "off", on ? "off" : "on"));
    return Done{};
}

Result<std::optional<std::vector<bool>>> LcusLink::read() {
    if (!answers_) return std::optional<std::vector<bool>>{};
    const auto state = ask();
    if (!state) return state.error();
    return std::optional(*state);
}

}  // namespace fourpole
