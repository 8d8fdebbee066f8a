// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/suspect_circuits.hpp"

#include "rig/model/contact_groups.hpp"
#include "rig/model/wiring_reason.hpp"
#include "rig/profile/load.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace fourpole {
namespace {

/// A broken wire: far above every impedance, far below the leakage of a circuit (1 teraohm).
constexpr double open_ohm = 1e9;

Figure exactly(double value) {
    Figure f;
    f.value = value;
    return f;
}

std::string side_words(Side s) { return "the " + std::string(name(s)); }

/// Rounded down, also below zero.
int half_of(int n) { return n >= 0 ? n / 2 : -((1 - n) / 2); }

/// "R+" of a lead "L+": what the other side calls its own.
std::string mirrored(const std::string& lead) {
    if (lead.starts_with('L')) return "R" + lead.substr(1);
    if (lead.starts_with('R')) return "L" + lead.substr(1);
    return lead;
}

class Suspects {
public:
    Suspects(const Circuit& circuit, const OtherConnectors& others)
        : circuit_(circuit),
          others_(others),
          touch_(circuit.touch.empty() ? natural_touch(circuit.plug, circuit.jack) : circuit.touch),
          segments_(poles_from_the_tip(circuit.plug.segments)),
          springs_(poles_from_the_tip(circuit.jack.springs)) {
        add("as wired", "everything is as the profiles say", circuit);
        add_plug_faults();
        add_driver_faults();
        add_wire_faults();
        add_contact_faults();
        add_insertions();
        add_other_connectors();
    }

    std::vector<SuspectCircuit> take() { return std::move(out_); }

private:
    void add(std::string kind, std::string what, Circuit circuit,
             std::function<void(DriverMatrix&)> afterwards = {}) {
        out_.push_back({std::move(kind), std::move(what), std::move(circuit), std::move(afterwards)});
    }

    /// With another touch; nothing where it is the same one.
    void add_touch(std::string kind, std::string what, Touch touch) {
        for (auto& [spring, touched] : touch) std::sort(touched.begin(), touched.end());
        Touch known = touch_;
        for (auto& [spring, touched] : known) std::sort(touched.begin(), touched.end());
        if (touch == known) return;
        Circuit c = circuit_;
        c.touch = std::move(touch);
        add(std::move(kind), std::move(what), std::move(c));
    }

    const std::string& lead(const std::string& segment) const { return circuit_.plug.segments.at(segment); }

    void add_plug_faults() {
        for (std::size_t i = 0; i < segments_.size(); ++i)
            for (std::size_t k = i + 1; k < segments_.size(); ++k) {
                const std::string &a = segments_[i], &b = segments_[k];
                if (lead(a) == lead(b)) continue;
                Circuit c = circuit_;
                std::swap(c.plug.segments[a], c.plug.segments[b]);
                add("pole swap",
                    pole_in_words(a) + " and " + pole_in_words(b) + " are exchanged in the plug (" + lead(a) +
                        " with " + lead(b) + ")",
                    std::move(c));
                add_bridge(a, b);
            }
        Circuit c = circuit_;
        for (auto& [pole, carries] : c.plug.segments) carries = mirrored(carries);
        add("side swap", "left and right are exchanged at the plug", std::move(c));
        add("side swap", "left and right are exchanged at the taps or inputs", circuit_,
            [](DriverMatrix& m) { std::swap(m.from[Side::left], m.from[Side::right]); });
    }

    /// Two segments joined by solder or a whisker inside the plug.
    void add_bridge(const std::string& a, const std::string& b) {
        // All springs that lead nowhere are one node: a second bridge would join the first.
        const bool bridged =
            std::any_of(touch_.begin(), touch_.end(), [](const auto& t) { return t.first.starts_with('_'); });
        if (bridged) return;
        const std::string &x = lead(a), &y = lead(b);
        const bool signals = x.ends_with('+') && y.ends_with('+');
        const bool one_side = x[0] == y[0] || (signals ? false : x == "C" || y == "C");
        Touch touch = touch_;
        touch["_bridge"] = {a, b};
        add_touch(signals    ? "mono bridge"
                  : one_side ? "shorted side"
                             : "shorted return",
                  pole_in_words(a) + " and " + pole_in_words(b) + " are bridged in the plug (" + x + " to " +
                      y + ")",
                  std::move(touch));
    }

    void add_driver_faults() {
        const auto invert = [](Side s) {
            return [s](DriverMatrix& m) {
                for (const Side channel : sides) m.from[s][channel] = -m.from[s][channel];
            };
        };
        for (const Side s : sides)
            add("inverted side", "+ and - of " + side_words(s) + " driver or tap are exchanged", circuit_,
                invert(s));
        add("inverted side", "+ and - of both sides are exchanged", circuit_, [invert](DriverMatrix& m) {
            for (const Side s : sides) invert(s)(m);
        });
        for (const Side s : sides) {
            add("dead side", side_words(s) + " channel of the player gives nothing", circuit_,
                [s](DriverMatrix& m) {
                    for (const Side driver : sides) m.from[driver][s] = 0.0;
                });
            add("dead side", side_words(s) + " tap or input is dead", circuit_, [s](DriverMatrix& m) {
                for (const Side channel : sides) m.from[s][channel] = 0.0;
            });
            Circuit c = circuit_;
            c.drivers[s] = Driver{};
            c.drivers[s].coil_resistance_ohm = exactly(open_ohm);
            add("dead side", side_words(s) + " driver's coil is open", std::move(c));
        }
    }

    void add_wire_faults() {
        const bool shared = circuit_.cable.kind == Cable::Kind::shared_return;
        for (const Side s : sides) {
            Circuit c = circuit_;
            c.cable.return_ohm[s] = exactly(open_ohm);
            add("open return", side_words(s) + " driver's return wire is open", c);
            c = circuit_;
            c.cable.signal_ohm[s] = exactly(open_ohm);
            add("open signal", side_words(s) + " driver's signal wire is open", std::move(c));
        }
        if (!shared) return;
        Circuit c = circuit_;
        c.cable.common_return_ohm = exactly(open_ohm);
        add("open return", "the common return is open: the two drivers are in series", std::move(c));
    }

    std::string spring_words(const std::string& spring) const {
        return "the spring of " + output_in_words(circuit_.jack.springs.at(spring), circuit_.jack) + " (" +
               pole_in_words(spring) + ")";
    }

    /// The segment under a spring of a plug that is pushed home, as a place in `segments_`.
    std::optional<std::size_t> place_of(const std::string& spring) const {
        const std::string own = circuit_.plug.segments.contains(spring) ? spring : "S";
        const auto at = std::find(segments_.begin(), segments_.end(), own);
        if (at == segments_.end()) return {};
        return static_cast<std::size_t>(at - segments_.begin());
    }

    void add_contact_faults() {
        for (const std::string& spring : springs_) {
            const auto own = place_of(spring);
            if (!own) continue;
            Touch touch = touch_;
            touch[spring].clear();
            add_touch("missing contact", spring_words(spring) + " touches nothing", touch);
            const auto on = [&](const std::vector<std::string>& touched) {
                std::string words;
                for (const std::string& segment : touched)
                    words += (words.empty() ? "" : " and ") + pole_in_words(segment);
                touch[spring] = touched;
                add_touch("misplaced contact", spring_words(spring) + " touches " + words, touch);
            };
            on({segments_[*own]});
            if (*own > 0) on({segments_[*own - 1]});
            if (*own > 0) on({segments_[*own - 1], segments_[*own]});
            if (*own + 1 < segments_.size()) on({segments_[*own + 1]});
            if (*own + 1 < segments_.size()) on({segments_[*own], segments_[*own + 1]});
        }
    }

    /// Every spring moved by `halves` of a segment towards the sleeve of the plug. Beyond the tip
    /// there is nothing to touch; the sleeve is long.
    void add_insertion(int halves, const std::string& words) {
        Touch touch;
        const int last = static_cast<int>(segments_.size()) - 1;
        for (const std::string& spring : springs_) {
            const auto own = place_of(spring);
            if (!own) continue;
            std::vector<std::string>& touched = touch[spring];
            const int twice = 2 * static_cast<int>(*own) + halves;
            for (const int place : {half_of(twice), half_of(twice + 1)}) {
                if (place < 0) continue;
                const std::string& segment = segments_[static_cast<std::size_t>(std::min(place, last))];
                if (touched.empty() || touched.back() != segment) touched.push_back(segment);
            }
        }
        add_touch("partly inserted", "the plug is not pushed home: every spring lies " + words,
                  std::move(touch));
    }

    void add_insertions() {
        add_insertion(-2, "one segment nearer the tip");
        add_insertion(-1, "between its own segment and the next one towards the tip, bridging both");
        add_insertion(1, "between its own segment and the next one towards the sleeve, bridging both");
        add_insertion(2, "one segment nearer the sleeve");
    }

    void add_other_connectors() {
        for (const Plug& plug : others_.plugs)
            if (plug.segments != circuit_.plug.segments) add_other_plug(plug);
        for (const Jack& jack : others_.jacks) {
            if (jack.springs == circuit_.jack.springs) continue;
            Circuit c = circuit_;
            c.jack = jack;
            c.touch = natural_touch(c.plug, jack);
            add("wrong jack", "the jack is \"" + jack.id + "\", not \"" + circuit_.jack.id + "\"",
                std::move(c));
        }
    }

    /// The same wires and drivers on another plug. Its ground may lie on the sleeve, the ring
    /// before it, both, or none.
    void add_other_plug(const Plug& plug) {
        Circuit c = circuit_;
        c.plug = plug;
        const bool common = std::any_of(plug.segments.begin(), plug.segments.end(),
                                        [](const auto& segment) { return segment.second == "C"; });
        // Two returns of their own never carry the common one's resistance.
        if (!common) c.cable.common_return_ohm = exactly(0.0);
        c.cable.kind = common ? Cable::Kind::shared_return : Cable::Kind::separate_returns;
        const std::string what = "the plug is \"" + plug.id + "\", not \"" + circuit_.plug.id + "\"";
        c.touch = natural_touch(plug, c.jack);
        const Touch natural = c.touch;
        add("wrong plug", what, c);
        const auto order = poles_from_the_tip(plug.segments);
        if (order.size() <= springs_.size() || order.size() < 2) return;
        const std::string& ring = order[order.size() - 2];
        using Way = std::pair<std::vector<std::string>, std::string>;
        for (const auto& [ground, words] :
             {Way{{ring}, pole_in_words(ring) + " only"},
              Way{{ring, "S"}, pole_in_words(ring) + " and sleeve"}, Way{{}, "neither sleeve nor ring"}}) {
            c.touch = natural;
            c.touch["S"] = ground;
            add("wrong plug", what + "; ground touches " + words, c);
        }
        c.touch = natural;
        c.touch["S"].clear();
        c.touch["_bridge"] = {ring, "S"};
        add("wrong plug", what + "; " + pole_in_words(ring) + " and sleeve are joined but not on ground", c);
    }

    const Circuit& circuit_;
    const OtherConnectors& others_;
    Touch touch_;
    std::vector<std::string> segments_, springs_;
    std::vector<SuspectCircuit> out_;
};

}  // namespace

std::vector<SuspectCircuit> suspect_circuits(const Circuit& circuit, const OtherConnectors& others) {
    return Suspects(circuit, others).take();
}

}  // namespace fourpole
