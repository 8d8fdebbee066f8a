// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/numato_link.hpp"

#include "drivers/relays/numato_text.hpp"

#include <fmt/format.h>

namespace fourpole {

namespace {

constexpr int most_numato_relays = 64;

}  // namespace

Result<std::unique_ptr<RelayLink>> NumatoLink::open(std::unique_ptr<SerialPort> port, int relays,
                                                    std::chrono::milliseconds within) {
    if (relays < 1 || relays > most_numato_relays)
        return Fault{Fault::Kind::bad_input, port->who(),
                     fmt::format("{} relays; a Numato board has 1 to {}", relays, most_numato_relays)};
    std::unique_ptr<NumatoLink> link(new NumatoLink(std::move(port), relays, within));
    // An empty command ends what another program has left half said, and gives the prompt.
    const auto prompt = link->port_->ask<bool>(
        "\r",
        [](std::string_view got) {
            return got.find('>') == std::string_view::npos ? Answer<bool>::more() : Answer<bool>::of(true);
        },
        within);
    if (!prompt) return prompt.error();
    return std::unique_ptr<RelayLink>(std::move(link));
}

Result<Done> NumatoLink::command(const std::string& words) {
    const auto told = port_->ask<std::string>(
        words,
        [&](std::string_view got) {
            auto heard = numato_answer(got, words);
            if (heard.kind == Answer<std::string>::Kind::whole && !heard.value->empty())
                return Answer<std::string>::refused("\"" + printable(*heard.value) + "\" to a command");
            return heard;
        },
        within_);
    if (!told) return told.error();
    return Done{};
}

Result<bool> NumatoLink::read_one(int index) {
    const std::string words = numato_read(index, relays_);
    return port_->ask<bool>(
        words, [&](std::string_view got) { return numato_state(got, words); }, within_);
}

Result<Done> NumatoLink::set(int index, bool on) {
    const auto told = command(numato_set(index, relays_, on));
    if (!told) return told.error();
    const auto state = read_one(index);
    if (!state) return state.error();
    if (*state != on)
        return port_->fault(fmt::format("relay {} was told {} and the board says {}", index,
                                        on ? "on" : "off", *state ? "on" : "off"));
    return Done{};
}

Result<std::optional<std::vector<bool>>> NumatoLink::read() {
    std::vector<bool> out;
    for (int k = 0; k < relays_; ++k) {
        const auto one = read_one(k);
        if (!one) return one.error();
        out.push_back(*one);
    }
    return std::optional(out);
}

}  // namespace fourpole
