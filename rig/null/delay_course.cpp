// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/delay_course.hpp"

#include "rig/analysis/median.hpp"
#include "rig/fft/fft.hpp"
#include "rig/null/octave_look.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <optional>
#include <span>

namespace fourpole {

namespace {

constexpr double widest_s = 4e-3, step_s = 1e-5;
constexpr std::size_t chunk_blocks = 1024, look_ahead = 32, blocks_a_section = 32;
constexpr std::ptrdiff_t most_steps = 4;  ///< from block to block
constexpr double stiff = 0.02;            ///< of a step's square; a block that is found counts 1
constexpr double quiet = 0.01;            ///< of the median loudness: below it a block counts less

/// The lags that are looked at: -most .. most, in steps of 1 / finer of a sample.
struct Grid {
    std::size_t finer = 1;
    std::ptrdiff_t most = 0;

    explicit Grid(double rate_hz)
        : finer(std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(1.0 / (step_s * rate_hz))))),
          most(static_cast<std::ptrdiff_t>(widest_s * rate_hz * static_cast<double>(finer))) {}
    std::size_t count() const { return static_cast<std::size_t>(2 * most + 1); }
};

/// c_k of a chunk's blocks, `grid.count()` values each, and their loudness.
struct Scores {
    std::vector<double> likeness, loudness;
};

/// One block after the other on one thread.
class OctaveCorrelator {
public:
    OctaveCorrelator(const Pair& pair, std::size_t length, const Grid& grid)
        : fft_(length),
          fine_(grid.finer * length),
          window_(sine_window(length)),
          a_(fft_.bins()),
          grid_(grid),
          octave_(octave_of_bins(hearing_of(pair), pair.rate_a_hz / static_cast<double>(length))) {}

    /// Writes the likeness at every lag; returns A's power.
    double hear(std::span<const double> a, std::span<const double> b, double polarity, double* out) {
        windowed(a, window_, fft_.signal());
        fft_.forward();
        std::copy_n(fft_.spectrum(), fft_.bins(), a_.begin());
        windowed(b, window_, fft_.signal());
        fft_.forward();
        std::array<double, octaves> aa{}, bb{};
        double loudness = 0.0, sounding = 0.0;
        for (std::size_t n = octave_.first; n < octave_.of.size(); ++n) {
            const double power = std::norm(a_[n]);
            aa[octave_.of[n]] += power, bb[octave_.of[n]] += std::norm(fft_.spectrum()[n]), loudness += power;
        }
        std::array<double, octaves> weight{};
        for (std::size_t o = 0; o < octaves; ++o)
            if (aa[o] > 0.0 && bb[o] > 0.0) weight[o] = 1.0 / std::sqrt(aa[o] * bb[o]), sounding += 1.0;
        std::fill_n(fine_.spectrum(), fine_.bins(), 0.0);
        for (std::size_t n = octave_.first; n < octave_.of.size(); ++n)
            fine_.spectrum()[n] = weight[octave_.of[n]] * fft_.spectrum()[n] * std::conj(a_[n]);
        fine_.inverse();
        // The inverse is over its length, and holds each bin and its mirror image.
        const double scale =
            sounding > 0.0 ? polarity * 0.5 * static_cast<double>(fine_.size()) / sounding : 0.0;
        const auto size = static_cast<std::ptrdiff_t>(fine_.size());
        for (std::ptrdiff_t lag = -grid_.most; lag <= grid_.most; ++lag)
            *out++ = scale * fine_.signal()[(lag + size) % size];
        return loudness;
    }

private:
    RealFft fft_, fine_;
    std::vector<double> window_;
    std::vector<std::complex<double>> a_;
    Grid grid_;
    OctaveOfBins octave_;
};

Scores scores_of(const Pair& pair, const Line& line, const Blocks& blocks, const Grid& grid, double polarity,
                 unsigned threads) {
    Scores out{std::vector<double>(blocks.count * grid.count()), std::vector<double>(blocks.count)};
    each_section(pair, line, blocks, threads, {}, [&](const Section& section) {
        OctaveCorrelator correlator(pair, blocks.length, grid);
        for (std::size_t k = 0; k < section.count; ++k) {
            const std::size_t block = section.first_block + k;
            out.loudness[block] =
                correlator.hear(section.a_of(k, blocks.length), section.b_of(k, blocks.length), polarity,
                                out.likeness.data() + block * grid.count());
        }
    });
    return out;
}

/// The likeliest path through a chunk, as places on the grid. @param from  where the last chunk's path ended
std::vector<std::size_t> likeliest(const Scores& scores, const Grid& grid,
                                   const std::optional<std::size_t>& from) {
    const std::size_t lags = grid.count(), blocks = scores.loudness.size();
    const double enough = quiet * median(scores.loudness);
    constexpr double never = -1e30;
    std::vector<double> best(lags, from ? never : 0.0), next(lags);
    if (from) best[*from] = 0.0;
    std::vector<std::int8_t> came(blocks * lags);
    for (std::size_t k = 0; k < blocks; ++k) {
        const double weight = enough > 0.0 ? std::min(1.0, scores.loudness[k] / enough) : 0.0;
        for (std::size_t i = 0; i < lags; ++i) {
            double most = 2.0 * never;
            for (std::ptrdiff_t step = -most_steps; step <= most_steps; ++step) {
                const auto before = static_cast<std::ptrdiff_t>(i) - step;
                if (before < 0 || before >= static_cast<std::ptrdiff_t>(lags)) continue;
                const double here = best[static_cast<std::size_t>(before)] -
                                    stiff * static_cast<double>(step) * static_cast<double>(step);
                if (here > most) most = here, came[k * lags + i] = static_cast<std::int8_t>(step);
            }
            next[i] = most + weight * scores.likeness[k * lags + i];
        }
        std::swap(best, next);
    }
    std::vector<std::size_t> path(blocks);
    auto at = static_cast<std::ptrdiff_t>(std::max_element(best.begin(), best.end()) - best.begin());
    for (std::size_t k = blocks; k-- > 0;) {
        path[k] = static_cast<std::size_t>(at);
        at -= came[k * lags + path[k]];
    }
    return path;
}

}  // namespace

std::vector<double> delay_course(const Pair& pair, const Line& line, const Blocks& blocks, double polarity,
                                 unsigned threads) {
    const Grid grid(pair.rate_a_hz);
    std::vector<double> out;
    std::optional<std::size_t> last;
    while (out.size() < blocks.count) {
        Blocks chunk = blocks;
        chunk.first = blocks.start(out.size());
        chunk.count = std::min(blocks.count - out.size(), chunk_blocks + look_ahead);
        chunk.per_section = blocks_a_section;
        const auto path = likeliest(scores_of(pair, line, chunk, grid, polarity, threads), grid, last);
        const bool ends = out.size() + chunk.count == blocks.count;
        const std::size_t taken = ends ? chunk.count : chunk_blocks;
        for (std::size_t k = 0; k < taken; ++k)
            out.push_back((static_cast<double>(path[k]) - static_cast<double>(grid.most)) /
                          static_cast<double>(grid.finer));
        last = path[taken - 1];
    }
    return out;
}

}  // namespace fourpole
