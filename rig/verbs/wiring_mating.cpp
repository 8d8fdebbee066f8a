// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/wiring_mating.hpp"

#include "rig/profile/load.hpp"
#include "rig/verbs/arguments.hpp"

#include <fmt/format.h>

#include <vector>

namespace fourpole {
namespace {

Fault refuse(std::string what) { return {Fault::Kind::bad_input, "--touch", std::move(what)}; }

template <class Poles>
std::string keys_of(const Poles& of) {
    std::string list;
    for (const auto& [key, carries] : of) list += (list.empty() ? "" : ", ") + key;
    return list;
}

/// "T=T,R1=R1,S=R2+S": springs that are not named touch nothing.
Result<Touch> parse_touch(const std::string& text, const Plug& plug, const Jack& jack) {
    Touch touch;
    for (const std::string& one : split(text, ',')) {
        const auto equals = one.find('=');
        if (equals == std::string::npos || equals == 0)
            return refuse(fmt::format("found \"{}\"; allowed: SPRING=SEGMENT[+SEGMENT],...", one));
        const std::string spring = one.substr(0, equals), segments = one.substr(equals + 1);
        if (!jack.springs.contains(spring) && !spring.starts_with('_'))
            return refuse(
                fmt::format("the jack has no spring \"{}\"; it has {}", spring, keys_of(jack.springs)));
        std::vector<std::string>& touched = touch[spring];
        if (segments.empty()) continue;
        for (const std::string& segment : split(segments, '+')) {
            if (!plug.segments.contains(segment))
                return refuse(fmt::format("the plug has no segment \"{}\"; it has {}", segment,
                                          keys_of(plug.segments)));
            touched.push_back(segment);
        }
    }
    return touch;
}

}  // namespace

Result<Mating> mate_profiles(const std::string& player_id, const std::string& earphone_id,
                             const std::string& touch_text) {
    const auto player = load_player(player_id);
    if (!player) return player.error();
    const auto earphone = load_earphone(earphone_id);
    if (!earphone) return earphone.error();
    auto circuit = compose(*player, *earphone);
    if (circuit && !touch_text.empty()) {
        const auto touch = parse_touch(touch_text, circuit->plug, circuit->jack);
        if (!touch) return touch.error();
        circuit = compose(*player, *earphone, *touch);
    }
    if (!circuit) return circuit.error();
    auto judged = wiring(*circuit);
    if (!judged) return judged.error();
    const Touch touch = circuit->touch.empty() ? natural_touch(circuit->plug, circuit->jack) : circuit->touch;
    return Mating{circuit->plug, circuit->jack, touch, *judged, *circuit};
}

Result<Mating> mate_names(const std::string& plug_id, const std::string& jack_id,
                          const std::string& touch_text) {
    const auto plug = load_plug(plug_id);
    if (!plug) return plug.error();
    const auto jack = load_jack(jack_id);
    if (!jack) return jack.error();
    auto touch = touch_text.empty() ? Result<Touch>(natural_touch(*plug, *jack))
                                    : parse_touch(touch_text, *plug, *jack);
    if (!touch) return touch.error();
    auto judged = wiring(*plug, *jack, *touch);
    if (!judged) return judged.error();
    return Mating{*plug, *jack, *touch, *judged, std::nullopt};
}

}  // namespace fourpole
