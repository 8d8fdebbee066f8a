// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "rig/model/derived.hpp"
#include "rig/model/fixture.hpp"
#include "rig/model/model.hpp"
#include "rig/report/derived_text.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/record.hpp"
#include "rig/report/record_json.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/frequency_list.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/predict_matrix.hpp"
#include "rig/verbs/predict_subjects.hpp"
#include "rig/verbs/verbs.hpp"
#include "rig/verbs/write_netlist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace fourpole {
namespace {

using Options = PredictOptions;

Fault refuse(std::string where, std::string what) {
    return {Fault::Kind::bad_input, std::move(where), std::move(what)};
}

ArmPrediction arm_of(const std::string& arm, const Prediction& prediction,
                     const std::vector<PredictedCurve>& derived) {
    ArmPrediction out;
    out.arm = arm;
    for (const auto* curves : {&prediction.curves, &derived})
        for (const PredictedCurve& curve : *curves) {
            out.readings.push_back(curve.nominal);
            out.low.push_back(curve.low);
            out.high.push_back(curve.high);
            const bool drawn = curve.simultaneous_factor.has_value();
            out.simultaneous.push_back(drawn ? curve.simultaneous : Band{});
            out.three_sigma.push_back(drawn ? curve.three_sigma : Band{});
        }
    out.draws = prediction.draws;
    out.end_error_db = prediction.end_error_db;
    out.readings.push_back(prediction.wiring);
    return out;
}

/// One arm gives its own record; several share one, each reading naming its arm.
std::string record_of(const std::vector<ArmPrediction>& arms) {
    if (arms.size() == 1) return to_json(arms.front());
    Json out = record_head("prediction");
    out["valid"] = true;
    out["simulated"] = false;
    out["profiles"] = Json::array();
    out["readings"] = Json::array();
    for (const ArmPrediction& arm : arms)
        for (Json& origin : origins_of(arm)) out["profiles"].push_back(std::move(origin));
    for (const ArmPrediction& arm : arms)
        for (Json& reading : readings_of(arm)) {
            reading["arm"] = arm.arm;
            out["readings"].push_back(std::move(reading));
        }
    return dump_json(out);
}

// --- for people ---

/// At most 11 rows: the grid's points nearest to the usual decades.
std::vector<std::size_t> rows_of(const std::vector<Point>& points) {
    std::vector<std::size_t> rows;
    for (const double wanted : {20., 50., 100., 200., 500., 1e3, 2e3, 5e3, 1e4, 2e4}) {
        const auto nearest =
            std::min_element(points.begin(), points.end(), [&](const Point& a, const Point& b) {
                return std::abs(std::log(*a.at / wanted)) < std::abs(std::log(*b.at / wanted));
            });
        const auto row = static_cast<std::size_t>(nearest - points.begin());
        if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
    }
    return rows;
}

/// "-39.97 +5.60 -5.20": the value and how far the band reaches above and below it.
std::string cell(const PredictedCurve& curve, std::size_t row) {
    const Point& p = curve.nominal.points[row];
    if (!p.value) return "not measured";
    const int decimals = std::abs(*p.value) < 20.0 ? 2 : 1;
    const std::string value =
        fmt::format("{}{:.{}f}", p.state == State::at_most ? "<" : "", *p.value, decimals);
    if (!p.u) return value;
    return fmt::format("{} +{:.{}f} -{:.{}f}", value, curve.high[row] - *p.value, decimals,
                       *p.value - curve.low[row], decimals);
}

std::string words_of(const Reading& wiring) {
    const Detail* outcome = wiring.detail("outcome");
    const auto* words = outcome ? std::get_if<std::string>(outcome) : nullptr;
    return words ? *words : "unknown";
}

/// Outputs of the player that this pairing shorts.
std::vector<std::string> hazards_of(const Reading& wiring) {
    const Detail* hazards = wiring.detail("hazards");
    const auto* outputs = hazards ? std::get_if<std::vector<std::string>>(hazards) : nullptr;
    return outputs ? *outputs : std::vector<std::string>{};
}

std::string hazard_line(const Reading& wiring) {
    const auto outputs = hazards_of(wiring);
    if (outputs.empty()) return "";
    return fmt::format("HAZARD: do not play; {} {} shorted (fourpole wiring says why)\n",
                       fmt::join(outputs, ", "), outputs.size() == 1 ? "is" : "are");
}

/// ", 140000 drawn, ends known to 0.0094 dB"
std::string drawn_in_words(const Prediction& prediction) {
    if (prediction.draws == 0) return "";
    std::string text = fmt::format(", {} drawn", prediction.draws);
    if (prediction.end_error_db) text += fmt::format(", ends known to {:.2g} dB", *prediction.end_error_db);
    if (!prediction.stable) text += " (asked for less: no more than this many are drawn)";
    return text;
}

std::string table_of(const std::string& title, const Prediction& prediction) {
    std::vector<const PredictedCurve*> shown;
    std::string head = fmt::format("{:>7}", "Hz");
    for (const PredictedCurve& curve : prediction.curves) {
        const Reading& r = curve.nominal;
        if (r.name == "transfer") continue;
        shown.push_back(&curve);
        const auto initial = [](Side s) { return s == Side::left ? 'L' : 'R'; };
        const std::string way = r.from == r.to ? fmt::format("{}", initial(*r.from))
                                               : fmt::format("{}>{}", initial(*r.from), initial(*r.to));
        head += fmt::format(" {:>17}", fmt::format("{} {}", r.name, way));
    }
    std::string text = fmt::format("{}: {}\n{}dB, with the reach of 95 % of units{}\n{}\n", title,
                                   words_of(prediction.wiring), hazard_line(prediction.wiring),
                                   drawn_in_words(prediction), head);
    for (const std::size_t row : rows_of(shown.front()->nominal.points)) {
        text += fmt::format("{:>7.5g}", *shown.front()->nominal.points[row].at);
        for (const PredictedCurve* curve : shown) text += fmt::format(" {:>17}", cell(*curve, row));
        text += '\n';
    }
    return text;
}

bool one_way_of_asking(const Options& o) {
    const bool pair = !o.player.empty() && !o.earphone.empty();
    const bool half = o.player.empty() != o.earphone.empty();
    if (!o.fixture.empty() && !pair) return false;
    return !half && static_cast<int>(!o.session.empty()) + static_cast<int>(pair) +
                            static_cast<int>(!o.circuit.empty()) ==
                        1;
}

int work(const Options& options) {
    if (options.matrix) {
        if (!options.session.empty() || !options.circuit.empty() || !options.frequencies.empty())
            return complain(refuse("predict",
                                   "--matrix takes no SESSION, --circuit or --frequencies; allowed: "
                                   "--player, --earphone, --html, --record, --json"));
        return predict_matrix({options.player, options.earphone, options.html, options.record, options.json});
    }
    if (!options.html.empty()) return complain(refuse("--html", "goes with --matrix only"));
    if (!one_way_of_asking(options))
        return complain(refuse("predict",
                               "give a SESSION, or --player and --earphone (and --fixture), or --circuit, or "
                               "--matrix"));
    if (const auto safe = keep_inputs(options); !safe) return complain(safe.error());
    const auto frequencies = options.frequencies.empty() ? Result<std::vector<double>>(default_grid())
                                                         : read_frequencies(options.frequencies);
    if (!frequencies) return complain(frequencies.error());
    const auto subjects = subjects_of(options);
    if (!subjects) return complain(subjects.error());

    // Long frequency lists get fewer units, so that no list takes longer than some seconds.
    BandOrder order;
    order.draws = std::clamp<std::size_t>(2'000'000 / frequencies->size(), 512, 4096);
    order.stable_to_db = options.stable_to_db;
    order.most_draws = std::clamp<std::size_t>(20'000'000 / frequencies->size(), 50'000, 1'000'000);
    std::vector<ArmPrediction> arms;
    std::string tables;
    bool hazard = false;
    if (!options.netlist.empty() && subjects->size() != 1)
        return complain(refuse("--netlist", "a netlist holds one circuit, and this session has " +
                                                std::to_string(subjects->size()) +
                                                " arms; give --player and --earphone, or --circuit"));
    for (const auto& [arm, circuit, drive, origins] : *subjects) {
        if (const auto safe = keep_tables(options, circuit); !safe) return complain(safe.error());
        const auto prediction = predict(circuit, *frequencies, order);
        if (!prediction) return complain(prediction.error());
        const auto derived = derived_readings(circuit, drive, *frequencies);
        if (!derived) return complain(derived.error());
        arms.push_back(arm_of(arm, *prediction, *derived));
        arms.back().origins = origins;
        const auto fixture = fixture_readings(circuit, *frequencies);
        if (!fixture) return complain(fixture.error());
        arms.back().readings.insert(arms.back().readings.end(), fixture->begin(), fixture->end());
        tables += table_of(arm.empty() ? circuit.name : arm + " " + circuit.name, *prediction);
        tables += derived_text(arms.back());
        hazard = hazard || !hazards_of(prediction->wiring).empty();
    }
    if (!options.netlist.empty())
        if (const auto written = write_netlist(options.netlist, subjects->front().circuit, *frequencies);
            !written)
            return complain(written.error());
    const std::string record = record_of(arms);
    if (!options.record.empty())
        if (const auto written = write_atomic(options.record, record); !written)
            return complain(written.error());
    if (const auto printed = print_result(options.json ? record : tables); !printed)
        return complain(printed.error());
    return hazard ? exit_code(Fault::Kind::unsafe) : 0;
}

}  // namespace

void add_predict(Verbs& verbs) {
    Verb verb = verbs.add("predict", "what the model says before anything is played");
    auto options = std::make_shared<Options>();
    verb.option("session", options->session, "session: predicts every arm");
    verb.option("--player", options->player, "player profile: id or file");
    verb.option("--earphone", options->earphone, "earphone profile: id or file");
    verb.option("--fixture", options->fixture,
                "fixture profile between the two, id or file: its taps, relays, resistors, load bank");
    verb.option("--circuit", options->circuit, "one flat circuit file");
    verb.option("--frequencies", options->frequencies,
                "file with one frequency in Hz a line (default: 1/12 octave, 20 Hz to 20 kHz, and 1 kHz)");
    verb.option("--record", options->record, "write the record (fourpole/record@1) to this file");
    verb.option("--netlist", options->netlist,
                "write the circuit to this file as it is solved, for ngspice -b (one circuit only)");
    verb.flag("--matrix", options->matrix,
              "every player with every earphone (or those of --player, --earphone): level, separation, "
              "power, bass, noise, hazard at 1 kHz");
    verb.option("--html", options->html, "with --matrix: write the page to this file");
    verb.option("--stable-to", options->stable_to_db,
                "draw units until every band end of the curves is known to this many dB (JCGM 101, adaptive; "
                "20 million solutions at most, and the table says where they did not do)")
        .between(1e-6, 10.0);
    verb.flag("--json", options->json, "the record on stdout instead of the table");
    verb.footer(
        "A netlist OUT.cir holds one circuit; ngspice -b OUT.cir drives one side after the other and\n"
        "writes OUT_left.txt and OUT_right.txt: Hz, then real and imaginary part of both drivers'\n"
        "voltages, currents and common modes. Leach's and Wright's laws and tables are refused.\n"
        "With a fixture the record also has fixture_effect: the taps re the drivers without it.\n"
        "Transfer is re the EMF, crosstalk re the driven side; the band holds 95 % of units at each\n"
        "frequency; in the record \"simultaneous\" holds 95 % of them along the whole curve,\n"
        "\"three_sigma\" 99.73 % of them at each frequency.\n"
        "level, power_max, noise, dynamic_range, effective_bits, low_cutoff and output_impedance\n"
        "follow at 1 kHz; what the profiles do not state is not known there, never assumed.\n"
        "Exit code 5 where an amplifier output is shorted (with --matrix the page says which).\n"
        "Example: fourpole predict --player sharp_md_dr7 --earphone sennheiser_mx300\n"
        "         fourpole predict --matrix --html matrix.html\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
