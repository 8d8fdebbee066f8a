// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace fourpole {

/// What the bytes that a board has sent so far amount to: an answer, one that is not whole yet, or none.
template <class T>
struct Answer {
    enum class Kind { whole, need_more, invalid };
    Kind kind = Kind::need_more;
    std::optional<T> value;  ///< of a whole one
    std::string why;         ///< of an invalid one: what was found and what is allowed

    static Answer of(T value) { return {Kind::whole, std::move(value), ""}; }
    static Answer more() { return {}; }
    static Answer refused(std::string why) { return {Kind::invalid, std::nullopt, std::move(why)}; }
};

}  // namespace fourpole
