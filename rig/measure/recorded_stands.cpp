// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_stands.hpp"

#include "rig/measure/recorded_line.hpp"
#include "rig/measure/recorded_sharp.hpp"
#include "rig/measure/recorded_torn.hpp"
#include "rig/measure/recorded_turn.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double block_s = 0.2, near_s = 0.5, far_s = 2.0;
constexpr std::size_t least_block = 512, least_blocks = 3;
constexpr std::size_t most_cells = 100'000'000;  ///< blocks times lags
constexpr double quiet = 1e-7;                   ///< energy of a block, of the loudest
constexpr Index margin = 96;                     ///< lags beyond those of the path before
constexpr double unexplained = 0.5;              ///< of a block that stands nowhere
constexpr double pairs_s = 1.0;
constexpr int most_turns = 3;
constexpr double worth_another_turn = 100e-6;
constexpr double tells = 15.0;    ///< by which one lag explains a block better than another
constexpr double as_good = 10.0;  ///< and by which two explain a stand alike
constexpr Index alternatives = 1200;
constexpr double short_s = 3.0;        ///< in which blocks tell a pace to some samples only
constexpr double start_samples = 2.0;  ///< over the file, by which the paces differ that are tried
constexpr int starts_each_way = 5;
constexpr double same_samples = 0.05;  ///< over the file
constexpr double surely_alike = 3e-4, judged_floor = 1e-4;

bool by_lag(const BlockPlace& a, const BlockPlace& b) { return a.lag < b.lag; }

class Search {
public:
    Search(const Pair& pair, const Line& line) : rate_(pair.rate_b_hz), line_(line), pair_(pair) {
        played_ = pair.a.piece(0, pair.a.size());
        captured_ = pair.b.piece(0, pair.b.size());
        loud_ = loud_part(played_);
        const double seconds = static_cast<double>(std::min(played_.size(), captured_.size())) / rate_;
        out.y = raised(captured_);
        find_.length = std::max<std::size_t>(
            least_block, static_cast<std::size_t>(std::min(block_s, seconds / 12.0) * rate_));
        find_.hop = find_.length / 2;
    }
    bool is_long_enough() const { return out.y.size() >= find_.length + least_blocks * find_.hop; }

    /// One pass over the take at the present line.
    void pass(Index least, Index most, int drift, double floor) {
        const auto frames = static_cast<Index>(out.y.size());
        evaluate(std::max(std::abs(least), std::abs(most)) + margin);
        find_.from = std::clamp<Index>(std::lround(line_.at(0.0)) + least, 0, frames);
        find_.to =
            std::clamp<Index>(std::lround(line_.at(static_cast<double>(played_.size()))) + most, 0, frames);
        find_.lags = {least, static_cast<std::size_t>(most - least + 1), !out.made.x.empty(), 0.0, drift > 0};
        find_.lags.quiet = quiet * loudest();
        find_.drift = drift, find_.floor = floor;
        path = likeliest_path(against(), out.y, find_);
    }

    /// One about the stands that there are, at a floor that these blocks reach.
    void again(int drift) {
        const double least = std::clamp(4.0 * usually_unlike(path), 1e-6, 1e-2);
        pass(least_lag() - margin, most_lag() + margin, drift, least);
    }

    /// The pace at which the fewest steps explain the most: tones of a file that are far apart agree on one.
    void turn_line(Index far) {
        // A first idea by a few tones may be of any pace; the middle is good to some samples.
        const double middle = 0.5 * static_cast<double>(played_.size());
        const Line first = line_;
        double most = turn_until_it_stands(far);
        const Line own = line_;
        line_ = {first.at(middle) - middle, 1.0};
        if (turn_until_it_stands(far) <= most) line_ = own;
    }
    double turn_until_it_stands(Index far) {
        double explained = 0.0;
        for (int round = 0; round < most_turns; ++round) {
            const double before = line_.step;
            explained = turn_once(far);
            // Of a pace that is off by much a block is like nothing.
            if (std::abs(line_.step / before - 1.0) < worth_another_turn) break;
        }
        return explained;
    }
    double turn_once(Index far) {
        evaluate(far + margin);
        find_.lags = {-far, 2 * static_cast<std::size_t>(far) + 1, false, 0.0, true};
        find_.from = 0, find_.to = static_cast<Index>(out.y.size());
        find_.lags.quiet = quiet * loudest();
        std::vector<LagRow> rows;
        const auto length = static_cast<Index>(find_.length);
        for (Index n = 0; n + length <= find_.to; n += length)
            if (energy_of(n) >= find_.lags.quiet)
                rows.push_back(lag_row(unlike_at_lags(raised_x_, out.y, n, find_.length, find_.lags), n));
        if (rows.size() < least_blocks) return 0.0;
        const Turn turn = likeliest_turn(rows);
        line_ = turned(line_, turn);
        return turn.explained;
    }

    void learn_device() {
        // Each block as it stands, so that a pace which is a little wrong does no harm.
        std::vector<Stand> clear;
        const auto hop = static_cast<Index>(find_.hop);
        for (std::size_t b = 1; b + 1 < path.size(); ++b)
            if (!path[b].stepped && !path[b + 1].stepped && path[b].unlike < unexplained)
                clear.push_back({path[b].from + hop / 2, path[b].from + hop / 2 + hop, path[b].lag});
        out.made = through_device(raised_x_, out.y, clear, rate_);
    }
    void forget_device() { out.made = {}; }

    void draw_line(bool same_clock) {
        line_ =
            line_through(line_, path, same_clock ? 0.0 : pairs_s * rate_ / static_cast<double>(find_.hop));
    }

    /// The line by all stands, or as one stand would have it; nullopt: nothing tells a pace.
    std::optional<Line> sharper(bool as_one, double off) const {
        std::vector<Stand> all = stands();
        if (as_one) all = {{all.front().from, all.back().to, 0}};
        return sharper_line(pair_, played_, captured_, line_, all, middle(), off);
    }
    void move_to(const Line& line, Index reach) {
        line_ = line;
        // What a device seems to be on another line is none: the places come first.
        forget_device();
        pass(std::min<Index>(0, least_lag()) - reach, std::max<Index>(0, most_lag()) + reach, 0, 1e-2);
        learn_device();
        again(0);
    }

    Index least_lag() const { return std::min_element(path.begin(), path.end(), by_lag)->lag; }
    Index most_lag() const { return std::max_element(path.begin(), path.end(), by_lag)->lag; }

    double middle() const { return 0.5 * (loud_.first + loud_.second); }
    double span() const { return std::max(1.0, loud_.second - loud_.first); }
    bool is_one() const {
        return std::none_of(path.begin(), path.end(), [](const BlockPlace& b) { return b.stepped; });
    }
    double explains(double floor) const {
        double sum = 0.0;
        for (const BlockPlace& b : path) sum += score_of(b.unlike, floor) - (b.stepped ? step_penalty : 0.0);
        return sum;
    }

    Standing finished(std::span<const double> beside);
    std::size_t cells(Index far) const {
        return (2 * static_cast<std::size_t>(far) + 1) * (out.y.size() / find_.hop + 1);
    }
    double rate_hz() const { return rate_; }
    const Line& line() const { return line_; }
    std::size_t length() const { return find_.length; }

    std::vector<BlockPlace> path;
    Standing out;

private:
    const OnLine& against() const { return out.made.x.empty() ? raised_x_ : out.made; }

    void evaluate(Index far) {
        const bool has_device = !out.made.x.empty();
        const auto count = out.y.size() + 2 * static_cast<std::size_t>(far);
        out.x = {between_samples(played_, (static_cast<double>(-far) - line_.delay) / line_.step,
                                 1.0 / line_.step, count),
                 far};
        raised_x_ = {raised(out.x.x), far};
        if (has_device) learn_device();
    }
    double energy_of(Index from) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < find_.length; ++i) {
            const double v = out.y[static_cast<std::size_t>(from) + i];
            sum += v * v;
        }
        return sum;
    }
    double loudest() const {
        double most = 0.0;
        for (Index n = find_.from;
             n + static_cast<Index>(find_.length) <= std::min(find_.to, static_cast<Index>(out.y.size()));
             n += static_cast<Index>(find_.hop))
            most = std::max(most, energy_of(n));
        return most;
    }
    double unlike_at(std::size_t b, Index lag) const {
        return unlike_at_lags(against(), out.y, path[b].from, find_.length,
                              {lag, 1, find_.lags.known_gain, find_.lags.quiet, false})[0];
    }
    double better(std::size_t b, Index one, Index other) const {
        return score_of(unlike_at(b, one), find_.floor) - score_of(unlike_at(b, other), find_.floor);
    }
    std::vector<Index> as_well(std::size_t first, std::size_t last, Index lag) const;
    void hear_beside(std::span<const double> beside);
    /// Parted in the middle of the two blocks between which a step lies.
    std::vector<Stand> stands() const {
        std::vector<Stand> all;
        const auto length = static_cast<Index>(find_.length);
        for (const BlockPlace& b : path) {
            if (all.empty() || b.stepped) {
                const Index from = all.empty() ? b.from : (b.from + all.back().to) / 2;
                if (!all.empty()) all.back().to = from;
                all.push_back({from, 0, b.lag});
            }
            all.back().to = b.from + length;
        }
        return all;
    }

    double rate_;
    Line line_;
    Pair pair_;
    std::vector<double> played_, captured_;
    std::pair<double, double> loud_;
    OnLine raised_x_;
    PathSearch find_;
};

/// Lags that explain blocks first .. last as well as `lag` does.
std::vector<Index> Search::as_well(std::size_t first, std::size_t last, Index lag) const {
    std::vector<double> sum(2 * alternatives + 1, 0.0);
    LagSearch lags = find_.lags;
    lags.first = lag - alternatives, lags.count = sum.size();
    for (std::size_t b = first; b <= last; ++b) {
        const auto unlike = unlike_at_lags(against(), out.y, path[b].from, find_.length, lags);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += score_of(unlike[i], find_.floor);
        // Nothing more can come near again.
        double next = -1e300;
        for (std::size_t i = 0; i < sum.size(); ++i)
            if (i != static_cast<std::size_t>(alternatives)) next = std::max(next, sum[i]);
        if (sum[alternatives] > next + 20.0 * as_good) return {};
    }
    std::vector<Index> out_of;
    for (std::size_t i = 0; i < sum.size(); ++i)
        if (i != static_cast<std::size_t>(alternatives) && sum[i] > sum[alternatives] - as_good)
            out_of.push_back(lag - alternatives + static_cast<Index>(i));
    return out_of;
}

/// What the other side plays comes across: 40 dB down a file is far above the noise in which this one ends.
void Search::hear_beside(std::span<const double> beside) {
    std::vector<double> rest = out.y;
    for (const Stand& s : out.stands)
        for (Index n = s.from; n < std::min(s.to, static_cast<Index>(rest.size())); ++n)
            rest[static_cast<std::size_t>(n)] -= out.made.at(n - s.later);
    const OnLine across = through_device(
        {raised(between_samples(beside, (static_cast<double>(-out.made.before) - line_.delay) / line_.step,
                                1.0 / line_.step, out.made.x.size())),
         out.made.before},
        rest, out.stands, rate_);
    for (std::size_t i = 0; i < across.x.size(); ++i) out.made.x[i] += across.x[i];
}

Standing Search::finished(std::span<const double> beside) {
    const auto length = static_cast<Index>(find_.length);
    std::vector<std::pair<std::size_t, std::size_t>> runs;  // first and last block
    for (std::size_t b = 0; b < path.size(); ++b) {
        if (b == 0 || path[b].stepped) runs.push_back({b, b});
        runs.back().second = b;
    }
    const auto own = longest_run(path).first;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto [first, last] = runs[i];
        out.stands.push_back({path[first].from, path[last].from + length, path[first].lag});
        if (i == 0) continue;
        Crossing c;
        c.before = path[first - 1].lag, c.behind = path[first].lag;
        c.behind_is_outer = own < first;
        std::size_t early = first - 1, late = first;
        while (early > runs[i - 1].first && better(early, c.before, c.behind) < tells) --early;
        while (late < last && better(late, c.behind, c.before) < tells) ++late;
        c.first = path[early].from, c.last = path[late].from + length;
        const Index outer = c.behind_is_outer ? c.behind : c.before;
        const auto [a, b] = c.behind_is_outer ? runs[i] : runs[i - 1];
        for (const Index lag : as_well(a, b, outer))
            c.as_well.push_back(c.behind_is_outer ? lag - c.before : c.behind - lag);
        std::erase(c.as_well, 0);
        out.crossings.push_back(std::move(c));
    }
    for (std::size_t i = 1; i < out.stands.size(); ++i) {
        const Index middle = (out.crossings[i - 1].first + out.crossings[i - 1].last) / 2;
        out.stands[i - 1].to = out.stands[i].from = middle;
    }
    const auto stands = [](const BlockPlace& b) { return b.unlike < unexplained; };
    const auto early = std::find_if(path.begin(), path.end(), stands);
    const auto late = std::find_if(path.rbegin(), path.rend(), stands);
    if (out.heard = early != path.end(); out.heard)
        out.middle = 0.5 * static_cast<double>(early->from + late->from + length);
    out.line = line_;
    out.astray = unexplained_in(out, path, find_.length, rate_);
    if (!out.astray.empty() && !beside.empty()) {
        hear_beside(beside);
        out.astray = unexplained_in(out, path, find_.length, rate_);
    }
    return std::move(out);
}

/// The pace by all that is heard, of several that it may set out from: blocks of a short file tell theirs to
/// a sample or two over its length, of which half a sample is a third of what music leaves unexplained. A
/// break of a sample or two that a stand hides would turn it: what explains most stays.
void sharpen(Search& search, Index far) {
    const Search drawn = search;
    const auto settled = [&] { return usually_unlike(search.path) < surely_alike; };
    const int each_way = drawn.span() < short_s * drawn.rate_hz() ? starts_each_way : 0;
    const auto take_better = [&](Search& other) {
        if (other.explains(judged_floor) <= search.explains(judged_floor)) return;
        search = std::move(other);
        search.again(0);
    };
    // Where nothing tells a pace the device is known better by the stands just found.
    Search anew = drawn;
    anew.again(0);
    take_better(anew);
    std::vector<double> tried;
    for (int k = 0; k <= 2 * each_way && (k == 0 || !settled()); ++k)
        for (const bool as_one : {true, false}) {
            if (!as_one && drawn.is_one()) continue;
            const double off = (k % 2 == 0 ? -1 : 1) * ((k + 1) / 2) * start_samples / drawn.span();
            const auto line = drawn.sharper(as_one, off);
            const auto is_there = [&](double step) {
                return std::abs(step - line->step) * drawn.span() < same_samples;
            };
            if (!line || std::any_of(tried.begin(), tried.end(), is_there)) continue;
            tried.push_back(line->step);
            Search other = drawn;
            other.move_to(*line, margin);
            take_better(other);
        }
    if (each_way == 0 || settled()) return;
    // At the pace there is, what was lost may be more than it seemed; and the pace is that of both sides of
    // it.
    Search other = search;
    other.move_to(search.line(), far);
    take_better(other);
    if (search.is_one()) return;
    if (const auto line = search.sharper(false, 0.0)) {
        other = search;
        other.move_to(*line, margin);
        take_better(other);
    }
}

}  // namespace

std::optional<Standing> standing_of(const Pair& pair, const Line& first, bool same_clock,
                                    std::span<const double> beside) {
    // The middle stays where it is.
    const double middle = 0.5 * static_cast<double>(pair.a.size());
    Search search(pair, same_clock ? Line{first.at(middle) - middle, 1.0} : first);
    if (!search.is_long_enough()) return std::nullopt;
    auto far = static_cast<Index>(near_s * search.rate_hz());
    while (search.cells(far) > most_cells) far /= 2;
    const Search at_first = search;
    const auto look = [&](Index reach, bool may_turn) {
        if (may_turn && !same_clock) search.turn_line(reach);
        search.pass(-reach, reach, 1, 1e-2);
        if (search.path.size() < least_blocks) return false;
        search.draw_line(same_clock);
        search.pass(search.least_lag() - margin, search.most_lag() + margin, 1, 1e-3);
        search.draw_line(same_clock);
        return true;
    };
    if (!look(far, true)) return std::nullopt;
    // A short file may be lost by turning: noise beside it is like anything, and as likely at any pace.
    if (usually_unlike(search.path) >= 1.0) {
        search = at_first;
        if (!look(far, false)) return std::nullopt;
    }
    const auto farther = static_cast<Index>(far_s * search.rate_hz());
    if (!astray_blocks(search.path, search.out.y, search.length()).empty() &&
        search.cells(farther) <= most_cells)
        look(farther, true);
    search.learn_device();
    search.again(1);
    search.draw_line(same_clock);
    search.again(0);
    if (!same_clock) {
        sharpen(search, far);
        // On the line itself: two sides are held against each other by it.
        search.draw_line(true);
        search.again(0);
    }
    return search.finished(beside);
}

}  // namespace fourpole
