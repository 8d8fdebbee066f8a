// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/output_wave.hpp"

#include "drivers/audio/frame_counter.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double up_s = 0.020, down_s = 0.005;

std::uint32_t word_of_sample(double x, SampleWord word) {
    if (word == SampleWord::float32) return std::bit_cast<std::uint32_t>(static_cast<float>(x));
    const double steps = std::clamp(std::nearbyint(std::ldexp(x, 31)), -2147483648.0, 2147483647.0);
    return std::bit_cast<std::uint32_t>(static_cast<std::int32_t>(steps));
}

/// 0 before the edge, 1 behind it.
double raised(double seconds, double edge_s) {
    if (seconds >= edge_s) return 1.0;
    return 0.5 - 0.5 * std::cos(std::numbers::pi * std::max(0.0, seconds) / edge_s);
}

}  // namespace

OutputWave::OutputWave(Plan plan, Programme programme)
    : plan_(std::move(plan)), programme_(std::move(programme)) {}

double OutputWave::slope(std::uint64_t frame) const {
    const auto seconds = [&](std::uint64_t frames) { return static_cast<double>(frames) / plan_.rate_hz; };
    return raised(seconds(frame), up_s) * raised(seconds(plan_.programme - 1 - frame), down_s);
}

void OutputWave::next(std::span<std::uint32_t> words) {
    const std::uint64_t frames = words.size() / plan_.outputs;
    const std::uint64_t from = std::clamp(plan_.lead, at_, at_ + frames);
    const std::uint64_t to = std::clamp(plan_.lead + plan_.programme, from, at_ + frames);
    std::fill(words.begin(), words.end(), 0U);
    if (to > from) {
        samples_.assign((to - from) * plan_.outputs, 0.0);
        programme_(from - plan_.lead, samples_);
        for (std::uint64_t n = from; n < to; ++n) {
            const double gain = slope(n - plan_.lead);
            for (unsigned c = 0; c < plan_.outputs; ++c)
                words[(n - at_) * plan_.outputs + c] =
                    word_of_sample(gain * samples_[(n - from) * plan_.outputs + c], plan_.word);
        }
    }
    if (plan_.counter_on)
        for (std::uint64_t n = 0; n < frames; ++n)
            words[n * plan_.outputs + *plan_.counter_on] = counter_word(at_ + n, plan_.word);
    at_ += frames;
}

}  // namespace fourpole
