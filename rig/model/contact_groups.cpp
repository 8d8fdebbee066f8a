// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/contact_groups.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace fourpole {
namespace {

bool among(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

void add_once(std::vector<std::string>& list, const std::string& word) {
    if (!among(list, word)) list.push_back(word);
}

/// Joins what two groups hold.
void pour(ContactGroup& from, ContactGroup& into) {
    for (auto member :
         {&ContactGroup::springs, &ContactGroup::segments, &ContactGroup::outputs, &ContactGroup::leads})
        for (const std::string& word : from.*member) add_once(into.*member, word);
}

bool meet(const ContactGroup& a, const ContactGroup& b) {
    const auto any_of = [](const std::vector<std::string>& x, const std::vector<std::string>& y) {
        return std::any_of(x.begin(), x.end(), [&](const std::string& word) { return among(y, word); });
    };
    const auto leads_nowhere = [](const ContactGroup& g) {
        return std::any_of(g.springs.begin(), g.springs.end(),
                           [](const std::string& spring) { return spring.starts_with('_'); });
    };
    return any_of(a.segments, b.segments) || any_of(a.outputs, b.outputs) ||
           (leads_nowhere(a) && leads_nowhere(b));
}

void merge_all(std::vector<ContactGroup>& groups) {
    for (std::size_t i = 0; i < groups.size(); ++i)
        for (std::size_t k = i + 1; k < groups.size();) {
            if (!meet(groups[i], groups[k])) {
                ++k;
                continue;
            }
            pour(groups[k], groups[i]);
            groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(k));
            k = i + 1;  // what it brought may meet one that was passed already
        }
}

}  // namespace

bool ContactGroup::joins_outputs() const {
    return std::count_if(outputs.begin(), outputs.end(), [](const auto& o) { return o != "MIC"; }) > 1;
}
bool ContactGroup::has_segment(const std::string& segment) const { return among(segments, segment); }
bool ContactGroup::has_lead(const std::string& lead) const { return among(leads, lead); }

std::vector<std::string> poles_from_the_tip(const Poles& poles) {
    // The map's own order is R1, R2, S, T.
    std::vector<std::string> out;
    if (poles.contains("T")) out.emplace_back("T");
    for (const auto& [pole, carries] : poles)
        if (pole != "T") out.push_back(pole);
    return out;
}

std::string pole_in_words(const std::string& pole) {
    if (pole == "T") return "tip";
    if (pole == "S") return "sleeve";
    return pole.starts_with('R') ? "ring " + pole.substr(1) : pole;
}

std::vector<ContactGroup> contact_groups(const Plug& plug, const Jack& jack, const Touch& touch) {
    std::vector<ContactGroup> groups;
    for (const std::string& pole : poles_from_the_tip(plug.segments))
        groups.push_back({{}, {pole}, {}, {plug.segments.at(pole)}});
    for (const auto& [spring, touched] : touch) {
        ContactGroup group{{spring}, touched, {}, {}};
        if (const auto at = jack.springs.find(spring); at != jack.springs.end())
            group.outputs.push_back(at->second);
        groups.push_back(std::move(group));
    }
    merge_all(groups);
    for (ContactGroup& group : groups) {
        const auto order = poles_from_the_tip(plug.segments);
        const auto place = [&](const std::string& pole) {
            return std::find(order.begin(), order.end(), pole) - order.begin();
        };
        std::sort(group.segments.begin(), group.segments.end(),
                  [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
        std::sort(group.outputs.begin(), group.outputs.end());
    }
    return groups;
}

}  // namespace fourpole
