// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/samples.hpp"
#include "rig/null/wander_track.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace fourpole {

/// One channel of capture A and the channel of capture B that is held against it. Means are taken out.
struct Pair {
    Samples a, b;
    double rate_a_hz = 0.0, rate_b_hz = 0.0;      ///< nominal
    std::shared_ptr<const WanderTrack> wander{};  ///< B is moved by this beside its line
};

/// Where A's samples stand in B: A's sample m is B's sample delay + step m.
struct Line {
    double delay = 0.0;  ///< samples of B
    double step = 1.0;   ///< samples of B per sample of A

    double at(double m) const { return delay + step * m; }
};

/// The same line read the other way round: where B's samples stand in A.
inline Line turned_round(const Line& line) { return {-line.delay / line.step, 1.0 / line.step}; }

/// How fast B's programme runs against A's, in the contract's words u = (1 + ppm 1e-6)(n / fs - t0), with
/// A's time as u: ppm > 0 = what is in B sounds higher than in A.
double ppm_of(const Pair& pair, const Line& line);
double step_for(const Pair& pair, double ppm);

/// Where both are compared: 20 Hz to 20 kHz, or to 0.95 of the lower Nyquist frequency.
struct Hearing {
    double low_hz = 20.0, high_hz = 20000.0;
};
Hearing hearing_of(const Pair& pair);

/// Half-overlapping blocks of A's samples under a sine window, whose squares add up to 1: each sample
/// counts once. `length` is even; the first block begins at `first`.
struct Blocks {
    std::size_t first = 0, length = 2, count = 0;

    std::size_t hop() const { return length / 2; }
    std::size_t start(std::size_t k) const { return first + k * hop(); }
    double middle(std::size_t k) const {
        return static_cast<double>(start(k)) + 0.5 * static_cast<double>(length);
    }
    std::size_t sections() const { return (count + per_section - 1) / per_section; }
    std::size_t per_section = 16;  ///< so many blocks share one piece of resampled B
};

/// Blocks of some `seconds` (up to twice as long in few) that cover what A and B both have to 2 %; at least
/// eight of them where that leaves 256 samples a block. None where they have less than 1024 samples. Stays
/// 1024 samples away from B's ends, where a resampler has nothing to look at.
Blocks blocks_over(const Pair& pair, const Line& line, double seconds);

/// One section at work: blocks first_block .. first_block + count - 1; a[i] and b[i] are A and the matched
/// B at A's sample blocks.start(first_block) + i.
struct Section {
    std::size_t number = 0, first_block = 0, count = 0;
    std::span<const double> a, b;

    std::span<const double> a_of(std::size_t k, std::size_t length) const {
        return a.subspan(k * length / 2, length);
    }
    std::span<const double> b_of(std::size_t k, std::size_t length) const {
        return b.subspan(k * length / 2, length);
    }
};

/// Told now and then how much of a pass is done, 0 .. 1; calls come one at a time.
using Told = std::function<void(double)>;

/// Does `work` for every section, on several threads. What it writes to must be the section's own: results
/// are then the same on any number of threads. Memory: one section a thread.
void each_section(const Pair& pair, const Line& line, const Blocks& blocks, unsigned threads,
                  const Told& told, const std::function<void(const Section&)>& work);

/// out[i] = window[i] (x[i] - m), m = the windowed mean, so that a constant is gone and leaks nowhere.
void windowed(std::span<const double> x, std::span<const double> window, double* out);

/// sin(pi (i + 0.5) / length), i = 0 .. length - 1.
std::vector<double> sine_window(std::size_t length);

}  // namespace fourpole
