// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/impedance_block.hpp"

#include <fmt/format.h>

#include <set>

namespace fourpole {

namespace {

class ImpedanceReader : private BlockReader {
public:
    ImpedanceReader(const std::filesystem::path& file, std::size_t channels, const Complaint& complain)
        : BlockReader(file, complain), channels_(channels) {}

    std::optional<SenseCircuit> read(const Json& block) {
        if (!object(block, at_)) return std::nullopt;
        known_keys(block, at_,
                   {"sense_resistor_ohm", "input_resistance_ohm", "before_channel", "after_channel",
                    "channel_ratio", "reference", "open", "short"});
        SenseCircuit out;
        out.sense = resistor(block.value("sense_resistor_ohm", Json()), at_ + "/sense_resistor_ohm");
        if (block.contains("input_resistance_ohm"))
            out.input = resistor(block.at("input_resistance_ohm"), at_ + "/input_resistance_ohm");
        out.pair.before = channel(block, "before_channel", 0);
        out.pair.after = channel(block, "after_channel", 1);
        if (!failed() && out.pair.before == out.pair.after)
            fail(at_ + "/after_channel", std::to_string(out.pair.after),
                 "another channel than before_channel");
        if (block.contains("channel_ratio"))
            out.channels = channels_of(block.at("channel_ratio"), at_ + "/channel_ratio");
        out.reference = standard(block, "reference");
        out.open = standard(block, "open");
        out.shorted = standard(block, "short");
        if (block.contains("short") && !block.contains("reference") && !block.contains("open") &&
            !out.channels)
            fail(at_ + "/short", "a short alone",
                 "a short beside \"reference\", \"open\" or \"channel_ratio\"");
        if (failed()) return std::nullopt;
        return out;
    }

private:
    KnownOhms resistor(const Json& json, const std::string& pointer) {
        if (!json.is_object()) return {number(json, pointer, false), 0.0};
        known_keys(json, pointer, {"value", "u"});
        return {number(json.value("value", Json()), pointer + "/value", false),
                json.contains("u") ? number(json.at("u"), pointer + "/u", true) : 0.0};
    }

    SenseCircuit::Channels channels_of(const Json& json, const std::string& pointer) {
        SenseCircuit::Channels out;
        if (!json.is_object()) {
            fail(pointer, json.dump(), "an object with value and u, delay_s and u_delay_s where it is known");
            return out;
        }
        known_keys(json, pointer, {"value", "u", "delay_s", "u_delay_s"});
        out.ratio = number(json.value("value", Json()), pointer + "/value", false, "a ratio");
        out.u = number(json.value("u", Json()), pointer + "/u", true, "the ratio's standard uncertainty");
        if (json.contains("delay_s")) {
            const Json& delay = json.at("delay_s");
            if (delay.is_number())
                out.delay_s = delay.get<double>();
            else
                fail(pointer + "/delay_s", delay.dump(), "a number of seconds, after re before");
            out.u_delay_s = number(json.value("u_delay_s", Json()), pointer + "/u_delay_s", true, "seconds");
        }
        return out;
    }

    std::size_t channel(const Json& block, const char* key, std::size_t usual) {
        const Json json = block.value(key, Json(usual));
        if (json.is_number_integer() && json.get<std::int64_t>() >= 0 &&
            json.get<std::uint64_t>() < channels_)
            return json.get<std::size_t>();
        fail(fmt::format("{}/{}", at_, key), json.dump(),
             fmt::format("a channel of the capture, counted from 0; it has {}", channels_));
        return usual;
    }

    std::optional<StandardTake> standard(const Json& block, const std::string& key) {
        if (!block.contains(key)) return std::nullopt;
        const Json& json = block.at(key);
        const std::string at = at_ + "/" + key;
        if (!object(json, at)) return std::nullopt;
        const bool resistive = key == "reference";
        known_keys(json, at,
                   resistive ? std::set<std::string>{"ohm", "u_ohm", "capture", "programme"}
                             : std::set<std::string>{"capture", "programme"});
        StandardTake out;
        if (resistive) {
            out.load.ohm = number(json.value("ohm", Json()), at + "/ohm", false);
            if (json.contains("u_ohm")) out.load.u = number(json.at("u_ohm"), at + "/u_ohm", true);
        }
        if (!capture(json, at, out)) return std::nullopt;
        return out;
    }

    const std::string at_ = "/impedance";
    std::size_t channels_;
};

}  // namespace

std::optional<SenseCircuit> read_impedance_block(const Json& block, const std::filesystem::path& file,
                                                 std::size_t channels, const Complaint& complain) {
    return ImpedanceReader(file, channels, complain).read(block);
}

}  // namespace fourpole
