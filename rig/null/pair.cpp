// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/pair.hpp"

#include "rig/align/resample.hpp"
#include "rig/fft/fft.hpp"
#include "rig/share_out.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double end_samples = 1024.0;          // what resampled() asks for
constexpr std::size_t interpolated_over = 128;  // on either side by between_samples()

/// B at A's samples from .. from + count - 1.
std::vector<double> matched(const Pair& pair, const Line& line, std::size_t from, std::size_t count) {
    const double first = static_cast<double>(from);
    if (!pair.wander) return resampled(pair.b, line.at(first), line.step, count);
    const std::size_t reach =
        interpolated_over + static_cast<std::size_t>(std::ceil(2.0 * pair.wander->most()));
    const double wide_from = first - static_cast<double>(reach);
    const std::vector<double> wide = resampled(pair.b, line.at(wide_from), line.step, count + 2 * reach);
    std::vector<double> places(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double m = first + static_cast<double>(i);
        places[i] = m - wide_from + pair.wander->at(m);
    }
    return between_samples(wide, places);
}

}  // namespace

double ppm_of(const Pair& pair, const Line& line) {
    return 1e6 * (pair.rate_b_hz / pair.rate_a_hz / line.step - 1.0);
}

double step_for(const Pair& pair, double ppm) { return pair.rate_b_hz / pair.rate_a_hz / (1.0 + 1e-6 * ppm); }

Hearing hearing_of(const Pair& pair) {
    return {20.0, std::min(20000.0, 0.95 * 0.5 * std::min(pair.rate_a_hz, pair.rate_b_hz))};
}

Blocks blocks_over(const Pair& pair, const Line& line, double seconds) {
    const double room = end_samples * std::max(1.0, line.step);
    double first = std::max(0.0, std::ceil((room - line.delay) / line.step));
    double last = std::min(static_cast<double>(pair.a.size()),
                           (static_cast<double>(pair.b.size()) - room - line.delay) / line.step);
    if (pair.wander)
        first = std::max(first, std::ceil(pair.wander->from())), last = std::min(last, pair.wander->to());
    if (!(last - first >= 1024.0)) return {};
    const auto samples = static_cast<std::size_t>(last - first);
    Blocks out;
    out.first = static_cast<std::size_t>(first);
    // Eight blocks that overlap by half cover four and a half lengths.
    const auto wanted = static_cast<double>(std::max<std::size_t>(256, samples * 2 / 9));
    const double hop = 0.5 * std::min(wanted, seconds * pair.rate_a_hz);
    // The next longer blocks that leave nothing over; then shorter by up to 2 % where that is quicker.
    out.count = static_cast<std::size_t>(static_cast<double>(samples) / hop) - 1;
    std::size_t most = samples / (out.count + 1);
    while (fast_length(most) != most) --most;
    out.length = 2 * most;
    out.count = samples / out.hop() - 1;
    return out;
}

void each_section(const Pair& pair, const Line& line, const Blocks& blocks, unsigned threads,
                  const Told& told, const std::function<void(const Section&)>& work) {
    std::mutex telling;
    std::size_t done = 0;
    share_out(threads, blocks.sections(), [&](std::size_t number) {
        Section section;
        section.number = number;
        section.first_block = number * blocks.per_section;
        section.count = std::min(blocks.per_section, blocks.count - section.first_block);
        const std::size_t from = blocks.start(section.first_block);
        const std::size_t samples = (section.count + 1) * blocks.hop();
        const std::vector<double> a = pair.a.piece(from, samples);
        const std::vector<double> b = matched(pair, line, from, samples);
        section.a = a;
        section.b = b;
        work(section);
        if (!told) return;
        const std::lock_guard one_at_a_time(telling);
        told(static_cast<double>(++done) / static_cast<double>(blocks.sections()));
    });
}

void windowed(std::span<const double> x, std::span<const double> window, double* out) {
    double sum = 0.0, weight = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += window[i] * x[i], weight += window[i];
    const double mean = sum / weight;
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = window[i] * (x[i] - mean);
}

std::vector<double> sine_window(std::size_t length) {
    std::vector<double> out(length);
    for (std::size_t i = 0; i < length; ++i)
        out[i] = std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length));
    return out;
}

}  // namespace fourpole
