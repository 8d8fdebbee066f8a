// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"
#include "tests/catch.hpp"
#include "tests/german_locale.hpp"

using namespace fourpole;

namespace {

/// The sentence with which a text is refused.
std::string refused(const std::string& text) {
    const auto json = parse_json(text, "F.json");
    REQUIRE_FALSE(json);
    CHECK(json.error().kind == Fault::Kind::bad_input);
    CHECK(json.error().what.find("F.json:") == 0);
    CHECK(json.error().what.find('\n') == std::string::npos);
    CHECK(json.error().what.size() < 300);
    return json.error().what;
}

bool says(const std::string& sentence, const std::string& part) {
    return sentence.find(part) != std::string::npos;
}

std::string repeated(const std::string& part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
}

}  // namespace

TEST_CASE("what JSON allows comes back unchanged, keys in the order they were written", "[json]") {
    const std::string text = R"({
  "z": 0.1,
  "a": [
    1,
    -9007199254740992,
    1e-300,
    true,
    null
  ],
  "m": "äΩ\n"
}
)";
    const auto json = parse_json(text, "F.json");
    REQUIRE(json);
    CHECK(dump_json(*json) == text);
    CHECK(parse_json("\xEF\xBB\xBF{}", "F.json"));  // a byte order mark
}

TEST_CASE("a key written twice is named with line and column of the second", "[json][planted]") {
    CHECK(says(refused("{\"gain_db\": -40,\n  \"x\": {\"gain_db\": 1},\n  \"gain_db\": 20}"),
               "F.json:3:3: the key \"gain_db\""));
    CHECK(says(refused("{\"ä\":\n1,\"Ω\": 2, \"ä\": 3}"), "F.json:2:11:"));  // columns are letters, not bytes
}

TEST_CASE("numbers that a double cannot hold are refused where they stand", "[json][planted]") {
    for (const char* number : {"1e999", "-1e999", "9007199254740993", "-9007199254740993",
                               "18446744073709551616", "123456789012345678901234567890"}) {
        const auto sentence = refused("{\"a\": 1,\n \"ohm\": " + std::string(number) + "}");
        CHECK(says(sentence, "F.json:2:9: found the number '" + std::string(number) + "'"));
    }
    CHECK(parse_json("[9007199254740992, -9007199254740992, 1.7e308, 5e-324]", "F.json"));
}

TEST_CASE("NaN and Infinity are no JSON", "[json]") {
    for (const char* word : {"NaN", "nan", "Infinity", "-Infinity", "inf"})
        CHECK(says(refused("{\"a\": " + std::string(word) + "}"), "F.json:1:7: found '" + std::string(word)));
}

TEST_CASE("empty, cut off and other texts are each named as what they are", "[json]") {
    CHECK(says(refused(""), "is empty"));
    CHECK(says(refused(" \n\t"), "is empty"));
    for (const char* text : {"{", "{\"a\"", "{\"a\": 1", "{\"a\": \"xy", "[1, 2", "{\"a\": [1, {\"b\": tru"})
        CHECK(says(refused(text), "ends too early"));
    CHECK(says(refused("RIFF\x24\x08"), "F.json:1:1: found 'RIFF"));
    CHECK(says(refused("{} {}"), "one value only"));
    CHECK(says(refused("{\"a\": 1,}"), "F.json:1:9: found '}'"));
    CHECK(says(refused("{'a': 1}"), "double quotes"));
    CHECK(says(refused("{\"a\": 1 // ohm\n}"), "comments"));
    CHECK(says(refused("\xFF\xFE{\0}"), "UTF-16"));
    CHECK(says(refused("{\"a\": \"\xC3\x28\"}"), "UTF-8"));
    CHECK(says(refused(std::string("{\"a\":\0 1}", 9)), "F.json:1:"));
}

TEST_CASE("64 levels are read, 65 and 10 000 are refused at the 65th", "[json][planted]") {
    CHECK(parse_json(repeated("[", 64) + repeated("]", 64), "F.json"));
    for (const int depth : {65, 10000, 1000000})
        CHECK(says(refused(repeated("[", depth)), "F.json:1:65: is nested more than 64 deep"));
    CHECK(says(refused(repeated("{\"a\":", 65)), "nested"));
}

TEST_CASE("more than 1 MiB is refused, a limit of the caller's own holds", "[json]") {
    CHECK(says(refused(std::string((1 << 20) + 1, ' ')), "larger than 1048576 bytes"));
    CHECK(parse_json("[1,2]", "F.json", {5, 64}));
    CHECK_FALSE(parse_json("[1,2] ", "F.json", {5, 64}));
}

TEST_CASE("100 000 keys in one object take linear time", "[json]") {
    // Searching all earlier keys for each would be five thousand million comparisons.
    std::string text = "{";
    for (int i = 0; i < 100000; ++i) text += "\"" + std::to_string(i) + "\":0,";
    text.back() = '}';
    const auto json = parse_json(text, "F.json");
    REQUIRE(json);
    CHECK(json->size() == 100000);
}

TEST_CASE("a German locale changes no number, in or out", "[json][planted]") {
    const GermanLocale german;
    if (!german.there) {
        WARN("SKIPPED: no de_DE locale on this machine");
        return;
    }
    const auto json = parse_json("[0.125,1234567.5]", "F.json");
    REQUIRE(json);
    CHECK(dump_json(*json) == "[\n  0.125,\n  1234567.5\n]\n");
    CHECK(says(refused("[1e999]"), "found the number '1e999'"));
}

TEST_CASE("a number is written as short as it reads back", "[json]") {
    for (const double x : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -12639.779, 0.24405750456825345}) {
        const auto back = parse_json(dump_json(Json(x)), "F.json");
        REQUIRE(back);
        CHECK(back->get<double>() == x);
    }
    CHECK(dump_json(Json(0.1)) == "0.1\n");
    CHECK(dump_json(Json("a\xFF")) == "\"a\xEF\xBF\xBD\"\n");  // not UTF-8 becomes U+FFFD
}
