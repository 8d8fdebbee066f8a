// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/wiring_reason.hpp"

#include "rig/model/contact_groups.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace fourpole {
namespace {

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

/// "the tip", "ring 2", "the sleeve": rings go by number and need no article.
std::string the(const std::string& pole) {
    return pole.starts_with('R') ? pole_in_words(pole) : "the " + pole_in_words(pole);
}

std::vector<std::string> each(const std::vector<std::string>& from,
                              const std::function<std::string(const std::string&)>& say) {
    std::vector<std::string> out;
    for (const std::string& word : from) out.push_back(say(word));
    return out;
}

/// Plug, jack and contacts with the words for what they join.
class Mating {
public:
    Mating(const Plug& plug, const Jack& jack, const Touch& touch)
        : plug_(plug), jack_(jack), touch_(touch), groups_(contact_groups(plug, jack, touch)) {}

    /// "ring 2 and the sleeve are bridged ..., so L- and R- ... are shorted together"; "" without.
    std::string joined_outputs(bool hazard) const {
        std::string text;
        for (const ContactGroup& group : groups_) {
            if (!group.joins_outputs()) continue;
            std::vector<std::string> live;
            bool ground = false;
            for (const std::string& o : group.outputs) {
                ground = ground || o == "G";
                if (o != "G" && o != "MIC") live.push_back(output_in_words(o, jack_));
            }
            text += (text.empty() ? "" : "; ") + listed(ways_of_joining(group)) + ", so " + listed(live) +
                    " of the amplifier " + (live.size() > 1 ? "are " : "is ") +
                    (hazard ? "shorted" : "joined") + (ground ? " to ground" : " together");
        }
        return text;
    }

    std::string drivers() const {
        if (auto text = in_series()) return *text;
        std::vector<std::string> clauses;
        for (const Side s : sides) clauses.push_back(one_driver(s));
        return clauses[0] + ", " + clauses[1];
    }

private:
    /// Where springs meet on a segment, and segments on a spring.
    std::vector<std::string> ways_of_joining(const ContactGroup& group) const {
        std::vector<std::string> ways;
        for (const auto& [spring, touched] : touch_) {
            const std::set<std::string> segments(touched.begin(), touched.end());
            if (segments.size() < 2 || !group.has_segment(touched.front())) continue;
            const auto at = jack_.springs.find(spring);
            std::vector<std::string> in_order;
            for (const std::string& pole : group.segments)
                if (segments.contains(pole)) in_order.push_back(pole);
            ways.push_back(listed(each(in_order, the)) + " are bridged by " +
                           (at == jack_.springs.end()
                                ? std::string("a spring that leads nowhere")
                                : "the spring of " + output_in_words(at->second, jack_)));
        }
        for (const std::string& segment : group.segments) {
            std::set<std::string> on_it;
            for (const auto& [spring, touched] : touch_)
                if (const auto at = jack_.springs.find(spring);
                    at != jack_.springs.end() &&
                    std::find(touched.begin(), touched.end(), segment) != touched.end())
                    on_it.insert(at->second);
            if (on_it.size() < 2) continue;
            ways.push_back(the(segment) + " touches the springs of " +
                           listed(each({on_it.begin(), on_it.end()},
                                       [&](const std::string& o) { return output_in_words(o, jack_); })));
        }
        return ways;
    }

    std::string lead_of(Side side, bool minus) const {
        const std::string own = std::string(side == Side::left ? "L" : "R") + (minus ? "-" : "+");
        return minus && !segment_of(own) ? "C" : own;
    }

    std::optional<std::string> segment_of(const std::string& lead) const {
        for (const auto& [pole, carries] : plug_.segments)
            if (carries == lead) return pole;
        return {};
    }

    /// nullptr: the plug has no such lead.
    const ContactGroup* group_of(const std::string& lead) const {
        for (const ContactGroup& group : groups_)
            if (group.has_lead(lead)) return &group;
        return nullptr;
    }

    std::string outputs_of(const ContactGroup& group) const {
        return (group.joins_outputs() ? "the joined " : "") +
               listed(each(group.outputs, [&](const std::string& o) { return output_in_words(o, jack_); }));
    }

    /// Both drivers end in one group that no output reaches, and their other ends do not.
    std::optional<std::string> in_series() const {
        for (const bool minus_a : {true, false})
            for (const bool minus_b : {true, false}) {
                const ContactGroup* meeting = group_of(lead_of(Side::left, minus_a));
                const ContactGroup* a = group_of(lead_of(Side::left, !minus_a));
                const ContactGroup* b = group_of(lead_of(Side::right, !minus_b));
                if (!meeting || meeting != group_of(lead_of(Side::right, minus_b)) || !a || !b) continue;
                if (!meeting->outputs.empty() || a->outputs.empty() || b->outputs.empty()) continue;
                const bool one = meeting->segments.size() == 1;
                return listed(each(meeting->segments, the)) +
                       (one ? ", the common return, reaches" : " are joined and reach") + " no output" +
                       microphone(*meeting) + ", so the two drivers are in series between " + outputs_of(*a) +
                       " and " + outputs_of(*b);
            }
        return {};
    }

    /// The one way on for a common return that touches nothing: a capsule of some kilohm.
    std::string microphone(const ContactGroup& meeting) const {
        const ContactGroup* capsule = group_of("MIC");
        if (!meeting.has_lead("C") || !capsule || capsule == &meeting || capsule->outputs.empty()) return "";
        return " but " + outputs_of(*capsule) + " through the microphone";
    }

    std::string one_driver(Side side) const {
        const std::string who = "the " + std::string(name(side)) + " driver";
        const ContactGroup *plus = group_of(lead_of(side, false)), *minus = group_of(lead_of(side, true));
        const auto nowhere = [&](bool is_minus) {
            const auto segment = segment_of(lead_of(side, is_minus));
            return who + "'s " + (is_minus ? "-" : "+") + " end" +
                   (segment ? " (" + pole_in_words(*segment) + ") reaches no output"
                            : " is on no segment of this plug");
        };
        if (!plus || plus->outputs.empty()) return nowhere(false);
        if (!minus) return nowhere(true);
        if (minus->outputs.empty()) return nowhere(true) + microphone(*minus);
        if (plus == minus) return "both ends of " + who + " lie on " + outputs_of(*plus);
        return who + " lies between " + outputs_of(*plus) + " and " + outputs_of(*minus);
    }

    const Plug& plug_;
    const Jack& jack_;
    const Touch& touch_;
    std::vector<ContactGroup> groups_;
};

}  // namespace

std::string output_in_words(const std::string& output, const Jack& jack) {
    if (output == "G") return "ground";
    if (output == "MIC") return "the microphone's input";
    const std::string side = output.substr(1, 1);
    if (output.ends_with('-')) return side + "-";
    const bool bridged = std::any_of(jack.springs.begin(), jack.springs.end(),
                                     [&](const auto& spring) { return spring.second == output + "-"; });
    return bridged ? side + "+" : side;
}

std::string wiring_reason(const Plug& plug, const Jack& jack, const Touch& touch, const Wiring& wiring) {
    const Mating contacts(plug, jack, touch);
    const std::string joined = contacts.joined_outputs(!wiring.hazards.empty());
    if (!joined.empty() && !wiring.hazards.empty()) return joined;
    return (joined.empty() ? "" : joined + "; ") + contacts.drivers();
}

}  // namespace fourpole
