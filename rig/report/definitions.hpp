// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <span>
#include <string>
#include <string_view>

namespace fourpole {

/// What one versioned definition means. `{key}` in the formula's numbers stands for a detail of the reading,
/// {value}, {u}, {unit}, {at} for its first point.
struct Definition {
    std::string_view name;           ///< as records carry it: "thd.fitted_harmonics@1"
    std::string_view formula;        ///< with its symbols
    std::string_view numbers;        ///< the same with the reading's own; "" where the value says it all
    std::string_view band;           ///< bandwidth and weighting
    std::string_view detector;       ///< what is taken of the samples
    std::string_view preconditions;  ///< what must be true of take and programme
    std::string_view accuracy;       ///< noise apart, and the test that holds it
    std::string_view faults;         ///< when there is no figure, or only a bound
};

/// All of them, in the order of the page.
std::span<const Definition> definitions();

/// nullptr where nobody wrote it down.
const Definition* definition_of(std::string_view name);

/// The page: every definition with what belongs to it, as Markdown.
std::string definitions_page();

/// One reading in words: its definition, the formula, and the formula with this reading's numbers.
std::string explained(const Reading& reading, const Readings& all);

}  // namespace fourpole
