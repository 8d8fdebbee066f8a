// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/remove_fixture.hpp"

#include "rig/model/population.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

/// Enough for a standard deviation within 13 %.
constexpr std::size_t drawn_units = 32;

/// A bound below this part of a value does not make a bound of it.
constexpr double little = 1e-3;

/// A captured transfer: a value with its absolute standard uncertainty, and how far off it may be
/// at most where only a bound was read.
struct Part {
    Complex value;
    double u = 0.0, most = 0.0;
};

std::optional<Part> part_of(const Point& p) {
    if (!p.value) return {};
    const double size = AmplitudeRatio::from_decibels(*p.value).count;
    if (p.state == State::at_most) return Part{{}, 0.0, size};
    if (p.state != State::exact || !p.u || !p.phase_deg) return {};
    return Part{std::polar(size, *p.phase_deg / degrees_per_radian), size * *p.u / db_per_relative, 0.0};
}

Part sum(Complex a, const Part& x, Complex b, const Part& y) {
    return {a * x.value + b * y.value, std::hypot(std::abs(a) * x.u, std::abs(b) * y.u),
            std::abs(a) * x.most + std::abs(b) * y.most};
}

Point point_of(double frequency_hz, const Part& part, double relative_u_of_fixture) {
    Point p{.at = frequency_hz, .state = State::not_measured};
    const double size = std::abs(part.value);
    if (part.most > little * size) {
        p.state = State::at_most;
        p.value =
            AmplitudeRatio{size * (1.0 + 2.0 * relative_u_of_fixture) + 2.0 * part.u + part.most}.decibels();
    } else if (size > 0.0) {
        p.state = State::exact;
        p.value = AmplitudeRatio{size}.decibels();
        p.phase_deg = std::arg(part.value) * degrees_per_radian;
        p.u = db_per_relative * std::hypot((part.u + part.most) / size, relative_u_of_fixture);
    }
    return p;
}

/// `own` and `leak` of the driven side `from`, seen through D, as the reading `like` counts them.
Part through(const SideMatrix& d, const Reading& like, const Part& own, const Part& leak) {
    const Side from = *like.from, to = *like.to, x = other(from);
    const Part here = sum(d[from][to], own, d[x][to], leak);
    if (like.name != "crosstalk") return here;
    const Complex driven = d[from][from] * own.value + d[x][from] * leak.value;
    return {here.value / driven, here.u / std::abs(driven), here.most / std::abs(driven)};
}

bool is_transfer(const Reading& r) {
    return (r.name == "response" || r.name == "transfer" || r.name == "crosstalk") && r.from && r.to;
}

const Point* point_at(const Reading* reading, double frequency_hz) {
    if (reading == nullptr) return nullptr;
    const auto found = std::find_if(reading->points.begin(), reading->points.end(), [&](const Point& p) {
        return p.at && std::abs(*p.at - frequency_hz) <= 1e-9 * frequency_hz;
    });
    return found == reading->points.end() ? nullptr : &*found;
}

const Reading* find(const Readings& all, std::string_view name, Side from, Side to) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Reading& r) {
        return r.name == name && r.from == from && r.to == to;
    });
    return found == all.end() ? nullptr : &*found;
}

/// "crosstalk.sweep@1" -> "crosstalk.sweep.without_fixture@1"
std::string without_fixture(const std::string& definition) {
    return definition.substr(0, definition.find('@')) + ".without_fixture@1";
}

Result<std::vector<SideMatrix>> removal_of(const Circuit& circuit, std::span<const double> frequency_hz) {
    const auto effects = fixture_effect(circuit, frequency_hz);
    if (!effects) return effects.error();
    SideMatrix identity;
    for (const Side s : sides) identity[s][s] = 1.0;
    std::vector<SideMatrix> out;
    for (std::size_t i = 0; i < effects->size(); ++i) {
        const auto d = de_embedded(identity, (*effects)[i]);
        if (!d)
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "the fixture's taps do not tell the two sides apart at " +
                             std::to_string(static_cast<long>(std::lround(frequency_hz[i]))) +
                             " Hz: it cannot be taken out of a capture"};
        out.push_back(*d);
    }
    return out;
}

}  // namespace

std::vector<double> captured_frequencies(const Readings& readings) {
    std::vector<double> out;
    for (const Reading& r : readings)
        if (is_transfer(r))
            for (const Point& p : r.points) out.push_back(*p.at);
    std::sort(out.begin(), out.end());
    const auto same = [](double a, double b) { return b - a <= 1e-9 * a; };
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
    return out;
}

Result<FixtureRemoval> FixtureRemoval::of(const Circuit& on_bench, std::span<const double> frequency_hz) {
    FixtureRemoval out;
    out.frequency_hz_.assign(frequency_hz.begin(), frequency_hz.end());
    for (std::size_t k = 0; k <= drawn_units; ++k) {
        auto one = removal_of(k == 0 ? on_bench : unit_of(on_bench, first_predicted_unit + k), frequency_hz);
        if (!one) return one.error();
        out.units_.push_back(std::move(*one));
    }
    return out;
}

Point FixtureRemoval::removed(const Reading& like, const Point& own, const Point& leak) const {
    const double f = *own.at;
    const auto place = std::find_if(frequency_hz_.begin(), frequency_hz_.end(),
                                    [&](double g) { return std::abs(g - f) <= 1e-9 * f; });
    const auto o = part_of(own), x = part_of(leak);
    if (place == frequency_hz_.end() || !o || !x) return {.at = f, .state = State::not_measured};
    const auto i = static_cast<std::size_t>(place - frequency_hz_.begin());
    const Part nominal = through(units_.front()[i], like, *o, *x);
    double squares = 0.0;
    for (std::size_t k = 1; k < units_.size(); ++k)
        squares += std::norm(through(units_[k][i], like, *o, *x).value - nominal.value);
    // Half of a complex error's power lies along the amplitude; all of it is the safe side.
    const double spread = std::sqrt(squares / static_cast<double>(units_.size() - 1));
    const double size = std::abs(nominal.value);
    return point_of(f, nominal, size > 0.0 ? spread / size : 0.0);
}

void FixtureRemoval::apply(Readings& readings) const {
    const Readings captured = readings;
    for (Reading& r : readings) {
        if (!is_transfer(r)) continue;
        const Side from = *r.from, x = other(from);
        const bool ratio = r.name == "crosstalk";
        const Reading* own = find(captured, "transfer", from, from);
        const Reading* leak = find(captured, ratio ? "crosstalk" : "transfer", from, x);
        for (Point& p : r.points) {
            const Point unity{.at = p.at, .value = 0.0, .phase_deg = 0.0, .u = 0.0};
            const Point* here = ratio ? &unity : point_at(own, *p.at);
            const Point* there = point_at(leak, *p.at);
            p = here && there ? removed(r, *here, *there) : Point{.at = p.at, .state = State::not_measured};
        }
        r.definition = without_fixture(r.definition);
    }
}

}  // namespace fourpole
