// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/calibration_file.hpp"

#include "rig/files/read_text.hpp"
#include "rig/flow/impedance_block.hpp"
#include "rig/flow/loads_block.hpp"
#include "rig/json/json.hpp"
#include "rig/signal.hpp"

#include <fmt/format.h>

#include <set>

namespace fourpole {

namespace {

class Reader {
public:
    Reader(const std::filesystem::path& file, Json json)
        : file_(file), where_(file.string()), json_(std::move(json)) {}

    void fail(const std::string& pointer, const std::string& found, const std::string& allowed) {
        // A key that is missing reads as null.
        findings_ += fmt::format("{}{}: {}: found {}; allowed: {}", findings_.empty() ? "" : "\n", where_,
                                 pointer, found == "null" ? "nothing" : found, allowed);
    }

    void read(Take& take) {
        if (!json_.is_object()) return fail("/", json_.type_name(), "an object");
        known_keys(
            json_, "",
            {"schema", "$schema", "state", "made", "applies_to", "channels", "impedance", "loads", "notes"});
        if (json_.value("schema", Json()) != "fourpole/calibration@1")
            fail("/schema", json_.value("schema", Json()).dump(), "\"fourpole/calibration@1\"");
        const Json state = json_.value("state", Json("calibrated"));
        if (state != "nominal" && state != "calibrated") fail("/state", state.dump(), "nominal, calibrated");
        const Complaint complain = [this](const auto& pointer, const auto& found, const auto& allowed) {
            fail(pointer, found, allowed);
        };
        if (json_.contains("impedance"))
            circuit_.sense =
                read_impedance_block(json_.at("impedance"), file_, take.channels.size(), complain);
        if (json_.contains("loads")) circuit_.loads = read_loads_block(json_.at("loads"), file_, complain);
        if (!findings_.empty() || !state.is_string()) return;
        if (circuit_.sense) circuit_.sense->state = state.get<std::string>();
        if (circuit_.loads) circuit_.loads->state = state.get<std::string>();
        if (json_.contains("channels") || (!circuit_.sense && !circuit_.loads)) read_channels(take, state);
        if (findings_.empty() && circuit_.loads && json_.contains("channels")) share_volts(take.facts);
    }

    KnownCircuit& circuit() { return circuit_; }
    const std::string& findings() const { return findings_; }

private:
    void read_channels(Take& take, const Json& state) {
        const Json channels = json_.value("channels", Json());
        if (!channels.is_array() || channels.size() != take.channels.size())
            return fail("/channels",
                        channels.is_array() ? std::to_string(channels.size()) + " entries" : channels.dump(),
                        fmt::format("one object for each of the take's {} channels", take.channels.size()));
        TakeFacts facts = take.facts;
        facts.channels.clear(), facts.volts_per_full_scale.clear(), facts.volts_relative_u.clear();
        std::set<std::string> seen;
        for (std::size_t i = 0; i < channels.size(); ++i) channel(channels[i], i, facts, seen);
        if (!findings_.empty()) return;
        facts.calibration = state.get<std::string>();
        take.facts = std::move(facts);
    }

    /// The other captures came through the same channels.
    void share_volts(const TakeFacts& facts) {
        for (std::size_t i = 0; i < circuit_.loads->others.size(); ++i) {
            Take& take = circuit_.loads->others[i].of.take;
            if (take.channels.size() != facts.channels.size()) {
                fail("/loads",
                     fmt::format("{} channels in {}", take.channels.size(),
                                 circuit_.loads->others[i].of.files.front().string()),
                     fmt::format("{}, as in the capture analysed", facts.channels.size()));
                continue;
            }
            take.facts.channels = facts.channels;
            take.facts.volts_per_full_scale = facts.volts_per_full_scale;
            take.facts.volts_relative_u = facts.volts_relative_u;
            take.facts.calibration = facts.calibration;
        }
    }

    void known_keys(const Json& object, const std::string& pointer, const std::set<std::string>& known) {
        for (const auto& [key, value] : object.items())
            if (!known.count(key))
                fail(pointer + "/" + key, "an unknown key", fmt::format("{}", fmt::join(known, ", ")));
    }

    void channel(const Json& json, std::size_t i, TakeFacts& facts, std::set<std::string>& seen) {
        const std::string at = fmt::format("/channels/{}", i);
        if (!json.is_object()) return fail(at, json.type_name(), "an object");
        known_keys(json, at, {"side", "volts_per_full_scale", "relative_u"});
        const Json side = json.value("side", Json());
        if (!side.is_string() || !side_named(side.get<std::string>()) ||
            !seen.insert(side.get<std::string>()).second)
            return fail(at + "/side", side.dump(), "left and right, each once");
        const Json volts = json.value("volts_per_full_scale", Json());
        if (!volts.is_number() || volts.get<double>() <= 0.0)
            return fail(at + "/volts_per_full_scale", volts.dump(), "a number of peak volts > 0");
        const Json u = json.value("relative_u", Json());
        if (!u.is_number() || u.get<double>() < 0.0 || u.get<double>() > 1.0)
            return fail(at + "/relative_u", u.dump(), "a number from 0 to 1");
        facts.channels.push_back(side.get<std::string>());
        facts.volts_per_full_scale.push_back(volts.get<double>());
        facts.volts_relative_u.push_back(u.get<double>());
    }

    std::filesystem::path file_;
    std::string where_, findings_;
    Json json_;
    KnownCircuit circuit_;
};

}  // namespace

Result<KnownCircuit> apply_calibration(const std::filesystem::path& file, Take& take) {
    const auto text = read_text(file, JsonLimits{}.bytes);
    if (!text) return text.error();
    auto json = parse_json(*text, file.string());
    if (!json) return json.error();
    Reader reader(file, std::move(*json));
    reader.read(take);
    if (!reader.findings().empty()) return Fault{Fault::Kind::bad_input, "", reader.findings()};
    return std::move(reader.circuit());
}

}  // namespace fourpole
