// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/impedance_readings.hpp"

#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

/// What a standard's capture says, where there is one.
struct HeardStandard {
    const StandardTake* of = nullptr;
    std::vector<ChannelRatio> ratios;

    /// Of the same side where it was played there, else of any: the circuit is one.
    const Estimate* at(double hz, std::optional<Side> side) const {
        const Estimate* any = nullptr;
        for (const ChannelRatio& r : ratios) {
            if (std::abs(r.hz - hz) > 1e-9 * hz) continue;
            if (r.side == side) return &r.ratio;
            any = &r.ratio;
        }
        return any;
    }
};
enum Which { reference, open_plug, short_plug };
using Standards = std::array<HeardStandard, 3>;

Fault trouble(const StandardTake& standard, const std::string& found, const std::string& allowed) {
    return {Fault::Kind::bad_input, "",
            fmt::format("{}/capture: found {}; allowed: {}", standard.where, found, allowed)};
}

Result<HeardStandard> hear(const StandardTake& standard, const Take& load, const Programme& programme,
                           const std::vector<ChannelRatio>& of_load, const SensePair& pair, bool same_clock) {
    if (standard.take.rate_hz != load.rate_hz)
        return trouble(standard, fmt::format("{:.10g} Hz", standard.take.rate_hz),
                       fmt::format("the rate of the capture that it corrects, {:.10g} Hz", load.rate_hz));
    auto heard = hear_pair(standard.take, standard.programme.value_or(programme), pair, same_clock);
    if (!heard) return trouble(standard, heard.error().what, "a capture of the circuit");
    if (!heard->health.valid)
        return trouble(
            standard, fmt::format("a take that is not valid ({})", fmt::join(heard->health.reasons, "; ")),
            "a valid one of the programme that it names (\"programme\"; without one, that of the load)");
    HeardStandard out{&standard, std::move(heard->ratios)};
    if (std::none_of(of_load.begin(), of_load.end(),
                     [&](const ChannelRatio& r) { return out.at(r.hz, r.side) != nullptr; }))
        return trouble(standard, "a programme that shares no frequency with the load's",
                       "one that plays the same tones or the same sweep");
    return out;
}

Result<Standards> hear_standards(const SenseCircuit& circuit, const Take& load, const Programme& programme,
                                 const std::vector<ChannelRatio>& of_load, bool same_clock) {
    Standards out;
    const std::array given{&circuit.reference, &circuit.open, &circuit.shorted};
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!*given[i]) continue;
        auto heard = hear(**given[i], load, programme, of_load, circuit.pair, same_clock);
        if (!heard) return heard.error();
        out[i] = std::move(*heard);
    }
    return out;
}

bool channels_captured(const SenseCircuit& circuit) { return circuit.reference || circuit.open; }
bool channels_known(const SenseCircuit& circuit) { return channels_captured(circuit) || circuit.channels; }

/// What is said of the channels' ratio, at one frequency.
SenseStandards::Stated stated(const SenseCircuit::Channels& c, double hz, double rate_hz) {
    const double omega = 2.0 * std::numbers::pi * hz;
    return {c.ratio, c.u, -omega * c.delay_s.value_or(0.0),
            omega * (c.delay_s ? c.u_delay_s : 1.0 / (std::sqrt(12.0) * rate_hz))};
}

Point point_of(double hz, const SensedImpedance& z, bool phased) {
    Point p{.at = hz, .state = z.state};
    if (z.state == State::not_measured) return p;
    p.value = std::abs(z.ohm);
    if (z.state != State::exact) return p;
    if (phased) p.phase_deg = std::arg(z.ohm) * degrees_per_radian;
    p.u = z.u();
    return p;
}

constexpr const char* unknown_ratio =
    "nothing says what the channel after the sense resistor reads re the one before: no known resistor and "
    "no "
    "open plug was captured, and no channel_ratio is stated; name one in the calibration's impedance block";

void say_what_was_removed(const SenseCircuit& circuit, Reading& r) {
    r.details.emplace_back("at", std::string("plug"));
    r.details.emplace_back("sense_resistor_ohm", circuit.sense.ohm);
    if (circuit.input) r.details.emplace_back("input_resistance_ohm", circuit.input->ohm);
    if (circuit.reference) r.details.emplace_back("reference_ohm", circuit.reference->load.ohm);
    r.details.emplace_back("channels_from", std::string(circuit.reference  ? "a known resistor's capture"
                                                        : circuit.open     ? "an open plug's capture"
                                                        : circuit.channels ? "their stated ratio"
                                                                           : "nothing"));
    if (!channels_known(circuit)) r.details.emplace_back("why", std::string(unknown_ratio));
    r.details.emplace_back("input_removed_by",
                           std::string(circuit.open && circuit.reference ? "an open plug's capture"
                                       : circuit.input                   ? "its stated resistance"
                                                       : "nothing: it is in the impedance"));
    r.details.emplace_back(
        "contact_removed_by",
        std::string(circuit.shorted ? "a shorted plug's capture" : "nothing: it is in the impedance"));
}

struct Missing {
    std::size_t of_standard = 0;
    double first_hz = 0.0;
};

Reading curve_of(std::optional<Side> side, const HeardPair& heard, const SenseCircuit& circuit,
                 const Standards& standards, double rate_hz, Missing& missing) {
    Reading r;
    r.name = "impedance";
    r.unit = "ohm";
    r.definition = "impedance.sense_resistor@1";
    r.side = side;
    r.curve = true;
    r.calibration = channels_known(circuit) ? circuit.state : "raw";
    const bool phased = channels_captured(circuit) || (circuit.channels && circuit.channels->delay_s);
    double common = 0.0;
    for (const ChannelRatio& load : heard.ratios) {
        if (load.side != side) continue;
        std::array<const Estimate*, 3> known{};
        bool whole = true;
        for (std::size_t i = 0; i < known.size(); ++i) {
            if (!standards[i].of) continue;
            known[i] = standards[i].at(load.hz, side);
            whole = whole && known[i];
        }
        if (!whole) {
            if (missing.of_standard++ == 0) missing.first_hz = load.hz;
            r.points.push_back({.at = load.hz, .state = State::not_measured});
            continue;
        }
        SenseStandards at{
            .sense = circuit.sense, .input = circuit.input, .reference = {}, .open = {}, .shorted = {}};
        if (circuit.channels) at.channels = stated(*circuit.channels, load.hz, rate_hz);
        if (known[reference]) at.reference = {*known[reference], circuit.reference->load};
        if (known[open_plug]) at.open = *known[open_plug];
        if (known[short_plug]) at.shorted = *known[short_plug];
        const SensedImpedance z = sensed_impedance(load.ratio, at);
        if (z.state == State::exact) common = std::max(common, z.u_common / std::abs(z.ohm));
        r.points.push_back(point_of(load.hz, z, phased));
    }
    for (const HeardPair::Buried& b : heard.buried)
        if (b.side == side && std::none_of(r.points.begin(), r.points.end(), [&](const Point& p) {
                return std::abs(*p.at - b.hz) <= 1e-9 * b.hz;
            }))
            r.points.push_back({.at = b.hz, .state = State::not_measured});
    std::sort(r.points.begin(), r.points.end(), [](const Point& a, const Point& b) { return *a.at < *b.at; });
    say_what_was_removed(circuit, r);
    r.details.emplace_back("u_common_relative", common);
    return r;
}

void say_what_is_left(const SenseCircuit& circuit, const Missing& missing, std::size_t buried,
                      Measurement& out) {
    if (!channels_known(circuit))
        out.reasons.push_back(fmt::format("impedance: not measured; {}", unknown_ratio));
    else if (!circuit.input && !(circuit.open && circuit.reference))
        out.reasons.emplace_back(
            "impedance: nobody says the interface's input resistance, and reference and open plug were not "
            "both captured; it lies beside the load, and is in the impedance");
    if (missing.of_standard > 0)
        out.reasons.push_back(fmt::format(
            "impedance: {} frequencies of the programme, the first at {:.6g} Hz, are missing from a capture "
            "with a known load, and are not measured",
            missing.of_standard, missing.first_hz));
    if (buried > 0)
        out.reasons.push_back(fmt::format(
            "impedance: {} frequencies are buried in the noise before the sense resistor", buried));
}

/// What was asked for beside the impedance, and cannot be had from these channels.
void say_what_is_none(const Programme& programme, Measurement& out) {
    for (const std::string& asked : programme.analyses) {
        const std::string named = asked == "harmonics" ? "harmonic"
                                  : asked == "stream"  ? "clock_offset"
                                                       : asked;
        if (std::any_of(out.readings.begin(), out.readings.end(),
                        [&](const Reading& r) { return r.name == named; }))
            continue;
        Reading r{.name = named, .definition = named + ".none@1"};
        r.points.push_back({.state = State::not_measured});
        r.details.emplace_back("why", std::string("the channels stand before and after a sense resistor; "
                                                  "they are no sides"));
        out.readings.push_back(std::move(r));
    }
}

}  // namespace

Result<Measurement> measure_impedance(const Take& take, const Programme& programme, bool same_clock,
                                      const SenseCircuit& circuit) {
    if (circuit.shorted && !channels_known(circuit))
        return trouble(
            *circuit.shorted, "a short alone",
            "a short beside a reference, an open plug or a stated \"channel_ratio\", which say what "
            "the channels do");
    auto heard = hear_pair(take, programme, circuit.pair, same_clock);
    if (!heard) return heard.error();
    Measurement out = std::move(heard->health);
    if (!out.valid) return out;
    const auto standards = hear_standards(circuit, take, programme, heard->ratios, same_clock);
    if (!standards) return standards.error();
    Missing missing;
    for (const std::optional<Side> side :
         {std::optional(Side::left), std::optional(Side::right), std::optional<Side>()}) {
        Reading r = curve_of(side, *heard, circuit, *standards, take.rate_hz, missing);
        if (!r.points.empty()) out.readings.push_back(std::move(r));
    }
    say_what_is_left(circuit, missing, heard->buried.size(), out);
    say_what_is_none(programme, out);
    return out;
}

}  // namespace fourpole
