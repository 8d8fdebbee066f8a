// SPDX-License-Identifier: GPL-3.0-or-later
// `compare A.json B.json`: differences by hand, and everything that must not be subtracted.
#include "rig/flow/conclude.hpp"
#include "rig/json/json.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/stored_record.hpp"
#include "tests/called_program.hpp"
#include "tests/catch.hpp"
#include "tests/made_take.hpp"

using namespace fourpole;

namespace {

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

Json parsed(const std::string& text) {
    auto json = parse_json(text, "text");
    if (!json) FAIL(json.error().what);
    return std::move(*json);
}

Json leak(double value, double u) {
    return {{"name", "crosstalk"},
            {"from", "left"},
            {"to", "right"},
            {"frequency_hz", 1000},
            {"value", value},
            {"unit", "dB"},
            {"phase_deg", 170},
            {"u", u},
            {"state", "exact"},
            {"definition", "crosstalk.tones@1"},
            {"calibration", "calibrated"}};
}

Json record(std::vector<Json> readings) {
    Json out{{"schema", "fourpole/record@1"}, {"kind", "take"}, {"valid", true}, {"simulated", false}};
    out["readings"] = Json::array();
    for (Json& r : readings) out["readings"].push_back(std::move(r));
    return out;
}

struct Bench {
    Scratch scratch;
    std::string file(const std::string& name) const { return (scratch.path() / name).string(); }
    Ran compare(const Json& a, const Json& b, std::vector<std::string> more = {"--json"}) const {
        REQUIRE(write_atomic(file("a.json"), dump_json(a)).has_value());
        REQUIRE(write_atomic(file("b.json"), dump_json(b)).has_value());
        more.insert(more.begin(), {"compare", file("a.json"), file("b.json")});
        return called(scratch, more);
    }
    /// The first reading of the comparison.
    Json first(const Json& a, const Json& b, std::vector<std::string> more = {"--json"}) const {
        const Ran ran = compare(a, b, std::move(more));
        INFO(ran.err);
        REQUIRE(ran.code == 0);
        return parsed(ran.out).at("readings").at(0);
    }
};

double at(const Json& json, const char* key) { return json.at(key).get<double>(); }

}  // namespace

TEST_CASE("crosstalk of -46.14(3) against -40.12(4) dB differs by -6.02 with u 0.05, and z is -120.4") {
    Json b = leak(-46.14, 0.03);
    b["phase_deg"] = -175;
    const Json d = Bench().first(record({leak(-40.12, 0.04)}), record({b}));
    CHECK(d.at("name") == "crosstalk");
    CHECK(d.at("from") == "left");
    CHECK(at(d, "value") == Approx(-6.02));
    CHECK(at(d, "u") == Approx(0.05));  // 3, 4, 5
    CHECK(at(d, "low") == Approx(-6.02 - 1.959964 * 0.05).epsilon(1e-7));
    CHECK(at(d, "high") == Approx(-6.02 + 1.959964 * 0.05).epsilon(1e-7));
    CHECK(at(d, "z") == Approx(-120.4));
    CHECK(at(d, "phase_deg") == Approx(15.0));  // from 170 over 180 to -175
    CHECK(d.at("state") == "exact");
    CHECK(d.at("definition") == "difference.b_minus_a@1");
    CHECK(at(d.at("a"), "value") == -40.12);
}

TEST_CASE("a bound makes a bound with 1.645 u of the exact one, opposite bounds and the unknown make none") {
    const Bench bench;
    Json exact = leak(-40.0, 0.1), most = leak(-80.0, 0.0), least = leak(-30.0, 0.0), none = leak(0.0, 0.0);
    for (Json* one : {&most, &least, &none}) (*one)["u"] = nullptr, one->erase("phase_deg");
    most["state"] = "at_most", least["state"] = "at_least";
    none["state"] = "not_measured", none["value"] = nullptr;
    Json unsure = exact;
    unsure["u"] = nullptr;
    const Json d = bench.first(record({exact}), record({most}));
    CHECK(d.at("state") == "at_most");
    CHECK(at(d, "value") == -40.0);
    CHECK(at(d, "high") == Approx(-40.0 + 0.16448536));
    CHECK(d.at("low").is_null());
    CHECK(d.at("z").is_null());
    const Json turned = bench.first(record({most}), record({exact}));
    CHECK(turned.at("state") == "at_least");
    CHECK(at(turned, "low") == Approx(40.0 - 0.16448536));
    CHECK(bench.first(record({most}), record({most})).at("state") == "not_measured");
    const Json apart = bench.first(record({most}), record({least}));
    CHECK(apart.at("state") == "at_least");
    CHECK(at(apart, "low") == 50.0);
    const Json nothing = bench.first(record({exact}), record({none}));
    CHECK(nothing.at("state") == "not_measured");
    CHECK(nothing.at("value").is_null());
    const Json unknown = bench.first(record({exact}), record({unsure}));
    CHECK(unknown.at("u").is_null());
    CHECK(unknown.at("low").is_null());
    CHECK(at(unknown, "value") == 0.0);
}

TEST_CASE("one calibration behind both cancels: u 0.05 with 0.03 of it common is 0.0566 and not 0.0707") {
    const Bench bench;
    Json a = leak(-40.0, 0.05), b = leak(-41.0, 0.05);
    a["calibration_u"] = b["calibration_u"] = 0.03;
    const Json apart = bench.first(record({a}), record({b}));
    CHECK(at(apart, "u") == Approx(0.0707107).epsilon(1e-5));
    CHECK(at(apart, "u_common") == Approx(0.0424264).epsilon(1e-5));
    const Json one = bench.first(record({a}), record({b}), {"--json", "--same-calibration"});
    CHECK(at(one, "u") == Approx(0.0565685).epsilon(1e-5));
    CHECK(at(one, "u_common") == 0.0);
}

TEST_CASE("unlike conditions are refused with exit code 2 and a sentence, and left out only when told so") {
    const Bench bench;
    Json noise{{"name", "noise"},
               {"side", "left"},
               {"value", -96.0},
               {"unit", "dBFS"},
               {"u", 0.02},
               {"state", "exact"},
               {"weighting", "A"},
               {"band_to_hz", 20000},
               {"calibration", "raw"},
               {"definition", "noise.idle@1"}};
    struct Change {
        const char* key;
        const char* says;
        Json value;
    };
    for (const Change& c :
         {Change{"unit", "unit dBFS in A, dBV in B", "dBV"},
          Change{"calibration", "calibration raw in A, calibrated in B", "calibrated"},
          Change{"definition", "definition noise.idle@1 in A, noise.idle@2 in B", "noise.idle@2"},
          Change{"weighting", "weighting A in A, none in B", "none"},
          Change{"band_to_hz", "band_to_hz 20000 in A, 40000 in B", 40000},
          Change{"frequency_hz", "frequency_hz none in A, 997 in B", 997}}) {
        Json other = noise;
        other[c.key] = c.value;
        const Ran ran = bench.compare(record({leak(-40, 0.1), noise}), record({leak(-41, 0.1), other}));
        INFO(c.key << ": " << ran.err);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(holds(ran.err, "unlike conditions"));
        CHECK(holds(ran.err, std::string("noise left: ") + c.says));
        const Ran rest = bench.compare(record({leak(-40, 0.1), noise}), record({leak(-41, 0.1), other}),
                                       {"--json", "--skip-unlike"});
        REQUIRE(rest.code == 0);
        CHECK(parsed(rest.out).at("readings").size() == 1);
        CHECK(parsed(rest.out).at("unlike").size() == 1);
    }
    // Three weightings of one noise each find their own.
    Json plain = noise;
    plain["weighting"] = "none", plain["value"] = -93.0;
    CHECK(at(bench.first(record({noise, plain}), record({plain, noise})), "value") == 0.0);
}

TEST_CASE("what is not valid, no record, or simulated beside real is refused, and so is a name nobody has") {
    const Bench bench;
    const Json good = record({leak(-40, 0.1)});
    Json broken = good, simulated = good, null = good, other = good;
    broken["valid"] = false, broken["reasons"] = {"lost frames"};
    simulated["simulated"] = true;
    null["kind"] = "null";
    other["schema"] = "fourpole/record@2";
    for (const auto& [b, says] : {std::pair{broken, "lost frames"},
                                  {simulated, "--mix-simulated"},
                                  {null, "kind \"null\""},
                                  {other, "fourpole/record@1"},
                                  {record({}), "no quantity in common"}}) {
        const Ran ran = bench.compare(good, b);
        INFO(ran.err);
        CHECK(ran.code == 2);
        CHECK(holds(ran.err, says));
    }
    const Ran mixed = bench.compare(good, simulated, {"--json", "--mix-simulated"});
    CHECK(mixed.code == 0);
    CHECK(parsed(mixed.out).at("simulated") == true);
    const Ran misspelt = bench.compare(good, good, {"--only", "crostalk"});
    CHECK(misspelt.code == 2);
    CHECK(holds(misspelt.err, "nearest: crosstalk"));
}

TEST_CASE("a parabola in ln f read between its points is off by just the u that interpolation adds") {
    // L = (ln f / 1 kHz)^2 at 12 points an octave; a straight line between two of them is too high by
    // (x - x1)(x2 - x), in the middle h^2 / 4.
    Json fine = leak(0, 0), tones = leak(0, 0);
    for (const char* key : {"frequency_hz", "value", "u", "phase_deg"})
        fine[key] = Json::array(), tones[key] = Json::array();
    const double h = std::log(2.0) / 12.0;
    for (int k = -12; k <= 12; ++k) {
        fine["frequency_hz"].push_back(1000.0 * std::exp(k * h));
        fine["value"].push_back(k * h * k * h);
        fine["u"].push_back(1e-6), fine["phase_deg"].push_back(10.0 * k);
    }
    for (const double hz : {16000.0, 20000.0}) {
        fine["frequency_hz"].push_back(hz);
        fine["value"].push_back(9.0), fine["u"].push_back(1e-6), fine["phase_deg"].push_back(0.0);
    }
    // On a point, in the middle of two, between two that are far apart, beyond the end.
    for (const double x : {2.0 * h, 3.5 * h, std::log(5.0), std::log(21.0)}) {
        tones["frequency_hz"].push_back(1000.0 * std::exp(x));
        tones["value"].push_back(0.0), tones["u"].push_back(0.0), tones["phase_deg"].push_back(0.0);
    }
    tones["definition"] = "crosstalk.sweep@1";
    const Json d = Bench().first(record({tones}), record({fine}));
    REQUIRE(d.at("value").size() == 2);
    CHECK(d.at("value").at(0).get<double>() == Approx(4.0 * h * h).epsilon(1e-9));
    CHECK(d.at("u").at(0).get<double>() == Approx(1e-6));
    CHECK(d.at("value").at(1).get<double>() == Approx((3.5 * 3.5 + 0.25) * h * h).epsilon(1e-9));
    CHECK(d.at("u").at(1).get<double>() == Approx(0.25 * h * h).epsilon(1e-4));
    CHECK(d.at("phase_deg").at(1).get<double>() == Approx(35.0));
    CHECK(d.at("interpolated_points") == 1);
    CHECK(d.at("points_left_out") == 2);
    CHECK(holds(d.at("notes").at(0).get<std::string>(), "by two methods"));
}

TEST_CASE("a prediction stands beside a raw take by its crosstalk, not by its response") {
    const Bench bench;
    Json predicted = leak(-40.5, 0.5), measured = leak(-40.0, 0.1);
    predicted["definition"] = "crosstalk.model@1", predicted["calibration"] = "nominal";
    measured["calibration"] = "raw";
    Json response = predicted, heard = measured;
    response["name"] = heard["name"] = "response", response["to"] = heard["to"] = "left";
    response["definition"] = "response.model@1", heard["definition"] = "response.sweep@1";
    Json model = record({predicted, response});
    model["kind"] = "prediction";
    const Ran whole = bench.compare(model, record({measured, heard}));
    CHECK(whole.code == 2);
    CHECK(holds(whole.err, "response left: calibration nominal in A, raw in B"));
    const Json d = bench.first(model, record({measured, heard}), {"--json", "--only", "crosstalk"});
    CHECK(at(d, "value") == Approx(0.5));
    CHECK(at(d, "u") == Approx(0.509902));
    CHECK(holds(d.at("notes").at(0).get<std::string>(), "taken for alike"));
    heard["calibration"] = "calibrated", heard["unit"] = response["unit"] = "dBV";
    model.at("readings").at(1)["unit"] = "dBV";
    CHECK(bench.compare(model, record({measured, heard})).code == 0);
}

TEST_CASE("two arms of one run are compared by their means") {
    const Bench bench;
    Json run = record({});
    run["kind"] = "run";
    double value = -40.0;
    for (const char* arm : {"A", "B"}) {
        Json mean = leak(value, 0.1), take = leak(0.0, 0.1);
        mean["arm"] = take["arm"] = arm, mean["mean"] = true, take["take"] = 1;
        run["readings"].push_back(take), run["readings"].push_back(mean);
        value -= 20.0;
    }
    const Ran which = bench.compare(run, run);
    CHECK(which.code == 2);
    CHECK(holds(which.err, "several arms; choose one of A, B"));
    CHECK(at(bench.first(run, run, {"--json", "--arm-a", "A", "--arm-b", "B"}), "value") == Approx(-20.0));
    CHECK(bench.compare(run, run, {"--arm-a", "A", "--arm-b", "C"}).code == 2);
    const Ran text = bench.compare(run, run, {"--arm-a", "A", "--arm-b", "B"});
    CHECK(holds(text.out, "crosstalk left → right"));
    CHECK(holds(text.out, "-20.00 dB  [-20.28, -19.72]  z -141.4"));
}

TEST_CASE("a reading that is broken is refused with its place in the record") {
    const Bench bench;
    Json curve = leak(0, 0);
    for (const char* key : {"frequency_hz", "value", "u", "phase_deg"}) curve[key] = {1.0, 2.0};
    struct Slip {
        const char* key;
        Json value;
        const char* says;
    };
    for (const Slip& slip :
         {Slip{"u", {1.0}, "/readings/0/u: found 1 entries; allowed: 2, as many as values"},
          Slip{"u", {1.0, "x"}, "/readings/0/u: found \"x\"; allowed: a number or null"},
          Slip{"u", 1.0, "/readings/0/u: found 1.0"},
          Slip{"state", "maybe", "/readings/0/state: found \"maybe\""},
          Slip{"state", {"exact"}, "/readings/0/state: found 1 entries"},
          Slip{"name", 7, "/readings/0/name"}}) {
        Json broken = curve;
        broken[slip.key] = slip.value;
        const Ran ran = bench.compare(record({curve}), record({broken}));
        INFO(slip.says << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(holds(ran.err, slip.says));
    }
}

TEST_CASE("a take 0.1 dB louder reads 0.100 dB, and a record is read back as it was written") {
    const Programme programme = sweep_pair();
    const Bench bench;
    Take take = played(programme, 3.0, 4000.25);
    const auto quiet = record_of(take, programme, false);
    for (auto& channel : take.channels)
        for (double& x : channel) x *= std::pow(10.0, 0.1 / 20.0);
    const auto loud = record_of(take, programme, false);
    REQUIRE((quiet && loud));
    const Json a = parsed(to_json(*quiet)), b = parsed(to_json(*loud));
    for (const Json& one : a.at("readings")) {
        if (one.at("name") != "response" && one.at("name") != "crosstalk") continue;
        const auto back = reading_in(one, "");
        REQUIRE(back.has_value());
        CHECK(json_of(*back) == one);
    }
    const Ran ran =
        bench.compare(a, b, {"--only", "response,crosstalk", "--json", "--record", bench.file("d.json")});
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK(ran.out == file_text(bench.file("d.json")));
    const Json comparison = parsed(ran.out);
    REQUIRE(comparison.at("readings").size() == 4);
    for (const Json& d : comparison.at("readings"))
        for (std::size_t i = 0; i < d.at("value").size(); ++i)
            CHECK(d.at("value").at(i).get<double>() ==
                  Approx(d.at("name") == "response" ? 0.1 : 0.0).margin(1e-6));
    CHECK(called(bench.scratch,
                 {"fit", bench.file("d.json"), "--player", "ak100", "--earphone", "sennheiser_mx300"})
              .code == 2);
    CHECK(bench.compare(a, b, {"--record", bench.file("a.json")}).code == 2);
}
