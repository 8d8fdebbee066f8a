// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/null.hpp"

#include "rig/null/coarse_line.hpp"
#include "rig/null/null_pair.hpp"
#include "rig/null/null_readings.hpp"
#include "rig/null/null_steps.hpp"
#include "rig/null/prepared_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <system_error>

namespace fourpole {

namespace {

constexpr double least_s = 0.5;
// Own channels that are as alike as this need no look at whether they were swapped.
constexpr double surely_alike = 0.98, clearly_more = 0.1;

Result<std::vector<std::optional<Side>>> sides_of(const NullCapture& capture, const char* which) {
    const std::size_t count = capture.channels.size();
    if (count == 1) return std::vector<std::optional<Side>>{std::nullopt};
    if (count != 2)
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("{} has {} channels; a null takes one or two (left, right)", which, count)};
    std::vector<std::optional<Side>> out{Side::left, Side::right};
    if (capture.called.size() != 2) return out;
    for (std::size_t i = 0; i < 2; ++i)
        if (const auto named = side_named(capture.called[i])) out[i] = named;
    return out;
}

using Channels = std::vector<Channel>;

Pair pair_of(const NullCapture& a, const NullCapture& b, const Channel& x, const Channel& y) {
    return {x.samples, y.samples, a.rate_hz, b.rate_hz};
}

/// Of each channel of A the one of B that it is held against, and the first idea of how.
struct Pairing {
    std::vector<std::size_t> partner;
    std::vector<std::optional<CoarseLine>> lines;
    double likeness = 0.0;
};

Pairing paired(const NullCapture& a, const NullCapture& b, const Channels& of_a, const Channels& of_b,
               bool crossed, unsigned threads) {
    Pairing out;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
        std::size_t k = i;
        for (std::size_t n = 0; n < of_b.size(); ++n)
            if (of_b[n].side == of_a[i].side) k = n;
        if (crossed) k = 1 - k;
        out.partner.push_back(k);
        out.lines.emplace_back();
        if (of_a[i].silent || of_b[k].silent) continue;
        out.lines.back() = coarse_line(pair_of(a, b, of_a[i], of_b[k]), of_a[i].low, of_b[k].low, threads);
        if (out.lines.back()) out.likeness += out.lines.back()->likeness;
    }
    return out;
}

/// All channels into one outcome. Of what is broken no figure is told.
NullOutcome together(std::vector<PairOutcome> all, const Channels& of_a, bool crossed) {
    NullOutcome out;
    std::size_t figures = 0;
    bool broken = false;
    for (const PairOutcome& one : all) {
        broken = broken || one.broken;
        figures += !one.learned.empty() || one.readings.size() > 2;
        if (!one.trouble.empty()) out.reasons.push_back(one.trouble);
    }
    out.valid = figures > 0 && !broken;
    if (crossed)
        out.reasons.insert(out.reasons.begin(), "the channels of B are swapped: A's left is B's right");
    for (std::size_t i = 0; i < all.size(); ++i) {
        PairOutcome& one = all[i];
        out.reasons.insert(out.reasons.end(), one.notes.begin(), one.notes.end());
        if (!out.valid && one.trouble.empty() && one.readings.size() > 1)
            one.readings = {null_not_measured(of_a[i].side, "void: the other side is broken")};
        if (crossed && !one.readings.empty())
            one.readings.front().details.emplace_back("channel_of_b",
                                                      std::string(name(other(*of_a[i].side))));
        out.readings.insert(out.readings.end(), one.readings.begin(), one.readings.end());
        if (out.valid && !one.learned.empty()) out.learned.push_back({of_a[i].side, std::move(one.learned)});
    }
    if (figures == 0 && out.reasons.empty()) out.reasons.emplace_back("nothing to compare");
    return out;
}

}  // namespace

namespace {

Result<NullOutcome> null_of_two(const NullCapture& a, const NullCapture& b, const Correction& correction,
                                unsigned threads, const NullProgress& progress) {
    const auto sides_a = sides_of(a, "A"), sides_b = sides_of(b, "B");
    if (!sides_a) return sides_a.error();
    if (!sides_b) return sides_b.error();
    if (a.channels.size() != b.channels.size())
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("A has {} and B {}; a null needs as many in both",
                                 a.channels.size() == 1 ? "one channel" : "two channels",
                                 b.channels.size() == 1 ? "one" : "two")};
    for (const NullCapture* take : {&a, &b})
        if (static_cast<double>(take->frames()) < least_s * take->rate_hz)
            return Fault{
                Fault::Kind::bad_input, "",
                fmt::format("{} lasts {:.3g} s; a null needs {:g} s at least", take == &a ? "A" : "B",
                            static_cast<double>(take->frames()) / take->rate_hz, least_s)};
    const Steps steps(progress, a.channels.size());
    Channels of_a, of_b;
    for (std::size_t i = 0; i < a.channels.size(); ++i) {
        of_a.push_back(prepared_channel(a, i, (*sides_a)[i], {}, steps.preparing(2 * i)));
        of_b.push_back(prepared_channel(b, i, (*sides_b)[i], correction, steps.preparing(2 * i + 1)));
    }
    Pairing own = paired(a, b, of_a, of_b, false, threads);
    bool crossed = false;
    if (of_a.size() == 2 && own.likeness < 2.0 * surely_alike) {
        Pairing other_way = paired(a, b, of_a, of_b, true, threads);
        crossed = other_way.likeness > own.likeness + clearly_more;
        if (crossed) own = std::move(other_way);
    }
    std::vector<PairOutcome> all(of_a.size());
    std::optional<Line> known;
    std::vector<std::size_t> order(of_a.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto weight = [&](std::size_t i) { return own.lines[i] ? own.lines[i]->weight : 0.0; };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t k) { return weight(i) > weight(k); });
    for (std::size_t n = 0; n < order.size(); ++n) {
        const std::size_t i = order[n];
        const Channel &x = of_a[i], &y = of_b[own.partner[i]];
        all[i] = null_pair(pair_of(a, b, x, y), x, y, own.lines[i], known, steps, n, threads);
        if (!known) known = all[i].line;
    }
    return together(std::move(all), of_a, crossed);
}

}  // namespace

Result<NullOutcome> null_of(const NullCapture& a, const NullCapture& b, const Correction& correction,
                            unsigned threads, const NullProgress& progress) {
    try {
        return null_of_two(a, b, correction, threads, progress);
    } catch (const Fault& unreadable) {
        return unreadable;
    } catch (const std::system_error& no_room) {
        return Fault{Fault::Kind::bad_input, "", no_room.what()};
    }
}

Result<NullOutcome> null_of(Take a, Take b, const Correction& correction, unsigned threads,
                            const NullProgress& progress) {
    return null_of(in_memory(std::move(a)), in_memory(std::move(b)), correction, threads, progress);
}

}  // namespace fourpole
