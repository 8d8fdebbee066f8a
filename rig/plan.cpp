// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/plan.hpp"
#include "rig/profile/load.hpp"

#include "rig/flow/takes.hpp"
#include "rig/profile/read_programme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double lead_s = 0.6;                          // of the capture around the programme
constexpr double replug_s = 10.0, change_arm_s = 45.0;  // guesses: a hand and a plug, a hand and a player

/// Volts across one side of the earphone at its plug: what the driver gets and what the
/// cable's wires lose. A common wire carries the current of both drivers.
Complex at_plug(const Circuit& circuit, const CircuitAt& solved, Side driven, Side side) {
    const Cable& cable = circuit.cable;
    const auto& current = solved.current[driven];
    Complex volts = solved.voltage[driven][side] +
                    current[side] * (cable.signal_ohm[side].value + cable.return_ohm[side].value);
    if (cable.kind == Cable::Kind::shared_return)
        volts += (current[side] + current[other(side)]) * cable.common_return_ohm.value;
    return volts;
}

Result<PerSide<NodeLevel>> levels_of(const Session& session, const Circuit& circuit) {
    const auto& full_scale_v = session.interface.full_scale_v;
    if (!full_scale_v)
        return Fault{Fault::Kind::bad_input, session.interface.path,
                     "/full_scale_v: found nothing; allowed: the peak volts that read full scale"};
    std::vector<double> grid;
    for (int k = 0; 20.0 * std::exp2(k / 6.0) < 20000.0; ++k) grid.push_back(20.0 * std::exp2(k / 6.0));
    grid.push_back(20000.0);
    const auto solved = solve(circuit, grid);
    if (!solved) return solved.error();

    // The circuit is solved for the peak volts of digital full scale.
    const double share = loudest(session.programme).amplitude / std::numbers::sqrt2;
    PerSide<NodeLevel> levels;
    for (const Side side : sides) {
        NodeLevel& level = levels[side];
        level.at_emf = VoltsRms{share * circuit.stage.emf_v};
        double highest = 0.0;
        for (std::size_t i = 0; i < grid.size(); ++i) {
            for (const Side to : sides) {  // in odd wirings a side reaches the other's driver only
                const double volts = std::abs((*solved)[i].voltage[side][to]);
                if (volts > highest) highest = volts, level.worst_hz = grid[i];
                const double plug = share * std::abs(at_plug(circuit, (*solved)[i], side, to));
                level.at_plug = std::max(level.at_plug, VoltsRms{plug});
            }
        }
        level.at_driver = VoltsRms{share * highest};
        const double peak_fs = share * std::numbers::sqrt2 * highest / full_scale_v->value;
        level.input_dbfs = AmplitudeRatio{std::max(peak_fs, 1e-15)}.decibels();
    }
    return levels;
}

Result<ArmPlan> plan_arm(const Session& session, const Arm& arm) {
    ArmPlan result;
    result.arm = &arm;
    result.touch =
        arm.circuit.touch.empty() ? natural_touch(arm.circuit.plug, arm.circuit.jack) : arm.circuit.touch;
    auto judged = wiring(arm.circuit);
    if (!judged) return judged.error();
    result.wiring = std::move(*judged);
    auto levels = levels_of(session, arm.circuit);
    if (!levels) return levels.error();
    result.levels = *levels;

    for (const Short& s : result.wiring.hazards)
        result.hazards.push_back(
            fmt::format("arm {}: output {} is shorted: {:.0f} mA per volt of EMF with the drivers removed "
                        "(allowed: 50); do not plug this earphone into this player",
                        arm.id, s.output, 1000.0 * s.ampere_per_volt));
    if (arm.circuit.stage.kind == OutputStage::Kind::btl &&
        !session.interface.differential_inputs.value_or(false))
        result.hazards.push_back(
            fmt::format("arm {}: the player is bridge-tied and the interface's inputs are not "
                        "differential: their ground would short a half-bridge",
                        arm.id));
    for (const Side side : sides)
        if (result.levels[side].at_plug > VoltsRms{session.ceiling_v_rms})
            result.hazards.push_back(
                fmt::format("arm {}: {:.3g} V rms at the plug, {} side; the ceiling is {:.3g} V rms", arm.id,
                            result.levels[side].at_plug.count, name(side), session.ceiling_v_rms));
    return result;
}

}  // namespace

bool Plan::hazardous() const {
    return std::any_of(arms.begin(), arms.end(), [](const ArmPlan& arm) { return !arm.hazards.empty(); });
}

Result<Plan> plan(const Session& session) {
    Plan result;
    for (const Arm& arm : session.arms) {
        auto planned = plan_arm(session, arm);
        if (!planned) return planned.error();
        result.arms.push_back(std::move(*planned));
    }
    const double take_s = session.programme.length_s + lead_s;
    std::string plugged;  // arm
    for (const TakeRequest& request : take_order(session)) {
        const auto arm = std::find_if(session.arms.begin(), session.arms.end(),
                                      [&](const Arm& a) { return a.id == request.arm; });
        const bool change = request.arm != plugged;
        result.takes.push_back(
            {request, change ? fmt::format("plug {} into {}, start the programme", arm->earphone.name,
                                           arm->player.name)
                             : std::string("pull the plug, put it back, start the programme")});
        result.playing = result.playing + Seconds{take_s};
        result.handling = result.handling + Seconds{change ? change_arm_s : replug_s};
        plugged = request.arm;
    }
    return result;
}

}  // namespace fourpole
