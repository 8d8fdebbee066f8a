// SPDX-License-Identifier: GPL-3.0-or-later
// Published figures of real players, out of the shipped profiles.
#include "rig/model/derived.hpp"
#include "rig/model/output_impedance.hpp"
#include "rig/model/port_impedance.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>

using namespace fourpole;

namespace {

constexpr Side L = Side::left;

Player player(const std::string& id) {
    auto out = load_player(id);
    REQUIRE(out.has_value());
    return *out;
}

/// The player's stage and jack into bare resistors: no cable.
Circuit into(const Player& p, double ohm) {
    Circuit c;
    c.name = p.id;
    c.stage = p.stage;
    c.contacts = p.contacts;
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm.value = ohm;
    return c;
}

UnitFigures figures(const Player& p, double ohm) {
    const auto out = nominal_figures(into(p, ohm), drive_of(p, Earphone{}));
    REQUIRE(out.has_value());
    return out->figures;
}

/// Impedance between the ends of a plug, one side, at one frequency.
double ohms_at_plug(const std::string& earphone, double frequency_hz) {
    const auto e = load_earphone(earphone);
    REQUIRE(e.has_value());
    double wire = e->cable.signal_ohm[L].value + e->cable.return_ohm[L].value;
    if (e->cable.kind == Cable::Kind::shared_return) wire += e->cable.common_return_ohm.value;
    return std::abs(wire + impedance(e->drivers[L], frequency_hz));
}

}  // namespace

TEST_CASE("HM-801: 3.08 dBV behind 18.23 ohm give -0.84 dBV, 25.78 mW into 32 ohm and 2.57, 6.02 into 300") {
    const Player p = player("hifiman_hm801");
    const double contacts = p.contacts.tip_ohm.value + p.contacts.sleeve_ohm.value;
    CHECK(std::abs(output_impedance(p.stage, 1000.0).loop()) + contacts == Approx(18.23).epsilon(1e-9));
    CHECK(*figures(p, 1e9).at(FigureOf::level, L) == Approx(3.08).margin(0.0005));
    CHECK(*figures(p, 32.0).at(FigureOf::level, L) == Approx(-0.84).margin(0.005));
    CHECK(*figures(p, 32.0).at(FigureOf::power_one, L) == Approx(25.78).margin(0.005));
    CHECK(*figures(p, 300.0).at(FigureOf::level, L) == Approx(2.57).margin(0.005));
    CHECK(*figures(p, 300.0).at(FigureOf::power_one, L) == Approx(6.02).margin(0.005));
}

TEST_CASE("AK100: 22.5 ohm cost 4.62 dB into 32 ohm, and 1.55 V is its most") {
    const Player p = player("ak100");
    const double open = *figures(p, 1e9).at(FigureOf::level, L);
    CHECK(open == Approx(AmplitudeRatio{1.55}.decibels()).margin(0.02));
    CHECK(*figures(p, 32.0).at(FigureOf::level, L) - open == Approx(-4.62).margin(0.005));
}

TEST_CASE("HM-602 line out: 214 ohm in the midband are 558 ohm at 20 Hz, and 32 ohm end at 41.9 Hz") {
    const Player p = player("hifiman_hm602_line_out");
    CHECK(std::abs(output_impedance(p.stage, 20.0).loop()) == Approx(558.0).margin(0.5));
    CHECK(std::abs(output_impedance(p.stage, 20000.0).loop()) == Approx(214.0).margin(0.1));
    CHECK(*figures(p, 1e9).at(FigureOf::level, L) == Approx(AmplitudeRatio{1.79}.decibels()).margin(0.005));
    const auto cutoff = low_cutoff(into(p, 32.0));
    REQUIRE(cutoff.has_value());
    // 1 / (2 pi 15.44 uF (214 + 32)), with 0.06 ohm of contacts
    CHECK((*cutoff)[L].hz == Approx(41.89).margin(0.03));
}

TEST_CASE("earphones show what was measured: ER-4P 27, ER-4S 100, iPod 33.7 at 1 kHz and 41.1 at 160 Hz") {
    CHECK(ohms_at_plug("etymotic_er4p", 1000.0) == Approx(27.0).margin(0.3));
    CHECK(ohms_at_plug("etymotic_er4p", 0.01) == Approx(23.4).margin(0.1));
    CHECK(ohms_at_plug("etymotic_er4s", 1000.0) == Approx(100.0).margin(1.0));
    CHECK(ohms_at_plug("apple_ipod_earbuds", 1000.0) == Approx(33.7).margin(0.1));
    CHECK(ohms_at_plug("apple_ipod_earbuds", 160.0) == Approx(41.1).margin(0.15));
}

TEST_CASE("ER-4S and ER-4P at 0.1 V: 90 and 102 dB") {
    for (const auto& [id, spl] : {std::pair{"etymotic_er4s", 90.0}, {"etymotic_er4p", 102.0}}) {
        const auto e = load_earphone(id);
        REQUIRE(e.has_value());
        REQUIRE(e->sensitivity_db_per_vrms.has_value());
        CHECK(e->sensitivity_db_per_vrms->value + AmplitudeRatio{0.1}.decibels() == Approx(spl).margin(1e-9));
    }
}

TEST_CASE("each output of a bridge clips at 0.5 V, the side at 1 V, and both keys together are refused") {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("fourpole-devices-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto file = folder / "p.json";
    const auto load = [&](const std::string& stage, const std::string& more) {
        const std::string contacts = R"({"tip_ohm": 0, "ring1_ohm": 0, "ring2_ohm": 0, "sleeve_ohm": 0})";
        std::ofstream(file) << R"({"schema": "fourpole/player@1", "id": "p", "name": "p", "source": )"
                            << stage << R"(, "jack": "3-contact single-ended", "contacts": )" << contacts
                            << more << "}";
        return load_player(file.string());
    };
    const std::string btl = R"({"kind": "btl", "emf_differential_v": 4, "half_bridge_resistance_ohm": 1})";
    const std::string grounded = R"({"kind": "single-ended", "emf_v": 4, "output_resistance_ohm": 1})";
    const auto bridged = load(btl, R"(, "clip_v_peak_per_output": {"value": 0.5, "tolerance": 0.1})");
    REQUIRE(bridged.has_value());
    CHECK(bridged->clip_v->value == 1.0);
    CHECK(bridged->clip_v->tolerance == Approx(0.2));
    CHECK(bridged->full_scale_emf_v.value == 4.0);
    CHECK_FALSE(bridged->noise_stated);
    const auto single = load(grounded, R"(, "clip_v_peak_per_output": 0.5, "current_limit_a_peak": 0.03)");
    REQUIRE(single.has_value());
    CHECK(single->clip_v->value == 0.5);
    CHECK(single->current_limit_a->value == 0.03);
    const auto twice = load(btl, R"(, "clip_v_peak_per_output": 0.5, "clip_v": 1)");
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().what.find("/clip_v: found this and clip_v_peak_per_output") != std::string::npos);
    const auto bits = load(btl, R"(, "effective_bits_definition": "tpdf_dithered")");
    REQUIRE(bits.has_value());
    CHECK(bits->bits_definition == BitsDefinition::tpdf_dithered);
    std::filesystem::remove_all(folder);
}

TEST_CASE("every system of the story is there: 10 players, 7 earphones, 8 plugs and their jacks") {
    const auto has = [](const char* kind, const std::vector<std::string>& wanted) {
        const auto ids = profile_ids(kind);
        for (const std::string& id : wanted) {
            INFO(kind << " " << id);
            CHECK(std::find(ids.begin(), ids.end(), id) != ids.end());
        }
    };
    has("player", {"sharp_md_dr7", "sharp_auvi", "ak100", "msak100", "ak120", "ak120_line_out",
                   "hifiman_hm901", "hifiman_hm801", "hifiman_hm602", "hifiman_hm602_line_out"});
    has("earphone", {"mx300_clone_4pole", "sennheiser_mx300", "etymotic_er4s", "etymotic_er4p", "shure_e2c",
                     "sony_mdr_e888", "apple_ipod_earbuds"});
    has("plug", {"trs", "auvi_3.5mm", "ak_2.5mm", "trrs_l+r+l-r-", "trrs_l+r+r-l-", "trrs_ctia_headset",
                 "trrs_omtp_headset", "pentaconn_4.4mm"});
    has("jack", {"3-contact single-ended", "auvi_3.5mm", "ak_2.5mm balanced", "4-contact BTL l+r+l-r-",
                 "4-contact BTL l+r+r-l-", "pentaconn_4.4mm balanced"});
}

TEST_CASE("a 4.4 mm plug in its jack is stereo, and nothing is shorted") {
    const auto plug = load_plug("pentaconn_4.4mm");
    const auto jack = load_jack("pentaconn_4.4mm balanced");
    REQUIRE(plug.has_value());
    REQUIRE(jack.has_value());
    const auto judged = wiring(*plug, *jack, natural_touch(*plug, *jack));
    REQUIRE(judged.has_value());
    CHECK(judged->outcome == "stereo");
    CHECK(judged->hazards.empty());
}
