// SPDX-License-Identifier: GPL-3.0-or-later
// Takes whose arms are put on by relays, or by the operator: what is told when, and what is left behind.
#include "tests/relay_bench.hpp"
#include "drivers/operator_switch.hpp"
#include "rig/capture/take_file.hpp"

#include <algorithm>

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;
const std::string card_settings = "channels 4 latency 1031 loop 3 gain 0.5";

std::unique_ptr<AudioPort> opened(const RelayBench& rig) {
    auto bench = open_bench(rig.file().string(), session_with(1), 1, "");
    if (!bench) FAIL(bench.error().where << ": " << bench.error().what);
    return std::move(*bench);
}

Take taken(AudioPort& bench, const RelayBench& rig, const std::string& arm, int repeat) {
    auto take = bench.play_and_record({arm, repeat, rig.takes()}, {});
    if (!take) FAIL(take.error().where << ": " << take.error().what);
    return std::move(*take);
}

}  // namespace

TEST_CASE("relays put arm after arm on: what opens is told first, the same arm again tells nothing") {
    RelayBench rig(card_settings);
    rig.board.closed = 4;  // left so by whoever had it before
    {
        const auto bench = opened(rig);
        CHECK(rig.board.told() == "3 off");
        const Take a = taken(*bench, rig, "A", 1);
        CHECK(rig.board.told() == "1 on");
        CHECK(a.facts.switch_states == Words{"A tip: closed, as the board says",
                                             "B tip: open, as the board says",
                                             "C tip: open, as the board says"});
        CHECK(a.facts.switch_writes == Words{"box: relay 3 (C tip) off", "box: relay 1 (A tip) on"});
        const Take b = taken(*bench, rig, "B", 1);
        CHECK(rig.board.told() == "1 off, 2 on");
        CHECK(b.facts.switch_writes == Words{"box: relay 1 (A tip) off", "box: relay 2 (B tip) on"});
        CHECK(taken(*bench, rig, "B", 2).facts.switch_writes.empty());
        CHECK(rig.board.told().empty());
        REQUIRE(bench->rest().has_value());
        CHECK(rig.board.told() == "2 off");
        CHECK(taken(*bench, rig, "C", 1).facts.switch_writes ==
              Words{"box: relay 2 (B tip) off", "box: relay 3 (C tip) on"});
        rig.board.told();
    }
    CHECK(rig.board.told() == "3 off");
    CHECK(rig.board.closed == 0);
    const std::string journal = file_text(rig.takes() / "switches.log");
    CHECK(std::count(journal.begin(), journal.end(), '\n') == 7);
    CHECK(journal.ends_with("Z box: relay 3 (C tip) off\n"));
}

TEST_CASE("a board that cannot be asked: its relays are unknown until told, then 3 of 3 as told") {
    RelayBench rig(card_settings);
    rig.board.mute = true;
    const auto bench = opened(rig);
    for (int k = 0; k < 400 && rig.board.told().empty(); ++k) std::this_thread::sleep_for(5ms);
    const Take take = taken(*bench, rig, "A", 1);
    CHECK(take.facts.switch_states == Words{"A tip: closed, as it was told", "B tip: open, as it was told",
                                            "C tip: open, as it was told"});
    CHECK(take.facts.switch_writes.size() == 5);  // relay 4 too, which no contact names
}

TEST_CASE("a board that comes with all 4 relays on: the fourth, which no contact names, is put off too") {
    RelayBench rig(card_settings);
    rig.board.closed = 15;
    const auto bench = opened(rig);
    CHECK(rig.board.closed == 0);
    CHECK(rig.board.told() == "1 off, 2 off, 3 off, 4 off");
    CHECK(taken(*bench, rig, "A", 1).facts.switch_writes ==
          Words{"box: relay 1 (A tip) off", "box: relay 2 (B tip) off", "box: relay 3 (C tip) off",
                "box: relay 4 (which no contact names) off", "box: relay 1 (A tip) on"});
}

TEST_CASE("a board that is unplugged in the middle of a take voids it, exit code 3, and the next one too") {
    RelayBench rig(card_settings + " speed 1");
    rig.write(false);
    const auto bench = opened(rig);
    bool left = false;
    const auto take = bench->play_and_record({"A", 1, rig.takes()}, [&](double done) {
        if (done > 0.05 && !std::exchange(left, true)) rig.line.leave();
        return true;
    });
    REQUIRE_FALSE(take.has_value());
    CHECK(take.error().kind == Fault::Kind::take_invalid);
    CHECK(take.error().what.find("the board has been unplugged while a take played; what was captured, ") ==
          0);
    CHECK(take.error().where == "relay board \"box\"");
    const auto kept = read_take(rig.takes() / "A-1.broken-1.w64");
    REQUIRE_FALSE(kept.has_value());
    CHECK(kept.error().what.find("no figure may be made of this take: the board has been unplugged") !=
          std::string::npos);
    const auto next = bench->play_and_record({"B", 1, rig.takes()}, {});
    REQUIRE_FALSE(next.has_value());
    CHECK(exit_code(next.error().kind) == 3);
}

TEST_CASE(
    "a contact that moves without being told, and one that sticks, void the take and leave all at rest") {
    RelayBench rig(card_settings);
    const auto bench = opened(rig);
    const auto moved = bench->play_and_record({"A", 1, rig.takes()}, [&](double) {
        rig.board.closed = 3;  // B beside A: two outputs meet
        return true;
    });
    REQUIRE_FALSE(moved.has_value());
    CHECK(moved.error().kind == Fault::Kind::take_invalid);
    CHECK(moved.error().what.find("\"B tip\" was open and is closed, and nobody told it") !=
          std::string::npos);
    CHECK(rig.board.closed == 0);
    rig.board.stuck = 2;
    const auto stuck = bench->play_and_record({"B", 1, rig.takes()}, {});
    REQUIRE_FALSE(stuck.has_value());
    CHECK(exit_code(stuck.error().kind) == 3);
    CHECK(stuck.error().what.find("relay 2 was told on and the board says off") != std::string::npos);
    CHECK(rig.board.closed == 0);
}

TEST_CASE("a take that the operator stops, or that an exception ends, leaves the relays at rest") {
    RelayBench rig(card_settings);
    {
        const auto bench = opened(rig);
        int on = 0;
        const auto stopped = bench->play_and_record({"A", 1, rig.takes()}, [&](double) {
            on = rig.board.closed;
            return false;
        });
        REQUIRE_FALSE(stopped.has_value());
        CHECK(exit_code(stopped.error().kind) == 4);
        CHECK(on == 1);
        CHECK(rig.board.closed == 0);
    }
    try {
        const auto bench = opened(rig);
        static_cast<void>(bench->play_and_record(
            {"A", 1, rig.takes()}, [](double) -> bool { throw std::runtime_error("anything"); }));
        FAIL("it was to throw");
    } catch (const std::runtime_error&) {
        CHECK(rig.board.closed == 0);
    }
    CHECK(guards_of(::getpid()).empty());
}

TEST_CASE("a guard that is gone ends the take with exit code 3: nobody would put 3 relays at rest") {
    RelayBench rig(card_settings);
    const auto bench = opened(rig);
    bool killed = false;
    const auto take = bench->play_and_record({"A", 1, rig.takes()}, [&](double) {
        if (std::exchange(killed, true)) return true;
        for (const pid_t guard : guards_of(::getpid())) {
            ::kill(guard, SIGKILL);
            for (int waited = 0; waited < 2000 && is_guard(guard); ++waited) std::this_thread::sleep_for(5ms);
        }
        return true;
    });
    REQUIRE_FALSE(take.has_value());
    CHECK(exit_code(take.error().kind) == 3);
    CHECK(take.error().what.find("nobody would put the relays at rest") != std::string::npos);
    CHECK(rig.board.closed == 0);
    const fs::path program = std::exchange(guard_program(), "/nowhere/fourpole");
    const auto none = open_bench(rig.file().string(), session_with(1), 1, "");
    guard_program() = program;
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().what.find("it does not start: No such file") != std::string::npos);
}

TEST_CASE("a guard that stands still for 1 s ends the take with exit code 3, 3 relays at rest, and goes") {
    RelayBench rig(card_settings + " speed 1");
    rig.write(false);
    pid_t guard = -1;
    {
        const auto bench = opened(rig);
        const auto take = bench->play_and_record({"A", 1, rig.takes()}, [&](double) {
            if (guard > 0) return true;
            const auto guards = guards_of(::getpid());
            REQUIRE(guards.size() == 1);
            guard = guards[0];
            ::kill(guard, SIGSTOP);
            return true;
        });
        REQUIRE_FALSE(take.has_value());
        CHECK(exit_code(take.error().kind) == 3);
        INFO(take.error().what);
        CHECK(take.error().what.starts_with("it stands still and answers nothing; nobody would put the "));
        CHECK(rig.board.closed == 0);
    }
    CHECK_FALSE(is_guard(guard));
}

TEST_CASE("orders for a guard come out as they went in, and none of 7 broken texts is one") {
    GuardOrders orders;
    orders.heartbeat = 1500ms;
    orders.boards.push_back({{KnownBoard::Kind::dcttech, "16c0:05df port=1-2", 8}, 30ms, {0, 7}, {3}});
    orders.boards.push_back({{KnownBoard::Kind::lcus, "/dev/serial/by-path/a b", 4}, 20ms, {}, {1}});
    const auto read = guard_orders(in_words(orders));
    REQUIRE(read.has_value());
    CHECK(read->heartbeat == 1500ms);
    REQUIRE(read->boards.size() == 2);
    CHECK(read->boards[0].address.device == "16c0:05df port=1-2");
    CHECK(read->boards[0].address.relays == 8);
    CHECK(read->boards[0].opening == std::vector<int>{0, 7});
    CHECK(read->boards[0].closing == std::vector<int>{3});
    CHECK(read->boards[1].address.device == "/dev/serial/by-path/a b");
    CHECK(read->boards[1].closing == std::vector<int>{1});
    for (const char* broken : {"", "\n", "1000\n\n", "0\nlcus 4 /x\n20 0 0\n\n", "1000\nlcus 4 /x\n\n",
                               "1000\nother 4 /x\n20 0 0\n\n", "1000\nlcus 4 /x\n20 2 1\n\n"})
        CHECK_FALSE(guard_orders(broken).has_value());
}

TEST_CASE("the operator is asked before every take, 7 times for 4 takes, and may refuse") {
    const Session session = session_with(2);
    Words asked;
    bool would = true;
    OperatorSwitch arms(session, [&](const std::string& question, const std::function<bool()>& go_on) {
        asked.push_back(question.substr(0, 5) + question.substr(question.rfind(": ")));
        return Result<bool>(would && go_on());
    });
    CHECK(arms.states().empty());
    for (const char* arm : {"A", "B", "B", "A"}) REQUIRE(arms.put_on({arm, 1, {}}, {}).has_value());
    CHECK(asked == Words{"arm A: connect it", "arm A: disconnect it", "arm B: connect it",
                         "arm B: disconnect it", "arm B: connect it", "arm B: disconnect it",
                         "arm A: connect it"});
    CHECK(arms.states() == Words{"arm A: plugged, as the operator says"});
    const auto stopped = arms.put_on({"B", 2, {}}, [](double) { return false; });
    REQUIRE_FALSE(stopped.has_value());
    CHECK(exit_code(stopped.error().kind) == 4);
    CHECK(arms.states().empty());
}

TEST_CASE("the operator is asked before the 1 take of a session of 1 arm, too") {
    Session session = session_with(1);
    session.arms.resize(1);
    Words asked;
    OperatorSwitch arms(session, [&](const std::string& question, const std::function<bool()>&) {
        asked.push_back(question);
        return Result<bool>(true);
    });
    REQUIRE(arms.put_on({"A", 1, {}}, {}).has_value());
    CHECK(asked == Words{"arm A, MD-DR7, 4-pole: connect it"});
}

TEST_CASE("without relays and without a terminal nothing is played, exit code 2 and a sentence") {
    RelayBench rig(card_settings);
    const fs::path shipped = fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json";
    const int terminal = ::dup(STDIN_FILENO), nobody = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    REQUIRE(::dup2(nobody, STDIN_FILENO) == STDIN_FILENO);
    auto bench = open_bench(shipped.string(), session_with(1), 1, "");
    REQUIRE(bench.has_value());
    bool played = false;
    const auto take =
        (*bench)->play_and_record({"A", 1, rig.takes()}, [&](double done) { return played = done > 0.0; });
    ::dup2(terminal, STDIN_FILENO);
    ::close(terminal);
    ::close(nobody);
    REQUIRE_FALSE(take.has_value());
    CHECK(exit_code(take.error().kind) == 2);
    CHECK(take.error().what.find(
              "the operator has to be asked (\"arm A, MD-DR7, 4-pole: connect it\"), and there "
              "is no terminal") == 0);
    CHECK_FALSE(played);
}
