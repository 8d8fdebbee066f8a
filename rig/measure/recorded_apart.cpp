// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_apart.hpp"

#include "rig/analysis/gate_bias.hpp"
#include "rig/fft/fft.hpp"
#include "rig/null/wander.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr int per_octave = 24, rounds = 3, rounds_beside = 8;
constexpr double settled = 0.1;  ///< of the noise, by which a round still moves a response
constexpr double restless = 0.1, most_restless = 0.25;
constexpr std::size_t least_grid = 4;
constexpr double before_s = 2.1, behind_s = 2.1;  ///< that a file's inverse, its gates and its noise reach to
constexpr double rings_s = 0.5;
constexpr std::size_t beyond = 2048;  ///< samples that a resampler looks at beyond the ends

/// Capture samples first .. of each captured side.
struct Heard {
    Index first = 0;
    std::vector<std::vector<double>> ys;
};

/// One probe's event with what its own response makes of it.
struct Played {
    PreparedEvent prepared;
    std::unique_ptr<Deconvolution> as_heard{};  ///< before anything was taken away
    std::vector<double> grid;
    std::vector<std::vector<Estimate>> table;  ///< [y][i]: its response on the grid
    std::vector<std::vector<double>> made;     ///< [y][n], capture sample prepared.origin + n

    Index end() const { return prepared.origin + static_cast<Index>(prepared.wave.size()); }
    double at(std::size_t y, Index n) const {
        const Index i = n - prepared.origin;
        return i >= 0 && i < static_cast<Index>(made[y].size()) ? made[y][static_cast<std::size_t>(i)] : 0.0;
    }
};

/// x through the response on each captured side; empty where there is none.
std::vector<std::vector<double>> made_of(const Played& played, const std::vector<double>& wave,
                                         double rate_hz) {
    std::vector<std::vector<double>> out(played.table.size());
    if (played.grid.size() < least_grid) return out;
    const std::size_t length = wave.size() + static_cast<std::size_t>(rings_s * rate_hz);
    RealFft fft(fast_length(length));
    std::fill(std::copy(wave.begin(), wave.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
    fft.forward();
    const std::vector<std::complex<double>> x(fft.spectrum(), fft.spectrum() + fft.bins());
    const double hz_per_bin = rate_hz / static_cast<double>(fft.size());
    for (std::size_t y = 0; y < out.size(); ++y) {
        const SmoothTransfer h(played.grid, played.table[y]);
        fft.spectrum()[0] = 0.0;
        for (std::size_t k = 1; k < fft.bins(); ++k)
            fft.spectrum()[k] = x[k] * h.at(static_cast<double>(k) * hz_per_bin);
        fft.inverse();
        out[y].assign(fft.signal(), fft.signal() + length);
    }
    return out;
}

class Apart {
public:
    Apart(const Recording& recording, const Programme& programme, const Clock& clock,
          std::vector<Probe>& probes)
        : recording_(recording), programme_(programme), clock_(clock), probes_(probes) {
        for (const Probe& probe : probes) {
            auto prepared = prepared_event(recording, programme, clock, probe.event);
            played_.emplace_back();
            if (prepared) played_.back().prepared = std::move(*prepared);
        }
    }

    bool is_beside(std::size_t k, std::size_t i) const {
        return i != k && played_[i].end() > first_of(k) && played_[i].prepared.origin < last_of(k);
    }
    bool has_neighbours(std::size_t k) const {
        for (std::size_t i = 0; i < probes_.size(); ++i)
            if (is_beside(k, i)) return true;
        return false;
    }

    void learn(std::size_t k) {
        Played& own = played_[k];
        own.grid = reading_grid(probes_[k], per_octave);
        own.table = probes_[k].deconvolution->transfers(own.grid);
        own.made = made_of(own, own.prepared.wave, recording_.rate_hz);
    }

    /// True where the responses no longer move.
    bool hear_again(std::size_t k, bool same_clock, bool cut) {
        Probe& probe = probes_[k];
        Heard heard = heard_apart(k, cut);
        if (!same_clock) follow(k, heard);
        std::vector<std::span<const double>> ys(heard.ys.begin(), heard.ys.end());
        Excitation excitation = played_[k].prepared.excitation();
        excitation.origin -= heard.first;
        std::vector<std::vector<double>> rests = heard.ys;
        for (std::size_t y = 0; y < rests.size(); ++y) {
            for (std::size_t n = 0; n < rests[y].size() && !played_[k].made[y].empty(); ++n)
                rests[y][n] -= played_[k].at(y, heard.first + static_cast<Index>(n));
            excitation.rests.emplace_back(rests[y]);
        }
        auto anew = std::make_unique<Deconvolution>(ys, excitation, 1);
        if (!played_[k].as_heard) played_[k].as_heard = std::move(probe.deconvolution);
        probe.deconvolution = std::move(anew);
        const std::vector<double> grid_before = std::move(played_[k].grid);
        const auto before = std::move(played_[k].table);
        learn(k);
        return has_neighbours(k) ? settle(k, grid_before, before) : false;
    }

    /// Two files that each explain the other's remains do not come to rest: they are left as they were heard,
    /// with the neighbour in their noise.
    void give_up_restless(std::size_t k) {
        const Unsettled& unsettled = probes_[k].unsettled;
        std::size_t moving = 0, all = 0;
        for (const auto& of_y : unsettled.relative)
            for (const double moved : of_y) ++all, moving += moved > restless;
        if (!played_[k].as_heard || static_cast<double>(moving) <= most_restless * static_cast<double>(all))
            return;
        probes_[k].deconvolution = std::move(played_[k].as_heard);
        probes_[k].unsettled = {};
    }

private:
    Index samples(double seconds) const { return static_cast<Index>(seconds * recording_.rate_hz); }
    Index first_of(std::size_t k) const { return played_[k].prepared.origin - samples(before_s); }
    Index last_of(std::size_t k) const { return played_[k].end() + samples(behind_s); }

    /// Without the others: what they make is taken away, or (`cut`), before their own responses are known,
    /// everything while they play.
    Heard heard_apart(std::size_t k, bool cut) const {
        Heard out;
        out.first = std::max<Index>(0, first_of(k));
        const Index last = std::min(last_of(k), static_cast<Index>(recording_.frames()));
        for (std::size_t y = 0; y < probes_[k].captured.size(); ++y) {
            const auto& samples = recording_.samples[probes_[k].captured[y]];
            out.ys.emplace_back(samples.begin() + out.first, samples.begin() + std::max(last, out.first));
            for (std::size_t i = 0; i < probes_.size(); ++i)
                if (is_beside(k, i) && cut)
                    silence(k, i, out.first, out.ys[y]);
                else if (is_beside(k, i) && !played_[i].made[y].empty())
                    for (std::size_t n = 0; n < out.ys[y].size(); ++n)
                        out.ys[y][n] -= played_[i].at(y, out.first + static_cast<Index>(n));
        }
        return out;
    }

    void silence(std::size_t k, std::size_t i, Index first, std::vector<double>& y) const {
        const Event &own = programme_.events[probes_[k].event], &other = programme_.events[probes_[i].event];
        if (event_start(other) < event_end(own) && event_end(other) > event_start(own)) return;
        const auto place = [&](double u_s) {
            return std::clamp<Index>(std::lround(clock_.sample_at(u_s)) - first, 0,
                                     static_cast<Index>(y.size()));
        };
        std::fill(y.begin() + place(event_start(other)), y.begin() + place(event_end(other)), 0.0);
    }
    void follow(std::size_t k, const Heard& heard);
    bool settle(std::size_t k, const std::vector<double>& grid_before,
                const std::vector<std::vector<Estimate>>& before);

    const Recording& recording_;
    const Programme& programme_;
    const Clock& clock_;
    std::vector<Probe>& probes_;
    std::vector<Played> played_;
};

/// The wander of the clock in event k, as the loudest side tells it.
void Apart::follow(std::size_t k, const Heard& heard) {
    Played& own = played_[k];
    std::size_t loudest = 0;
    double most = 0.0;
    for (std::size_t y = 0; y < heard.ys.size(); ++y)
        if (const double power =
                std::inner_product(own.made[y].begin(), own.made[y].end(), own.made[y].begin(), 0.0);
            power > most)
            most = power, loudest = y;
    if (most <= 0.0) return;
    // At the clock itself, so that the whole wander is told.
    auto plain = prepared_event(recording_, programme_, clock_, probes_[k].event);
    if (!plain) return;
    const auto made = made_of(own, plain->wave, recording_.rate_hz);
    std::vector<double> b(beyond, 0.0);
    const Index first = std::max(plain->origin, heard.first);
    const Index last = std::min(plain->origin + static_cast<Index>(plain->wave.size()),
                                heard.first + static_cast<Index>(heard.ys[loudest].size()));
    if (last <= first) return;
    const auto part = [&](const std::vector<double>& x, Index origin) {
        return std::vector<double>(x.begin() + (first - origin), x.begin() + (last - origin));
    };
    const std::vector<double> a = part(heard.ys[loudest], heard.first),
                              x = part(made[loudest], plain->origin);
    b.insert(b.end(), x.begin(), x.end());
    b.resize(b.size() + beyond, 0.0);
    const Line line{static_cast<double>(beyond), 1.0};
    const Wander wander =
        wander_of({a, b, recording_.rate_hz, recording_.rate_hz}, line, analysis_threads, {});
    if (wander.told) probes_[k].swing_s = std::sqrt(wander.swing) / recording_.rate_hz;
    if (!wander.track) return;
    const auto early = [track = wander.track, own_line = wander.line, first](double n) {
        const double m = n - static_cast<double>(first);
        return own_line.at(m + track->at(m)) - static_cast<double>(beyond) - m;
    };
    if (auto again = prepared_event(recording_, programme_, clock_, probes_[k].event, early))
        own.prepared = std::move(*again);
    own.made = made_of(own, own.prepared.wave, recording_.rate_hz);
}

/// By how much this round moved the response: so much of what plays beside it may still be in it.
bool Apart::settle(std::size_t k, const std::vector<double>& grid_before,
                   const std::vector<std::vector<Estimate>>& before) {
    const Played& own = played_[k];
    Unsettled& out = probes_[k].unsettled;
    out = {own.grid, std::vector<std::vector<double>>(own.table.size())};
    bool stands = true;
    for (std::size_t y = 0; y < own.table.size(); ++y)
        for (std::size_t i = 0; i < own.grid.size(); ++i) {
            const auto there = std::lower_bound(grid_before.begin(), grid_before.end(), own.grid[i] * 0.9999);
            const Estimate& e = own.table[y][i];
            double moved = 1.0;
            if (there != grid_before.end() && *there < own.grid[i] * 1.0001 && std::abs(e.value) > 0.0)
                moved = std::abs(
                    before[y][static_cast<std::size_t>(there - grid_before.begin())].value / e.value - 1.0);
            out.relative[y].push_back(moved);
            stands = stands && moved * std::abs(e.value) <= settled * e.noise;
        }
    return stands;
}

}  // namespace

void hear_files_apart(const Recording& recording, const Programme& programme, const Clock& clock,
                      bool same_clock, std::vector<Probe>& probes) {
    if (std::all_of(probes.begin(), probes.end(), [](const Probe& p) { return p.sweep; })) return;
    Apart apart(recording, programme, clock, probes);
    for (std::size_t k = 0; k < probes.size(); ++k) apart.learn(k);
    for (int round = 0; round < rounds_beside; ++round) {
        bool stands = round > 1;
        for (std::size_t k = 0; k < probes.size(); ++k)
            if (!probes[k].sweep && (round < rounds || apart.has_neighbours(k)))
                stands = apart.hear_again(k, same_clock, round == 0) && stands;
        if (stands) break;
    }
    for (std::size_t k = 0; k < probes.size(); ++k) apart.give_up_restless(k);
}

}  // namespace fourpole
