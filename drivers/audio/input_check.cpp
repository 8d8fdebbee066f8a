// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/input_check.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace fourpole {

namespace {

double value_of(std::uint32_t word, SampleWord as) {
    if (as == SampleWord::float32) return std::bit_cast<float>(word);
    return std::ldexp(std::bit_cast<std::int32_t>(word), -31);
}

}  // namespace

// Half of the quiet is for what an input does when it is opened, and one frame in eight for the block that
// ends it.
InputCheck::InputCheck(Plan plan)
    : plan_(std::move(plan)),
      first_(plan_.quiet / 2),
      end_(plan_.quiet - plan_.quiet / 8),
      sums_(plan_.inputs, 0.0),
      powers_(plan_.inputs, RunningPower(plan_.rate_hz)) {
    plan_.most_dc.resize(std::min<std::size_t>(plan_.most_dc.size(), plan_.inputs));
    plan_.most_rms.resize(std::min<std::size_t>(plan_.most_rms.size(), plan_.inputs));
}

bool InputCheck::is_too_much(const std::uint32_t* in, unsigned frames, std::uint64_t at) noexcept {
    for (unsigned n = 0; n < frames; ++n) {
        const bool quiet = at + n >= first_ && at + n < end_;
        if (quiet) ++counted_;
        for (unsigned c = 0; c < plan_.inputs; ++c) {
            const double x = value_of(in[std::size_t{n} * plan_.inputs + c], plan_.word);
            if (quiet) sums_[c] += x;
            powers_[c].hear(x);
        }
    }
    return stands_high(at + frames) || too_loud(at + frames);
}

bool InputCheck::stands_high(std::uint64_t at) noexcept {
    if (judged_ || at < end_ || counted_ == 0) return false;
    judged_ = true;
    for (std::size_t c = 0; c < plan_.most_dc.size(); ++c) {
        const double dc = sums_[c] / static_cast<double>(counted_);
        if (std::abs(dc) <= plan_.most_dc[c]) continue;
        tell(true, c, dc, at);
        return true;
    }
    return false;
}

bool InputCheck::too_loud(std::uint64_t at) noexcept {
    for (std::size_t c = 0; c < plan_.most_rms.size(); ++c) {
        if (powers_[c].value() <= plan_.most_rms[c] * plan_.most_rms[c]) continue;
        tell(false, c, std::sqrt(powers_[c].value()), at);
        return true;
    }
    return false;
}

void InputCheck::tell(bool is_dc, std::size_t input, double value, std::uint64_t frame) noexcept {
    what_ = {is_dc, static_cast<unsigned>(input), value, frame};
    told_.store(true, std::memory_order_release);
}

std::optional<InputCheck::Found> InputCheck::found() const noexcept {
    if (!told_.load(std::memory_order_acquire)) return std::nullopt;
    return what_;
}

}  // namespace fourpole
