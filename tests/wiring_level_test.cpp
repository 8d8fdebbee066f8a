// SPDX-License-Identifier: GPL-3.0-or-later
// Leakage of a silent earphone is no stereo.
#include "rig/measure/wiring_level.hpp"

#include "rig/model/model.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace fourpole;

namespace {

/// Drivers that hear so much (rms volts for a full-scale sine) of their own side.
Readings heard(const PerSide<double>& volts, const std::string& unit = "dBV") {
    Readings all;
    const double loudest = std::max(volts[Side::left], volts[Side::right]);
    DriverMatrix matrix;
    for (const Side s : sides) matrix.from[s][s] = volts[s] / loudest;
    Wiring w;
    w.matrix = matrix;
    w.outcome = wiring_outcome(matrix);
    for (const Side s : sides)
        w.labels[s] = driver_label(matrix.from[s][Side::left], matrix.from[s][Side::right]);
    all.push_back(wiring_reading(w));
    all.back().points = {{.at = 1000.0}};
    for (const Side s : sides) {
        Reading r;
        r.name = "transfer";
        r.unit = unit;
        r.from = r.to = s;
        r.curve = true;
        r.points = {{500.0, 0.0, {}, 0.1}, {1000.0, AmplitudeRatio{volts[s]}.decibels(), {}, 0.1}};
        all.push_back(std::move(r));
    }
    return all;
}

std::string words(const Readings& all, const char* key = "outcome") {
    return std::get<std::string>(*all[0].detail(key));
}

}  // namespace

TEST_CASE("an earphone below a thousandth of the EMF hears silence, just above it stereo") {
    const double emf_v = 0.42, rms = emf_v / std::sqrt(2.0);
    Readings leak = heard({{0.9e-3 * rms, 0.8e-3 * rms}});
    REQUIRE(words(leak) == "stereo");
    judge_wiring_by_level(leak, emf_v);
    CHECK(words(leak) == "silence");
    CHECK(words(leak, "left/label") == "silent");
    CHECK(std::get<std::complex<double>>(*leak[0].detail("left/from_left")).real() ==
          Approx(0.9e-3).epsilon(1e-9));
    CHECK(leak[0].definition == "wiring.matrix_re_emf@2");

    Readings faint = heard({{1.1e-3 * rms, 1.2e-3 * rms}});
    judge_wiring_by_level(faint, emf_v);
    CHECK(words(faint) == "stereo");
    Readings one = heard({{0.9e-3 * rms, 0.5 * rms}});
    judge_wiring_by_level(one, emf_v);
    CHECK(words(one) == "right side only: channel +R");
}

TEST_CASE("without volts, or without an EMF, the words stay those of the ratios") {
    for (const auto& [unit, emf_v] : {std::pair{"dB", 0.42}, std::pair{"dBV", 0.0}}) {
        Readings leak = heard({{1e-5, 1e-5}}, unit);
        judge_wiring_by_level(leak, emf_v);
        CHECK(words(leak) == "stereo");
        CHECK(std::get<std::complex<double>>(*leak[0].detail("left/from_left")).real() == 1.0);
    }
}
