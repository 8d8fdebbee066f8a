// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_guard.hpp"

#include <optional>
#include <string>

namespace fourpole {

/// What a guard is told first, as text: its heartbeat, and a line a board.
struct GuardOrders {
    std::chrono::milliseconds heartbeat{5000};
    std::vector<GuardedBoard> boards;
};
std::string in_words(const GuardOrders& orders);
std::optional<GuardOrders> guard_orders(const std::string& text);  ///< nullopt: it is none

/// What is said then, a letter each; and the guard's one answer: to its orders, and to each word while armed.
namespace guard_word {
constexpr char arm = 'a', beat = 'b', pause = 'p', dismiss = 'q', ready = 'r';
}

/// The guard's whole life, on its standard input; gives the exit code: 0 dismissed, or all relays are at
/// rest; 3 some may not be; 2 nobody has given it orders.
int guard_relays();

}  // namespace fourpole
