// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/comparison.hpp"
#include "rig/compare/student_t.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

namespace fourpole {
namespace {

bool same_place(std::optional<double> a, std::optional<double> b, double relative) {
    if (!a || !b) return a.has_value() == b.has_value();
    return std::abs(*a - *b) <= relative * std::max(std::abs(*a), std::abs(*b));
}

/// The same figure of another take. A scalar's place may wander by 1 % (a mains line).
bool same_figure(const Reading& a, const Reading& b) {
    if (!a.same_quantity(b) || a.curve != b.curve || a.unit != b.unit || a.definition != b.definition)
        return false;
    if (a.curve || a.points.empty() || b.points.empty()) return true;
    return same_place(a.scalar().at, b.scalar().at, 0.01);
}

/// The point of `reading` at the same place; `hint` is its likely index.
const Point* point_at(const Reading& reading, const Point& wanted, std::size_t hint) {
    if (!reading.curve) return reading.points.empty() ? nullptr : &reading.points.front();
    const auto fits = [&](const Point& p) { return same_place(p.at, wanted.at, 1e-9); };
    if (hint < reading.points.size() && fits(reading.points[hint])) return &reading.points[hint];
    const auto found = std::find_if(reading.points.begin(), reading.points.end(), fits);
    return found == reading.points.end() ? nullptr : &*found;
}

struct Value {
    Point point;
    std::optional<double> systematic_u;
};

double mean_of(const std::vector<Value>& values) {
    double sum = 0.0;
    for (const Value& v : values) sum += *v.point.value;
    return sum / static_cast<double>(values.size());
}

/// t_975(n - 1) / 1.960 by n, worked out once for all points.
std::vector<double> widening(std::size_t most) {
    std::vector<double> out(std::max<std::size_t>(most, 1) + 1, 1.0);
    for (std::size_t n = 2; n < out.size(); ++n)
        out[n] = student_t_quantile(0.975, static_cast<double>(n - 1)) / 1.959963984540054;
    return out;
}

std::optional<double> u_of_mean(const std::vector<Value>& values, double mean,
                                const std::vector<double>& widen) {
    const double n = static_cast<double>(values.size());
    double squares = 0.0, own = 0.0, systematic = 0.0;
    for (const Value& v : values) {
        if (!v.point.u) return std::nullopt;
        const double all = *v.point.u;
        const double fixed = std::min(all, v.systematic_u.value_or(all));
        own += all * all / n;
        systematic += fixed * fixed / n;
        squares += (*v.point.value - mean) * (*v.point.value - mean);
    }
    const double random = std::max(0.0, own - systematic) / n;
    if (values.size() < 2) return std::sqrt(systematic + random);
    const double factor = widen[values.size()];
    const double scatter = factor * factor * squares / (n - 1.0) / n;
    return std::sqrt(systematic + std::max(scatter, random));
}

std::optional<double> mean_phase(const std::vector<Value>& values) {
    double x = 0.0, y = 0.0;
    for (const Value& v : values) {
        if (!v.point.phase_deg) return std::nullopt;
        x += std::cos(*v.point.phase_deg / degrees_per_radian);
        y += std::sin(*v.point.phase_deg / degrees_per_radian);
    }
    // Phases that cancel have no mean.
    if (std::hypot(x, y) < 1e-6 * static_cast<double>(values.size())) return std::nullopt;
    return std::atan2(y, x) * degrees_per_radian;
}

/// The outermost value, with its own u: what still holds when some takes are only bounds.
Point bound(const std::vector<Value>& values, State state) {
    const auto less = [](const Value& a, const Value& b) { return *a.point.value < *b.point.value; };
    Point out = state == State::at_most ? std::max_element(values.begin(), values.end(), less)->point
                                        : std::min_element(values.begin(), values.end(), less)->point;
    out.state = state;
    return out;
}

Point mean_point(const std::optional<double>& at, const std::vector<Value>& values,
                 const std::vector<double>& widen) {
    Point out;
    out.at = at;
    out.state = State::not_measured;
    if (values.empty()) return out;
    const auto any = [&](State s) {
        return std::any_of(values.begin(), values.end(), [s](const Value& v) { return v.point.state == s; });
    };
    if (any(State::at_most) && any(State::at_least)) return out;
    if (any(State::at_most))
        out = bound(values, State::at_most);
    else if (any(State::at_least))
        out = bound(values, State::at_least);
    else {
        const double mean = mean_of(values);
        out.value = mean;
        out.phase_deg = mean_phase(values);
        out.u = u_of_mean(values, mean, widen);
        out.state = State::exact;
    }
    out.at = at;
    return out;
}

/// One detail over the takes that carry it; nullopt: the takes differ and no mean makes sense.
std::optional<Detail> mean_detail(const std::vector<const Detail*>& all) {
    const auto same_kind = [&](const Detail* d) { return d->index() == all.front()->index(); };
    if (!std::all_of(all.begin(), all.end(), same_kind)) return std::nullopt;
    return std::visit(
        [&](const auto& first) -> std::optional<Detail> {
            using Kind = std::decay_t<decltype(first)>;
            if constexpr (std::is_same_v<Kind, double> || std::is_same_v<Kind, std::complex<double>>) {
                Kind sum{};
                for (const Detail* d : all) sum += std::get<Kind>(*d);
                return sum / static_cast<double>(all.size());
            } else if constexpr (std::is_same_v<Kind, std::vector<Discontinuity>>) {
                if (all.size() == 1) return first;
                return std::nullopt;  // each take broke in its own places
            } else {
                const auto same = [&](const Detail* d) { return std::get<Kind>(*d) == first; };
                if (std::all_of(all.begin(), all.end(), same)) return first;
                if constexpr (std::is_same_v<Kind, std::string>) {
                    std::vector<std::string> words;
                    for (const Detail* d : all) words.push_back(std::get<std::string>(*d));
                    return words;
                }
                return std::nullopt;
            }
        },
        *all.front());
}

Repeated mean_reading(std::vector<Reading> takes, const std::vector<double>& widen) {
    Repeated out;
    out.mean = takes.front();
    out.mean.points.clear();
    out.mean.details.clear();
    std::int64_t dropped = 0;
    for (std::size_t i = 0; i < takes.front().points.size(); ++i) {
        const Point& place = takes.front().points[i];
        std::vector<Value> values;
        for (const Reading& take : takes) {
            const Point* p = point_at(take, place, i);
            if (p == nullptr || p->state == State::not_measured || !p->value) {
                ++dropped;
                continue;
            }
            const Detail* fixed = take.detail("systematic_u");
            const double* u = fixed == nullptr ? nullptr : std::get_if<double>(fixed);
            values.push_back({*p, u == nullptr ? std::nullopt : std::optional(*u)});
        }
        out.mean.points.push_back(mean_point(place.at, values, widen));
        // A reading in words (wiring) has no value to average and is no less measured.
        if (values.empty() && place.state == State::exact && !place.value) {
            out.mean.points.back().state = State::exact;
            dropped -= static_cast<std::int64_t>(takes.size());
            out.counts.push_back(static_cast<int>(takes.size()));
        } else {
            out.counts.push_back(static_cast<int>(values.size()));
        }
    }
    for (const auto& [key, unused] : takes.front().details) {
        std::vector<const Detail*> all;
        for (const Reading& take : takes)
            if (const Detail* d = take.detail(key)) all.push_back(d);
        if (auto mean = mean_detail(all)) out.mean.details.emplace_back(key, std::move(*mean));
    }
    out.mean.details.emplace_back("takes", static_cast<std::int64_t>(takes.size()));
    if (dropped > 0) out.mean.details.emplace_back("dropped_points", dropped);
    out.takes = std::move(takes);
    return out;
}

}  // namespace

std::vector<Repeated> over_repeats(const std::vector<Readings>& takes) {
    std::vector<Repeated> out;
    std::vector<std::vector<Reading>> groups;
    for (const Readings& take : takes) {
        // Two like figures in one take (two lines close together) keep their order of appearance.
        std::vector<bool> used(groups.size(), false);
        for (const Reading& reading : take) {
            std::size_t g = 0;
            while (g < used.size() && (used[g] || !same_figure(groups[g].front(), reading))) ++g;
            if (g < used.size()) {
                used[g] = true;
                groups[g].push_back(reading);
            } else {
                groups.push_back({reading});
            }
        }
    }
    out.reserve(groups.size());
    const auto widen = widening(takes.size());
    for (auto& group : groups) out.push_back(mean_reading(std::move(group), widen));
    return out;
}

}  // namespace fourpole
