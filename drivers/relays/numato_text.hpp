// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/answer.hpp"

#include <string>
#include <string_view>

namespace fourpole {

/// Text of the Numato USB relay boards (CDC-ACM, 2a19:0c02 and its kin): a command and CR; the board sends
/// the command back, its answer if it has one, and the prompt ">".
///
///     relay on N    relay off N    relay read N -> "on" or "off"    ver    id get
///
/// N counts from 0: a digit or capital letter (0-9, A-V) up to 32 relays, two decimal digits on 64.
/// Source: Numato's manuals, and pdudaemon's driver, which agree.
std::string numato_set(int relay, int relays, bool on);
std::string numato_read(int relay, int relays);

/// What stands between the echo of `command` and the prompt, without line ends; "" where that is nothing.
/// Invalid: another echo, or more than 256 characters without a prompt.
Answer<std::string> numato_answer(std::string_view text, std::string_view command);

/// True where the relay is closed. Invalid: neither "on" nor "off".
Answer<bool> numato_state(std::string_view text, std::string_view command);

}  // namespace fourpole
