// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/matrix.hpp"
#include "rig/json/json.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/terminal_text.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>

using namespace fourpole;

namespace {

template <class T>
std::vector<T> all(const char* kind, Result<T> (*load)(const std::string&)) {
    std::vector<T> out;
    for (const std::string& id : profile_ids(kind)) {
        auto one = load(id);
        REQUIRE(one.has_value());
        out.push_back(std::move(*one));
    }
    return out;
}

const Matrix& shipped() {
    static const Matrix matrix = [] {
        auto out = matrix_of(all<Player>("player", load_player), all<Earphone>("earphone", load_earphone));
        REQUIRE(out.has_value());
        return std::move(*out);
    }();
    return matrix;
}

const MatrixCell& cell(std::string_view player, std::string_view earphone) {
    for (const MatrixPlayer& p : shipped().players)
        for (const MatrixCell& c : p.cells)
            if (p.id == player && c.earphone == earphone) return c;
    FAIL("no cell " << player << " + " << earphone);
    return shipped().players.front().cells.front();
}

/// A cell made by hand: one reading a side with a band.
MatrixCell made(const std::string& definition, double one, double two, State state = State::exact) {
    MatrixCell out;
    out.outcome = "stereo";
    for (const auto& [side, value] : {std::pair{Side::left, one}, {Side::right, two}}) {
        Reading r;
        r.definition = definition;
        r.side = side;
        r.points.push_back({{}, value, {}, {}, state});
        out.prediction.readings.push_back(r);
        out.prediction.low.push_back({value - 1.0});
        out.prediction.high.push_back({value + 2.0});
    }
    return out;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

}  // namespace

TEST_CASE("of two sides the worse is shown: -6.0 of -5 and -6 dBV, 40.0 of 40 and 50 dB of separation") {
    CHECK(shown(made("level.undistorted.model@1", -5.0, -6.0), Column::level).value == "-6.0");
    CHECK(shown(made("level.undistorted.model@1", -5.0, -6.0), Column::level).range == "-7.0..-4.0");
    const ShownFigure separation = shown(made("crosstalk.model@1", -50.0, -40.0), Column::separation);
    CHECK(separation.value == "40.0");
    CHECK(separation.range == "38.0..41.0");
    CHECK(shown(made("noise.driver.model@1", -104.0, -99.0), Column::noise).value == "-99.0");
    CHECK(shown(made("power_max.both_driven.model@1", 12.0, 1.234), Column::power).value == "1.23");
}

TEST_CASE("bounds keep their direction: crosstalk of at most -300 dB is separation of more than 300") {
    CHECK(shown(made("crosstalk.model@1", -300.0, -300.0, State::at_most), Column::separation).value ==
          ">300.0");
    CHECK(shown(made("noise.driver.model@1", -100.0, -100.0, State::at_least), Column::noise).value ==
          ">-100.0");
    CHECK(shown(MatrixCell{}, Column::power).value == "-");
}

TEST_CASE("a 3-pole plug in each bridged player is a hazard and has no power", "[repeated]") {
    for (const char* player : {"sharp_md_dr7", "sharp_auvi", "msak100", "hifiman_hm901"})
        for (const char* earphone : {"sennheiser_mx300", "etymotic_er4s", "shure_e2c"}) {
            INFO(player << " + " << earphone);
            CHECK(cell(player, earphone).hazard());
            CHECK(shown(cell(player, earphone), Column::power).value == "-");
            CHECK(shown(cell(player, earphone), Column::level).value == "-");
        }
    for (const char* player : {"ak100", "ak120", "hifiman_hm801"})
        CHECK_FALSE(cell(player, "etymotic_er4s").hazard());
    CHECK_FALSE(cell("sharp_md_dr7", "mx300_clone_4pole").hazard());
}

TEST_CASE("the clone's 4-pole plug in the AK100 leaves the right side alone with the difference",
          "[repeated]") {
    const MatrixCell& one = cell("ak100", "mx300_clone_4pole");
    CHECK(one.outcome == "right side only: difference signal");
    // Both driven in phase would cancel, and a silent side has no separation.
    CHECK(shown(one, Column::separation).value == "-");
    // Nobody states the AK100's current limit: its power is a bound.
    const std::string power = shown(one, Column::power).value;
    REQUIRE(power.find_first_of("0123456789") != std::string::npos);
    CHECK(power.find_first_of("0123456789") > 0);
    CHECK(std::stod(power.substr(power.find_first_of("0123456789"))) > 10.0);
    CHECK(cell("sharp_md_dr7", "mx300_clone_4pole").outcome == "stereo");
}

TEST_CASE("only a coupling capacitor ends the bass: the HM-602's line out, at 40 Hz and a little",
          "[repeated]") {
    CHECK(shown(cell("ak100", "sennheiser_mx300"), Column::bass).value == "none");
    const double hz =
        std::stod(shown(cell("hifiman_hm602_line_out", "sennheiser_mx300"), Column::bass).value);
    CHECK(hz > 38.0);
    CHECK(hz < 44.0);
}

TEST_CASE("guesses that decide a player's column are named: the leak behind 60 dB of separation among them",
          "[repeated]") {
    const auto& rows = shipped().players;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [](const auto& p) { return p.id == "sharp_md_dr7"; });
    REQUIRE(found != rows.end());
    const auto named = [&](const char* key) {
        return std::find(found->guesses.begin(), found->guesses.end(), key) != found->guesses.end();
    };
    CHECK(named("amplifier_leak"));
    CHECK(named("emf_differential_v"));
    CHECK_FALSE(named("ground_path_ohm"));
}

TEST_CASE("guesses are as wide as they are: the MSAK100's level spans 6 dB or more, the HM-801's under 1",
          "[repeated]") {
    const auto width = [](const MatrixCell& c) {
        for (std::size_t i = 0; i < c.prediction.readings.size(); ++i)
            if (c.prediction.readings[i].name == "level" && !c.prediction.low[i].empty())
                return c.prediction.high[i].front() - c.prediction.low[i].front();
        return -1.0;
    };
    CHECK(width(cell("msak100", "mx300_clone_4pole")) > 6.0);
    const double known = width(cell("hifiman_hm801", "etymotic_er4s"));
    CHECK(known > 0.05);
    CHECK(known < 1.0);
}

TEST_CASE("the terminal's matrix keeps to 80 columns and 23 lines a player, the page to itself",
          "[repeated]") {
    const std::string text = matrix_text(shipped(), false);
    int lines = 0, longest = 0;
    for (const std::string& line : lines_of(text)) {
        CHECK(columns(line) <= 80);
        CHECK((line.empty() || line.back() != ' '));
        lines = line.empty() ? 0 : lines + 1;
        longest = std::max(longest, lines);
    }
    CHECK(longest <= 23);
    CHECK(text.find("0.00000") == std::string::npos);
    CHECK(text.find("HAZARD") != std::string::npos);
    const std::string page = matrix_html(shipped());
    for (const char* never : {"<script", "http://", "https://", "src=\"", "url("})
        CHECK(page.find(never) == std::string::npos);
    CHECK(page.find("no power is given") != std::string::npos);
    for (const MatrixPlayer& p : shipped().players)
        CHECK(page.find("id=\"" + p.id + "\"") != std::string::npos);
}

TEST_CASE("the matrix as JSON names player and earphone of each reading, 70 combinations at least") {
    const auto json = parse_json(matrix_json(shipped()), "matrix");
    REQUIRE(json.has_value());
    std::set<std::pair<std::string, std::string>> pairs;
    for (const Json& reading : json->at("readings")) {
        pairs.emplace(reading.at("player"), reading.at("earphone"));
        CHECK(reading.contains("state"));
        CHECK(reading.contains("definition"));
    }
    CHECK(pairs.size() >= 70);
    CHECK(pairs.size() == shipped().players.size() * shipped().players.front().cells.size());
}

TEST_CASE("a name of a profile cannot bring markup into the page") {
    Matrix matrix{{{"x", "<script>alert(1)</script>", {}, {}}}};
    CHECK(matrix_html(matrix).find("<script") == std::string::npos);
}
