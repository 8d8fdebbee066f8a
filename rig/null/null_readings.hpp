// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/match.hpp"
#include "rig/null/residual.hpp"
#include "rig/null/track_breaks.hpp"
#include "rig/null/wander.hpp"
#include "rig/reading.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A matched pair in the contract's words; names and definitions as in null_of(). Nothing in it is
/// infinite: a residual below what a resampler leaves is a bound, as is a part that is not resolved.
Readings null_readings(std::optional<Side> side, const Pair& pair, const Match& match,
                       const Residual& residual, const Wander& wander);

/// The same quantities of a side that has none, with the reason.
Reading null_not_measured(std::optional<Side> side, const std::string& why);

/// `discontinuity`: breaks whose count is known, samples of B.
Reading breaks_reading(std::optional<Side> side, const std::vector<Break>& breaks);

/// "B lacks 37 samples of A at sample 120000 of B (sample 119950 of A, 2.499 s)".
std::string in_words(const Break& found, const Pair& pair);
/// "the residual stands 31 dB above its median from sample 150000 to 150900 of A (3.125 s) ...".
std::string in_words(const LoudStretch& stretch, const Residual& residual, const Pair& pair);
/// "2 clicks, which are in the residual: 1 sample at sample 222222 of B ...", the first few in full.
std::string in_words(const std::vector<Click>& clicks, const Residual& residual, const Pair& pair);
/// "the clocks wander against each other by 7.1 us rms, ...", of a wander that was followed.
/// What is to be said of it, a sentence each; nothing where none was seen.
std::vector<std::string> in_words(const Wander& wander, const Residual& residual, const Pair& pair);

}  // namespace fourpole
