// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulated_faults.hpp"

#include "rig/model/model.hpp"
#include "rig/profile/read_programme.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace fourpole {

namespace {

constexpr double open_ohm = 10e6;  // a broken wire: its insulation, not infinity

void open_return(Scene& scene) {
    Cable& cable = scene.circuit.cable;
    if (cable.kind == Cable::Kind::shared_return)
        cable.common_return_ohm.value = open_ohm;
    else
        cable.return_ohm[Side::left].value = open_ohm;
}

void inverted_side(Scene& scene) { scene.tap[Side::right] = -scene.tap[Side::right]; }

/// Both signal springs of the jack lie on both segments that they touched apart before.
void mono_bridge(Scene& scene) {
    std::set<std::string> joined;
    const auto carries_signal = [&scene](const std::string& spring) {
        const auto found = scene.circuit.jack.springs.find(spring);
        return found != scene.circuit.jack.springs.end() && (found->second == "aL" || found->second == "aR");
    };
    for (const auto& [spring, segments] : scene.circuit.touch)
        if (carries_signal(spring)) joined.insert(segments.begin(), segments.end());
    for (auto& [spring, segments] : scene.circuit.touch)
        if (carries_signal(spring)) segments.assign(joined.begin(), joined.end());
}

/// 12 dB too much gain in front of the converter, or more where the programme is so soft
/// that 12 dB would still fit: its loudest peak then stands 3 dB above full scale.
void clipped_input(Scene& scene) {
    const double peak = loudest(*scene.programme).amplitude;
    double peak_v = 0.0;
    const std::array at_hz{1000.0};
    if (const auto solved = solve(scene.circuit, at_hz))
        for (const Side from : sides)
            for (const Side to : sides)
                peak_v = std::max(peak_v, peak * std::abs(solved->front().voltage[from][to]));
    scene.full_scale_v *= AmplitudeRatio::from_decibels(-12.0).count;
    if (peak_v > 0.0)
        scene.full_scale_v = std::min(scene.full_scale_v, peak_v * AmplitudeRatio::from_decibels(-3.0).count);
}

/// The sample where a break in the stream lands: the middle of the first sweep, else of the
/// whole programme.
std::size_t mid_programme(const Scene& scene) {
    double middle_s = 0.5 * scene.programme->length_s;
    for (const Event& event : scene.programme->events)
        if (std::holds_alternative<Sweep>(event.what)) {
            middle_s = 0.5 * (event_start(event) + event_end(event));
            break;
        }
    return static_cast<std::size_t>(scene.clock.sample_at(middle_s));
}

auto at(std::vector<double>& channel, std::size_t n) {
    return channel.begin() + static_cast<std::ptrdiff_t>(std::min(n, channel.size()));
}

void lost_frames(SimulatedFault::Channels& channels, const Scene& scene) {
    const std::size_t here = mid_programme(scene);
    for (auto& channel : channels) channel.erase(at(channel, here), at(channel, here + 64));
}

void inserted_zeros(SimulatedFault::Channels& channels, const Scene& scene) {
    for (auto& channel : channels) channel.insert(at(channel, mid_programme(scene)), 37, 0.0);
}

void repeated_block(SimulatedFault::Channels& channels, const Scene& scene) {
    const std::size_t here = mid_programme(scene);
    for (auto& channel : channels) {
        const std::vector<double> block(at(channel, here), at(channel, here + 256));
        channel.insert(at(channel, here + 256), block.begin(), block.end());
    }
}

void dead_input(SimulatedFault::Channels& channels, const Scene&) {
    std::fill(channels.back().begin(), channels.back().end(), 0.0);
}

/// Edits it takes to make `a` the beginning of `b`, then those to make it all of `b`.
std::pair<std::size_t, std::size_t> distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = corner + (a[i] == b[j] ? 0 : 1);
            corner = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, change});
        }
    }
    return {*std::min_element(row.begin(), row.end()), row.back()};
}

}  // namespace

const std::vector<SimulatedFault>& simulated_faults() {
    static const std::vector<SimulatedFault> all{
        {"open_return", "the earphone's return wire is broken", open_return},
        {"swapped_sides", "the two inputs of the interface are exchanged",
         [](Scene& s) { s.inputs_exchanged = true; }},
        {"inverted_side", "the two wires of the right tap are exchanged", inverted_side},
        {"lost_frames", "64 frames are lost in mid-sweep", nullptr, lost_frames},
        {"inserted_zeros", "37 frames of digital zero are inserted in mid-sweep", nullptr, inserted_zeros},
        {"repeated_block", "a block of 256 frames comes twice in mid-sweep", nullptr, repeated_block},
        {"clipped_input", "the interface's input gain is at least 12 dB too high", clipped_input},
        {"dead_input", "the right input delivers digital zero", nullptr, dead_input},
        {"relay_stuck", "every arm is measured through the first arm's route", nullptr, nullptr, true},
        {"hum", "mains hum at -30 dBFS",
         [](Scene& s) { s.hum_fs = AmplitudeRatio::from_decibels(-30.0).count; }},
        {"dc", "0.1 of full scale of DC at both inputs", [](Scene& s) { s.dc_fs = 0.1; }},
        {"wrong_rate", "the player runs 3000 ppm fast", [](Scene& s) { s.clock.ppm += 3000.0; }},
        {"mono_bridge", "the signal springs of the jack bridge both sides", mono_bridge},
        {"quiet_player", "the player plays nothing", [](Scene& s) { s.playing = false; }},
    };
    return all;
}

Result<const SimulatedFault*> simulated_fault_named(const std::string& name) {
    const SimulatedFault* none = nullptr;
    if (name.empty()) return none;
    const SimulatedFault* nearest = nullptr;
    std::string list;
    for (const SimulatedFault& fault : simulated_faults()) {
        if (fault.name == name) return &fault;
        if (!nearest || distance(name, fault.name) < distance(name, nearest->name)) nearest = &fault;
        list += (list.empty() ? "" : ", ") + std::string(fault.name);
    }
    return Fault{Fault::Kind::bad_input, "",
                 fmt::format("the simulated bench has no fault named \"{}\"; nearest: {}; allowed: {}", name,
                             nearest->name, list)};
}

}  // namespace fourpole
