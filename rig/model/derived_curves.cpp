// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/derived_curves.hpp"

#include "rig/model/output_impedance.hpp"
#include "rig/model/readings.hpp"
#include "rig/units.hpp"

#include <array>
#include <utility>

namespace fourpole {
namespace {

Reading curve(std::string name, std::string unit, std::string definition) {
    Reading r;
    r.name = std::move(name);
    r.unit = std::move(unit);
    r.definition = std::move(definition);
    r.curve = true;
    r.calibration = "nominal";
    return r;
}

Point linear(double frequency_hz, Complex value) {
    Point p;
    p.at = frequency_hz;
    p.value = std::abs(value);
    if (*p.value > 0.0) p.phase_deg = std::arg(value) * degrees_per_radian;
    return p;
}

Point decibels(double frequency_hz, Complex ratio) {
    Point p = linear(frequency_hz, ratio);
    const bool floor = *p.value < arithmetic_floor;
    p.value = AmplitudeRatio{floor ? arithmetic_floor : *p.value}.decibels();
    if (floor) p.phase_deg.reset();
    p.state = floor ? State::at_most : State::exact;
    return p;
}

void add_output_impedance(const OutputStage& stage, std::span<const double> frequency_hz, Readings& out) {
    constexpr std::array paths{"loop", "signal", "return"};
    for (const Side side : sides)
        for (const char* path : paths) {
            Reading r =
                curve("output_impedance", "ohm", std::string("output_impedance.") + path + ".model@1");
            r.side = side;
            r.details.emplace_back("path", path);
            for (const double f : frequency_hz) {
                const OutputImpedance z = output_impedance(stage, f);
                r.points.push_back(linear(f, path == paths[0]   ? z.loop()
                                             : path == paths[1] ? z.signal
                                                                : z.back));
            }
            out.push_back(std::move(r));
        }
}

}  // namespace

Result<Readings> derived_curves(const Circuit& circuit, std::span<const double> frequency_hz) {
    const auto solved = solve(circuit, frequency_hz);
    if (!solved) return solved.error();
    const double emf_v = circuit.stage.emf_v;
    Readings out;
    add_output_impedance(circuit.stage, frequency_hz, out);
    for (const Side from : sides)
        for (const Side to : sides) {
            Reading current = curve("driver_current", "mA/V", "driver_current.model@1");
            Reading common = curve("common_mode", "dB", "common_mode.model@1");
            current.from = common.from = from;
            current.to = common.to = to;
            for (std::size_t i = 0; i < solved->size(); ++i) {
                const CircuitAt& at = (*solved)[i];
                current.points.push_back(linear(frequency_hz[i], 1e3 * at.current[from][to] / emf_v));
                common.points.push_back(decibels(frequency_hz[i], at.common_mode[from][to] / emf_v));
            }
            out.push_back(std::move(current));
            out.push_back(std::move(common));
        }
    for (const Side side : sides) {
        Reading both = curve("both_driven", "dB", "both_driven.model@1");
        both.side = side;
        for (std::size_t i = 0; i < solved->size(); ++i) {
            const auto& v = (*solved)[i].voltage;
            both.points.push_back(decibels(frequency_hz[i], (v[side][side] + v[other(side)][side]) / emf_v));
        }
        out.push_back(std::move(both));
    }
    return out;
}

}  // namespace fourpole
