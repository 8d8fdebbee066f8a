// SPDX-License-Identifier: GPL-3.0-or-later
// Serial relay boards at the other end of a pseudo terminal: what they answer, and what they do wrong.
#include "drivers/relays/lcus_link.hpp"
#include "drivers/relays/numato_link.hpp"
#include "drivers/relays/serial_port.hpp"
#include "tests/serial_line.hpp"

#include <sys/ioctl.h>

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

/// A Numato board of 16 relays: it repeats each command and ends with its prompt.
struct Numato {
    std::atomic<int> on{0}, stuck{0};
    std::atomic<bool> deaf{false}, other_echo{false};

    std::string operator()(std::string& got) {
        std::string out;
        for (std::size_t end = got.find('\r'); end != std::string::npos; end = got.find('\r')) {
            const std::string words = got.substr(0, end);
            got.erase(0, end + 1);
            if (deaf) continue;
            out += (other_echo ? "relay read F" : words) + "\n\r";
            if (words.starts_with("relay")) {
                const int bit = 1 << std::stoi(words.substr(words.size() - 1), nullptr, 16);
                if (words.starts_with("relay on") && (stuck & bit) == 0) on = on | bit;
                if (words.starts_with("relay off") && (stuck & bit) == 0) on = on & ~bit;
                if (words.starts_with("relay read")) out += (on & bit) != 0 ? "on\n\r" : "off\n\r";
            }
            out += ">";
        }
        return out;
    }
};

std::unique_ptr<SerialPort> port_to(const Line& line) {
    auto port = SerialPort::open(line.path(), "board");
    if (!port) FAIL(port.error().what);
    return std::move(*port);
}

std::unique_ptr<RelayLink> opened(Result<std::unique_ptr<RelayLink>> link) {
    if (!link) FAIL(link.error().what);
    return std::move(*link);
}

template <class T>
std::string why(const Result<T>& result) {
    return result ? "(no fault)" : result.error().what;
}

using All = std::vector<bool>;

All state_of(RelayLink& link) {
    const auto state = link.read();
    if (!state) FAIL(state.error().what);
    REQUIRE(state->has_value());
    return **state;
}

}  // namespace

TEST_CASE("an LCUS board of 2 relays is set and says so, byte by byte, and one that sticks is told") {
    Lcus board;
    board.closed = 2;
    Line line(std::ref(board));
    line.byte_by_byte = true;
    line.say("CH1: ON\r\nCH2: ON\r\n");  // of whoever had it before
    const auto link = opened(LcusLink::open(port_to(line), 2, 2s));
    CHECK(state_of(*link) == All{false, true});
    REQUIRE(link->set(0, true).has_value());
    CHECK(board.closed == 3);
    CHECK(state_of(*link) == All{true, true});
    board.stuck = 2;
    CHECK(why(link->set(1, false)) == "relay 2 was told off and the board says on");
}

TEST_CASE("an LCUS board that never answers is believed, one that stops answering is a fault") {
    Lcus board;
    board.mute = true;
    Line line(std::ref(board));
    {
        const auto link = opened(LcusLink::open(port_to(line), 2, 100ms));
        REQUIRE(link->set(1, true).has_value());
        const auto state = link->read();
        REQUIRE(state.has_value());
        CHECK_FALSE(state->has_value());
        for (int k = 0; k < 400 && board.closed != 2; ++k) std::this_thread::sleep_for(5ms);
        CHECK(board.closed == 2);
    }
    board.mute = false;
    const auto link = opened(LcusLink::open(port_to(line), 2, 200ms));
    board.mute = true;
    CHECK(why(link->read()) == "the board did not answer within 200 ms");
    board.mute = false;
    board.half = true;
    CHECK(why(link->read()) == "the board sent only \"CH1: OFF\" within 200 ms");
    board.half = false;
    board.garbled = true;
    CHECK(why(link->read()) == "the board sent \"CH?: OFF\"; the next line begins with CH1:");
    board.garbled = false;
    CHECK(link->read().has_value());
}

TEST_CASE("an answer that comes 450 ms late is not taken for the next question's") {
    Lcus board;
    Line line(std::ref(board));
    const auto link = opened(LcusLink::open(port_to(line), 2, 300ms));
    line.late_ms = 450;
    CHECK(why(link->read()) == "the board did not answer within 300 ms");
    board.closed = 1;  // the late answer still says that both are off
    CHECK(state_of(*link) == All{true, false});
}

TEST_CASE("a Numato board of 16 relays is told relay on A, and read back") {
    Numato board;
    Line line(std::ref(board));
    line.byte_by_byte = true;
    const auto link = opened(NumatoLink::open(port_to(line), 16, 2s));
    REQUIRE(link->set(10, true).has_value());
    CHECK(board.on == 1 << 10);
    line.byte_by_byte = false;
    const All state = state_of(*link);
    for (std::size_t k = 0; k < 16; ++k) CHECK(state[k] == (k == 10));
    board.stuck = 1 << 10;
    CHECK(why(link->set(10, false)) == "relay 10 was told off and the board says on");
    board.other_echo = true;
    CHECK(why(link->set(1, true)).find("the board repeats it first") != std::string::npos);
}

TEST_CASE("a Numato board without a prompt, one that has left, and a file that is no line are sentences") {
    Numato board;
    board.deaf = true;
    Line line(std::ref(board));
    CHECK(why(NumatoLink::open(port_to(line), 16, 60ms)) == "the board did not answer within 60 ms");
    CHECK(why(NumatoLink::open(port_to(line), 65)) == "65 relays; a Numato board has 1 to 64");
    board.deaf = false;
    const auto link = opened(NumatoLink::open(port_to(line), 16, 2s));
    CHECK(why(SerialPort::open(line.path(), "board")).find("end the program that holds it") !=
          std::string::npos);
    line.leave();
    CHECK(why(link->set(0, true)) == "the board has been unplugged");
    CHECK(why(SerialPort::open("/dev/null", "board")).find("asking the line /dev/null") == 0);
    CHECK(why(SerialPort::open("/dev/ttyNONE", "board")).find("opening /dev/ttyNONE") == 0);
}

TEST_CASE("a board that has said 3000 characters before it is asked talks without being asked") {
    Line line([](std::string&) { return std::string(); });
    const auto port = port_to(line);
    line.say(std::string(3000, 'x'));
    // All of it is there before the board is asked: whether our other thread is late changes nothing.
    const int there = ::open(line.path().c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    int waiting = 0;
    for (int k = 0; k < 2000 && waiting < 3000; ++k) {
        REQUIRE(::ioctl(there, FIONREAD, &waiting) == 0);
        std::this_thread::sleep_for(5ms);
    }
    ::close(there);
    REQUIRE(waiting == 3000);
    CHECK(why(port->tell("x")) == "the board talks without being asked");
}

TEST_CASE("a board that says a character every ms without an end is a fault and hangs nothing") {
    const Line line([](std::string&) { return std::string(); });
    std::atomic<bool> ending{false};
    std::thread chatter([&] {
        while (!ending) {
            line.say("y");
            std::this_thread::sleep_for(1ms);
        }
    });
    // 30 ms without a character are a board that has ended. On a busy machine our other thread may make such
    // a pause, and then there is no fault; it is asked anew.
    std::string told;
    for (int tries = 0; tries < 20 && told != "the board talks without being asked"; ++tries)
        told = why(port_to(line)->tell("x"));
    ending = true;
    chatter.join();
    CHECK(told == "the board talks without being asked");
}
