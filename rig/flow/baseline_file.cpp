// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
#include "rig/flow/loop_baseline.hpp"
#include "rig/json/json.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/stored_record.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace fourpole {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20U;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

/// Reads a baseline; the first thing it has against the file is the fault.
class BaselineReader {
public:
    BaselineReader(std::string where, const Json& json) : where_(std::move(where)), json_(json) {}

    Result<LoopBaseline> read() {
        known(json_, "",
              {"schema", "$schema", "made", "applies_to", "interface", "programme", "programme_sha256",
               "take_sha256", "readings", "notes"});
        if (json_.is_object() && json_.value("schema", Json()) != "fourpole/baseline@1")
            fail("/schema", json_.value("schema", Json()), "\"fourpole/baseline@1\"");
        const Json of = member(json_, "interface");
        known(of, "/interface", {"usb", "serial", "rate_hz", "gain"});
        if (!wrong_.empty()) return Fault{Fault::Kind::bad_input, "", wrong_};
        LoopBaseline out;
        out.interface = {needed(of, "/interface", "usb"), text(of, "/interface", "serial"),
                         text(of, "/interface", "gain")};
        if (const auto usb = usb_identity(out.interface.usb); usb)
            out.interface.usb = *usb;
        else
            fail("/interface/usb", member(of, "usb"), "a vendor and a product, as 07fd:000b");
        const Json rate = member(of, "rate_hz");
        if (rate.is_number() && rate.get<double>() > 0.0)
            out.rate_hz = rate.get<double>();
        else
            fail("/interface/rate_hz", rate, "samples a second, above 0");
        out.made = needed(json_, "", "made");
        out.applies_to = text(json_, "", "applies_to");
        out.programme_id = needed(json_, "", "programme");
        out.programme_sha256 = needed(json_, "", "programme_sha256");
        out.take_sha256 = text(json_, "", "take_sha256");
        read_readings(out.readings);
        if (!wrong_.empty()) return Fault{Fault::Kind::bad_input, "", wrong_};
        return out;
    }

private:
    void fail(const std::string& at, const Json& found, const std::string& allowed) {
        if (wrong_.empty())
            wrong_ = fmt::format("{}: {}: found {}; allowed: {}", where_, at,
                                 found.is_null() ? "nothing" : found.dump(), allowed);
    }

    void unknown(const std::string& at, const std::set<std::string>& keys) {
        if (wrong_.empty())
            wrong_ =
                fmt::format("{}: {}: found an unknown key; allowed: {}", where_, at, fmt::join(keys, ", "));
    }

    void known(const Json& object, const std::string& at, const std::set<std::string>& keys) {
        if (!object.is_object()) return fail(at.empty() ? "/" : at, object, "an object");
        for (const auto& [key, value] : object.items())
            if (!keys.count(key)) unknown(at + "/" + key, keys);
    }

    static Json member(const Json& object, const char* key) {
        return object.is_object() ? object.value(key, Json()) : Json();
    }

    std::string text(const Json& object, const std::string& at, const char* key) {
        const Json value = member(object, key);
        if (value.is_string()) return value.get<std::string>();
        if (!value.is_null()) fail(at + "/" + key, value, "a text");
        return "";
    }

    std::string needed(const Json& object, const std::string& at, const char* key) {
        std::string out = text(object, at, key);
        if (out.empty()) fail(at + "/" + key, member(object, key), "a text, and it is required");
        return out;
    }

    void read_readings(Readings& out) {
        const Json readings = member(json_, "readings");
        if (!readings.is_array()) return fail("/readings", readings, "a list of readings");
        for (std::size_t i = 0; i < readings.size() && wrong_.empty(); ++i) {
            auto one = reading_in(readings[i], fmt::format("{}: /readings/{}", where_, i));
            if (one)
                out.push_back(std::move(*one));
            else
                wrong_ = one.error().what;
        }
    }

    std::string where_, wrong_;
    const Json& json_;
};

}  // namespace

Result<std::string> usb_identity(const std::string& word) {
    std::string out;
    bool fits = word.size() == 9;
    for (std::size_t k = 0; k < word.size() && fits; ++k) {
        const auto c = static_cast<unsigned char>(word[k]);
        fits = k == 4 ? c == ':' : std::isxdigit(c) != 0;
        out += static_cast<char>(std::tolower(c));
    }
    if (fits) return out;
    return Fault{Fault::Kind::bad_input, "--interface",
                 fmt::format("found \"{}\"; allowed: vendor and product as fourpole devices prints them, "
                             "07fd:000b",
                             word)};
}

Result<std::string> baseline_text(const TakeRecord& loop, const InterfaceIdentity& of,
                                  const std::string& made, const std::string& applies_to) {
    if (!loop.valid)
        return Fault{Fault::Kind::take_invalid, "",
                     fmt::format("the loop is no valid take: {}",
                                 loop.reasons.empty() ? "nobody says why" : loop.reasons.front())};
    Json readings = Json::array();
    for (const Reading& reading : loop.readings) readings.push_back(json_of(reading));
    Json out{{"schema", "fourpole/baseline@1"},
             {"made", made},
             {"interface",
              {{"usb", of.usb},
               {"serial", or_null(of.serial)},
               {"rate_hz", loop.rate_hz},
               {"gain", or_null(of.gain)}}},
             {"programme", loop.programme_id},
             {"programme_sha256", loop.programme_sha256},
             {"take_sha256", loop.take_sha256},
             {"readings", readings}};
    if (!applies_to.empty()) out["applies_to"] = applies_to;
    return dump_json(out);
}

Result<LoopBaseline> read_baseline(const std::filesystem::path& file) {
    const auto text = read_text(file, most_bytes);
    if (!text) return text.error();
    const auto json = parse_json(*text, file.string(), {most_bytes, 64});
    if (!json) return json.error();
    auto out = BaselineReader(file.string(), *json).read();
    if (out) out->sha256 = sha256_hex(*text);
    return out;
}

}  // namespace fourpole
