// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/stored_record.hpp"

#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace fourpole {
namespace {

constexpr std::size_t most_bytes = std::size_t{256} << 20U;

std::string text_at(const Json& json, const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::optional<State> state_named(const std::string& word) {
    for (const State s : {State::exact, State::at_least, State::at_most, State::not_measured})
        if (name(s) == word) return s;
    return std::nullopt;
}

/// Reads one entry of `readings`, and keeps what it has against it.
class ReadingReader {
public:
    ReadingReader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

    Result<Reading> read() {
        if (!json_.is_object()) return fault("", json_.dump(), "an object");
        out_.name = text_at(json_, "name");
        if (out_.name.empty()) return fault("/name", "none", "the name of a reading");
        out_.unit = text_at(json_, "unit");
        out_.definition = text_at(json_, "definition");
        if (const std::string state = text_at(json_, "calibration"); !state.empty()) out_.calibration = state;
        out_.from = side_named(text_at(json_, "from"));
        out_.to = side_named(text_at(json_, "to"));
        out_.side = side_named(text_at(json_, "side"));
        if (const auto order = json_.find("order"); order != json_.end() && order->is_number_integer())
            out_.order = order->get<int>();
        for (const char* axis : {"frequency_hz", "level_dbfs", "time_s"})
            if (json_.contains(axis)) out_.axis = axis;
        const auto values = json_.find("value");
        out_.curve = values != json_.end() && values->is_array();
        if (const auto points = read_points(out_.curve ? values->size() : 1); !points) return points.error();
        read_details();
        return std::move(out_);
    }

private:
    Fault fault(const std::string& key, const std::string& found, const std::string& allowed) const {
        return {Fault::Kind::bad_input, "",
                fmt::format("{}{}: found {}; allowed: {}", where_, key, found, allowed)};
    }

    /// The figure of point i under `key`; null where it is unknown or no such key is there.
    Result<std::optional<double>> figure(const char* key, std::size_t i, std::size_t count) const {
        const auto found = json_.find(key);
        if (found == json_.end() || found->is_null()) return std::optional<double>();
        if (found->is_array() != out_.curve || (out_.curve && found->size() != count))
            return fault(fmt::format("/{}", key),
                         found->is_array() ? fmt::format("{} entries", found->size()) : found->dump(),
                         out_.curve ? fmt::format("{}, as many as values", count) : "one number or null");
        const Json& one = out_.curve ? (*found)[i] : *found;
        if (one.is_null()) return std::optional<double>();
        if (!one.is_number()) return fault(fmt::format("/{}", key), one.dump(), "a number or null");
        return std::optional(one.get<double>());
    }

    Result<State> state(std::size_t i, std::size_t count) const {
        const auto found = json_.find("state");
        if (found == json_.end()) return fault("/state", "none", "a state for all points or one a point");
        if (found->is_array() && found->size() != count)
            return fault("/state", fmt::format("{} entries", found->size()),
                         fmt::format("{}, as many as values", count));
        const Json& one = found->is_array() ? (*found)[i] : *found;
        const auto state = one.is_string() ? state_named(one.get<std::string>()) : std::nullopt;
        if (!state) return fault("/state", one.dump(), "exact, at_least, at_most, not_measured");
        return *state;
    }

    Result<Done> read_points(std::size_t count) {
        constexpr std::array members{&Point::value, &Point::phase_deg, &Point::u};
        constexpr std::array keys{"value", "phase_deg", "u"};
        for (std::size_t i = 0; i < count; ++i) {
            Point p;
            const auto at = figure(out_.axis.c_str(), i, count);
            if (!at) return at.error();
            p.at = *at;
            for (std::size_t k = 0; k < keys.size(); ++k) {
                const auto one = figure(keys[k], i, count);
                if (!one) return one.error();
                p.*members[k] = *one;
            }
            const auto says = state(i, count);
            if (!says) return says.error();
            p.state = *says;
            out_.points.push_back(p);
        }
        return Done{};
    }

    /// Numbers, words, complex numbers and short lists; what else there is belongs to nobody who compares.
    void read_details() {
        static const std::set<std::string> own{"name",       "from",        "to",    "side",  "order",
                                               "unit",       "u",           "value", "state", "phase_deg",
                                               "definition", "calibration", "arm",   "take",  "mean"};
        for (const auto& [key, value] : json_.items()) {
            if (own.contains(key) || key == out_.axis) continue;
            if (!detail(key, value) && value.is_object())
                for (const auto& [inner, one] : value.items()) detail(key + "/" + inner, one);
        }
    }

    bool detail(const std::string& key, const Json& value) {
        if (value.is_number()) {
            out_.details.emplace_back(key, value.get<double>());
        } else if (value.is_string()) {
            out_.details.emplace_back(key, value.get<std::string>());
        } else if (value.is_object() && value.contains("re") && value.contains("im") &&
                   value.at("re").is_number() && value.at("im").is_number()) {
            out_.details.emplace_back(
                key, std::complex<double>(value.at("re").get<double>(), value.at("im").get<double>()));
        } else if (value.is_array() && value.size() <= longest_list) {
            std::vector<std::string> list;
            for (const Json& one : value)
                list.push_back(one.is_string() ? one.get<std::string>() : one.dump());
            out_.details.emplace_back(key, std::move(list));
        } else {
            return false;
        }
        return true;
    }

    static constexpr std::size_t longest_list = 16;

    const Json& json_;
    std::string where_;
    Reading out_;
};

/// The readings of one arm: of a run the means, else those that name the arm.
Result<Done> choose(const Json& record, const std::string& where, const std::string& arm, StoredRecord& out) {
    const auto refuse = [&](std::string what) {
        return Fault{Fault::Kind::bad_input, where, std::move(what)};
    };
    const bool run = out.kind == "run";
    std::set<std::string> arms;
    for (const Json& one : record.at("readings"))
        if (one.is_object() && !text_at(one, "arm").empty()) arms.insert(text_at(one, "arm"));
    std::string list;
    for (const std::string& one : arms) list += (list.empty() ? "" : ", ") + one;
    if (arm.empty() && arms.size() > 1)
        return refuse(fmt::format("the record holds several arms; choose one of {}", list));
    if (!arm.empty() && !arms.empty() && !arms.contains(arm))
        return refuse(fmt::format("the record has no arm \"{}\"; it has {}", arm, list));
    if (!arm.empty() && arms.empty() && out.arm != arm)
        return refuse(fmt::format("the record is of {}, not of arm \"{}\"",
                                  out.arm.empty() ? "no arm" : "arm \"" + out.arm + "\"", arm));
    if (!arms.empty()) out.arm = arm.empty() ? *arms.begin() : arm;
    std::size_t i = 0;
    for (const Json& one : record.at("readings")) {
        const std::string at = fmt::format("{}: /readings/{}", where, i++);
        const bool mean = one.is_object() && one.contains("mean") && one.at("mean") == true;
        if (one.is_object() && (run != mean || (!arms.empty() && text_at(one, "arm") != out.arm))) continue;
        auto reading = reading_in(one, at);
        if (!reading) return reading.error();
        out.readings.push_back(std::move(*reading));
    }
    return Done{};
}

}  // namespace

Result<Reading> reading_in(const Json& json, const std::string& where) {
    return ReadingReader(json, where).read();
}

Result<StoredRecord> read_record(const std::filesystem::path& file, const std::string& arm) {
    const std::string where = file.string();
    const auto refuse = [&](std::string what) {
        return Fault{Fault::Kind::bad_input, where, std::move(what)};
    };
    const auto text = read_text(file, most_bytes);
    if (!text) return text.error();
    const auto json = parse_json(*text, where, {most_bytes, 64});
    if (!json) return json.error();
    if (!json->is_object() || text_at(*json, "schema") != "fourpole/record@1" ||
        !json->contains("readings") || !json->at("readings").is_array())
        return refuse("is no record; allowed: schema \"fourpole/record@1\" with a list of readings");
    StoredRecord out;
    out.kind = text_at(*json, "kind");
    if (!out.kind.empty() && out.kind != "take" && out.kind != "run" && out.kind != "prediction")
        return refuse(fmt::format("is a record of kind \"{}\"; allowed: take, run, prediction", out.kind));
    out.arm = text_at(*json, "arm");
    if (const auto valid = json->find("valid"); valid != json->end()) out.valid = *valid == true;
    if (const auto reasons = json->find("reasons"); reasons != json->end() && reasons->is_array())
        for (const Json& one : *reasons)
            if (one.is_string()) out.reasons.push_back(one.get<std::string>());
    out.simulated = json->contains("simulated") && json->at("simulated") == true;
    if (const std::string state = text_at(*json, "calibration"); !state.empty()) out.calibration = state;
    out.take_sha256 = text_at(*json, "take_sha256");
    out.programme_sha256 = text_at(*json, "programme_sha256");
    const auto hash = sha256_of_file(file);
    if (!hash) return hash.error();
    out.sha256 = *hash;
    if (const auto chosen = choose(*json, where, arm, out); !chosen) return chosen.error();
    return out;
}

}  // namespace fourpole
