// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/octave_look.hpp"

#include "rig/fft/fft.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

std::size_t octave_of(double hz) {
    return std::min(octaves - 1, static_cast<std::size_t>(std::max(0.0, std::log2(hz / 20.0))));
}

}  // namespace

OctaveOfBins octave_of_bins(const Hearing& hearing, double bin_hz) {
    OctaveOfBins out;
    out.first = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(hearing.low_hz / bin_hz)));
    out.of.resize(static_cast<std::size_t>(std::floor(hearing.high_hz / bin_hz)) + 1);
    for (std::size_t n = out.first; n < out.of.size(); ++n)
        out.of[n] = octave_of(bin_hz * static_cast<double>(n));
    return out;
}

Look look_at(const Pair& pair, const Line& line, const Blocks& blocks, unsigned threads, const Told& told) {
    Look out;
    out.blocks = blocks;
    out.each.resize(blocks.count);
    out.powers.resize(blocks.count);
    std::vector<std::array<Totals, octaves>> sections(blocks.sections());
    const std::vector<double> window = sine_window(blocks.length);
    const OctaveOfBins bins =
        octave_of_bins(hearing_of(pair), pair.rate_a_hz / static_cast<double>(blocks.length));
    const double turn = 2.0 * std::numbers::pi / static_cast<double>(blocks.length);
    each_section(pair, line, blocks, threads, told, [&](const Section& section) {
        RealFft fft(blocks.length);
        std::vector<std::complex<double>> a_bins(fft.bins());
        for (std::size_t k = 0; k < section.count; ++k) {
            windowed(section.a_of(k, blocks.length), window, fft.signal());
            fft.forward();
            std::copy_n(fft.spectrum(), fft.bins(), a_bins.begin());
            windowed(section.b_of(k, blocks.length), window, fft.signal());
            fft.forward();
            BlockPowers& block = out.powers[section.first_block + k];
            for (std::size_t n = bins.first; n < bins.of.size(); ++n) {
                const std::complex<double> bin = fft.spectrum()[n], cross = std::conj(bin) * a_bins[n];
                const double w = turn * static_cast<double>(n), power = std::norm(bin);
                Totals& sum = sections[section.number][bins.of[n]];
                Slopes& mine = out.each[section.first_block + k][bins.of[n]];
                const double of_a = std::norm(a_bins[n]);
                block.aa += of_a, block.bb += power, block.ab += cross.real();
                sum.aa += of_a, sum.bb += power, sum.ab += cross.real(), sum.bins += 1.0;
                mine.ad += w * cross.imag(), mine.dd += w * w * power;
            }
        }
    });
    for (const auto& section : sections)
        for (std::size_t o = 0; o < octaves; ++o) {
            Totals& sum = out.all[o];
            sum.aa += section[o].aa, sum.bb += section[o].bb, sum.ab += section[o].ab;
            sum.bins += section[o].bins;
        }
    for (const auto& block : out.each)
        for (std::size_t o = 0; o < octaves; ++o)
            out.all[o].slopes.ad += block[o].ad, out.all[o].slopes.dd += block[o].dd;
    return out;
}

}  // namespace fourpole
