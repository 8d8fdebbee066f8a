// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/breaks_by_edges.hpp"

#include "rig/measure/tone_edges.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace fourpole {

namespace {

constexpr double farthest = 3.0, per_cut = 30.0;
constexpr double sure = 3.0;  ///< u of a difference
constexpr std::size_t least_edges = 4, most_edges = 400;

struct Edge {
    ToneEdge of;
    std::size_t segment = 0;

    double sample() const { return of.expected + of.off_by; }
};

/// The raised cosine with which a segment begins or ends; nothing where it does so beside other tones.
std::optional<double> edge_seconds(const Programme& programme, const ToneSegment& segment, bool begins) {
    std::optional<double> out;
    for (const Event& e : programme.events) {
        const auto* tones = std::get_if<Tones>(&e.what);
        if (!tones || event_start(e) > segment.start_s || event_end(e, programme) < segment.end_s) continue;
        const double own =
            begins ? segment.start_s - tones->start_s : tones->start_s + tones->duration_s - segment.end_s;
        // Steady from the end of its own edge on, and alone.
        if (std::abs(own - tones->edge_s) > 1e-9 || out) return {};
        out = tones->edge_s;
    }
    return out;
}

std::vector<Edge> edges_of(const Recording& recording, const Programme& programme,
                           const std::vector<ToneSegment>& segments, const Clock& clock,
                           const std::vector<ToneBreaks>& breaks) {
    std::vector<Edge> out;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (!breaks[i].followed || !breaks[i].reference || segments[i].lines.size() != 1) continue;
        for (const bool begins : {true, false}) {
            const auto edge_s = edge_seconds(programme, segments[i], begins);
            if (!edge_s) continue;
            const double u = begins ? segments[i].start_s - *edge_s : segments[i].end_s + *edge_s;
            const EdgeWanted wanted{begins, clock.sample_at(u), *edge_s * recording.rate_hz,
                                    begins ? breaks[i].at_begin : breaks[i].at_end};
            if (const auto edge = tone_edge(recording, *breaks[i].reference, wanted, most_count))
                out.push_back({*edge, i});
        }
    }
    return out;
}

/// Edges [first, last) that stand together, as far as they do.
struct Run {
    std::size_t first = 0, last = 0;
    double cost = 0.0;
    double mean = 0.0, u = 0.0;
    std::size_t first_agrees = 0, last_agrees = 0;
};

Run run_of(const std::vector<Edge>& edges, std::size_t first, std::size_t last) {
    Run best{first, last, std::numeric_limits<double>::infinity(), 0.0, 0.0, first, first};
    for (std::size_t about = first; about < last; ++about) {
        Run run{first, last, 0.0, 0.0, 0.0, last, first};
        double weight = 0.0, sum = 0.0;
        for (std::size_t k = first; k < last; ++k) {
            const ToneEdge& e = edges[k].of;
            const double z = std::abs(e.off_by - edges[about].of.off_by) / std::hypot(e.u, edges[about].of.u);
            run.cost += std::min(z * z, farthest * farthest);
            if (z >= farthest) continue;
            weight += 1.0 / (e.u * e.u), sum += e.off_by / (e.u * e.u);
            run.first_agrees = std::min(run.first_agrees, k), run.last_agrees = k;
        }
        run.mean = sum / weight, run.u = 1.0 / std::sqrt(weight);
        if (run.cost < best.cost) best = run;
    }
    return best;
}

std::vector<Run> runs_of(const std::vector<Edge>& edges) {
    // best[k]: the cheapest way to cut the edges before k, by its last run.
    struct Cut {
        double cost = std::numeric_limits<double>::infinity();
        Run last;
    };
    std::vector<Cut> best(edges.size() + 1);
    best[0].cost = 0.0;
    for (std::size_t last = 1; last <= edges.size(); ++last)
        for (std::size_t first = 0; first < last; ++first) {
            const Run run = run_of(edges, first, last);
            const double cost = best[first].cost + run.cost + (first > 0 ? per_cut : 0.0);
            if (cost < best[last].cost) best[last] = {cost, run};
        }
    std::vector<Run> out;
    for (std::size_t last = edges.size(); last > 0; last = out.back().first) out.push_back(best[last].last);
    std::reverse(out.begin(), out.end());
    return out;
}

/// A count that a phase knows up to a modulus, by how much later the edges behind it are.
void settle(double later, double u, Discontinuity& d) {
    if (!d.modulo_samples || d.kind == Discontinuity::Kind::zeroed) return;
    const double sign = d.kind == Discontinuity::Kind::lost ? -1.0 : 1.0;
    const double told = sign * static_cast<double>(d.count);
    const double turns = std::round((later - told) / *d.modulo_samples);
    if (2.0 * sure * u > *d.modulo_samples) return;
    const double samples = told + turns * *d.modulo_samples;
    if (std::abs(samples - later) > sure * u) return;
    const auto count = std::lround(std::abs(samples));
    if (count == 0) return;
    d.count = count;
    if (samples * sign < 0.0)
        d.kind = samples < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    d.modulo_samples.reset();
}

/// Of the breaks between two edges the only one; returns how many there are.
std::size_t settle_between(const Edge& before, const Edge& behind, double later, double u,
                           std::vector<ToneBreaks>& breaks) {
    Discontinuity* only = nullptr;
    std::size_t inside = 0;
    for (ToneBreaks& b : breaks)
        for (Discontinuity& d : b.found.events)
            if (const auto at = static_cast<double>(d.at_sample);
                at > before.sample() && at < behind.sample())
                only = &d, ++inside;
    if (inside == 1) settle(later, u, *only);
    return inside;
}

Discontinuity between(const Edge& before, const Edge& behind, double later, double u,
                      std::optional<double> period) {
    Discontinuity d;
    d.kind = later < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    d.u_count = u;
    if (period) {
        // Whole periods of the tone, which its phase did not see.
        const double turns = std::round(std::abs(later) / *period);
        if (turns >= 1.0 && std::abs(turns * *period - std::abs(later)) < sure * u &&
            2.0 * sure * u < *period)
            later = std::copysign(turns * *period, later), d.u_count = 0.5;
    }
    d.count = std::max<std::int64_t>(1, std::lround(std::abs(later)));
    const auto whole = [](double sample) { return static_cast<std::int64_t>(std::floor(sample)); };
    d.between = {whole(before.sample()), whole(behind.sample())};
    d.at_sample = d.between->second;
    d.unseen = true;
    return d;
}

}  // namespace

void settle_by_edges(const Recording& recording, const Programme& programme,
                     const std::vector<ToneSegment>& segments, const Clock& clock,
                     std::vector<ToneBreaks>& breaks) {
    const auto edges = edges_of(recording, programme, segments, clock, breaks);
    if (edges.size() < least_edges || edges.size() > most_edges) return;
    const auto runs = runs_of(edges);
    for (std::size_t r = 0; r < runs.size(); ++r) {
        // A count within a run is what leaves the edges where they are.
        settle_between(edges[runs[r].first_agrees], edges[runs[r].last_agrees], 0.0, runs[r].u, breaks);
        if (r == 0) continue;
        const Edge &before = edges[runs[r - 1].last_agrees], &behind = edges[runs[r].first_agrees];
        const double later = runs[r].mean - runs[r - 1].mean, u = std::hypot(runs[r].u, runs[r - 1].u);
        if (settle_between(before, behind, later, u, breaks) > 0) continue;
        std::optional<double> period;
        if (before.segment == behind.segment) period = breaks[before.segment].blind_to;
        Breaks& found = breaks[before.segment].found;
        found.events.push_back(between(before, behind, later, u, period));
        found.later_by += later;
    }
}

}  // namespace fourpole
