// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/derived_text.hpp"
#include "rig/report/terminal_text.hpp"
#include "tests/catch.hpp"

#include <sstream>

using namespace fourpole;

namespace {

/// The same reading on both sides, with a band where low < high.
void add(ArmPrediction& to, Reading reading, double value, double low = 0.0, double high = 0.0) {
    for (const Side side : sides) {
        reading.side = side;
        reading.points = {{1000.0, value, {}, {}, State::exact}};
        to.readings.push_back(reading);
        to.low.push_back(low < high ? std::vector{low} : std::vector<double>{});
        to.high.push_back(low < high ? std::vector{high} : std::vector<double>{});
    }
}

Reading made(std::string name, std::string unit, std::string definition) {
    Reading r;
    r.name = std::move(name);
    r.unit = std::move(unit);
    r.definition = std::move(definition);
    return r;
}

}  // namespace

TEST_CASE("a power of 26.13 mW limited by current is shown as 26.13 I with its range, on either side") {
    ArmPrediction p;
    Reading power = made("power_max", "mW", "power_max.model@1");
    power.details.emplace_back("limited_by", "current");
    add(p, power, 26.13, 20.0, 30.5);
    const std::string text = derived_text(p);
    const auto first = text.find("26.13 I (20.00..30.50)");
    REQUIRE(first != std::string::npos);
    CHECK(text.find("26.13 I (20.00..30.50)", first + 1) != std::string::npos);
    CHECK(text.find("power_max, one side, mW") != std::string::npos);
}

TEST_CASE("the band of a curve is shown where it passes 1 kHz, 0.02 ohm in its own column") {
    ArmPrediction p;
    add(p, made("output_impedance", "ohm", "output_impedance.return.model@1"), 0.02);
    for (std::size_t i = 0; i < 2; ++i) {
        p.readings[i].points = {{20.0, 0.5, {}, {}, State::exact}, {1000.0, 0.02, {}, {}, State::exact}};
        p.low[i] = {0.4, 0.00713};
        p.high[i] = {0.6, 0.05772};
    }
    CHECK(derived_text(p).find("0.0200 (0.00713..0.0577)  0.0200 (0.00713..0.0577)\n") != std::string::npos);
}

TEST_CASE("no cut-off is none, and an unknown level says why") {
    ArmPrediction p;
    Reading cutoff = made("low_cutoff", "Hz", "low_cutoff.capacitors_half_power.model@1");
    cutoff.details.emplace_back("cut_off", "none");
    add(p, cutoff, 0.0);
    Reading level = made("level", "dBV", "level.undistorted.model@1");
    level.details.emplace_back("reason", "an amplifier output is shorted");
    add(p, level, 0.0);
    for (Reading& r : p.readings) r.points.front().value.reset();
    const std::string text = derived_text(p);
    CHECK(text.find("low_cutoff, Hz             none                      none\n") != std::string::npos);
    CHECK(text.find("not known: an amplifier output is shorted\n") != std::string::npos);
}

TEST_CASE("sound pressure and the interface's view stand under the noise, within 80 columns") {
    ArmPrediction p;
    add(p, made("level", "dBV", "level.undistorted.model@1"), -15.4567, -115.961, -115.197);
    add(p, made("sound_pressure", "dB", "sound_pressure.undistorted.model@1"), 104.54, 103.04, 106.04);
    Reading noise = made("noise", "dBV", "noise.driver.model@1");
    noise.details.emplace_back("interface/outcome", "not resolved");
    noise.details.emplace_back("interface/margin_db", 1.26);
    add(p, noise, -103.44, -109.1, -97.4);
    const std::string text = derived_text(p);
    CHECK(text.find("sound pressure, SPL, dB    104.5 (103.0..106.0)") != std::string::npos);
    CHECK(text.find("noise at the interface, left: not resolved, 1.3 dB over its own\n") !=
          std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) CHECK(columns(line) <= 80);
    CHECK(derived_text({}).empty());
}
