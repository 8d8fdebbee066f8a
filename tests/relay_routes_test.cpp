// SPDX-License-Identifier: GPL-3.0-or-later
// What a bench may say of its relays, and which positions of them are refused before anything moves.
#include "rig/profile/relay_routes.hpp"
#include "rig/json/json.hpp"
#include "tests/scratch_run.hpp"

using namespace fourpole;

namespace {

using Change = std::function<void(Json& relays)>;

/// The shipped bench with relays, changed: "(fine)", or the exit code and the sentence of what is wrong.
std::string verdict_on(const Change& change) {
    static const Session session = session_with(1);
    const Scratch scratch;
    auto json = parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/relays_two_players.json"),
                           "bench");
    REQUIRE(json.has_value());
    change((*json)["relays"]);
    const fs::path file = scratch.path() / "bench.json";
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    const auto bench = bench_named(file.string(), session);
    if (bench) return "(fine)";
    return std::to_string(exit_code(bench.error().kind)) + " " + bench.error().what;
}

/// Also closes this contact in the route of arm A, B or C.
Change also(const std::string& arm, const std::string& contact) {
    return [=](Json& relays) {
        for (Json& route : relays["routes"])
            if (route["arm"] == arm) route["closed"].push_back(contact);
    };
}

/// One contact more, on relay 15, closed for an arm ("" = none) or at rest.
Change one_more(const std::string& arm, const std::string& one, const std::string& two,
                const std::string& at_rest = "open") {
    return [=](Json& relays) {
        relays["boards"][0]["contacts"].push_back(
            {{"name", "extra"}, {"relay", 15}, {"at_rest", at_rest}, {"joins", {one, two}}});
        if (!arm.empty()) also(arm, "extra")(relays);
    };
}

void says(const Change& change, const std::string& code, const std::string& part) {
    const std::string text = verdict_on(change);
    INFO(text);
    INFO(part);
    CHECK(text.starts_with(code));
    CHECK(text.find(part) != std::string::npos);
}

Json& contact(Json& relays, int n) { return relays["boards"][0]["contacts"][static_cast<std::size_t>(n)]; }

}  // namespace

TEST_CASE("the shipped bench of 14 relays fits its session, and its file passes the check") {
    CHECK(verdict_on([](Json&) {}) == "(fine)");
    CHECK(check_file(fs::path(FOURPOLE_SOURCE) / "profiles/benches/relays_two_players.json").empty());
}

TEST_CASE("a route that joins the outputs of two players is exit code 5, and names both") {
    says(also("B", "MD-DR7 tip"), "5",
         "/relays: the route of arm B would join aL of arm B (\"B.T\") with aR- of "
         "arm A (\"A.T\") and short a bridge-tied output; nothing was switched");
    // Over three contacts too: one wire leads on to the next.
    says([](Json& relays) { one_more("C", "clone's tip", "clone's ring 1")(relays); }, "5",
         "the route of arm C would join aL of arm B");
}

TEST_CASE("a contact between two poles shorts a bridge-tied output, and is none between two grounds") {
    says(one_more("A", "ring 2", "sleeve"), "5",
         "the route of arm A would join aL of arm A (\"A.R2\") with aL- of arm A (\"A.S\") and short a "
         "bridge-tied "
         "output");
    CHECK(verdict_on(one_more("B", "ring 2", "sleeve")) == "(fine)");
    CHECK(verdict_on(one_more("B", "ground", "sleeve")) == "(fine)");
}

TEST_CASE("an output on ground is exit code 5, as is one of the card's and what is so at rest already") {
    says(one_more("A", "ground", "sleeve"), "5",
         "would join aL- of arm A (\"A.S\") with ground (\"ground\") and short a bridge-tied output");
    says(one_more("B", "ring 1", "sleeve"), "5", "would join aR of arm B (\"B.R1\") with ground (\"B.S\")");
    says(one_more("C", "output 1", "tip"), "5", "the route of arm C would join aL of arm B");
    says(one_more("", "A.T", "B.T", "closed"), "5", "the relays at rest would join aL of arm B");
    says(
        [](Json& relays) {
            relays["wired"] = Json::array({Json::array({"A.T", "ground"})});
        },
        "5", "the relays at rest would join aR- of arm A");
    // Whoever is no arm of the session is taken for an amplifier.
    says(one_more("A", "Z.T", "tip"), "5", "would join Z.T (\"Z.T\") with aR- of arm A");
    // An input drives nothing.
    CHECK(verdict_on(one_more("A", "input 1", "tip")) == "(fine)");
}

TEST_CASE("what a route or a contact names has to be there, once, and the nearest name is told") {
    says(also("A", "MD-DR7 tpi"), "2",
         "/relays/routes/0/closed/8: found \"MD-DR7 tpi\"; allowed: the name of a contact of /relays/boards "
         "(nearest known key: MD-DR7 tip)");
    says(also("A", "clone tip"), "2", "/relays/routes/0/closed/8: found \"clone tip\" a second time");
    says([](Json& r) { contact(r, 1)["relay"] = 1; }, "2",
         "/relays/boards/0/contacts/1/relay: found 1 a second time");
    says([](Json& r) { contact(r, 1)["relay"] = 17; }, "2",
         "/relays/boards/0/contacts/1/relay: found 17; allowed: 1 to 16");
    says([](Json& r) { contact(r, 1)["name"] = "MD-DR7 tip"; }, "2",
         "/relays/boards/0/contacts/1/name: found \"MD-DR7 tip\" a second time");
    says([](Json& r) { contact(r, 1)["joins"][1] = "rong 1"; }, "2",
         "/relays/boards/0/contacts/1/joins/1: found \"rong 1\"; allowed: a wire of /relays/wires");
    says([](Json& r) { contact(r, 1)["joins"][1] = "output 33"; }, "2", "/joins/1: found \"output 33\"");
    says([](Json& r) { contact(r, 1)["joins"][1] = "A.R1"; }, "2", "/joins: found one point twice");
    says([](Json& r) { r["routes"].erase(2); }, "2", "the bench's relays have no route for arm C");
    says([](Json& r) { r["routes"][1]["arm"] = "A"; }, "2",
         "/relays/routes/1/arm: found \"A\" a second time");
    says([](Json& r) { r["routes"][2]["closed"] = r["routes"][1]["closed"]; }, "2",
         "the routes of arms B and C close the same contacts");
    says([](Json& r) { contact(r, 6)["joins"][0] = "B.R2"; }, "2", "has no spring R2");
}

TEST_CASE("two boards need two identities, and a board no more than its kind's 8 relays") {
    const auto second = [](const std::string& name, const std::string& device) {
        return [=](Json& relays) {
            relays["boards"].push_back(
                {{"name", name}, {"kind", "dcttech"}, {"device", device}, {"relays", 9}, {"contacts", {}}});
            relays["boards"][1]["contacts"] =
                Json::array({{{"name", "extra"}, {"relay", 1}, {"joins", {"ground", "sleeve"}}}});
        };
    };
    says(second("fixture", "16c0:05df"), "2", "/relays/boards/1/name: found \"fixture\" a second time");
    says(second("two", "2a19:0c03"), "2", "/relays/boards/1/device: found \"2a19:0c03\" a second time");
    says(second("two", "16c0:05df"), "2", "/relays/boards/1/relays: found 9; allowed: 1 to 8 relays");
    says(second("two", "/dev/ttyUSB0"), "2", "/relays/boards/1/device: found \"/dev/ttyUSB0\"");
}

TEST_CASE("only a sound card's bench has relays, and then nobody else switches") {
    const Scratch scratch;
    const fs::path file = scratch.path() / "bench.json";
    auto json = parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/relays_two_players.json"),
                           "bench");
    REQUIRE(json.has_value());
    (*json)["switching"] = "operator";
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    REQUIRE(check_file(file).size() == 1);
    CHECK(check_file(file)[0].find("/switching: found \"operator\"; allowed: nothing") != std::string::npos);
    (*json)["kind"] = "simulated";
    json->erase("switching");
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    REQUIRE(check_file(file).size() == 1);
    CHECK(check_file(file)[0].find("/relays: found ") != std::string::npos);
}
