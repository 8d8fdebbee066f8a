// SPDX-License-Identifier: GPL-3.0-or-later
// What goes to relay boards and comes back, byte by byte, without a board.
#include "drivers/relays/dcttech_report.hpp"
#include "drivers/relays/lcus_bytes.hpp"
#include "drivers/relays/numato_text.hpp"
#include "tests/catch.hpp"

#include <random>

using namespace fourpole;

namespace {

template <class T>
bool needs_more(const Answer<T>& a) {
    return a.kind == Answer<T>::Kind::need_more;
}
template <class T>
std::string why(const Answer<T>& a) {
    return a.kind == Answer<T>::Kind::invalid ? a.why : "(not refused)";
}

}  // namespace

TEST_CASE("a dcttech board is told FF n and FD n, and says its relays in the bits of byte 7") {
    CHECK(dcttech_set(3, true) == DcttechReport{0xff, 3});
    CHECK(dcttech_set(8, false) == DcttechReport{0xfd, 8});
    CHECK(dcttech_set_all(true) == DcttechReport{0xfe});
    CHECK(dcttech_set_all(false) == DcttechReport{0xfc});
    const std::array<std::uint8_t, 9> numbered{1, 'R', 'I', 'G', '0', '1', 0, 0xff, 0x05};
    for (const std::size_t first : {0U, 1U}) {
        const auto report = std::span<const std::uint8_t>(numbered).subspan(first);
        const auto state = dcttech_state(report, 4);
        REQUIRE(state.value);
        CHECK(state.value->name == "RIG01");
        CHECK(state.value->closed == 5);
    }
    CHECK(why(dcttech_state(numbered, 2)).find("on that a board of 2 has not") != std::string::npos);
    CHECK(why(dcttech_state(std::span<const std::uint8_t>(numbered).first(7), 2)) ==
          "a state of 7 bytes; a board sends 8, or 9 with the report's number");
    const std::array<std::uint8_t, 8> odd{'R', 7, 'G', '0', '1', 0, 0, 0};
    CHECK(why(dcttech_state(odd, 8)) == "a name with the byte 0x07 in it; the board's is text");
}

TEST_CASE("16c0:05df is a relay board only where its product string says USBRelay and 1 to 8") {
    CHECK(dcttech_relays("USBRelay2") == 2);
    CHECK(dcttech_relays("USBRelay8") == 8);
    for (const char* other :
         {"USBRelay0", "USBRelay9", "USBRelay", "USBRelay16", "usbrelay2", "HIDmouse", ""})
        CHECK_FALSE(dcttech_relays(other).has_value());
}

TEST_CASE("an LCUS board is told A0 n s and the sum, and answers a line a relay") {
    CHECK(lcus_set(1, true) == std::array<std::uint8_t, 4>{0xa0, 1, 1, 0xa2});
    CHECK(lcus_set(4, false) == std::array<std::uint8_t, 4>{0xa0, 4, 0, 0xa4});
    const std::string whole = "CH1: ON\r\nCH2:OFF\r\n";
    const auto state = lcus_state(whole, 2);
    REQUIRE(state.value);
    CHECK(*state.value == std::vector<bool>{true, false});
    for (std::size_t n = 0; n < whole.size() - 2; ++n) CHECK(needs_more(lcus_state(whole.substr(0, n), 2)));
    CHECK(why(lcus_state("CH2: ON\r\n", 2)) == "\"CH2: ON\"; the next line begins with CH1:");
    CHECK(why(lcus_state("CH1: OF\r\n", 1)) == "\"CH1: OF\"; a relay is ON or OFF");
    CHECK(why(lcus_state(whole + "CH3: ON", 2)).find("behind the state of 2 relays") != std::string::npos);
    CHECK(why(lcus_state(std::string(100, '\x1b'), 2)).find("\"????") == 0);
}

TEST_CASE("a Numato board is told relay on N, repeats that and ends with its prompt") {
    CHECK(numato_set(3, 8, true) == "relay on 3\r");
    CHECK(numato_set(10, 16, false) == "relay off A\r");
    CHECK(numato_read(31, 32) == "relay read V\r");
    CHECK(numato_read(7, 64) == "relay read 07\r");
    const std::string asked = numato_read(0, 8), told = "relay read 0\n\ron\n\r>";
    REQUIRE(numato_state(told, asked).value);
    CHECK(*numato_state(told, asked).value);
    for (std::size_t n = 0; n < told.size(); ++n) CHECK(needs_more(numato_state(told.substr(0, n), asked)));
    CHECK(why(numato_state("relay read 1\n\ron\n\r>", asked)).find("repeats it first") != std::string::npos);
    CHECK(why(numato_state("relay read 0\n\r0n\n\r>", asked)) == "\"0n\"; a relay is on or off");
    CHECK(*numato_answer("relay on 3\n\r>", numato_set(3, 8, true)).value == "");
    CHECK(why(numato_answer(std::string(300, 'x'), asked)).find("no prompt") != std::string::npos);
}

TEST_CASE("of 30,000 answers at random none is read beyond its end, and no refusal holds a control sign") {
    std::mt19937 random(4);
    for (int k = 0; k < 10'000; ++k) {
        std::string text(random() % 80, '\0');
        for (char& c : text) c = static_cast<char>(random());
        if (k % 2 == 0) text.insert(0, "CH1: ON\r\n");
        const std::vector<std::uint8_t> bytes(text.begin(), text.end());
        for (const std::string& told :
             {why(lcus_state(text, 2)), why(numato_state(text, "ver\r")), why(dcttech_state(bytes, 8))})
            REQUIRE(std::all_of(told.begin(), told.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    }
}
