// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/loads_block.hpp"

#include <fmt/format.h>

#include <limits>

namespace fourpole {

namespace {

class LoadsReader : private BlockReader {
public:
    LoadsReader(const std::filesystem::path& file, const Complaint& complain) : BlockReader(file, complain) {}

    std::optional<KnownLoads> read(const Json& block) {
        if (!block.is_array() || block.empty()) {
            fail("/loads", block.is_array() ? "no entry" : block.dump(), "a list of loads");
            return std::nullopt;
        }
        KnownLoads out;
        for (std::size_t i = 0; i < block.size(); ++i) entry(block[i], fmt::format("/loads/{}", i), out);
        if (failed()) return std::nullopt;
        return out;
    }

private:
    void entry(const Json& json, const std::string& at, KnownLoads& out) {
        if (!object(json, at)) return;
        known_keys(json, at, {"ohm", "u_ohm", "capture", "programme", "notes"});
        LoadedTake one;
        for (const Side side : sides) {
            one.load[side].ohm = ohms(of_side(json.value("ohm", Json()), side), at + "/ohm");
            if (json.contains("u_ohm"))
                one.load[side].u = number(of_side(json.at("u_ohm"), side), at + "/u_ohm", true);
        }
        if (json.contains("capture")) {
            if (capture(json, at, one.of)) out.others.push_back(std::move(one));
            return;
        }
        if (out.own) fail(at, "a second entry without a capture", "one: the load of the capture analysed");
        out.own = one.load;
    }

    /// {"left": ..., "right": ...}, or one for both.
    static Json of_side(const Json& json, Side side) {
        return json.is_object() ? json.value(std::string(name(side)), Json()) : json;
    }

    double ohms(const Json& json, const std::string& pointer) {
        if (json == "open") return std::numeric_limits<double>::infinity();
        return number(json, pointer, false);
    }
};

}  // namespace

std::optional<KnownLoads> read_loads_block(const Json& block, const std::filesystem::path& file,
                                           const Complaint& complain) {
    return LoadsReader(file, complain).read(block);
}

}  // namespace fourpole
