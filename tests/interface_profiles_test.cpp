// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped profiles of interfaces beside the table of their quirks: one model, one identity, one name.
#include "drivers/simulated_bench.hpp"
#include "drivers/usb/interface_quirks.hpp"
#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"
#include "rig/plan.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

using namespace fourpole;
namespace fs = std::filesystem;

namespace {

const fs::path profiles = profiles_folder();

Json json_in(const fs::path& file) {
    const auto text = read_text(file, 1 << 20);
    REQUIRE(text);
    auto json = parse_json(*text, file.string());
    REQUIRE(json);
    return *json;
}

/// Every shipped interface by its id.
std::map<std::string, Json> shipped() {
    std::map<std::string, Json> out;
    for (const auto& entry : fs::directory_iterator(profiles / "interfaces")) {
        const Json json = json_in(entry.path());
        CHECK(entry.path().stem() == json.at("id").get<std::string>());
        out[json.at("id")] = json;
    }
    return out;
}

/// USB identity -> the profile that has it.
std::map<std::string, Json> by_identity() {
    std::map<std::string, Json> out;
    for (const auto& [id, json] : shipped())
        for (const Json& usb : json.value("usb", Json::array())) {
            INFO(id);
            CHECK(out.emplace(usb.at("id"), json).second);
        }
    return out;
}

InterfaceQuirk quirk_of(const std::string& identity) {
    UsbDevice device;
    device.vendor = std::stoi(identity.substr(0, 4), nullptr, 16);
    device.product = std::stoi(identity.substr(5), nullptr, 16);
    const auto quirks = quirks_of(device);
    INFO(identity);
    REQUIRE(quirks.size() == 1);
    return quirks[0];
}

double value_at(const Json& json, const char* key) { return json.at(key).at("value").get<double>(); }

/// The findings about the main job with another interface: the shipped one `id` with `keys` put into it.
std::string findings_with(const std::string& id, const Json& keys) {
    const fs::path folder = fs::temp_directory_path() / ("interface profiles " + std::to_string(::getpid()));
    fs::create_directories(folder);
    Json interface = json_in(profiles / "interfaces" / (id + ".json"));
    interface.update(keys);
    std::ofstream(folder / "interface.json") << interface.dump();
    Json session = json_in(profiles / "sessions/md_dr7_4pole_vs_3pole.json");
    session["interface"] = "./interface.json";
    std::ofstream(folder / "session.json") << session.dump();
    std::string out;
    for (const std::string& line : check_file(folder / "session.json")) out += line + "\n";
    fs::remove_all(folder);
    return out;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("each of 16 USB identities is in a profile and in the table of quirks, under one name",
          "[profile][quirk]") {
    const auto profile = by_identity();
    std::set<std::string> in_profiles, in_table;
    for (const auto& [identity, json] : profile) in_profiles.insert(identity);
    for (const std::string& identity : identities_with_quirks()) CHECK(in_table.insert(identity).second);
    // As DEVICES section 5 states them.
    const std::set<std::string> stated{"1235:8212", "07fd:0008", "07fd:000b", "07fd:0009",
                                       "07fd:000d", "2a39:3fb0", "2a39:3fd2", "2a39:3fd3",
                                       "1397:0509", "1397:0508", "1397:0507", "16c0:4e37",
                                       "16c0:4e39", "041e:3f04", "0d9a:00df", "07fd:0004"};
    CHECK(in_profiles == stated);
    CHECK(in_table == stated);
    for (const auto& [identity, json] : profile) {
        // "MOTU M4 (first hardware)" is a MOTU M4.
        const std::string model = quirk_of(identity).model;
        INFO(identity << ": " << model);
        CHECK(model.substr(0, model.find(" (")) == json.at("name").get<std::string>());
    }
}

TEST_CASE("what the table of quirks says of a model, 96 kHz or no USB audio, its profile says too",
          "[profile][quirk]") {
    for (const auto& [identity, json] : by_identity()) {
        const InterfaceQuirk quirk = quirk_of(identity);
        INFO(identity);
        CHECK(says(quirk.knows, "no USB audio") == !json.value("usb_audio", true));
        CHECK(says(quirk.advice, "96 kHz") == (json.at("sample_rate_hz") == 96000));
        // A session opens these in both directions: the notes have to say so as the table does.
        CHECK(says(quirk.advice, "both ways") == says(json.at("notes").get<std::string>(), "both ways"));
    }
}

TEST_CASE("stated levels in dBu are peak volts of a sine, +22 dBu is 13.79 V", "[profile]") {
    const auto all = shipped();
    // 0 dBu is the voltage of 1 mW in 600 ohm.
    const auto peak = [](double dbu) { return std::sqrt(2.0 * 0.6) * std::pow(10.0, dbu / 20.0); };
    const Json& scarlett = all.at("scarlett_4i4_4th_gen");
    CHECK(value_at(scarlett, "full_scale_v") == Approx(peak(22.0)).epsilon(1e-3));
    CHECK(value_at(scarlett, "full_scale_output_v") == Approx(peak(16.0)).epsilon(1e-3));
    CHECK(value_at(scarlett.at("phones_full_scale_v")[0], "full_scale_v") == Approx(peak(5.0)).epsilon(1e-3));
    CHECK(value_at(scarlett.at("phones_full_scale_v")[1], "full_scale_v") ==
          Approx(peak(11.0)).epsilon(1e-3));
    // 0.0627, 0.536 and 28.6 of full scale for a volt.
    const Json& knob = all.at("behringer_umc202hd").at("full_scale_settings");
    const double per_volt[] = {0.0627, 0.536, 28.6};
    for (std::size_t k = 0; k < 3; ++k)
        CHECK(value_at(knob[k], "full_scale_v") * per_volt[k] == Approx(1.0).epsilon(1e-3));
    // +32 dBV.
    CHECK(value_at(all.at("quantasylum_qa402"), "largest_input_v") ==
          Approx(std::sqrt(2.0) * std::pow(10.0, 1.6)).epsilon(1e-3));
}

TEST_CASE("what nobody knows of a model is absent from its profile, and no session takes it for a figure",
          "[profile]") {
    for (const auto& [id, json] : shipped()) {
        INFO(id);
        // One unit's full scale is another's guess: nobody has measured the reader's.
        CHECK_FALSE(json.value("calibrated", false));
        const auto text = findings_with(id, {{"differential_inputs", true}});
        if (json.contains("full_scale_v")) {
            CHECK(text.empty());
        } else {
            CHECK(says(text, ": /interface: found \"" + id +
                                 "\" without full_scale_v; allowed: an interface "
                                 "whose peak volts at full scale are known: "
                                 "fourpole calibrate measures them"));
        }
    }
    CHECK(says(findings_with("rtx6001", {{"calibrated", true}}),
               "/calibrated: found true; allowed: full_scale_v"));
    CHECK(findings_with("motu_m4", {{"full_scale_v", 4.0}, {"differential_inputs", true}}).empty());
    // The main job's second player is bridge-tied.
    CHECK(says(findings_with("motu_m4", {{"full_scale_v", 4.0}}),
               ": /interface: found \"motu_m4\" that does not say whether its inputs are differential; "
               "allowed: an interface with differential_inputs"));
}

TEST_CASE("an interface of unknown noise or crosstalk is not simulated, of unknown full scale gets no plan",
          "[profile]") {
    auto session = load_session(profiles / "sessions/md_dr7_4pole_vs_3pole.json");
    REQUIRE(session);
    REQUIRE(SimulatedBench::open(*session, 1, ""));
    const auto stated = session->interface.noise_dbfs;
    session->interface.noise_dbfs.reset();
    const auto bench = SimulatedBench::open(*session, 1, "");
    REQUIRE_FALSE(bench);
    CHECK(says(bench.error().what, "/noise_dbfs: found nothing"));
    session->interface.noise_dbfs = stated;
    session->interface.crosstalk_db.reset();
    const auto leaky = SimulatedBench::open(*session, 1, "");
    REQUIRE_FALSE(leaky);
    CHECK(says(leaky.error().what, "/crosstalk_db: found nothing"));
    CHECK(plan(*session));
    session->interface.full_scale_v.reset();
    const auto refused = plan(*session);
    REQUIRE_FALSE(refused);
    CHECK(says(refused.error().what, "/full_scale_v: found nothing"));
}
