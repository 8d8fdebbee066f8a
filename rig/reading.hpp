// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/signal.hpp"

#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fourpole {

/// How much a figure says. Unknown is a state of its own, never 0 and never NaN.
enum class State { exact, at_least, at_most, not_measured };

constexpr std::string_view name(State s) {
    switch (s) {
        case State::exact: return "exact";
        case State::at_least: return "at_least";
        case State::at_most: return "at_most";
        case State::not_measured: return "not_measured";
    }
    return "not_measured";
}

/// One value of a reading. `at` is the place on the reading's axis (a frequency, a level).
/// `u` is the standard uncertainty of `value` in the same unit (k = 1); nullopt = unknown.
struct Point {
    std::optional<double> at{};
    std::optional<double> value{};
    std::optional<double> phase_deg{};
    std::optional<double> u{};
    State state = State::exact;
};

/// A break in the stream of samples.
struct Discontinuity {
    enum class Kind { lost, inserted, repeated, zeroed };
    Kind kind = Kind::lost;
    std::int64_t count = 0;      ///< samples
    std::int64_t at_sample = 0;  ///< first sample of the capture after the break
    /// Standard uncertainty of the count, samples; 0: it is exact.
    double u_count = 0.0;
    /// Where only a phase tells the count: so many samples more or less, once or several times, fit as well.
    std::optional<double> modulo_samples{};
    /// Where its place is not known to a sample: the first and the last that `at_sample` may be.
    std::optional<std::pair<std::int64_t, std::int64_t>> between{};
    /// It lies in a pause, or where nothing tells a break: markers on both sides tell its count.
    bool unseen = false;
};

constexpr std::string_view name(Discontinuity::Kind k) {
    switch (k) {
        case Discontinuity::Kind::lost: return "lost";
        case Discontinuity::Kind::inserted: return "inserted";
        case Discontinuity::Kind::repeated: return "repeated";
        case Discontinuity::Kind::zeroed: return "zeroed";
    }
    return "lost";
}

/// What a reading carries besides its points: conditions and words, by JSON key.
using Detail = std::variant<double, std::int64_t, std::string, std::complex<double>, std::vector<std::string>,
                            std::vector<Discontinuity>>;

/// One figure (one point) or one curve, with its unit, uncertainty, state and definition.
struct Reading {
    std::string name{};        ///< as in the contract: "crosstalk", "clock_offset" ...
    std::string unit{};        ///< "dB", "ppm", "ohm" ...
    std::string definition{};  ///< versioned: "crosstalk.sweep@1"
    std::optional<Side> from{}, to{}, side{};
    std::optional<int> order{};
    bool curve = false;                 ///< written as arrays
    std::string axis = "frequency_hz";  ///< JSON key of Point::at
    std::vector<Point> points{};
    std::string calibration = "raw";  ///< raw | nominal | calibrated
    std::vector<std::pair<std::string, Detail>> details{};

    const Point& scalar() const { return points.front(); }
    const Detail* detail(std::string_view key) const {
        for (const auto& [k, v] : details)
            if (k == key) return &v;
        return nullptr;
    }
    /// Same quantity of the same sides: what pairs a measurement with its prediction. Where `from`
    /// and `to` say it, `side` only repeats them.
    bool same_quantity(const Reading& o) const {
        return name == o.name && from == o.from && to == o.to && order == o.order &&
               (side == o.side || from.has_value());
    }
};

using Readings = std::vector<Reading>;

/// Both ends of a band, one a point of the reading that it belongs to, in its unit.
struct Band {
    std::vector<double> low, high;
};

}  // namespace fourpole
