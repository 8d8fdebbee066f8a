// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/model.hpp"
#include "rig/model/solve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {
namespace {

constexpr double silent_below = 1e-3;     ///< of the EMF
constexpr double counts_from = 0.15;      ///< the smaller channel, re the larger; what the sides do not share
constexpr double hazard_a_per_v = 0.050;  ///< with drivers and load bank removed
constexpr double test_driver_ohm = 16.0;  // the assumptions under which plug and jack
constexpr double test_output_ohm = 1.0;   // are judged when nothing else is known
constexpr double test_contact_ohm = 0.05;
constexpr double test_joint_ohm = 0.01;  ///< from each driver to a common return
constexpr double test_leakage_ohm = 1e9;

bool is_difference(const std::string& label) { return label == "+L-R" || label == "-L+R"; }
bool is_sum(const std::string& label) { return label == "+L+R" || label == "-L-R"; }
bool is_channel(const std::string& label) { return label.size() == 2; }

/// "difference signal", "sum" or "channel +L": what a side plays while the other is silent.
std::string content(const std::string& label) {
    if (is_difference(label)) return "difference signal";
    if (is_sum(label)) return "sum";
    return "channel " + label;
}

PerSide<std::string> labels_of(const DriverMatrix& matrix) {
    PerSide<std::string> out;
    for (const Side s : sides) out[s] = driver_label(matrix.from[s][Side::left], matrix.from[s][Side::right]);
    return out;
}

std::string mixture_of(const PerSide<std::string>& labels) {
    return "mixture: left plays " + labels[Side::left] + ", right plays " + labels[Side::right];
}

std::string antiphase_unless_equal(const PerSide<std::string>& labels) {
    return labels[Side::left] == labels[Side::right] ? "" : ", sides in antiphase";
}

/// Both drivers play one channel each: `a` on the left driver, `b` on the right.
std::string outcome_of_channels(const std::string& a, const std::string& b) {
    const char sign_a = a[0], sign_b = b[0], channel_a = a[1], channel_b = b[1];
    if (channel_a == channel_b)
        return std::string("mono: channel ") + channel_a + " in both" +
               (a == b ? "" : ", sides in antiphase");
    if (channel_a != 'L') return "";
    if (sign_a != sign_b) return "stereo, one side inverted";
    return sign_a == '+' ? "stereo" : "stereo, both inverted";
}

/// Both drivers hear both channels and not the same of them: `own` is which channel each hears most of.
std::string outcome_of_unlike(const DriverMatrix& m) {
    PerSide<bool> own;
    for (const Side s : sides) own[s] = std::abs(m.from[s][s]) > std::abs(m.from[s][other(s)]);
    if (own[Side::left] != own[Side::right]) return "";
    if (!own[Side::left]) return "channels swapped, with much crosstalk";
    PerSide<bool> turned;
    for (const Side s : sides) turned[s] = m.from[s][s].real() < 0.0;
    return std::string("stereo with much crosstalk") + (turned[Side::left] != turned[Side::right]
                                                            ? ", one side inverted"
                                                        : turned[Side::left] ? ", both inverted"
                                                                             : "");
}

Circuit test_circuit(const Plug& plug, const Jack& jack, const Touch& touch) {
    const auto ohm = [](double value) {
        Figure f;
        f.value = value;
        return f;
    };
    Circuit c;
    c.name = plug.id + " in " + jack.id;
    c.plug = plug;
    c.jack = jack;
    c.touch = touch;
    c.leakage_ohm = test_leakage_ohm;
    const bool btl = std::any_of(jack.springs.begin(), jack.springs.end(),
                                 [](const auto& spring) { return spring.second.ends_with('-'); });
    c.stage.kind = btl ? OutputStage::Kind::btl : OutputStage::Kind::single_ended;
    c.stage.output_resistance_ohm = ohm(test_output_ohm);
    for (Figure* f : {&c.contacts.tip_ohm, &c.contacts.ring1_ohm, &c.contacts.ring2_ohm,
                      &c.contacts.ring3_ohm, &c.contacts.sleeve_ohm})
        *f = ohm(test_contact_ohm);
    const bool common = std::any_of(plug.segments.begin(), plug.segments.end(),
                                    [](const auto& segment) { return segment.second == "C"; });
    c.cable.kind = common ? Cable::Kind::shared_return : Cable::Kind::separate_returns;
    for (const Side s : sides) {
        c.drivers[s].coil_resistance_ohm = ohm(test_driver_ohm);
        if (common) c.cable.return_ohm[s] = ohm(test_joint_ohm);
    }
    return c;
}

/// The circuit in which shorts are looked for. A load bank is a load, as the drivers are that have been
/// taken out. A bridged output must never be shorted, whatever resistance stands before it: its halves
/// count as 1 ohm at most.
Circuit without_loads(Circuit c) {
    if (c.fixture) c.fixture->load_bank.reset();
    if (c.stage.kind == OutputStage::Kind::btl)
        c.stage.output_resistance_ohm.value = std::min(c.stage.output_resistance_ohm.value, test_output_ohm);
    return c;
}

/// The most an output delivers over every sign pattern of the two channels: both at +-1 V.
double worst_over_signs(const PerSide<Complex>& ampere) {
    return std::max(std::abs(ampere[Side::left] + ampere[Side::right]),
                    std::abs(ampere[Side::left] - ampere[Side::right]));
}

}  // namespace

std::string driver_label(Complex from_left, Complex from_right) {
    const double a = std::abs(from_left), b = std::abs(from_right);
    if (std::max(a, b) < silent_below) return "silent";
    const auto part = [](Complex x, char channel) {
        return std::string(x.real() < 0.0 ? "-" : "+") + channel;
    };
    if (std::min(a, b) < counts_from * std::max(a, b))
        return a > b ? part(from_left, 'L') : part(from_right, 'R');
    return part(from_left, 'L') + part(from_right, 'R');
}

double difference_between_sides(const DriverMatrix& m) {
    const auto& a = m.from[Side::left];
    const auto& b = m.from[Side::right];
    Complex product = 0.0;
    double aa = 0.0, bb = 0.0;
    for (const Side channel : sides) {
        product += a[channel] * std::conj(b[channel]);
        aa += std::norm(a[channel]), bb += std::norm(b[channel]);
    }
    if (!(aa > 0.0) || !(bb > 0.0)) return 0.0;
    const double alike = std::min(1.0, std::abs(product) / std::sqrt(aa * bb));
    return std::sqrt((1.0 - alike) / (1.0 + alike));
}

std::string wiring_outcome(const DriverMatrix& matrix) {
    const std::string words = table_outcome(matrix);
    const bool in_both = words.starts_with("mono: sum") || words.starts_with("difference signal in both");
    if (!in_both || difference_between_sides(matrix) < counts_from) return words;
    const std::string stereo = outcome_of_unlike(matrix);
    return stereo.empty() ? mixture_of(labels_of(matrix)) : stereo;
}

std::string table_outcome(const DriverMatrix& matrix) {
    const PerSide<std::string> labels = labels_of(matrix);
    const std::string &a = labels[Side::left], &b = labels[Side::right];
    if (a == "silent" && b == "silent") return "silence";
    for (const Side s : sides)
        if (labels[other(s)] == "silent") return std::string(name(s)) + " side only: " + content(labels[s]);
    if (is_difference(a) && is_difference(b))
        return "difference signal in both" + antiphase_unless_equal(labels);
    if (is_channel(a) && is_channel(b)) {
        const std::string words = outcome_of_channels(a, b);
        if (!words.empty()) return words;
        // What is left of the table: the left driver plays R, the right one L.
        const bool plain = a[0] == '+' && b[0] == '+';
        return plain ? "channels swapped" : std::string("channels swapped, polarity ") + a[0] + b[0];
    }
    if (is_sum(a) && is_sum(b)) return "mono: sum L+R in both" + antiphase_unless_equal(labels);
    return mixture_of(labels);
}

Result<Wiring> wiring(const Circuit& circuit, double frequency_hz) {
    const auto solved = solve(circuit, std::span(&frequency_hz, 1));
    if (!solved) return solved.error();
    const auto currents = unloaded_currents(without_loads(circuit), frequency_hz);
    if (!currents) return currents.error();
    const double emf = circuit.stage.emf_v;
    Wiring w;
    for (const Side s : sides) {
        for (const Side channel : sides) w.matrix.from[s][channel] = (*solved)[0].voltage[channel][s] / emf;
        w.labels[s] = driver_label(w.matrix.from[s][Side::left], w.matrix.from[s][Side::right]);
    }
    for (const OutputCurrent& out : *currents) {
        const double worst = worst_over_signs(out.ampere) / emf;
        w.worst_ampere_per_volt = std::max(w.worst_ampere_per_volt, worst);
        if (worst > hazard_a_per_v) w.hazards.push_back({out.output, worst});
    }
    for (const Short& s : w.hazards)
        // The two ends of one short carry the same current to rounding: the last is named.
        if (s.ampere_per_volt >= w.worst_ampere_per_volt * (1.0 - 1e-9)) w.worst_output = s.output;
    // What a shorted output leaves to the drivers hangs on the short; the table of plugs has a word for it.
    w.outcome = w.hazards.empty() ? wiring_outcome(w.matrix) : table_outcome(w.matrix);
    return w;
}

Reading wiring_reading(const Wiring& wiring) {
    Reading r;
    r.name = "wiring";
    r.definition = "wiring.model@2";
    r.calibration = "nominal";
    r.details.emplace_back("outcome", wiring.outcome);
    for (const Side s : sides) {
        const std::string driver(name(s));
        r.details.emplace_back(driver + "/label", wiring.labels[s]);
        for (const Side channel : sides)
            r.details.emplace_back(driver + "/from_" + std::string(name(channel)),
                                   wiring.matrix.from[s][channel]);
    }
    std::vector<std::string> shorted;
    for (const Short& s : wiring.hazards) shorted.push_back(s.output);
    r.details.emplace_back("hazards", shorted);
    r.details.emplace_back("short_current_a_per_volt_emf", wiring.worst_ampere_per_volt);
    r.points.push_back({{}, {}, {}, {}, State::exact});
    return r;
}

Result<Wiring> wiring(const Plug& plug, const Jack& jack, const Touch& touch) {
    return wiring(test_circuit(plug, jack, touch));
}

}  // namespace fourpole
