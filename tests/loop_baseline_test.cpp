// SPDX-License-Identifier: GPL-3.0-or-later
// The interface by itself, beside what was captured through it.
#include "rig/flow/loop_baseline.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/compare/reading_pairs.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"
#include "tests/closed_form_take.hpp"

using namespace fourpole;

namespace {

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

Reading scalar(const char* name, double value, const char* definition = "x@1") {
    Reading r{.name = name, .unit = "dBFS", .definition = definition, .side = Side::left};
    r.points = {{.value = value, .u = 0.1}};
    return r;
}

Reading response(std::vector<double> db, std::vector<double> deg, double u) {
    Reading r{.name = "response",
              .unit = "dBFS",
              .definition = "response.sweep@1",
              .from = Side::left,
              .to = Side::left,
              .side = Side::left,
              .curve = true};
    for (std::size_t k = 0; k < db.size(); ++k)
        r.points.push_back(
            {.at = 100.0 * static_cast<double>(k + 1), .value = db[k], .phase_deg = deg[k], .u = u});
    return r;
}

TakeRecord record_with(Readings readings) {
    TakeRecord out;
    out.programme_id = "p", out.programme_sha256 = "p0", out.take_sha256 = "t0";
    out.rate_hz = 48000.0;
    out.readings = std::move(readings);
    return out;
}

const InterfaceIdentity m4{"07fd:000b", "M4AB", "fixed"};

LoopBaseline baseline_with(Readings readings) {
    LoopBaseline out;
    out.interface = m4;
    out.rate_hz = 48000.0;
    out.made = "2026-11-28", out.programme_id = "p", out.programme_sha256 = "p0";
    out.readings = std::move(readings);
    return out;
}

std::string refusal(const LoopBaseline& baseline, const InterfaceIdentity& of, TakeRecord record) {
    const auto put = put_beside(baseline, of, false, record);
    CHECK((put || !record.loop));
    return put ? "(not refused)" : put.error().what;
}

}  // namespace

TEST_CASE("a loop of -1 dB and 30 deg leaves -3 dB and 20 deg of -4 dB and 50 deg, u 0.5 of 0.3 and 0.4",
          "[calibrate]") {
    auto captured = response({-4.0, -7.0, -6.0}, {50.0, -170.0, 0.0}, 0.3);
    auto loop = response({-1.0, -2.0, -1.0}, {30.0, 170.0, 0.0}, 0.4);
    loop.points[2].state = State::at_most;
    TakeRecord record = record_with({captured, scalar("noise", -90.0)});
    REQUIRE(put_beside(baseline_with({loop, scalar("noise", -110.0)}), m4, true, record));
    const Reading& r = record.readings[0];
    CHECK(r.unit == "dB");
    CHECK(r.definition == "response.sweep.without_loop@1");
    CHECK(*r.points[0].value == Approx(-3.0));
    CHECK(*r.points[0].phase_deg == Approx(20.0));
    CHECK(*r.points[0].u == Approx(0.5));
    CHECK(*r.points[1].phase_deg == Approx(20.0));  // -340
    CHECK(r.points[2].state == State::not_measured);
    CHECK_FALSE(r.points[2].value);
    CHECK(*r.points[2].at == 300.0);
    CHECK(*record.readings[1].scalar().value == -90.0);  // a floor stands beside, nothing is taken from it
    REQUIRE(record.loop);
    CHECK(record.loop->response_taken_out);
    REQUIRE(record.loop->readings.size() == 2);
    CHECK(*record.loop->readings[1].scalar().value == -110.0);
}

TEST_CASE("where a player played, the response stays as captured and the loop's -1 dB stands beside it",
          "[calibrate]") {
    TakeRecord record = record_with({response({-4.0}, {50.0}, 0.3)});
    REQUIRE(put_beside(baseline_with({response({-1.0}, {30.0}, 0.4)}), m4, false, record));
    CHECK(*record.readings[0].points[0].value == -4.0);
    CHECK(record.readings[0].definition == "response.sweep@1");
    CHECK_FALSE(record.loop->response_taken_out);
    // One response as captured and one re the loop are no pair.
    Reading captured = record.readings[0], taken_out = captured;
    captured.unit = taken_out.unit = "dB";
    CHECK_FALSE(unlike(captured, taken_out));
    taken_out.definition = "response.sweep.without_loop@1";
    CHECK(says(unlike(captured, taken_out).value_or(""), "own response was taken out of one"));
    CHECK(*record.loop->readings[0].points[0].value == -1.0);
}

TEST_CASE("beside a figure stands the same quantity, by the same definition, of the same tone and weighting",
          "[calibrate]") {
    const auto with = [](const char* weighting, double tone_hz, double value) {
        Reading r = scalar("noise", value);
        r.details = {{"weighting", std::string(weighting)}, {"tone_hz", tone_hz}};
        return r;
    };
    const Reading clock = scalar("clock_offset", 3.0);
    TakeRecord record =
        record_with({clock, with("A", 1000.02, -90.0), with("A", 3150.0, -80.0), scalar("dc", 1.0, "y@1")});
    REQUIRE(put_beside(
        baseline_with({clock, with("none", 1000.0, 1.0), with("A", 1000.0, 2.0), scalar("dc", 3.0, "z@1")}),
        m4, false, record));
    REQUIRE(record.loop->readings.size() == 1);
    CHECK(*record.loop->readings[0].scalar().value == 2.0);
}

TEST_CASE("another interface, serial, gain, 44.1 kHz or programme is refused, and so is what nobody tells",
          "[calibrate]") {
    const auto baseline = baseline_with({scalar("noise", -110.0)});
    const TakeRecord record = record_with({scalar("noise", -90.0)});
    CHECK(refusal(baseline, m4, record) == "(not refused)");
    CHECK(refusal(baseline, {"07fd:0008", "M4AB", "fixed"}, record) ==
          "the baseline is of the interface \"07fd:000b\", the capture of \"07fd:0008\": it does not apply");
    CHECK(refusal(baseline, {"07fd:000b", "M4XY", "fixed"}, record) ==
          "the baseline is of serial number \"M4AB\", the capture of \"M4XY\": it does not apply");
    CHECK(says(refusal(baseline, {"07fd:000b", "", "fixed"}, record), "nobody says which"));
    CHECK(says(refusal(baseline, {"07fd:000b", "M4AB", "12 dB"}, record), "of gain \"fixed\""));
    TakeRecord other = record;
    other.rate_hz = 44100.0;
    CHECK(refusal(baseline, m4, other) ==
          "the baseline was made at 48000 Hz, the capture at 44100 Hz: it does not apply");
    other = record;
    other.programme_sha256 = "p1";
    CHECK(says(refusal(baseline, m4, other), "with another programme"));
    CHECK(says(refusal(baseline_with({scalar("noise", -110.0, "z@1")}), m4, record), "no figure of a kind"));
    // What the baseline does not know, nobody is asked.
    LoopBaseline any = baseline;
    any.interface.serial.clear(), any.interface.gain.clear();
    CHECK(refusal(any, {"07fd:000b", "", ""}, record) == "(not refused)");
}

TEST_CASE("a baseline file reads back as written, and what is wrong with it is a sentence", "[calibrate]") {
    const Scratch scratch;
    const fs::path file = scratch.path() / "loop.json";
    const auto text =
        baseline_text(record_with({response({-1.0}, {30.0}, 0.4)}), m4, "2026-11-28", "the desk");
    REQUIRE(text);
    REQUIRE(write_atomic(file, *text));
    const auto read = read_baseline(file);
    INFO((read ? "" : read.error().what));
    REQUIRE(read);
    CHECK(read->interface.serial == "M4AB");
    CHECK(read->rate_hz == 48000.0);
    CHECK(read->made == "2026-11-28");
    CHECK(read->applies_to == "the desk");
    CHECK(*read->readings[0].points[0].phase_deg == 30.0);
    const auto wrong = [&](const char* pointer, const Json& value) {
        Json json = *parse_json(*text, "");
        json[Json::json_pointer(pointer)] = value;
        REQUIRE(write_atomic(file, json.dump()));
        const auto refused = read_baseline(file);
        return refused ? std::string("(not refused)") : refused.error().what;
    };
    CHECK(says(wrong("/schema", "fourpole/baseline@2"), "/schema: found \"fourpole/baseline@2\""));
    CHECK(
        says(wrong("/interface/usb", "M4"), "/interface/usb: found \"M4\"; allowed: a vendor and a product"));
    CHECK(says(wrong("/interface/rate_hz", 0), "/interface/rate_hz: found 0"));
    CHECK(says(wrong("/made", nullptr), "/made: found nothing"));
    CHECK(says(wrong("/readings", 1), "/readings: found 1"));
    CHECK(says(wrong("/readings/0/state", "perhaps"), "/readings/0"));
    CHECK(says(wrong("/gaim", 1), "/gaim: found an unknown key; allowed: $schema, applies_to"));
    CHECK(wrong("/interface/usb", "07FD:000B") == "(not refused)");

    TakeRecord invalid = record_with({});
    invalid.valid = false, invalid.reasons = {"clipped"};
    const auto refused = baseline_text(invalid, m4, "2026-11-28", "");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().what == "the loop is no valid take: clipped");
}

TEST_CASE(
    "by the verbs, a device of half the level behind a loop of 0.8 is 6.02 dB down, of that interface only",
    "[calibrate]") {
    const Scratch scratch;
    const auto path = [&](const char* name) { return (scratch.path() / name).string(); };
    REQUIRE(
        write_atomic(path("p.json"), R"({"schema": "fourpole/programme@1", "id": "p", "sample_rate_hz": 48000,
        "length_s": 2, "analyses": ["response", "level"], "events": [{"kind": "tones", "sides": ["left"],
        "start_s": 0, "duration_s": 2, "tones": [{"frequency_hz": 1000, "amplitude": 0.5}]}]})"));
    for (const auto& [name, gain] : {std::pair{"loop.wav", 0.8}, std::pair{"device.wav", 0.4}}) {
        const double g = gain;
        Formula f;
        f.noise = 1e-6;
        f.at_player_time = [g](Side side, double u) {
            return side == Side::left ? 0.5 * g * std::sin(2.0 * std::numbers::pi * 1000.0 * u) : 0.0;
        };
        Take take = take_of(f);
        take.bits = 32;
        REQUIRE(write_atomic(path(name), *sound_bytes(take, SoundCoding::wav)));
    }
    const std::string base = path("base.json");
    const std::vector<std::string> loop{"calibrate",   path("loop.wav"), "--loopback",
                                        "--programme", path("p.json"),   "--interface",
                                        "07FD:000b",   "--out",          base};
    const Ran made = called(scratch, loop);
    INFO(made.err);
    REQUIRE(made.code == 0);
    std::vector<std::string> words{
        "analyze",     path("device.wav"), "--programme",  path("p.json"),       "--baseline", base,
        "--interface", "07fd:000b",        "--same-clock", "--interface-played", "--json"};
    const Ran ran = called(scratch, words);
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    const Json record = *parse_json(ran.out, "stdout");
    CHECK(record["baseline"]["interface"]["usb"] == "07fd:000b");
    CHECK(record["baseline"]["interface"]["serial"].is_null());
    bool found = false;
    for (const Json& r : record["readings"])
        if (r["name"] == "response") {
            found = true;
            CHECK(r["definition"] == "response.tones.without_loop@1");
            CHECK(r["calibration"] == "raw");
            CHECK(r["value"][0].get<double>() == Approx(-6.0206).margin(1e-3));
        }
    CHECK(found);
    words[7] = "07fd:0008";
    const Ran other = called(scratch, words);
    CHECK(other.code == 2);
    CHECK(says(other.err, "the capture of \"07fd:0008\": it does not apply"));

    CHECK(says(
        called(scratch, {"analyze", path("device.wav"), "--programme", path("p.json"), "--serial", "1"}).err,
        "--baseline: found nothing"));
    CHECK(says(called(scratch,
                      {"calibrate", path("loop.wav"), "--volts", "1", "--relative-u", "0.1", "--serial", "1"})
                   .err,
               "--loopback: found nothing"));
    words = loop;
    words[6] = "M4";
    CHECK(called(scratch, words).code == 2);
    CHECK(says(called(scratch, {"calibrate", path("loop.wav")}).err,
               "both --volts and --relative-u, or --loopback"));
    CHECK(says(called(scratch, {"calibrate", path("loop.wav"), "--loopback", "--volts", "1"}).err,
               "one of them"));
    CHECK(says(called(scratch, {"calibrate", path("loop.wav"), "--loopback"}).err, "--interface"));
}
