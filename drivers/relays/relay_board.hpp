// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_link.hpp"
#include "rig/bench/switch_port.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fourpole {

/// One contact of a board, as a profile names it.
struct BoardContact {
    std::string name;              ///< "R3: common return"
    int relay = 0;                 ///< from 0
    bool normally_closed = false;  ///< closed while the relay is at rest
};

/// How long a relay takes, bounce included. Ordinary small relays: 10 ms to close, 5 ms to fall and bounce
/// (Songle SRD, Omron G5V); twice that is the default. A profile may know better.
struct SettleTimes {
    std::chrono::milliseconds make{20}, fall{20};
};

/// The contacts of one relay board. [control thread]
///
/// Nothing sleeps until a contact has settled: `settled_at()` is the time before which nothing may be
/// measured. Only a contact that closes waits, for those that are still opening: break before make. What a
/// contact does already is not told to it again. A state is known once the board has said it, or, of a board
/// that cannot be asked, once it was set; after a fault it is unknown again. On every way out all relays go
/// to rest, those that no contact names too: such a one is never closed, and confirm() asks for it.
class RelayBoard {
public:
    using Clock = std::chrono::steady_clock;
    using State = SwitchPort::State;
    /// What o'clock it is, and waiting until then: a test has a clock of its own.
    struct Time {
        std::function<Clock::time_point()> now;
        std::function<void(Clock::time_point)> wait_until;
    };
    static Time real_time();

    /// Fault bad_input: a relay that the board has not, or two contacts of one relay or name;
    /// bench_trouble: the board does not answer.
    static Result<std::unique_ptr<RelayBoard>> open(std::unique_ptr<RelayLink> link,
                                                    std::vector<BoardContact> contacts, SettleTimes settle,
                                                    Time time = real_time());
    ~RelayBoard();  ///< as close(); what fails then is heard by nobody
    RelayBoard(const RelayBoard&) = delete;
    RelayBoard& operator=(const RelayBoard&) = delete;

    std::string identity() const { return link_->identity(); }
    /// In the order of the profile. They live as long as the board.
    const std::vector<std::unique_ptr<SwitchPort>>& switches() const { return switches_; }

    /// The whole set of contacts at once, in the order of `switches()`; `unknown` leaves one as it is. First
    /// everything that opens, then, once that has settled, everything that closes.
    /// Fault: the first trouble; what it was about and what came after it is not done.
    Result<Done> apply(const std::vector<State>& wanted);

    /// Not before that may anything be measured; long ago where nothing has moved.
    Clock::time_point settled_at() const { return settled_at_; }
    /// What is known without asking.
    State known(std::size_t contact) const { return known_[contact]; }
    /// False: the board cannot be asked, and states are remembered.
    bool reads_back() const { return reads_back_; }

    /// The relays whose contacts are `phase` at rest, open or closed, to rest; every one is tried though one
    /// fails. The first trouble. Of several boards all rest what opens first.
    Result<Done> rest(State phase);
    /// All relays to rest, and no more after that.
    Result<Done> close();
    bool present() const { return link_->present(); }  ///< see RelayLink
    /// Asks the board what its contacts are. Fault: it does not answer, or one moved without being told.
    Result<Done> confirm();

private:
    class Contact;
    RelayBoard(std::unique_ptr<RelayLink> link, std::vector<BoardContact> contacts, std::size_t named,
               SettleTimes settle, Time time);
    Result<Done> set(std::size_t contact, State wanted);
    Result<Done> refresh();

    std::unique_ptr<RelayLink> link_;
    std::vector<BoardContact> contacts_;  ///< those of the profile, then one for each other relay
    std::size_t named_;
    SettleTimes settle_;
    Time time_;
    std::vector<std::unique_ptr<SwitchPort>> switches_;
    std::vector<State> known_;
    bool reads_back_ = true, closed_ = false;
    Clock::time_point settled_at_{}, opened_at_{};  ///< opened: when all that was opened has settled
};

}  // namespace fourpole
