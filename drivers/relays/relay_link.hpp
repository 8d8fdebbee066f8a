// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A board of relays, as its bytes are spoken: dcttech, LCUS, Numato, or a model in a test.
/// [control thread] Each call has a deadline of its own; nothing waits for a contact to settle.
class RelayLink {
public:
    virtual ~RelayLink() = default;
    virtual std::string identity() const = 0;  ///< as the report prints it
    virtual int relays() const = 0;

    /// Energises relay `index` (from 0) or lets it go. Where the board can be asked, success means that it
    /// says so itself. Fault bench_trouble: it does not, or does not answer.
    virtual Result<Done> set(int index, bool on) = 0;

    /// Asks the board; nullopt: it has no answer to that, and only what was set is known.
    /// Fault bench_trouble: it should answer and does not, or makes no sense.
    virtual Result<std::optional<std::vector<bool>>> read() = 0;

    /// Whether its line still leads anywhere, asked without a word to the board: a take may ask all the time.
    /// True where only an answer could tell.
    virtual bool present() { return true; }
};

}  // namespace fourpole
