// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/wiring_picture.hpp"

#include "rig/model/contact_groups.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fourpole {
namespace {

constexpr int margin = 11;        ///< columns before the plug's first segment
constexpr int segment_width = 9;  ///< without the line after it
constexpr int name_width = 60;    ///< of an id

std::string repeated(const std::string& first, const std::string& between, const std::string& cell,
                     std::size_t count, const std::string& last) {
    std::string out = first;
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : between) + cell;
    return out + last;
}

/// The springs that take part in a short.
std::set<std::string> shorting(const Plug& plug, const Jack& jack, const Touch& touch, const Wiring& wiring) {
    std::set<std::string> out;
    if (wiring.hazards.empty()) return out;
    for (const ContactGroup& group : contact_groups(plug, jack, touch))
        if (group.joins_outputs()) out.insert(group.springs.begin(), group.springs.end());
    return out;
}

/// "  T  aL   -----o----": dashes lead to the last segment that the spring touches.
std::string spring_row(const std::string& label, const std::vector<std::string>& touched,
                       const std::vector<std::string>& segments) {
    std::string row = fmt::format("{:<{}}", label, margin - 1);
    if (touched.empty()) return row + "touches nothing";
    std::size_t last = 0;
    for (std::size_t i = 0; i < segments.size(); ++i)
        if (std::find(touched.begin(), touched.end(), segments[i]) != touched.end()) last = i;
    for (std::size_t i = 0; i <= last; ++i) {
        const bool on_it = std::find(touched.begin(), touched.end(), segments[i]) != touched.end();
        const std::string half(segment_width / 2 + 1, '-');
        row += half + (on_it ? "o" : "-");
        if (i < last) row += std::string(segment_width / 2, '-');
    }
    return row;
}

}  // namespace

std::string wiring_picture(const Plug& plug, const Jack& jack, const Touch& touch, const Wiring& wiring,
                           bool colour) {
    const auto segments = poles_from_the_tip(plug.segments);
    const std::string edge(segment_width, '-');
    std::string names(margin, ' '), leads = std::string(margin - 1, ' ') + "<";
    for (std::size_t i = 0; i < segments.size(); ++i) {
        names += fmt::format("{:^{}} ", pole_in_words(segments[i]), segment_width);
        leads += fmt::format("{}{:^{}}", i == 0 ? "" : "|", plug.segments.at(segments[i]), segment_width);
    }
    names.erase(names.find_last_not_of(' ') + 1);
    const std::string before(margin - 1, ' ');
    const auto titled = [](const char* title, const std::string& id) {
        return fmt::format("{:<{}}", title, margin - 1) + cut(harmless(id), name_width) + "\n";
    };
    std::string out = titled("  plug", plug.id) + names + "\n" +
                      repeated(before + ".", "+", edge, segments.size(), ".\n") + leads + ")====\n" +
                      repeated(before + "'", "+", edge, segments.size(), "'\n");

    const auto bad = shorting(plug, jack, touch, wiring);
    auto springs = poles_from_the_tip(jack.springs);
    for (const auto& [spring, touched] : touch)
        if (!jack.springs.contains(spring)) springs.push_back(spring);
    for (const std::string& spring : springs) {
        const auto at = jack.springs.find(spring);
        const bool bridge = at == jack.springs.end();
        const auto touched = touch.find(spring);
        const std::string label = bridge ? "   bridge" : fmt::format("   {:<2} {}", spring, at->second);
        const std::string row = spring_row(
            label, touched == touch.end() ? std::vector<std::string>{} : touched->second, segments);
        const bool is_bad = bad.contains(spring);
        out += inked(row + (is_bad ? "  shorted" : ""), is_bad ? Ink::bad : Ink::plain, colour) + "\n";
    }
    return out + titled("  jack", jack.id);
}

}  // namespace fourpole
