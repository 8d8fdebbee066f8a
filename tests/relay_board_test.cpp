// SPDX-License-Identifier: GPL-3.0-or-later
// Contacts of a board in the order in which they have to move, with a clock that stands until it is told.
#include "drivers/relays/relay_board.hpp"
#include "drivers/relays/manual_switch.hpp"
#include "tests/catch.hpp"

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

using Position = SwitchPort::State;

/// What a board has been told and when; it can refuse one relay or be unable to answer.
struct Told {
    std::vector<bool> on{false, false, false, false};
    std::vector<std::string> writes;  ///< "1 on at 20"
    std::chrono::milliseconds now{1000};
    int refuses = -1;
    bool answers = true;
};

class ModelledLink final : public RelayLink {
public:
    explicit ModelledLink(Told& told) : told_(told) {}
    std::string identity() const override { return "modelled board"; }
    int relays() const override { return static_cast<int>(told_.on.size()); }
    Result<Done> set(int index, bool on) override {
        told_.writes.push_back(std::to_string(index) + (on ? " on at " : " off at ") +
                               std::to_string(told_.now.count() - 1000));
        if (index == told_.refuses) return Fault{Fault::Kind::bench_trouble, identity(), "it sticks"};
        told_.on[static_cast<std::size_t>(index)] = on;
        return Done{};
    }
    Result<std::optional<std::vector<bool>>> read() override {
        if (!told_.answers) return std::optional<std::vector<bool>>{};
        return std::optional(told_.on);
    }

private:
    Told& told_;
};

RelayBoard::Time clock_of(Told& told) {
    return {[&told] { return RelayBoard::Clock::time_point(told.now); },
            [&told](RelayBoard::Clock::time_point then) {
                told.now = std::chrono::duration_cast<std::chrono::milliseconds>(then.time_since_epoch());
            }};
}

Result<std::unique_ptr<RelayBoard>> board_of(Told& told, std::vector<BoardContact> contacts) {
    return RelayBoard::open(std::make_unique<ModelledLink>(told), std::move(contacts), {20ms, 30ms},
                            clock_of(told));
}

long settled_ms(const RelayBoard& board) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(board.settled_at().time_since_epoch())
               .count() -
           1000;
}

const std::vector<BoardContact> three{{"R1", 0, false}, {"R2", 1, false}, {"R3", 2, true}};
using Writes = std::vector<std::string>;

}  // namespace

TEST_CASE("what opens is told first, and what closes 30 ms later, when it has opened") {
    Told told;
    told.on[1] = true;
    const auto board = board_of(told, three);
    REQUIRE(board.has_value());
    REQUIRE((*board)->apply({Position::closed, Position::open, Position::unknown}).has_value());
    CHECK(told.writes == Writes{"1 off at 0", "0 on at 30"});
    CHECK(settled_ms(**board) == 50);
    CHECK((*board)->known(2) == Position::closed);
    // One port by itself waits for the others as well.
    REQUIRE((*board)->switches()[0]->set(Position::open).has_value());
    REQUIRE((*board)->switches()[1]->set(Position::closed).has_value());
    CHECK(told.writes == Writes{"1 off at 0", "0 on at 30", "0 off at 30", "1 on at 60"});
    CHECK(settled_ms(**board) == 80);
}

TEST_CASE(
    "a contact that is closed at rest opens by energising its relay, and what is so already is not told") {
    Told told;
    const auto board = board_of(told, three);
    REQUIRE(board.has_value());
    const RelayBoard& b = **board;
    CHECK(b.reads_back());
    REQUIRE((*board)->apply({Position::open, Position::open, Position::closed}).has_value());
    CHECK(told.writes.empty());
    CHECK(settled_ms(b) < 0);
    REQUIRE((*board)->switches()[2]->set(Position::open).has_value());
    CHECK(told.writes == Writes{"2 on at 0"});
    CHECK(settled_ms(b) == 30);
    const auto back = (*board)->switches()[2]->read_back();
    REQUIRE(back.has_value());
    CHECK(*back == Position::open);
}

TEST_CASE("a board that cannot be asked knows nothing until it is told, and then what it was told") {
    Told told;
    told.answers = false;
    const auto board = board_of(told, three);
    REQUIRE(board.has_value());
    CHECK_FALSE((*board)->reads_back());
    for (const auto& one : (*board)->switches()) CHECK(*one->read_back() == Position::unknown);
    REQUIRE((*board)->switches()[0]->set(Position::open).has_value());  // it may be closed: it is told
    CHECK(told.writes == Writes{"0 off at 0"});
    CHECK(*(*board)->switches()[0]->read_back() == Position::open);
    CHECK(*(*board)->switches()[1]->read_back() == Position::unknown);
}

TEST_CASE("a relay that refuses stops the set with its name, and no contact of the board is known any more") {
    Told told;
    told.on[0] = told.on[1] = true;
    told.refuses = 1;
    const auto board = board_of(told, three);
    REQUIRE(board.has_value());
    const auto done = (*board)->apply({Position::closed, Position::open, Position::open});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().where == "R2");
    CHECK(done.error().what == "modelled board: it sticks");
    CHECK(told.writes == Writes{"1 off at 0"});
    for (std::size_t k = 0; k < 3; ++k) CHECK((*board)->known(k) == Position::unknown);
    CHECK(settled_ms(**board) == 30);
}

TEST_CASE(
    "at the end all relays fall, those of contacts that open first, and one that refuses stops no other") {
    Told told;
    told.on = {true, true, true, true};
    {
        const auto board = board_of(told, three);
        REQUIRE(board.has_value());
        told.refuses = 0;
        const auto closed = (*board)->close();
        REQUIRE_FALSE(closed.has_value());
        CHECK(closed.error().where == "R1");
        CHECK(told.writes == Writes{"0 off at 0", "1 off at 0", "3 off at 0", "2 off at 30"});
        CHECK(told.on == std::vector<bool>{true, false, false, false});
        told.refuses = -1;
    }
    CHECK(told.on == std::vector<bool>{false, false, false, false});
}

TEST_CASE("relay 4, that none of 3 contacts names, rests with what opens, and is missed where it moves") {
    Told told;
    told.on[3] = true;
    const auto board = board_of(told, three);
    REQUIRE(board.has_value());
    REQUIRE((*board)->rest(Position::open).has_value());
    CHECK(told.writes == Writes{"3 off at 0"});
    CHECK(settled_ms(**board) == 30);
    REQUIRE((*board)->rest(Position::open).has_value());
    CHECK(told.writes.size() == 1);
    CHECK((*board)->confirm().has_value());
    CHECK((*board)->switches().size() == 3);
    told.on[3] = true;
    const auto moved = (*board)->confirm();
    REQUIRE_FALSE(moved.has_value());
    CHECK(moved.error().what ==
          "\"relay 4, which no contact names\" was open and is closed, and nobody told it");
    told.refuses = 3;
    CHECK((*board)->rest(Position::open).error().where == "relay 4, which no contact names");
}

TEST_CASE(
    "2 contacts of one relay or name, a relay that is not there and a set of another size are refused") {
    Told told;
    const auto why = [&](std::vector<BoardContact> contacts) {
        const auto board = board_of(told, std::move(contacts));
        return board ? "(opened)" : board.error().what;
    };
    CHECK(why({{"A", 4, false}}) == "\"A\" is on relay 4; the board has 4, counted from 0");
    CHECK(why({{"A", 0, false}, {"B", 0, false}}) ==
          "\"B\" on relay 0: that name or relay is another contact's");
    CHECK(why({{"A", 0, false}, {"A", 1, false}}).find("another contact's") != std::string::npos);
    const auto board = board_of(told, three);
    REQUIRE(board.has_value());
    CHECK((*board)->apply({Position::open}).error().what == "1 states for 3 contacts");
    CHECK((*board)->switches()[0]->set(Position::unknown).error().kind == Fault::Kind::bad_input);
}

TEST_CASE("a person is asked once for what is to be done, and who refuses leaves it unknown") {
    std::vector<std::string> questions;
    bool willing = true;
    ManualSwitch plug("P1: the three-pole plug", [&](const std::string& question) {
        questions.push_back(question);
        return willing;
    });
    CHECK(*plug.read_back() == Position::unknown);
    CHECK(plug.set(Position::unknown).error().kind == Fault::Kind::bad_input);
    REQUIRE(plug.set(Position::closed).has_value());
    REQUIRE(plug.set(Position::closed).has_value());
    CHECK(*plug.read_back() == Position::closed);
    willing = false;
    CHECK(plug.set(Position::open).error().kind == Fault::Kind::stopped);
    CHECK(*plug.read_back() == Position::unknown);
    CHECK(questions ==
          Writes{"P1: the three-pole plug: connect it", "P1: the three-pole plug: disconnect it"});
}
