// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/impedance_block.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/profile/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace fourpole {

namespace {

constexpr double most_ohm = 1e9;

class BlockReader {
public:
    BlockReader(const std::filesystem::path& file, std::size_t channels, const Complaint& complain)
        : file_(file), channels_(channels), complain_(complain) {}

    std::optional<SenseCircuit> read(const Json& block) {
        if (!object(block, at_)) return std::nullopt;
        known_keys(block, at_,
                   {"sense_resistor_ohm", "input_resistance_ohm", "before_channel", "after_channel",
                    "reference", "open", "short"});
        SenseCircuit out;
        out.sense = resistor(block.value("sense_resistor_ohm", Json()), at_ + "/sense_resistor_ohm");
        if (block.contains("input_resistance_ohm"))
            out.input = resistor(block.at("input_resistance_ohm"), at_ + "/input_resistance_ohm");
        out.pair.before = channel(block, "before_channel", 0);
        out.pair.after = channel(block, "after_channel", 1);
        if (!failed_ && out.pair.before == out.pair.after)
            fail(at_ + "/after_channel", std::to_string(out.pair.after),
                 "another channel than before_channel");
        out.reference = standard(block, "reference");
        out.open = standard(block, "open");
        out.shorted = standard(block, "short");
        if (block.contains("short") && !block.contains("reference") && !block.contains("open"))
            fail(at_ + "/short", "a short alone", "a short beside \"reference\" or \"open\"");
        if (failed_) return std::nullopt;
        return out;
    }

private:
    void fail(const std::string& pointer, const std::string& found, const std::string& allowed) {
        failed_ = true;
        complain_(pointer, found, allowed);
    }

    bool object(const Json& json, const std::string& pointer) {
        if (json.is_object()) return true;
        fail(pointer, json.dump(), "an object");
        return false;
    }

    void known_keys(const Json& json, const std::string& pointer, const std::set<std::string>& known) {
        for (const auto& [key, value] : json.items())
            if (!known.count(key))
                fail(pointer + "/" + key, "an unknown key", fmt::format("{}", fmt::join(known, ", ")));
    }

    double number(const Json& json, const std::string& pointer, bool may_be_zero) {
        const double value = json.is_number() ? json.get<double>() : -1.0;
        if (value > 0.0 && value <= most_ohm) return value;
        if (value == 0.0 && may_be_zero) return value;
        fail(pointer, json.dump(), may_be_zero ? "a number of ohms >= 0" : "a number of ohms > 0, up to 1e9");
        return 1.0;
    }

    KnownOhms resistor(const Json& json, const std::string& pointer) {
        if (!json.is_object()) return {number(json, pointer, false), 0.0};
        known_keys(json, pointer, {"value", "u"});
        return {number(json.value("value", Json()), pointer + "/value", false),
                json.contains("u") ? number(json.at("u"), pointer + "/u", true) : 0.0};
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

    /// A path, as it stands relative to the calibration file; nothing where it is no text.
    std::optional<std::filesystem::path> path(const Json& json, const std::string& pointer) {
        if (json.is_string() && !json.get<std::string>().empty())
            return file_.parent_path() / json.get<std::string>();
        fail(pointer, json.dump(), "the path of a file, relative to the calibration file");
        return std::nullopt;
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
        out.where = fmt::format("{}: {}", file_.string(), at);
        if (resistive) {
            out.load.ohm = number(json.value("ohm", Json()), at + "/ohm", false);
            if (json.contains("u_ohm")) out.load.u = number(json.at("u_ohm"), at + "/u_ohm", true);
        }
        const auto capture = path(json.value("capture", Json()), at + "/capture");
        if (!capture) return std::nullopt;
        out.files.push_back(*capture);
        auto take = read_take(*capture);
        if (!take) {
            fail(at + "/capture", take.error().what, "a sound file that can be read");
            return std::nullopt;
        }
        out.take = std::move(*take);
        programme_of(json, at, *capture, out);
        return out;
    }

    void programme_of(const Json& json, const std::string& at, const std::filesystem::path& capture,
                      StandardTake& out) {
        const auto keep = [&](Result<Programme> programme) {
            if (programme)
                out.programme = std::move(*programme);
            else
                fail(at + "/programme", programme.error().what, "a programme that can be read");
        };
        if (json.contains("programme")) {
            const auto file = path(json.at("programme"), at + "/programme");
            if (!file) return;
            out.files.push_back(*file);
            keep(load_programme(*file));
        } else if (!out.take.facts.programme_text.empty()) {
            keep(read_programme(out.take.facts.programme_text, capture));
        }
    }

    const std::string at_ = "/impedance";
    const std::filesystem::path& file_;
    std::size_t channels_;
    const Complaint& complain_;
    bool failed_ = false;
};

}  // namespace

std::optional<SenseCircuit> read_impedance_block(const Json& block, const std::filesystem::path& file,
                                                 std::size_t channels, const Complaint& complain) {
    return BlockReader(file, channels, complain).read(block);
}

}  // namespace fourpole
