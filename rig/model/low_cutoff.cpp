// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/low_cutoff.hpp"

#include "rig/model/circuit.hpp"
#include "rig/model/readings.hpp"
#include "rig/model/solve.hpp"

#include <cmath>
#include <optional>

namespace fourpole {
namespace {

constexpr double reference_hz = 1000.0;
constexpr double lowest_hz = 0.1;

/// Power of one driver, its own side driven, re half of what it has at 1 kHz; above 1 within
/// the passband.
class Passband {
public:
    Passband(NodalSolver& solver, Side side) : solver_(solver), side_(side) {
        if (const auto reference = own(reference_hz)) half_ = 0.5 * *reference;
    }

    double reference_v() const { return std::sqrt(2.0 * half_); }
    std::optional<double> at(double frequency_hz) {
        const auto here = own(frequency_hz);
        if (!here) return {};
        return *here / half_;
    }

private:
    std::optional<double> own(double frequency_hz) {
        const auto solved = solver_.at(frequency_hz);
        if (!solved) return {};
        return std::norm(solved->voltage[side_][side_]);
    }

    NodalSolver& solver_;
    Side side_;
    double half_ = 0.0;
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

std::optional<LowCutoff> search(Passband& band) {
    const double step = std::exp2(1.0 / 6.0);
    for (double inside = reference_hz; inside > lowest_hz; inside /= step) {
        const auto ratio = band.at(inside / step);
        if (!ratio) return {};
        if (*ratio >= 1.0) continue;
        const auto hz = crossing(band, inside, inside / step);
        if (!hz) return {};
        return LowCutoff{LowCutoff::Kind::found, *hz};
    }
    return LowCutoff{LowCutoff::Kind::below_search, lowest_hz};
}

}  // namespace

Result<PerSide<LowCutoff>> low_cutoff(const Circuit& circuit) {
    PerSide<LowCutoff> out;
    if (circuit.stage.kind == OutputStage::Kind::btl || !circuit.stage.coupling_capacitance_f) return out;
    const auto net = network_of(circuit);
    if (!net) return net.error();
    NodalSolver solver(*net, circuit.drivers);
    for (const Side side : sides) {
        Passband band(solver, side);
        if (!(band.reference_v() >= silent_share * circuit.stage.emf_v)) {
            out[side].kind = LowCutoff::Kind::silent;
            continue;
        }
        const auto found = search(band);
        if (!found)
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "the circuit has no single solution below 1 kHz"};
        out[side] = *found;
    }
    return out;
}

}  // namespace fourpole
