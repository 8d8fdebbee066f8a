// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace fourpole {
namespace {

/// Where the parts of a circuit stand in a file.
constexpr std::array<std::string_view, 7> blocks{"source", "contacts",    "amplifier_leak", "cable",
                                                 "driver", "driver_left", "driver_right"};

struct Group {
    int members = 0;
    double correlation = 0.0;
    std::string pointer;  ///< of the first member
};

class Walk {
public:
    explicit Walk(Findings& findings) : findings_(findings) {}

    void through(const Json& json, const std::string& pointer, int weight, bool in_circuit) {
        if (json.is_array())
            for (std::size_t i = 0; i < json.size(); ++i)
                through(json[i], pointer_to(pointer, i), weight, in_circuit);
        if (!json.is_object()) return;
        if (json.contains("value")) return figure(json, pointer, weight, in_circuit);
        const bool top = pointer.empty();
        for (const auto& [key, value] : json.items())
            through(value, pointer_to(pointer, key), top && key == "driver" ? 2 : weight,
                    in_circuit || (top && std::find(blocks.begin(), blocks.end(), key) != blocks.end()));
    }

    void judge() {
        for (const auto& [name, group] : groups_) {
            const auto at = pointer_to(group.pointer, std::string("correlation"));
            if (group.members < 2) {
                findings_.add(pointer_to(group.pointer, std::string("group")), in_words(Json(name)),
                              "a group of two figures or more; this one has no other");
                continue;
            }
            const double least = -1.0 / (group.members - 1);
            if (group.correlation < least)
                findings_.add(at,
                              fmt::format("{} in the group {} of {} figures", in_words(group.correlation),
                                          in_words(Json(name)), group.members),
                              fmt::format("{} to 1: {} figures cannot all move against each other more "
                                          "than that (their matrix would not be positive semidefinite)",
                                          rounded_in_words(least), group.members));
        }
    }

private:
    void figure(const Json& json, const std::string& pointer, int weight, bool in_circuit) {
        const bool grouped = json.contains("group"), correlated = json.contains("correlation");
        if (!grouped && !correlated) return;
        const auto at = [&](const char* key) { return pointer_to(pointer, std::string(key)); };
        if (grouped != correlated)
            return findings_.add(at(grouped ? "correlation" : "group"), "nothing",
                                 "group and correlation, or neither");
        if (!in_circuit)
            return findings_.add(at("group"), in_words(json.at("group")),
                                 "a group on parts of the circuit only: output stage, contacts, cable, "
                                 "drivers");
        if (json.value("tolerance", 0.0) <= 0.0)
            return findings_.add(at("tolerance"), "nothing", "a tolerance > 0 for a figure of a group");
        const double correlation = json.at("correlation").get<double>();
        const auto [there, first] = groups_.try_emplace(json.at("group").get<std::string>());
        Group& group = there->second;
        if (first) group = {0, correlation, pointer};
        group.members += weight;
        if (group.correlation != correlation)
            findings_.add(at("correlation"), in_words(correlation),
                          fmt::format("{} as at {}: one correlation for a whole group",
                                      in_words(group.correlation), group.pointer));
    }

    Findings& findings_;
    std::map<std::string, Group> groups_;
};

void put_scope(Json& json, const std::string& scope) {
    if (json.is_array())
        for (Json& item : json) put_scope(item, scope);
    if (!json.is_object()) return;
    if (json.contains("value") && json.contains("group"))
        json["group"] = scope + ": " + json.at("group").get<std::string>();
    else
        for (auto& [key, value] : json.items()) put_scope(value, scope);
}

}  // namespace

void settle_groups(Json& json, const std::string& scope, Findings& findings) {
    Walk walk(findings);
    walk.through(json, "", 1, false);
    walk.judge();
    if (!scope.empty()) put_scope(json, scope);
}

}  // namespace fourpole
