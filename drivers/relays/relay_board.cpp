// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/relay_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

namespace fourpole {

namespace {

using State = SwitchPort::State;

bool energised(const BoardContact& contact, State state) {
    return (state == State::closed) != contact.normally_closed;
}

State state_of(const BoardContact& contact, bool on) {
    return on != contact.normally_closed ? State::closed : State::open;
}

Result<Done> fit(const RelayLink& link, const std::vector<BoardContact>& contacts) {
    std::set<int> relays;
    std::set<std::string> names;
    const auto refused = [&](const std::string& what) {
        return Fault{Fault::Kind::bad_input, link.identity(), what};
    };
    for (const BoardContact& c : contacts) {
        if (c.relay < 0 || c.relay >= link.relays())
            return refused(fmt::format("\"{}\" is on relay {}; the board has {}, counted from 0", c.name,
                                       c.relay, link.relays()));
        if (!relays.insert(c.relay).second || !names.insert(c.name).second)
            return refused(
                fmt::format("\"{}\" on relay {}: that name or relay is another contact's", c.name, c.relay));
    }
    return Done{};
}

/// A relay that no contact names may hold anything: it is one that opens at rest, and is told so.
void add_unnamed(const RelayLink& link, std::vector<BoardContact>& contacts) {
    std::set<int> named;
    for (const BoardContact& c : contacts) named.insert(c.relay);
    for (int relay = 0; relay < link.relays(); ++relay)
        if (!named.contains(relay))
            contacts.push_back({fmt::format("relay {}, which no contact names", relay + 1), relay, false});
}

}  // namespace

/// One of the board's contacts as a port.
class RelayBoard::Contact final : public SwitchPort {
public:
    Contact(RelayBoard& board, std::size_t index) : board_(board), index_(index) {}
    std::string name() const override { return board_.contacts_[index_].name; }
    Result<Done> set(State wanted) override {
        if (wanted == State::unknown)
            return Fault{Fault::Kind::bad_input, name(), "a switch is set to open or closed, not to unknown"};
        return board_.set(index_, wanted);
    }
    Result<State> read_back() override {
        const auto asked = board_.refresh();
        if (!asked) return asked.error();
        return board_.known_[index_];
    }

private:
    RelayBoard& board_;
    std::size_t index_;
};

RelayBoard::Time RelayBoard::real_time() {
    return {&Clock::now, [](Clock::time_point then) { std::this_thread::sleep_until(then); }};
}

RelayBoard::RelayBoard(std::unique_ptr<RelayLink> link, std::vector<BoardContact> contacts, std::size_t named,
                       SettleTimes settle, Time time)
    : link_(std::move(link)),
      contacts_(std::move(contacts)),
      named_(named),
      settle_(settle),
      time_(std::move(time)),
      known_(contacts_.size(), State::unknown) {
    for (std::size_t k = 0; k < named_; ++k) switches_.push_back(std::make_unique<Contact>(*this, k));
}

Result<std::unique_ptr<RelayBoard>> RelayBoard::open(std::unique_ptr<RelayLink> link,
                                                     std::vector<BoardContact> contacts, SettleTimes settle,
                                                     Time time) {
    const auto fits = fit(*link, contacts);
    if (!fits) return fits.error();
    const std::size_t named = contacts.size();
    add_unnamed(*link, contacts);
    std::unique_ptr<RelayBoard> board(
        new RelayBoard(std::move(link), std::move(contacts), named, settle, std::move(time)));
    const auto asked = board->refresh();
    if (!asked) return asked.error();
    return board;
}

RelayBoard::~RelayBoard() { static_cast<void>(close()); }

Result<Done> RelayBoard::refresh() {
    const auto told = link_->read();
    if (!told) {
        std::fill(known_.begin(), known_.end(), State::unknown);
        return told.error();
    }
    reads_back_ = told->has_value();
    if (!reads_back_) return Done{};
    for (std::size_t k = 0; k < contacts_.size(); ++k)
        known_[k] = state_of(contacts_[k], (**told)[static_cast<std::size_t>(contacts_[k].relay)]);
    return Done{};
}

Result<Done> RelayBoard::set(std::size_t contact, State wanted) {
    if (closed_) return Fault{Fault::Kind::bench_trouble, identity(), "the board has been closed"};
    if (known_[contact] == wanted) return Done{};
    if (wanted == State::closed && time_.now() < opened_at_) time_.wait_until(opened_at_);
    const BoardContact& c = contacts_[contact];
    known_[contact] = State::unknown;
    const auto done = link_->set(c.relay, energised(c, wanted));
    // Whether it moved or not: where a board refuses, what it did meanwhile has to settle as well.
    const auto settled = time_.now() + (wanted == State::closed ? settle_.make : settle_.fall);
    settled_at_ = std::max(settled_at_, settled);
    if (wanted == State::open) opened_at_ = std::max(opened_at_, settled);
    if (!done) {
        std::fill(known_.begin(), known_.end(), State::unknown);
        return Fault{done.error().kind, c.name, done.error().where + ": " + done.error().what};
    }
    known_[contact] = wanted;
    return Done{};
}

Result<Done> RelayBoard::apply(const std::vector<State>& wanted) {
    if (wanted.size() != named_)
        return Fault{Fault::Kind::bad_input, identity(),
                     fmt::format("{} states for {} contacts", wanted.size(), named_)};
    for (const State phase : {State::open, State::closed}) {
        for (std::size_t k = 0; k < wanted.size(); ++k) {
            if (wanted[k] != phase) continue;
            const auto done = set(k, phase);
            if (!done) return done.error();
        }
    }
    return Done{};
}

Result<Done> RelayBoard::rest(State phase) {
    Result<Done> out = Done{};
    for (std::size_t k = 0; k < contacts_.size(); ++k) {
        if (contacts_[k].normally_closed != (phase == State::closed)) continue;
        const auto done = set(k, phase);
        if (!done && out) out = done.error();
    }
    return out;
}

Result<Done> RelayBoard::close() {
    if (closed_) return Done{};
    // Those that open go first here too: a contact that is closed at rest meets nothing that is still closed.
    const auto opened = rest(State::open);
    const auto rested = rest(State::closed);
    closed_ = opened && rested;  // else the end tries once more
    return opened ? rested : opened;
}

Result<Done> RelayBoard::confirm() {
    const std::vector<State> before = known_;
    if (auto asked = refresh(); !asked) return asked;
    for (std::size_t k = 0; k < before.size(); ++k)
        if (before[k] != State::unknown && known_[k] != before[k])
            return Fault{Fault::Kind::bench_trouble, identity(),
                         fmt::format("\"{}\" was {} and is {}, and nobody told it", contacts_[k].name,
                                     name(before[k]), name(known_[k]))};
    return Done{};
}

}  // namespace fourpole
