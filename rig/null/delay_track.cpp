// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/delay_track.hpp"

#include "rig/analysis/median.hpp"
#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double block_s = 0.35;
// Below this a block is not found where the line puts it: half of its power is something else.
constexpr double found = 0.7;
// Of peaks that noise could have put in each other's place the nearest counts: those that are lower by less
// than twice what the highest one lacks of 1, by 3 % at most. What repeats itself differs by less than 0.1 %.
constexpr double least_alike = 0.97, noise_moves = 2.0, repeats_within = 1e-3;
constexpr std::size_t finer = 4;  // steps of a sample in which a peak is sought

void take_in(RealFft& fft, std::span<const double> x, std::span<const double> window) {
    windowed(x, window, fft.signal());
    fft.forward();
}

/// |r| on a grid finer than its samples: what is loud at 14 kHz is all but gone half a sample away.
class FinePeaks {
public:
    /// @param r  circular, `length` values  @param one  |r| of two that are the same
    FinePeaks(const double* r, std::size_t length, double one)
        : r_(r), length_(static_cast<std::ptrdiff_t>(length)), one_(one) {}

    /// Lag of the chosen peak over -most .. most, in steps of the grid.
    std::ptrdiff_t chosen(std::ptrdiff_t most) const {
        double highest = 0.0;
        for (std::ptrdiff_t lag = -most; lag <= most; ++lag) highest = std::max(highest, top(lag));
        const double lacks = one_ > 0.0 ? std::max(0.0, 1.0 - highest / one_) : 0.0;
        const double enough = highest * std::max(least_alike, 1.0 - noise_moves * lacks - repeats_within);
        for (std::ptrdiff_t away = 0; away <= most; ++away) {
            const std::ptrdiff_t nearer = top(away) >= top(-away) ? away : -away;
            if (top(nearer) >= enough) return nearer;
        }
        return 0;
    }

private:
    double size(std::ptrdiff_t lag) const {
        return std::abs(r_[static_cast<std::size_t>((lag + length_) % length_)]);
    }
    /// Height of the parabola through a peak and its neighbours; 0 beside a peak.
    double top(std::ptrdiff_t lag) const {
        const double before = size(lag - 1), here = size(lag), behind = size(lag + 1);
        if (here < before || here < behind) return 0.0;
        const double bend = before - 2.0 * here + behind, slope = 0.5 * (behind - before);
        return bend < 0.0 ? here - 0.5 * slope * slope / bend : here;
    }

    const double* r_;
    std::ptrdiff_t length_;
    double one_;
};

class Correlator {
public:
    RealFft fft, fine;
    std::vector<double> window;
    std::vector<std::complex<double>> a_bins, cross;
    double turn, w_20;  ///< radians a sample from one bin to the next, and at 20 Hz
    std::size_t low, high;

    Correlator(std::size_t length, double rate_hz, const Hearing& hearing)
        : fft(length),
          fine(finer * length),
          window(sine_window(length)),
          a_bins(fft.bins()),
          cross(fft.bins()),
          turn(2.0 * std::numbers::pi / static_cast<double>(length)),
          w_20(2.0 * std::numbers::pi * 20.0 / rate_hz) {
        const double bin_hz = rate_hz / static_cast<double>(length);
        low = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(hearing.low_hz / bin_hz)));
        high = static_cast<std::size_t>(std::floor(hearing.high_hz / bin_hz));
    }

    BlockDelay delay(std::span<const double> a, std::span<const double> b) {
        take_in(fft, a, window);
        std::copy_n(fft.spectrum(), fft.bins(), a_bins.begin());
        take_in(fft, b, window);
        std::complex<double>* bins = fft.spectrum();
        BlockDelay out;
        Moments moments;
        for (std::size_t k = 0; k < fft.bins(); ++k) {
            if (k < low || k > high) {
                cross[k] = 0.0;
                continue;
            }
            const double w = turn * static_cast<double>(k), power = std::norm(bins[k]);
            out.loudness += std::norm(a_bins[k]);
            moments.power += power, moments.first += std::min(0.5 * w, w_20) * power,
                moments.second += w * w * power;
            cross[k] = bins[k] * std::conj(a_bins[k]);
        }
        std::fill_n(std::copy(cross.begin(), cross.end(), fine.spectrum()), fine.bins() - cross.size(), 0.0);
        fine.inverse();
        const std::size_t n = fine.size();
        // The heard bins and their mirror images, over n.
        const double one = 2.0 / static_cast<double>(n) * std::sqrt(out.loudness * moments.power);
        const double lag =
            static_cast<double>(FinePeaks(fine.signal(), n, one).chosen(static_cast<std::ptrdiff_t>(n / 4))) /
            static_cast<double>(finer);
        if (out.loudness > 0.0 && moments.power > 0.0) refine(lag, moments, out);
        return out;
    }

private:
    /// Sums over the heard bins of B: |B|^2, min(w / 2, w_20) |B|^2, w^2 |B|^2.
    struct Moments {
        double power = 0.0, first = 0.0, second = 0.0;
    };

    void refine(double lag, const Moments& moments, BlockDelay& out) const {
        double along = 0.0;
        out.delay = lag;
        for (int round = 0; round < 4; ++round) {
            double across = 0.0;
            along = 0.0;
            // e^(j w delay), turned on from bin to bin: 1e-12 after all of them.
            const std::complex<double> one_bin = std::polar(1.0, turn * out.delay);
            std::complex<double> phasor = std::polar(1.0, turn * out.delay * static_cast<double>(low));
            for (std::size_t k = low; k <= high; ++k, phasor *= one_bin) {
                const std::complex<double> x = cross[k] * phasor;  // B e^(j w delay) conj(A)
                along += x.real(), across -= turn * static_cast<double>(k) * x.imag();
            }
            if (along == 0.0) return;
            const double further = std::clamp(across / along * moments.power / moments.second, -1.0, 1.0);
            if (std::abs(out.delay + further - lag) > 2.0) break;
            out.delay += further;
            if (std::abs(further) < 1e-4) break;
        }
        const double common = along * along / (out.loudness * moments.power);
        out.likeness = std::sqrt(std::min(1.0, common));
        const double noise = std::max(0.0, 1.0 - common) / static_cast<double>(high - low + 1);
        out.u = std::sqrt(0.5 * noise / common * moments.power / moments.second);
        out.feigned = moments.first / moments.second;
    }
};

}  // namespace

Blocks track_blocks(const Pair& pair, const Line& line) { return blocks_over(pair, line, block_s); }

std::vector<BlockDelay> delay_track(const Pair& pair, const Line& line, unsigned threads, const Told& told) {
    return delay_track(pair, line, track_blocks(pair, line), threads, told);
}

std::vector<BlockDelay> delay_track(const Pair& pair, const Line& line, const Blocks& blocks,
                                    unsigned threads, const Told& told) {
    std::vector<BlockDelay> track(blocks.count);
    if (blocks.count == 0) return track;
    each_section(pair, line, blocks, threads, told, [&](const Section& section) {
        Correlator correlator(blocks.length, pair.rate_a_hz, hearing_of(pair));
        for (std::size_t k = 0; k < section.count; ++k) {
            BlockDelay& block = track[section.first_block + k];
            block = correlator.delay(section.a_of(k, blocks.length), section.b_of(k, blocks.length));
            block.middle = blocks.middle(section.first_block + k);
        }
    });
    return track;
}

std::vector<BlockDelay> found_blocks(const std::vector<BlockDelay>& track) {
    std::vector<BlockDelay> out;
    std::copy_if(track.begin(), track.end(), std::back_inserter(out),
                 [](const BlockDelay& b) { return b.likeness >= found; });
    return out;
}

std::vector<BlockDelay> sharp_blocks(const std::vector<BlockDelay>& track, double enough) {
    std::vector<BlockDelay> blocks = found_blocks(track), out;
    std::vector<double> u;
    for (const BlockDelay& b : blocks) u.push_back(b.u + b.feigned);
    std::sort(u.begin(), u.end());
    if (u.empty()) return out;
    const double limit = std::max(enough, 3.0 * u[u.size() / 4]);
    std::copy_if(blocks.begin(), blocks.end(), std::back_inserter(out),
                 [&](const BlockDelay& b) { return b.u + b.feigned <= limit; });
    return out;
}

double median_delay(const std::vector<BlockDelay>& track) {
    std::vector<double> delays;
    for (const BlockDelay& block : track) delays.push_back(block.delay);
    return median(std::move(delays));
}

Line through_track(const Line& line, const std::vector<BlockDelay>& track) {
    const std::vector<BlockDelay> blocks = sharp_blocks(track);
    if (blocks.size() < 2) return line;
    const std::size_t apart = std::max<std::size_t>(1, blocks.size() / 8);
    std::vector<double> slopes, left_over;
    for (std::size_t i = 0; i + apart < blocks.size(); ++i)
        slopes.push_back((blocks[i + apart].delay - blocks[i].delay) /
                         (blocks[i + apart].middle - blocks[i].middle));
    const double slope = median(slopes);
    for (const BlockDelay& b : blocks) left_over.push_back(b.delay - slope * b.middle);
    return {line.delay + line.step * median(left_over), line.step * (1.0 + slope)};
}

std::vector<BlockDelay> seen_from(const Line& line, const Line& other, std::vector<BlockDelay> track) {
    for (BlockDelay& block : track)
        block.delay -= (other.at(block.middle) - line.at(block.middle)) / other.step;
    return track;
}

}  // namespace fourpole
