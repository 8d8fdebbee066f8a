// SPDX-License-Identifier: GPL-3.0-or-later
// Takes whose arms are put on by USB relay boards, through the real libusb and the modelled usbfs: from the
// bench's file to the boards' bytes, as on a real bench.
#ifndef FOURPOLE_UMOCKDEV
#include "tests/catch.hpp"

TEST_CASE("arms on USB relay boards that are not there") { WARN("SKIPPED: umockdev is not installed"); }
#else

#include "drivers/relay_switch.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/profile/load.hpp"
#include "tests/mocked_relay_board.hpp"
#include "tests/mocked_usb.hpp"
#include "tests/relay_bench.hpp"
#include "tests/started_program.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <string_view>

/// No sound card is here but the plugin's. alsa-lib looks for 32 of them, and each time that none is there
/// costs umockdev 0.17.16 one of the 50 files that it can remember; it is not asked.
extern "C" int open(const char* path, int flags, ...) {
    const std::string_view name(path);
    if (name.starts_with("/dev/snd/") || name.starts_with("/dev/aload")) {
        errno = ENOENT;
        return -1;
    }
    std::va_list more;
    va_start(more, flags);
    const unsigned mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, unsigned) : 0;
    va_end(more);
    static const auto next = reinterpret_cast<int (*)(const char*, int, ...)>(::dlsym(RTLD_NEXT, "open"));
    return next(path, flags, mode);
}

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

/// Two boards that are alike. Arm A is on relay 1 of the one at port 1-2 and relay 2 of the one at 1-10, B on
/// relay 2 of the near one, C on relay 1 of the far one.
struct TwoBoards {
    explicit TwoBoards(bool fast = true)
        : card(std::string("channels 4 latency 1031 loop 3 gain 0.5") + (fast ? "" : " speed 1")) {
        for (MockedDevice* d : {&near_board, &far_board}) usb.plug(*d);
        write_bench_with(relays(), file(), fast);
    }

    static Json contact(const std::string& name, int relay, const std::string& spring,
                        const std::string& wire) {
        return {{"name", name}, {"relay", relay}, {"joins", {spring, wire}}};
    }
    static Json board(const std::string& name, const std::string& device, const Json& contacts) {
        return {{"name", name}, {"kind", "dcttech"}, {"device", device},    {"relays", 2},
                {"make_ms", 1}, {"fall_ms", 1},      {"contacts", contacts}};
    }
    static Json relays(const std::string& near = "16c0:05df port=1-2",
                       const std::string& far = "16c0:05DF port=1-10") {
        Json out = {{"wires", {"tip", "ring"}}, {"heartbeat_s", 60}};
        out["boards"] = {
            board("near", near, {contact("A tip", 1, "A.T", "tip"), contact("B tip", 2, "B.T", "tip")}),
            board("far", far, {contact("C tip", 1, "C.T", "tip"), contact("A ring", 2, "A.R1", "ring")})};
        out["routes"] = Json::array();
        out["routes"].push_back({{"arm", "A"}, {"closed", {"A tip", "A ring"}}});
        out["routes"].push_back({{"arm", "B"}, {"closed", {"B tip"}}});
        out["routes"].push_back({{"arm", "C"}, {"closed", {"C tip"}}});
        return out;
    }

    fs::path file() const { return card.folder.path() / "bench.json"; }
    fs::path takes() const { return card.folder.path() / "takes"; }
    /// What is closed: of the near board, then of the far one.
    std::pair<int, int> closed() const { return {near.closed, far.closed}; }
    bool given_back() const { return near_board.driver_holds && far_board.driver_holds; }

    MockedRelays near, far;
    MockedDevice near_board{relay_facts("1-2", 3), [this](const MockedRequest& r) { return near.answer(r); }};
    MockedDevice far_board{relay_facts("1-10", 4), [this](const MockedRequest& r) { return far.answer(r); }};
    MockedUsb usb;  ///< ends before the devices do
    AlsaCard card;
};

constexpr std::pair at_rest{0, 0};

std::unique_ptr<AudioPort> opened(const TwoBoards& rig) {
    auto bench = open_bench(rig.file().string(), session_with(1), 1, "");
    if (!bench) FAIL(bench.error().where << ": " << bench.error().what);
    return std::move(*bench);
}

Result<Take> take_of(AudioPort& bench, const TwoBoards& rig, const std::string& arm,
                     const AudioPort::Progress& progress = {}) {
    return bench.play_and_record({arm, 1, rig.takes()}, progress);
}

/// The same switch without a sound card, for what a take that failed does not tell.
std::unique_ptr<RelaySwitch> switch_of(const TwoBoards& rig) {
    const auto bench = load_bench(rig.file().string());
    REQUIRE(bench.has_value());
    auto relays = RelaySwitch::open(bench->relays);
    if (!relays) FAIL(relays.error().where << ": " << relays.error().what);
    return std::move(*relays);
}

/// Exit code 3 and such a sentence.
template <class T>
void check_trouble(const Result<T>& result, const std::string& where, const std::string& part) {
    REQUIRE_FALSE(result.has_value());
    INFO(result.error().where << ": " << result.error().what);
    CHECK(exit_code(result.error().kind) == 3);
    CHECK(result.error().where == where);
    CHECK(result.error().what.find(part) != std::string::npos);
}

/// Waits until it is so; a limit of patience, not of speed.
template <class Condition>
bool comes_true(Condition condition) {
    for (int k = 0; k < 6000; ++k) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

/// The program itself in the middle of arm A's take.
struct InATake {
    TwoBoards rig{false};
    fs::path err = rig.card.folder.path() / "stderr.txt";
    Program program{words_of_run(rig.file(), rig.card.folder.path() / "run"), [this] { complains_to(err); }};
    pid_t guard = -1;

    InATake() {
        const fs::path part = rig.card.folder.path() / "run/takes/A-1.part.w64";
        std::error_code none;
        const bool plays =
            comes_true([&] { return fs::exists(part, none) && fs::file_size(part, none) > 10000; });
        INFO(file_text(err));
        REQUIRE(plays);
        CHECK(rig.closed() == std::pair(1, 2));
        const auto guards = guards_of(program.pid());
        REQUIRE(guards.size() == 1);
        guard = guards[0];
    }
};

}  // namespace

TEST_CASE("of two USB boards that are alike each gets its own relays: arm A over both, B and C over one") {
    TwoBoards rig;
    rig.near.closed = 3;  // left so by whoever had them before
    {
        const auto bench = opened(rig);
        CHECK(rig.closed() == at_rest);
        CHECK_FALSE(rig.near_board.driver_holds);
        const auto a = take_of(*bench, rig, "A");
        REQUIRE(a.has_value());
        CHECK(rig.closed() == std::pair(1, 2));
        CHECK(a->facts.switch_states ==
              Words{"A tip: closed, as the board says", "B tip: open, as the board says",
                    "C tip: open, as the board says", "A ring: closed, as the board says"});
        CHECK(a->facts.switch_writes == Words{"near: relay 1 (A tip) off", "near: relay 2 (B tip) off",
                                              "near: relay 1 (A tip) on", "far: relay 2 (A ring) on"});
        const auto b = take_of(*bench, rig, "B");
        REQUIRE(b.has_value());
        CHECK(rig.closed() == std::pair(2, 0));
        CHECK(b->facts.switch_writes ==
              Words{"near: relay 1 (A tip) off", "far: relay 2 (A ring) off", "near: relay 2 (B tip) on"});
        const auto c = take_of(*bench, rig, "C");
        REQUIRE(c.has_value());
        CHECK(rig.closed() == std::pair(0, 1));
    }
    CHECK(rig.closed() == at_rest);
    CHECK(rig.given_back());
    CHECK(guards_of(::getpid()).empty());
}

TEST_CASE("a USB board is not told what its contacts do already: 2 takes of arm C are 1 word to it") {
    TwoBoards rig;
    const auto bench = opened(rig);
    const int before = rig.far.sets + rig.near.sets;
    for (int k = 0; k < 2; ++k) REQUIRE(take_of(*bench, rig, "C").has_value());
    CHECK(rig.far.sets + rig.near.sets == before + 1);
}

TEST_CASE(
    "benches whose 2 boards cannot be told apart, are not there or are held: exit code 3, nothing put on") {
    TwoBoards rig;
    rig.near.closed = 1;  // left so by whoever had it before
    const auto refused = [&](const Json& relays) {
        write_bench_with(relays, rig.file(), true);
        return open_bench(rig.file().string(), session_with(1), 1, "");
    };
    check_trouble(refused(TwoBoards::relays("16c0:05df")), "relay board \"near\"",
                  "2 devices fit: USBRelay2 (16c0:05df) at port 1-2, USBRelay2 (16c0:05df) at port 1-10");
    CHECK(rig.closed() == std::pair(1, 0));
    check_trouble(refused(TwoBoards::relays("16c0:05df port=1-2", "16c0:05df port=1-3")),
                  "relay board \"far\"", "16c0:05df port=1-3: no such device is plugged in");
    // The near one was opened by then, and what is opened is left at rest.
    CHECK(rig.closed() == at_rest);
    CHECK(rig.near.sets == 1);
    rig.far_board.another_claims = true;
    check_trouble(refused(TwoBoards::relays()), "relay board \"far\"", "another program holds the device");
    CHECK(rig.near.sets == 1);
    CHECK(rig.far.sets == 0);
    CHECK(rig.given_back());
    CHECK(comes_true([] { return guards_of(::getpid()).empty(); }));
}

TEST_CASE(
    "a USB board that refuses (STALL) in the middle of arm A: all at rest, and the take is exit code 3") {
    TwoBoards rig;
    {
        const auto bench = opened(rig);
        // The near board has taken its part of the route when the far one is asked.
        rig.far.stalls = true;
        check_trouble(take_of(*bench, rig, "A"), "relay board \"far\"",
                      "A ring: USBRelay2 (16c0:05df) at port 1-10: asking the device: the device refuses the "
                      "request (STALL)");
        CHECK(rig.near.sets == 2);
        CHECK(rig.closed() == at_rest);
        rig.far.stalls = false;
        CHECK(take_of(*bench, rig, "A").has_value());
    }
    CHECK(rig.closed() == at_rest);
    CHECK(rig.given_back());
}

TEST_CASE("contacts of a USB board that says nothing in time are unknown, both of its 2, and no others") {
    TwoBoards rig;
    auto relays = switch_of(rig);
    REQUIRE(relays->put_on({"B", 1, {}}, {}).has_value());
    rig.near.silent = true;
    check_trouble(relays->put_on({"C", 1, {}}, {}), "relay board \"near\"",
                  "asking the device: the device did not answer in time");
    CHECK(relays->states() == Words{"A tip: unknown", "B tip: unknown", "C tip: open, as the board says",
                                    "A ring: open, as the board says"});
    CHECK(rig.closed() == std::pair(2, 0));
    // The program cannot put it at rest and ends; its guard tries on, until the board hears again.
    relays.reset();
    CHECK(rig.closed() == std::pair(2, 0));
    rig.near.silent = false;
    CHECK(comes_true([&] { return rig.closed() == at_rest && guards_of(::getpid()).empty(); }));
}

TEST_CASE("a USB board pulled out while it is told: its 2 contacts are unknown, the other board is at rest") {
    TwoBoards rig;
    {
        auto relays = switch_of(rig);
        REQUIRE(relays->put_on({"C", 1, {}}, {}).has_value());
        CHECK(rig.closed() == std::pair(0, 1));
        rig.near.silent = true;  // the word to relay 1 is under way when the plug is pulled
        std::thread puller([&] {
            comes_true([&] { return rig.near_board.pending > 0; });
            rig.usb.unplug(rig.near_board);
        });
        const auto asked = relays->put_on({"A", 1, {}}, {});
        puller.join();
        check_trouble(asked, "relay board \"near\"", "has been unplugged");
        CHECK(relays->states() == Words{"A tip: unknown", "B tip: unknown", "C tip: open, as the board says",
                                        "A ring: open, as the board says"});
        CHECK(rig.far.closed == 0);
        const auto next = relays->put_on({"A", 1, {}}, {});
        REQUIRE_FALSE(next.has_value());
        CHECK(exit_code(next.error().kind) == 3);
        CHECK(rig.far.closed == 0);
    }
    CHECK(rig.far_board.driver_holds);
    CHECK(guards_of(::getpid()).empty());
}

TEST_CASE(
    "a USB board pulled out while it is told ends the take with exit code 3 before anything is played") {
    TwoBoards rig;
    const auto bench = opened(rig);
    rig.far.silent = true;
    std::thread puller([&] {
        comes_true([&] { return rig.far_board.pending > 0; });
        rig.usb.unplug(rig.far_board);
    });
    bool played = false;
    const auto take = take_of(*bench, rig, "A", [&](double done) { return played = done > 0.0; });
    puller.join();
    check_trouble(take, "relay board \"far\"", "has been unplugged");
    CHECK_FALSE(played);
    CHECK(take.error().what.find("while a take played") == std::string::npos);  // nor a probe
    CHECK(rig.near.closed == 0);
    std::error_code none;
    CHECK((!fs::exists(rig.takes(), none) || !fs::exists(rig.takes() / "A-1.broken-1.w64", none)));
}

TEST_CASE("a USB board pulled out in the middle of a take voids it, exit code 3, and the other is at rest") {
    TwoBoards rig(false);
    const auto bench = opened(rig);
    bool out = false;
    const auto take = take_of(*bench, rig, "A", [&](double done) {
        if (done > 0.05 && !std::exchange(out, true)) rig.usb.unplug(rig.far_board);
        return true;
    });
    check_trouble(take, "relay board \"far\"", "the board has been unplugged while a take played");
    CHECK(rig.near.closed == 0);
    const auto kept = read_take(rig.takes() / "A-1.broken-1.w64");
    REQUIRE_FALSE(kept.has_value());
    CHECK(kept.error().what.find("no figure may be made of this take") != std::string::npos);
}

TEST_CASE("a contact of a USB board that moves by itself voids the take, exit code 3, and all is at rest") {
    TwoBoards rig;
    const auto bench = opened(rig);
    check_trouble(take_of(*bench, rig, "A",
                          [&](double) {
                              rig.far.closed = 3;  // C beside A: two outputs meet
                              return true;
                          }),
                  "relay board \"far\"", "\"C tip\" was open and is closed, and nobody told it");
    CHECK(rig.closed() == at_rest);
}

TEST_CASE(
    "the USB device behind the sound card pulled out in take 2 of 3: exit code 3, kept, and no third one") {
    MockedDevice interface(interface_facts("1-4", 5), [](const MockedRequest&) { return MockedAnswer{}; });
    TwoBoards rig;
    rig.usb.plug(interface);
    rig.usb.add_class_device(interface, "sound", "card7", "A: id=USB\\n\n");
    auto json = parse_json(file_text(rig.file()), "bench");
    REQUIRE(json.has_value());
    (*json)["audio"]["usb"] = "1235:8212 serial=D8A1";
    REQUIRE(write_atomic(rig.file(), dump_json(*json)).has_value());
    const auto bench = opened(rig);
    CHECK(bench->identity().find("USB 1235:8212 serial D8A1, release 1.00, port 1-4") != std::string::npos);
    REQUIRE(take_of(*bench, rig, "A").has_value());
    bool pulled = false;
    const auto broken = take_of(*bench, rig, "A", [&](double) {
        if (!pulled) rig.usb.unplug(interface);
        return pulled = true;
    });
    check_trouble(broken, "Scarlett 4i4 USB (1235:8212, serial D8A1) at port 1-4",
                  "it is no longer plugged in there");
    CHECK(broken.error().what.find("is kept as") != std::string::npos);
    CHECK(rig.closed() == at_rest);
    const auto third = take_of(*bench, rig, "A");
    check_trouble(third, "Scarlett 4i4 USB (1235:8212, serial D8A1) at port 1-4",
                  "it is no longer plugged in there");
    CHECK(third.error().what.find("is kept as") == std::string::npos);
}

TEST_CASE("Ctrl-C in the middle of a take puts the relays of 2 USB boards at rest and gives both back") {
    InATake now;
    now.program.gets(SIGINT);
    CHECK(now.program.ends() == 4);
    CHECK(now.rig.closed() == at_rest);
    CHECK(now.rig.given_back());
    CHECK_FALSE(is_guard(now.guard));
}

TEST_CASE("kill -9 in the middle of a take: the guard finds 2 USB boards by their ports, puts them at rest") {
    InATake now;
    now.program.gets(SIGKILL);
    CHECK(now.program.ends() == -SIGKILL);
    CHECK(comes_true([&] { return now.rig.closed() == at_rest; }));
    CHECK(comes_true([&] { return !is_guard(now.guard); }));
    INFO(file_text(now.err));
    CHECK(file_text(now.err).find("the program has ended and left its relays: they go to rest") !=
          std::string::npos);
    CHECK(file_text(now.err).find("may not be at rest") == std::string::npos);
}

#endif
