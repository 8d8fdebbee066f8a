// SPDX-License-Identifier: GPL-3.0-or-later
// Every plug and jack of the profiles folder, and every way in which a spring may lie.
#pragma once

#include "rig/model/contact_groups.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace fourpole {

template <class Kind, class Load>
std::vector<Kind> shipped(const std::string& folder, Load load) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(profiles_folder() / folder))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Kind> out;
    for (const auto& file : files) {
        INFO(file.string());
        auto one = load(file.string());
        REQUIRE(one.has_value());
        out.push_back(std::move(*one));
    }
    return out;
}

inline std::vector<Plug> shipped_plugs() { return shipped<Plug>("plugs", load_plug); }
inline std::vector<Jack> shipped_jacks() { return shipped<Jack>("jacks", load_jack); }

/// Nothing, the own segment, a neighbour, the own one with a neighbour. With more than four
/// springs: nothing, the own one, the own one with the next: 3 to the 5th are enough.
inline std::vector<std::vector<std::string>> ways_to_touch(const std::string& spring, const Plug& plug,
                                                           std::size_t springs) {
    const auto segments = poles_from_the_tip(plug.segments);
    const auto at = std::find(segments.begin(), segments.end(), spring);
    const std::size_t own = at == segments.end() ? segments.size() - 1 : std::size_t(at - segments.begin());
    std::vector<std::vector<std::string>> ways{{}, {segments[own]}};
    if (own + 1 < segments.size()) ways.push_back({segments[own], segments[own + 1]});
    if (springs > 4) return ways;
    if (own > 0) ways.push_back({segments[own - 1]}), ways.push_back({segments[own - 1], segments[own]});
    if (own + 1 < segments.size()) ways.push_back({segments[own + 1]});
    return ways;
}

/// Calls f(plug, jack, touch) for every plug, jack and touch. A 5-pole plug is thicker than a jack of
/// four contacts: that is refused (bad_circuit_test), not mated.
template <class F>
int for_each_mating(F f) {
    int count = 0;
    const auto jacks = shipped_jacks();
    for (const Plug& plug : shipped_plugs())
        for (const Jack& jack : jacks) {
            if (plug.segments.size() > 4 && jack.springs.size() <= 4) continue;
            std::vector<std::string> springs;
            std::vector<std::vector<std::vector<std::string>>> ways;
            for (const auto& [spring, carries] : jack.springs) {
                springs.push_back(spring);
                ways.push_back(ways_to_touch(spring, plug, jack.springs.size()));
            }
            std::vector<std::size_t> way(springs.size(), 0);
            for (bool more = true; more; ++count) {
                Touch touch;
                for (std::size_t i = 0; i < springs.size(); ++i) touch[springs[i]] = ways[i][way[i]];
                f(plug, jack, touch);
                more = false;
                for (std::size_t i = 0; i < way.size() && !more; ++i) {
                    more = ++way[i] < ways[i].size();
                    if (!more) way[i] = 0;
                }
            }
        }
    return count;
}

}  // namespace fourpole
