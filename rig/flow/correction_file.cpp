// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/correction_file.hpp"

#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fourpole {

namespace {

constexpr const char* schema = "fourpole/correction@1";
// A device ten times off in one band is no device to be corrected.
constexpr double largest_difference = 10.0;

class Reader {
public:
    Reader(std::string where, Json json) : where_(std::move(where)), json_(std::move(json)) {}

    Correction read() {
        Correction out;
        if (!json_.is_object()) return fail("/", json_.type_name(), "an object"), out;
        known_keys(json_, "", {"schema", "$schema", "learned_from", "channels", "notes"});
        if (json_.value("schema", Json()) != schema)
            fail("/schema", json_.value("schema", Json()).dump(), fmt::format("\"{}\"", schema));
        const Json channels = json_.value("channels", Json());
        if (!channels.is_array() || channels.empty() || channels.size() > 2)
            return fail("/channels",
                        channels.is_array() ? fmt::format("{} entries", channels.size()) : channels.dump(),
                        "one or two objects"),
                   out;
        for (std::size_t i = 0; i < channels.size(); ++i)
            channel(channels[i], fmt::format("/channels/{}", i), out);
        return out;
    }

    const std::string& findings() const { return findings_; }

private:
    void fail(const std::string& pointer, const std::string& found, const std::string& allowed) {
        findings_ += fmt::format("{}{}: {}: found {}; allowed: {}", findings_.empty() ? "" : "\n", where_,
                                 pointer, found == "null" ? "nothing" : found, allowed);
    }

    void known_keys(const Json& object, const std::string& pointer, const std::set<std::string>& known) {
        for (const auto& [key, value] : object.items())
            if (!known.count(key))
                fail(pointer + "/" + key, "an unknown key", fmt::format("{}", fmt::join(known, ", ")));
    }

    std::vector<double> numbers(const Json& channel, const std::string& at, const std::string& key) {
        const Json list = channel.value(key, Json());
        const bool all = list.is_array() && !list.empty() &&
                         std::all_of(list.begin(), list.end(), [](const Json& n) { return n.is_number(); });
        if (!all) {
            fail(at + "/" + key,
                 list.is_array() ? "a list with something else in it, or nothing" : list.type_name(),
                 "a list of numbers");
            return {};
        }
        return list.get<std::vector<double>>();
    }

    void channel(const Json& json, const std::string& at, Correction& out) {
        if (!json.is_object()) return fail(at, json.type_name(), "an object");
        known_keys(json, at, {"side", "frequency_hz", "re", "im", "u"});
        CorrectionCurve curve;
        if (json.contains("side")) {
            const Json side = json.at("side");
            if (side.is_string()) curve.side = side_named(side.get<std::string>());
            if (!curve.side) return fail(at + "/side", side.dump(), "left, right");
        }
        for (const CorrectionCurve& before : out)
            if (before.side == curve.side) return fail(at + "/side", "it a second time", "each side once");
        const auto f = numbers(json, at, "frequency_hz"), re = numbers(json, at, "re"),
                   im = numbers(json, at, "im");
        if (f.empty() || re.empty() || im.empty()) return;
        if (re.size() != f.size() || im.size() != f.size())
            return fail(at, fmt::format("{} frequencies, {} re, {} im", f.size(), re.size(), im.size()),
                        "as many of each");
        for (std::size_t i = 0; i < f.size(); ++i) {
            if (!(f[i] > 0.0) || (i > 0 && !(f[i] > f[i - 1])))
                return fail(fmt::format("{}/frequency_hz/{}", at, i), fmt::format("{:g}", f[i]),
                            "positive numbers of hertz that rise");
            if (!(std::abs(std::complex<double>(re[i], im[i])) <= largest_difference))
                return fail(fmt::format("{}/re/{}", at, i), fmt::format("{:g} + {:g}j", re[i], im[i]),
                            fmt::format("a difference up to {:g}", largest_difference));
            curve.points.push_back({f[i], {re[i], im[i]}, 0.0});
        }
        out.push_back(std::move(curve));
    }

    std::string where_, findings_;
    Json json_;
};

}  // namespace

std::string correction_text(const Correction& correction, const std::string& a_sha256,
                            const std::string& b_sha256) {
    Json out{{"schema", schema}, {"learned_from", {{"a_sha256", a_sha256}, {"b_sha256", b_sha256}}}};
    out["channels"] = Json::array();
    for (const CorrectionCurve& curve : correction) {
        Json one = Json::object();
        if (curve.side) one["side"] = std::string(name(*curve.side));
        for (const char* key : {"frequency_hz", "re", "im", "u"}) one[key] = Json::array();
        for (const LinearPoint& p : curve.points) {
            one["frequency_hz"].push_back(p.frequency_hz);
            one["re"].push_back(p.difference.real());
            one["im"].push_back(p.difference.imag());
            one["u"].push_back(p.u);
        }
        out["channels"].push_back(std::move(one));
    }
    return dump_json(out);
}

Result<Correction> read_correction(const std::filesystem::path& file) {
    const auto text = read_text(file, JsonLimits{}.bytes);
    if (!text) return text.error();
    auto json = parse_json(*text, file.string());
    if (!json) return json.error();
    Reader reader(file.string(), std::move(*json));
    Correction out = reader.read();
    if (!reader.findings().empty()) return Fault{Fault::Kind::bad_input, "", reader.findings()};
    return out;
}

}  // namespace fourpole
