// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/coarse_line.hpp"

#include "rig/align/resample.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/files/scratch_file.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

namespace fourpole {

namespace {

constexpr std::size_t most_stretches = 12, most_places = 8, least_agreeing = 3;
constexpr double likely_at_all = 0.2;
// Two clocks are never 2000 ppm apart; up to 5000 are looked for, so that it can be said.
constexpr double steepest = 5e-3;
// A peak at 6 kHz stands within half a sample; drift across the stretch moves it by as much again.
constexpr double agreement_samples = 1.5;
constexpr double elsewhere_samples = 2.0 * agreement_samples, as_good = 0.98;

/// Keeps the best few: higher likeness first, of those equal to 0.001 the nearer to what is expected.
void keep(std::vector<Place>& best, Place place, double expected) {
    const auto before = [&](const Place& p, const Place& q) {
        const double difference = std::round(1000.0 * p.likeness) - std::round(1000.0 * q.likeness);
        if (difference != 0.0) return difference > 0.0;
        return std::abs(p.at - expected) < std::abs(q.at - expected);
    };
    best.insert(std::upper_bound(best.begin(), best.end(), place, before), place);
    if (best.size() > most_places) best.pop_back();
}

/// Energy of each of the first `count` stretches of `length` samples in y.
std::vector<double> energies(std::span<const double> y, std::size_t count, std::size_t length) {
    std::vector<double> out(count);
    double sum = 0.0;
    for (std::size_t n = 0; n < length; ++n) sum += y[n] * y[n];
    for (std::size_t n = 0; n < count; ++n) {
        out[n] = std::max(0.0, sum);
        if (n + length < y.size()) sum += y[n + length] * y[n + length] - y[n] * y[n];
    }
    return out;
}

double energy_of(std::span<const double> x) {
    double sum = 0.0;
    for (const double v : x) sum += v * v;
    return sum;
}

double energy_of(const Samples& x) {
    double sum = 0.0;
    x.each_piece([&](std::span<const double> piece) {
        for (const double v : piece) sum += v * v;
    });
    return sum;
}

/// Where the loudest stretch of each of twelve equal parts of x begins.
std::vector<std::size_t> loudest_stretches(const Samples& x, std::size_t length) {
    std::vector<std::size_t> out;
    const std::size_t parts = std::clamp<std::size_t>(x.size() / length, 1, most_stretches);
    for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t from = x.size() * part / parts;
        const std::size_t to = std::max(from + 1, x.size() * (part + 1) / parts - length + 1);
        double most = 0.0;
        std::size_t best = from;
        for (std::size_t n = from; n < to && n + length <= x.size(); n += length / 4 + 1) {
            const std::vector<double> stretch = x.piece(n, length);
            const double energy = energy_of(std::span<const double>(stretch));
            if (energy > most) most = energy, best = n;
        }
        if (most > 0.0) out.push_back(best);
    }
    return out;
}

struct Stretch {
    double at = 0.0;  ///< its first sample in its own channel
    std::vector<Place> places;
};

/// Place = offset + slope * stretch, both at 6 kHz.
struct LowLine {
    double offset = 0.0, slope = 1.0;
    double likeness = 0.0;  ///< sum over those that agree
    double weight = 0.0;    ///< the same by the root of what they have in common
    std::size_t agreeing = 0;

    double at(double stretch) const { return offset + slope * stretch; }
};

const Place* on_line(const Stretch& stretch, const LowLine& line) {
    const Place* best = nullptr;
    for (const Place& p : stretch.places)
        if (std::abs(p.at - line.offset - line.slope * stretch.at) <= agreement_samples &&
            (best == nullptr || p.likeness > best->likeness))
            best = &p;
    return best;
}

/// The sum of likeness on a line through two places, and its least squares through all that agree.
LowLine judged(const std::vector<Stretch>& stretches, LowLine line) {
    double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
    line.likeness = 0.0, line.weight = 0.0, line.agreeing = 0;
    for (const Stretch& s : stretches)
        if (const Place* p = on_line(s, line)) {
            line.likeness += p->likeness;
            line.weight += p->likeness * std::sqrt(p->common);
            ++line.agreeing;
            n += 1.0, sx += s.at, sy += p->at - s.at, sxx += s.at * s.at, sxy += s.at * (p->at - s.at);
        }
    const double below = n * sxx - sx * sx;
    if (line.agreeing >= 2 && below > 0.0) {
        const double excess = (n * sxy - sx * sy) / below;
        line.slope = 1.0 + excess;
        line.offset = (sy - excess * sx) / n;
    }
    return line;
}

LowLine best_line(const std::vector<Stretch>& stretches) {
    LowLine best;
    const auto better = [&](const LowLine& l) {
        const double more = l.likeness - best.likeness;
        return more > 1e-6 || (more > -1e-6 && std::abs(l.slope - 1.0) < std::abs(best.slope - 1.0) - 1e-12);
    };
    for (std::size_t i = 0; i < stretches.size(); ++i)
        for (std::size_t k = i + 1; k < stretches.size(); ++k)
            for (const Place& p : stretches[i].places)
                for (const Place& q : stretches[k].places) {
                    LowLine line;
                    line.slope = (q.at - p.at) / (stretches[k].at - stretches[i].at);
                    line.offset = p.at - line.slope * stretches[i].at;
                    if (std::abs(line.slope - 1.0) > steepest) continue;
                    line = judged(stretches, line);
                    if (better(line)) best = line;
                }
    return best;
}

/// All places but those on the line.
std::vector<Stretch> elsewhere(std::vector<Stretch> stretches, const LowLine& line) {
    for (Stretch& s : stretches)
        std::erase_if(s.places,
                      [&](const Place& p) { return std::abs(p.at - line.at(s.at)) < elsewhere_samples; });
    return stretches;
}

}  // namespace

LowRate low_rate(const Samples& x, double rate_hz, const Told& told) {
    constexpr std::size_t at_once = std::size_t{1} << 17U, most_in_memory = std::size_t{1} << 21U;
    const double step = rate_hz / LowRate::rate_hz;
    const auto size = static_cast<std::size_t>(static_cast<double>(x.size()) / step);
    const auto kept = std::make_shared<std::vector<double>>();
    const auto filed = size > most_in_memory ? std::make_shared<ScratchFile>() : nullptr;
    // Up: 6 dB an octave above 50 Hz (0.95); music falls by about as much, and DC is gone. Down again towards
    // 3 kHz by 1 + z^-1 twice, or a peak that falls between two samples would lose a fifth of its height.
    std::array<double, 3> before{};
    for (std::size_t at = 0; at < size; at += at_once) {
        auto piece = resampled(x, step * static_cast<double>(at), step, std::min(at_once, size - at));
        for (double& v : piece) {
            const double up = v - 0.95 * before[0];
            before[0] = v;
            v = 0.25 * (up + 2.0 * before[1] + before[2]);
            before[2] = std::exchange(before[1], up);
        }
        if (filed)
            filed->append(piece);
        else
            kept->insert(kept->end(), piece.begin(), piece.end());
        if (told) told(static_cast<double>(at) / static_cast<double>(size));
    }
    if (filed) return {{size, [filed](std::size_t from, std::span<double> out) { filed->read(from, out); }}};
    return {{size, [kept](std::size_t from, std::span<double> out) {
                 std::copy_n(kept->begin() + static_cast<std::ptrdiff_t>(from), out.size(), out.begin());
             }}};
}

std::vector<Place> places_of(std::span<const double> stretch, const Samples& y, double expected) {
    std::vector<Place> best;
    if (y.size() < stretch.size()) return best;
    const double own = energy_of(stretch);
    // A quiet spot looks like anything: 70 dB below the mean nothing is compared.
    const double least =
        1e-7 * energy_of(y) * static_cast<double>(stretch.size()) / static_cast<double>(y.size());
    if (own <= 0.0 || least <= 0.0) return best;
    const std::size_t all = y.size() - stretch.size() + 1;
    constexpr std::size_t piece = 1 << 16;
    std::vector<double> likeness;
    for (std::size_t from = 0; from < all; from += piece - 2) {
        const std::size_t count = std::min(piece, all - from);
        const std::vector<double> some = y.piece(from, std::min(count + stretch.size(), y.size() - from));
        const std::span<const double> here = some;
        const LagWindow window{0, count};
        const auto r = correlate({&here, 1}, 0, stretch, {&window, 1});
        const std::vector<double> energy = energies(here, count, stretch.size());
        likeness.resize(count);
        for (std::size_t i = 0; i < count; ++i)
            likeness[i] = energy[i] > least ? std::abs(r[0][0][i]) / std::sqrt(own * energy[i]) : 0.0;
        for (std::size_t i = 0; i < count; ++i) {
            const double ahead = i > 0 ? likeness[i - 1] : 0.0,
                         behind = i + 1 < count ? likeness[i + 1] : 0.0;
            // Pieces overlap by two: a peak at a seam is inside one of them.
            const bool seam = (i == 0 && from > 0) || (i + 1 == count && from + count < all);
            if (seam || likeness[i] < likely_at_all || likeness[i] < ahead || likeness[i] <= behind) continue;
            const double bend = ahead - 2.0 * likeness[i] + behind;
            const double between = i > 0 && i + 1 < count && bend < 0.0 ? 0.5 * (ahead - behind) / bend : 0.0;
            // The parabola's own height, or the place would count by how near to a sample it falls.
            const double height = likeness[i] - 0.25 * (ahead - behind) * between;
            keep(best,
                 {static_cast<double>(from + i) + between, std::min(1.0, height),
                  std::abs(r[0][0][i]) * height / likeness[i]},
                 expected);
        }
    }
    return best;
}

std::optional<CoarseLine> coarse_line(const Pair& pair, const LowRate& a, const LowRate& b,
                                      unsigned threads) {
    const bool a_is_shorter = a.samples.size() <= b.samples.size();
    const Samples& own = a_is_shorter ? a.samples : b.samples;
    const Samples& other = a_is_shorter ? b.samples : a.samples;
    for (const std::size_t wanted : {std::size_t{4096}, std::size_t{1024}}) {
        const std::size_t length = std::min(wanted, own.size() / 5);
        if (length < 256) return std::nullopt;
        const std::vector<std::size_t> starts = loudest_stretches(own, length);
        std::vector<Stretch> stretches(starts.size());
        share_out(threads, starts.size(), [&](std::size_t i) {
            stretches[i].at = static_cast<double>(starts[i]);
            stretches[i].places = places_of(own.piece(starts[i], length), other, stretches[i].at);
        });
        const LowLine low = best_line(stretches);
        if (low.agreeing < least_agreeing) continue;
        // In seconds: B's = (offset / 6 kHz) + slope * A's, or the other way round.
        const double slope = a_is_shorter ? low.slope : 1.0 / low.slope;
        const double offset = a_is_shorter ? low.offset : -low.offset / low.slope;
        CoarseLine out;
        out.line.step = slope * pair.rate_b_hz / pair.rate_a_hz;
        out.line.delay = offset / LowRate::rate_hz * pair.rate_b_hz;
        out.likeness = low.likeness / static_cast<double>(stretches.size());
        out.weight = low.weight;
        out.repeats = best_line(elsewhere(stretches, low)).weight > as_good * low.weight;
        return out;
    }
    return std::nullopt;
}

}  // namespace fourpole
