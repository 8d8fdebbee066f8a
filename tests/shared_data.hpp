// SPDX-License-Identifier: GPL-3.0-or-later
// Data beside the project that never enters it: truth kit and other people's captures.
#pragma once

#include "rig/capture/take_file.hpp"
#include "rig/measure/measure.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace fourpole {

/// True where the data is absent; the test then says so and is counted as skipped.
inline bool absent(const std::filesystem::path& path) {
    if (std::filesystem::exists(path)) return false;
    WARN("SKIPPED: " << path.filename().string() << " is not beside the project");
    return true;
}

inline std::filesystem::path shared(const std::string& path) {
    return std::filesystem::path(FOURPOLE_SHARED) / path;
}

inline Measurement measured(const std::filesystem::path& capture, const std::filesystem::path& programme,
                            bool same_clock = false) {
    const auto take = read_take(capture);
    REQUIRE(take.has_value());
    const auto what = load_programme(programme);
    REQUIRE(what.has_value());
    auto out = measure(*take, *what, same_clock);
    REQUIRE(out.has_value());
    return std::move(*out);
}

inline const Reading* find(const Readings& readings, std::string_view name, std::optional<Side> from = {},
                           std::optional<Side> to = {}) {
    for (const Reading& r : readings)
        if (r.name == name && (!from || r.from == from) && (!to || r.to == to)) return &r;
    return nullptr;
}

inline const Reading& reading(const Readings& readings, std::string_view name, std::optional<Side> from = {},
                              std::optional<Side> to = {}) {
    const Reading* r = find(readings, name, from, to);
    REQUIRE(r != nullptr);
    return *r;
}

/// The point of a curve that lies nearest to a frequency.
inline const Point& nearest(const Reading& r, double frequency_hz) {
    const Point* best = &r.points.front();
    for (const Point& p : r.points)
        if (std::abs(std::log(*p.at / frequency_hz)) < std::abs(std::log(*best->at / frequency_hz)))
            best = &p;
    return *best;
}

template <class T>
T detail(const Reading& r, const std::string& key) {
    const Detail* d = r.detail(key);
    REQUIRE(d != nullptr);
    REQUIRE(std::holds_alternative<T>(*d));
    return std::get<T>(*d);
}

}  // namespace fourpole
