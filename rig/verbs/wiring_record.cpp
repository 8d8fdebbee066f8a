// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"
#include "rig/verbs/wiring_measured.hpp"

#include <set>
#include <utility>

namespace fourpole {
namespace {

constexpr std::size_t most_bytes = 256U << 20U;  ///< a run's record holds every curve of every take

std::optional<double> number_at(const Json& json, const std::string& key) {
    const auto at = json.find(key);
    if (at == json.end() || !at->is_number()) return {};
    return at->get<double>();
}

std::string text_at(const Json& json, const std::string& key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : "";
}

std::optional<double> element(const Json& json, const std::string& key, std::size_t i) {
    const auto at = json.find(key);
    if (at == json.end() || !at->is_array() || i >= at->size() || !(*at)[i].is_number()) return {};
    return (*at)[i].get<double>();
}

State state_at(const Json& json, std::size_t i) {
    const auto at = json.find("state");
    std::string word;
    if (at != json.end() && at->is_string()) word = *at;
    if (at != json.end() && at->is_array() && i < at->size() && (*at)[i].is_string()) word = (*at)[i];
    for (const State s : {State::exact, State::at_least, State::at_most})
        if (name(s) == word) return s;
    return State::not_measured;
}

Reading transfer_in(const Json& json) {
    Reading r;
    r.name = "transfer";
    r.from = side_named(text_at(json, "from"));
    r.to = side_named(text_at(json, "to"));
    const auto at = json.find("frequency_hz");
    for (std::size_t i = 0; at != json.end() && at->is_array() && i < at->size(); ++i)
        r.points.push_back({element(json, "frequency_hz", i),
                            element(json, "value", i),
                            {},
                            element(json, "u", i),
                            state_at(json, i)});
    return r;
}

Reading wiring_in(const Json& json) {
    Reading r;
    r.name = "wiring";
    r.points.push_back({.at = number_at(json, "frequency_hz")});
    r.details.emplace_back("outcome", text_at(json, "outcome"));
    for (const Side driver : sides) {
        const auto own = json.find(std::string(name(driver)));
        if (own == json.end() || !own->is_object()) continue;
        for (const Side channel : sides) {
            const std::string key = "from_" + std::string(name(channel));
            const auto z = own->find(key);
            if (z == own->end() || !z->is_object()) continue;
            const auto re = number_at(*z, "re"), im = number_at(*z, "im");
            if (re && im) r.details.emplace_back(std::string(name(driver)) + "/" + key, Complex(*re, *im));
        }
    }
    return r;
}

/// "A-1" of takes that a run's record calls invalid.
std::set<std::string> refused_takes(const Json& record) {
    std::set<std::string> out;
    const auto takes = record.find("takes");
    if (takes == record.end() || !takes->is_array()) return out;
    for (const Json& take : *takes)
        if (take.is_object() && take.contains("valid") && take["valid"] == false)
            out.insert(text_at(take, "arm") + "-" +
                       std::to_string(static_cast<long>(number_at(take, "repeat").value_or(0))));
    return out;
}

struct Chosen {
    Readings readings;
    std::set<std::string> arms;  ///< every arm that the record has a matrix of
};

/// The readings of the first valid take of one arm.
Chosen choose(const Json& record, const std::string& arm) {
    Chosen out;
    const auto refused = refused_takes(record);
    std::string take;  // "A-1"; "-0" in the record of one take
    for (const bool wiring : {true, false})
        for (const Json& json : record["readings"]) {
            if (!json.is_object() || json.contains("mean")) continue;
            const std::string of = text_at(json, "arm");
            const std::string id =
                of + "-" + std::to_string(static_cast<long>(number_at(json, "take").value_or(0)));
            if (refused.contains(id)) continue;
            // Where no marker tells the polarity, signs are nobody's.
            const std::string polarity = text_at(json, "polarity");
            if (wiring && text_at(json, "name") == "wiring" && (polarity.empty() || polarity == "told")) {
                out.arms.insert(of);
                if (!take.empty() || (!arm.empty() && of != arm)) continue;
                take = id;
                out.readings.push_back(wiring_in(json));
            }
            if (!wiring && id == take && text_at(json, "name") == "transfer")
                out.readings.push_back(transfer_in(json));
        }
    return out;
}

}  // namespace

Result<UncertainMatrix> read_matrix(const std::filesystem::path& file, const std::string& arm) {
    const auto refuse = [&](std::string what) {
        return Fault{Fault::Kind::bad_input, file.string(), std::move(what)};
    };
    const auto text = read_text(file, most_bytes);
    if (!text) return text.error();
    const auto record = parse_json(*text, file.string(), {most_bytes, 64});
    if (!record) return record.error();
    if (!record->is_object() || text_at(*record, "schema") != "fourpole/record@1" ||
        !record->contains("readings") || !(*record)["readings"].is_array())
        return refuse("found no record; allowed: a fourpole/record@1 with readings");
    if (text_at(*record, "kind") == "prediction")
        return refuse("found a prediction; allowed: what was measured, the record of a take or a run");
    if (text_at(*record, "kind") == "take" && record->contains("valid") && (*record)["valid"] == false)
        return refuse("the take is invalid; allowed: a valid one");
    const Chosen chosen = choose(*record, arm);
    std::string arms;
    for (const std::string& one : chosen.arms) arms += (arms.empty() ? "" : ", ") + one;
    if (arm.empty() && chosen.arms.size() > 1)
        return refuse("the record holds several arms; give --arm with one of " + arms);
    const auto matrix = measured_matrix(chosen.readings);
    if (matrix) return *matrix;
    if (!arm.empty() && !chosen.arms.contains(arm))
        return refuse("found no wiring matrix of arm \"" + arm + "\"; the record has " +
                      (arms.empty() ? "none" : "arms " + arms));
    return refuse(
        "found no wiring matrix; it takes a sweep, or tones with a marker, on each side alone, both "
        "captured");
}

}  // namespace fourpole
