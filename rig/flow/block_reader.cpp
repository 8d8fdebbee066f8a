// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/block_reader.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/profile/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fourpole {

namespace {

constexpr double most_ohm = 1e9;

}  // namespace

void BlockReader::fail(const std::string& pointer, const std::string& found, const std::string& allowed) {
    failed_ = true;
    complain_(pointer, found, allowed);
}

bool BlockReader::object(const Json& json, const std::string& pointer) {
    if (json.is_object()) return true;
    fail(pointer, json.dump(), "an object");
    return false;
}

void BlockReader::known_keys(const Json& json, const std::string& pointer,
                             const std::set<std::string>& known) {
    for (const auto& [key, value] : json.items())
        if (!known.count(key))
            fail(pointer + "/" + key, "an unknown key", fmt::format("{}", fmt::join(known, ", ")));
}

double BlockReader::number(const Json& json, const std::string& pointer, bool may_be_zero,
                           const std::string& what) {
    const double value = json.is_number() ? json.get<double>() : -1.0;
    if (value > 0.0 && value <= most_ohm) return value;
    if (value == 0.0 && may_be_zero) return value;
    fail(pointer, json.dump(), what + (may_be_zero ? " >= 0" : " > 0, up to 1e9"));
    return 1.0;
}

std::optional<std::filesystem::path> BlockReader::path(const Json& json, const std::string& pointer) {
    if (json.is_string() && !json.get<std::string>().empty())
        return file_.parent_path() / json.get<std::string>();
    fail(pointer, json.dump(), "the path of a file, relative to the calibration file");
    return std::nullopt;
}

bool BlockReader::capture(const Json& json, const std::string& at, StandardTake& out) {
    out.where = fmt::format("{}: {}", file_.string(), at);
    const auto file = path(json.value("capture", Json()), at + "/capture");
    if (!file) return false;
    out.files.push_back(*file);
    auto take = read_take(*file);
    if (!take) {
        fail(at + "/capture", take.error().what, "a sound file that can be read");
        return false;
    }
    out.take = std::move(*take);
    programme_of(json, at, *file, out);
    return true;
}

void BlockReader::programme_of(const Json& json, const std::string& at, const std::filesystem::path& capture,
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

}  // namespace fourpole
