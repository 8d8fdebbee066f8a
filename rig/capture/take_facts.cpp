// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_facts.hpp"

#include "rig/files/read_text.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <system_error>

namespace fourpole {

namespace {

constexpr const char* schema = "fourpole/take@1";
constexpr std::size_t most_bytes = 8 << 20;  // a programme is below 1 MiB; escaped, below 6
constexpr std::size_t most_contacts = 4096;

// Each reader takes a JSON value into its place and says whether it was of the right kind.
using Reader = std::function<bool(const Json&)>;

Reader into(std::string& to) {
    return [&to](const Json& j) { return j.is_string() && (to = j.get<std::string>(), true); };
}
Reader into(bool& to) {
    return [&to](const Json& j) { return j.is_boolean() && (to = j.get<bool>(), true); };
}
Reader into(int& to) {
    return [&to](const Json& j) {
        if (!j.is_number_integer() || j < 0 || j > 1000000) return false;
        to = j.get<int>();
        return true;
    };
}
Reader into(std::vector<std::string>& to, std::size_t most = 32) {
    return [&to, most](const Json& j) {
        if (!j.is_array() || j.size() > most) return false;
        for (const Json& item : j) {
            if (!item.is_string()) return false;
            to.push_back(item.get<std::string>());
        }
        return true;
    };
}
Reader into(std::vector<double>& to) {
    return [&to](const Json& j) {
        if (!j.is_array() || j.size() > 32) return false;
        for (const Json& item : j) {
            if (!item.is_number() || !std::isfinite(item.get<double>()) || item.get<double>() < 0.0)
                return false;
            to.push_back(item.get<double>());
        }
        return true;
    };
}

Fault malformed(const std::filesystem::path& file, const std::string& why) {
    return {Fault::Kind::bad_input, "", fmt::format("{}: {}", file.string(), why)};
}

}  // namespace

std::filesystem::path sidecar_of(const std::filesystem::path& sound_file) {
    std::filesystem::path file = sound_file;
    return file.replace_extension(".json");
}

Result<TakeFacts> read_facts(const std::filesystem::path& sound_file, const std::string& sha256) {
    const std::filesystem::path file = sidecar_of(sound_file);
    std::error_code trouble;
    TakeFacts facts;
    if (!std::filesystem::exists(file, trouble)) return facts;
    const auto text = read_text(file, most_bytes);
    if (!text) return text.error();
    const auto json = parse_json(*text, file.string(), {.bytes = most_bytes});
    if (!json) return json.error();
    if (!json->is_object()) return malformed(file, "found a list or a single value; allowed: an object");
    if (const auto named = json->find("schema");
        named != json->end() && named->is_string() && *named != schema)
        return facts;

    std::string schema_read, hash;
    const std::map<std::string, Reader> readers{
        {"schema", into(schema_read)},
        {"sha256", into(hash)},
        {"arm", into(facts.arm)},
        {"repeat", into(facts.repeat)},
        {"programme", into(facts.programme_text)},
        {"bench", into(facts.bench)},
        {"simulated", into(facts.simulated)},
        {"same_clock", into(facts.same_clock)},
        {"channels", into(facts.channels)},
        {"volts_per_full_scale", into(facts.volts_per_full_scale)},
        {"volts_relative_u", into(facts.volts_relative_u)},
        {"calibration", into(facts.calibration)},
        {"prediction_sha256", into(facts.prediction_sha256)},
        {"started", into(facts.started)},
        {"switch_states", into(facts.switch_states, most_contacts)},
        {"switch_writes", into(facts.switch_writes, most_contacts)},
        {"invalid", into(facts.invalid)},
    };
    for (const auto& [key, value] : json->items()) {
        const auto reader = readers.find(key);
        if (reader == readers.end()) return malformed(file, fmt::format("/{}: unknown key", key));
        if (!reader->second(value)) return malformed(file, fmt::format("/{}: not what belongs there", key));
    }
    if (schema_read != schema)
        return malformed(file, fmt::format("/schema: missing; allowed: \"{}\"", schema));
    if (facts.calibration != "raw" && facts.calibration != "nominal" && facts.calibration != "calibrated")
        return malformed(file, fmt::format("/calibration: found \"{}\"; allowed: raw, nominal, calibrated",
                                           facts.calibration));
    if (!hash.empty() && hash != sha256)
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("{}: the facts beside it were written for other samples (SHA-256 {} instead of {})",
                        sound_file.string(), hash, sha256)};
    if (!facts.invalid.empty())
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("{}: no figure may be made of this take: {}", sound_file.string(), facts.invalid)};
    facts.programme_path = file.parent_path().string();
    return facts;
}

Result<Done> write_facts(const Take& take, const std::filesystem::path& sound_file) {
    const TakeFacts& facts = take.facts;
    Json json;
    json["schema"] = schema;
    json["sha256"] = take.sha256;
    json["arm"] = facts.arm;
    json["repeat"] = facts.repeat;
    json["bench"] = facts.bench;
    json["simulated"] = facts.simulated;
    json["same_clock"] = facts.same_clock;
    json["channels"] = facts.channels;
    json["volts_per_full_scale"] = facts.volts_per_full_scale;
    json["volts_relative_u"] = facts.volts_relative_u;
    json["calibration"] = facts.calibration;
    if (!facts.prediction_sha256.empty()) json["prediction_sha256"] = facts.prediction_sha256;
    if (!facts.started.empty()) json["started"] = facts.started;
    if (!facts.switch_states.empty()) json["switch_states"] = facts.switch_states;
    if (!facts.switch_writes.empty()) json["switch_writes"] = facts.switch_writes;
    if (!facts.invalid.empty()) json["invalid"] = facts.invalid;
    if (!facts.programme_text.empty()) json["programme"] = facts.programme_text;
    return write_atomic(sidecar_of(sound_file), dump_json(json));
}

}  // namespace fourpole
