// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/write_netlist.hpp"

#include "rig/files/write_atomic.hpp"
#include "rig/model/netlist.hpp"

#include <algorithm>
#include <filesystem>

namespace fourpole {

Result<Done> write_netlist(const std::string& file, const Circuit& circuit,
                           std::span<const double> frequency_hz) {
    const auto [low, high] = std::minmax_element(frequency_hz.begin(), frequency_hz.end());
    NetlistRun run{*low, *high, 40, std::filesystem::path(file).stem().string()};
    // ngspice reads the name in its own language: letters, digits and what joins them.
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    // Anything else by its bytes in hex, so that two names never become one.
    std::string stem;
    for (const char c : run.stem) {
        constexpr std::string_view hex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) == std::string_view::npos)
            stem += {'_', hex[byte >> 4U], hex[byte & 15U]};
        else
            stem += c;
    }
    run.stem = std::move(stem);
    const auto text = netlist_of(circuit, run);
    if (!text) return text.error();
    return write_atomic(file, *text);
}

}  // namespace fourpole
