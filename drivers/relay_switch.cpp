// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relay_switch.hpp"

#include "drivers/relays/told_link.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <utility>

namespace fourpole {

namespace {

using std::chrono::milliseconds;

RelayAddress address_of(const RelayBoardSetup& board) {
    using Kind = RelayBoardSetup::Kind;
    return {board.kind == Kind::dcttech ? KnownBoard::Kind::dcttech
            : board.kind == Kind::lcus  ? KnownBoard::Kind::lcus
                                        : KnownBoard::Kind::numato,
            board.device, board.relays};
}

GuardedBoard guarded(const RelayBoardSetup& board) {
    GuardedBoard out;
    out.address = address_of(board);
    out.fall = milliseconds(board.fall_ms);
    for (const RelayContact& c : board.contacts)
        (c.closed_at_rest ? out.closing : out.opening).push_back(c.relay);
    return out;
}

Fault about(const RelayBoardSetup& board, Fault fault) {
    if (!fault.where.empty()) fault.what = fault.where + ": " + fault.what;
    fault.where = "relay board \"" + board.name + "\"";
    return fault;
}

}  // namespace

bool RelaySwitch::gone(const Board& board) {
    return !board.relays->present() || (board.departure && board.departure->has_left());
}

Result<std::unique_ptr<RelaySwitch>> RelaySwitch::open(const RelaySetup& setup) {
    std::unique_ptr<RelaySwitch> out(new RelaySwitch(setup));
    std::vector<GuardedBoard> boards;
    bool usb = false;
    for (const RelayBoardSetup& board : setup.boards) {
        boards.push_back(guarded(board));
        usb = usb || !boards.back().address.by_path();
        if (auto sense = makes_sense(boards.back().address); !sense) return about(board, sense.error());
    }
    auto guard = RelayGuard::start(boards, milliseconds(static_cast<long>(1000.0 * setup.heartbeat_s)));
    if (!guard) return guard.error();
    out->guard_ = std::move(*guard);
    if (usb) {
        auto bus = UsbBus::open();
        if (!bus) return bus.error();
        out->bus_ = std::move(*bus);
    }
    for (const RelayBoardSetup& board : setup.boards)
        if (auto added = out->add_board(board); !added) return about(board, added.error());
    if (auto rested = out->rest(); !rested) return rested.error();
    return out;
}

Result<Done> RelaySwitch::add_board(const RelayBoardSetup& setup) {
    auto found = open_board(address_of(setup), bus_.get());
    if (!found) return found.error();
    std::vector<BoardContact> contacts;
    for (const RelayContact& c : setup.contacts) contacts.push_back({c.name, c.relay, c.closed_at_rest});
    auto told = std::make_unique<ToldLink>(
        std::move(found->link),
        [this, setup](int relay, bool on, bool done) { this->told(setup, relay, on, done); });
    auto board = RelayBoard::open(std::move(told), std::move(contacts),
                                  {milliseconds(setup.make_ms), milliseconds(setup.fall_ms)});
    if (!board) return board.error();
    boards_.push_back({setup, found->departure, std::move(*board)});
    return Done{};
}

RelaySwitch::~RelaySwitch() {
    // Nothing was moved where a board was missing from the start. Where rest fails, the guard tries anew.
    const bool at_rest = rest().has_value();
    boards_.clear();
    if (guard_ && at_rest) guard_->dismiss();
}

void RelaySwitch::told(const RelayBoardSetup& board, int relay, bool on, bool done) {
    std::string name = "which no contact names";
    for (const RelayContact& c : board.contacts)
        if (c.relay == relay) name = c.name;
    writes_.push_back(fmt::format("{}: relay {} ({}) {}{}", board.name, relay + 1, name, on ? "on" : "off",
                                  done ? "" : ", refused"));
    unwritten_.push_back(fmt::format("{:%FT%TZ} {}\n",
                                     std::chrono::floor<milliseconds>(std::chrono::system_clock::now()),
                                     writes_.back()));
    write_journal();
    static_cast<void>(guard_->beat());  // one that is gone is a fault of the take, asked for there
}

/// What cannot be written is kept for the next try: no relay waits for a disk that is full.
void RelaySwitch::write_journal() {
    if (journal_.empty()) return;
    std::ofstream file(journal_, std::ios::app);
    for (const std::string& line : unwritten_) file << line;
    if (file.flush()) unwritten_.clear();
}

void RelaySwitch::settle() {
    auto settled = RelayBoard::Clock::time_point();
    for (const Board& b : boards_) settled = std::max(settled, b.relays->settled_at());
    while (RelayBoard::Clock::now() < settled) {
        std::this_thread::sleep_until(std::min(settled, RelayBoard::Clock::now() + milliseconds(100)));
        static_cast<void>(guard_->beat());
    }
}

Result<Done> RelaySwitch::position(const std::vector<std::string>& closed) {
    for (const State phase : {State::open, State::closed}) {
        for (Board& b : boards_) {
            std::vector<State> wanted;
            for (const RelayContact& c : b.setup.contacts) {
                const bool close = std::find(closed.begin(), closed.end(), c.name) != closed.end();
                wanted.push_back(close == (phase == State::closed) ? phase : State::unknown);
            }
            if (auto done = b.relays->apply(wanted); !done) return about(b.setup, done.error());
        }
        settle();  // what another board closes also waits for what opens here
    }
    return Done{};
}

Result<Done> RelaySwitch::put_on(const TakeRequest& request, const AudioPort::Progress&) {
    const auto route = setup_.routes.find(request.arm);
    if (route == setup_.routes.end())
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("the bench's relays have no route for arm {}", request.arm)};
    if (!request.folder.empty()) journal_ = request.folder / "switches.log";
    write_journal();
    auto done = guard_->arm();
    if (done) done = position(route->second);
    if (done) return done;
    static_cast<void>(guard_->pause());
    static_cast<void>(rest());
    return done;
}

std::optional<Fault> RelaySwitch::trouble() {
    for (const Board& b : boards_)
        if (gone(b))
            return about(b.setup,
                         {Fault::Kind::take_invalid, "", "the board has been unplugged while a take played"});
    if (auto heard = guard_->beat(); !heard) return heard.error();
    return std::nullopt;
}

std::optional<Fault> RelaySwitch::moved() {
    if (auto unplugged = trouble()) return unplugged;
    for (Board& b : boards_)
        if (auto same = b.relays->confirm(); !same) {
            Fault fault = about(b.setup, same.error());
            fault.kind = Fault::Kind::take_invalid;
            return fault;
        }
    return std::nullopt;
}

void RelaySwitch::take_is_over() { static_cast<void>(guard_->pause()); }

Result<Done> RelaySwitch::rest() {
    std::optional<Fault> first;
    for (const State phase : {State::open, State::closed}) {
        for (Board& b : boards_) {
            if (gone(b)) continue;  // without current its relays have fallen
            if (auto done = b.relays->rest(phase); !done && !first) first = about(b.setup, done.error());
        }
        settle();
    }
    if (first) return *first;
    return Done{};
}

std::vector<std::string> RelaySwitch::states() const {
    std::vector<std::string> out;
    for (const Board& b : boards_)
        for (std::size_t k = 0; k < b.setup.contacts.size(); ++k) {
            const State state = b.relays->known(k);
            out.push_back(fmt::format("{}: {}{}", b.setup.contacts[k].name, name(state),
                                      state == State::unknown  ? ""
                                      : b.relays->reads_back() ? ", as the board says"
                                                               : ", as it was told"));
        }
    return out;
}

std::vector<std::string> RelaySwitch::take_writes() { return std::exchange(writes_, {}); }

}  // namespace fourpole
