// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/low_cutoff.hpp"

#include "rig/model/circuit.hpp"
#include "rig/model/readings.hpp"
#include "rig/model/solve.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace fourpole {
namespace {

constexpr double reference_hz = 1000.0;
constexpr double lowest_hz = 0.1, highest_hz = 1e6;

/// Power of one driver, its own side driven, re half of what it would have without capacitors: above 1
/// within the passband.
class Passband {
public:
    Passband(NodalSolver& with, NodalSolver& without, Side side)
        : with_(with), without_(without), side_(side) {}

    /// Without capacitors, at 1 kHz.
    double reference_v() { return std::sqrt(own(without_, reference_hz).value_or(0.0)); }
    std::optional<double> at(double frequency_hz) {
        const auto here = own(with_, frequency_hz), all = own(without_, frequency_hz);
        if (!here || !all || !(*all > 0.0)) return {};
        return *here / (0.5 * *all);
    }

private:
    std::optional<double> own(NodalSolver& solver, double frequency_hz) const {
        const auto solved = solver.at(frequency_hz);
        if (!solved) return {};
        return std::norm(solved->voltage[side_][side_]);
    }

    NodalSolver &with_, &without_;
    Side side_;
};

/// Regula falsi (Illinois) on ln(power ratio) against ln f, which is nearly straight.
std::optional<double> crossing(Passband& band, double inside_hz, double outside_hz) {
    double a = std::log(outside_hz), b = std::log(inside_hz);
    const auto first = band.at(outside_hz), last = band.at(inside_hz);
    if (!first || !last) return {};
    double fa = std::log(*first), fb = std::log(*last);
    double x = a;
    enum class End { none, low, high } moved = End::none;
    for (int step = 0; step < 60 && std::abs(b - a) > 1e-12; ++step) {
        const double next = (a * fb - b * fa) / (fb - fa);
        const bool settled = std::abs(next - x) < 1e-11;
        x = next;
        const auto ratio = band.at(std::exp(x));
        if (!ratio) return {};
        const double fx = std::log(*ratio);
        if (settled || fx == 0.0) break;
        if ((fx > 0.0) == (fb > 0.0)) {
            b = x, fb = fx;
            if (moved == End::high) fa *= 0.5;
            moved = End::high;
        } else {
            a = x, fa = fx;
            if (moved == End::low) fb *= 0.5;
            moved = End::low;
        }
    }
    return std::exp(x);
}

struct Range {
    double from_hz = lowest_hz, to_hz = highest_hz;
};

Range range_of(const Circuit& circuit) {
    Range out;
    for (const Side s : sides)
        if (const auto& table = circuit.drivers[s].impedance_table) {
            out.from_hz = std::max(out.from_hz, table->first_hz());
            out.to_hz = std::min(out.to_hz, table->last_hz());
        }
    return out;
}

std::optional<LowCutoff> search(Passband& band, const Range& range) {
    const double start = std::clamp(reference_hz, range.from_hz, range.to_hz);
    const auto first = band.at(start);
    if (!first) return {};
    const bool down = *first >= 1.0;
    const double step = std::exp2(down ? -1.0 / 6.0 : 1.0 / 6.0);
    const double end = down ? range.from_hz : range.to_hz;
    for (double here = start; here != end;) {
        const double next = down ? std::max(here * step, end) : std::min(here * step, end);
        const auto ratio = band.at(next);
        if (!ratio) return {};
        if ((*ratio >= 1.0) != down) {
            const auto hz = down ? crossing(band, here, next) : crossing(band, next, here);
            if (!hz) return {};
            return LowCutoff{LowCutoff::Kind::found, *hz};
        }
        here = next;
    }
    return LowCutoff{down ? LowCutoff::Kind::below_search : LowCutoff::Kind::above_search, end};
}

}  // namespace

Result<PerSide<LowCutoff>> low_cutoff(const Circuit& circuit) {
    PerSide<LowCutoff> out;
    if (circuit.stage.kind == OutputStage::Kind::btl || !circuit.stage.coupling_capacitance_f) return out;
    Circuit bridged = circuit;
    bridged.stage.coupling_capacitance_f.reset();
    const auto net = network_of(circuit), without = network_of(bridged);
    if (!net) return net.error();
    if (!without) return without.error();
    NodalSolver solver(*net, circuit.drivers), passband(*without, circuit.drivers);
    const Range range = range_of(circuit);
    for (const Side side : sides) {
        Passband band(solver, passband, side);
        if (!(band.reference_v() >= silent_share * circuit.stage.emf_v)) {
            out[side].kind = LowCutoff::Kind::silent;
            continue;
        }
        const auto found = search(band, range);
        if (!found)
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "the circuit has no single solution where its bass cut-off is looked for"};
        out[side] = *found;
    }
    return out;
}

}  // namespace fourpole
