// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/record.hpp"
#include "rig/report/record_json.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

namespace fourpole {
namespace {

constexpr std::size_t most_frequencies = 10'000;

struct Options {
    std::string session, player, earphone, circuit, frequencies, record;
    std::optional<double> stable_to_db;
    bool json = false;
};

Fault refuse(std::string where, std::string what) {
    return {Fault::Kind::bad_input, std::move(where), std::move(what)};
}

/// 1/12 octave from 20 Hz to 20 kHz, with 1 kHz and 20 kHz themselves.
std::vector<double> default_grid() {
    std::vector<double> grid;
    for (int k = 0; k < 120; ++k) grid.push_back(20.0 * std::exp2(k / 12.0));
    grid.push_back(1000.0);
    grid.push_back(20000.0);
    std::sort(grid.begin(), grid.end());
    return grid;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> frequency_in(std::string_view text) {
    double f = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), f);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    if (!(f > 0.0) || !std::isfinite(f)) return {};
    return f;
}

/// One frequency in Hz a line; empty lines and lines that begin with # are passed over.
Result<std::vector<double>> read_frequencies(const std::string& file) {
    const auto text = read_text(file, 1 << 20);
    if (!text) return text.error();
    std::vector<double> frequencies;
    std::string findings;
    std::string_view rest = *text;
    for (int number = 1; !rest.empty(); ++number) {
        const auto end = rest.find('\n');
        const std::string_view line = trimmed(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        if (const auto f = frequency_in(line))
            frequencies.push_back(*f);
        else
            findings += fmt::format("{}{}:{}: found \"{}\"; allowed: one frequency in Hz, above 0",
                                    findings.empty() ? "" : "\n", file, number, line.substr(0, 40));
    }
    if (!findings.empty()) return refuse("", findings);
    if (frequencies.empty()) return refuse(file, "holds no frequency; allowed: one frequency in Hz a line");
    if (frequencies.size() > most_frequencies)
        return refuse(file, fmt::format("holds {} frequencies; allowed: up to {}", frequencies.size(),
                                        most_frequencies));
    return frequencies;
}

/// The files that a session was read from.
std::vector<std::filesystem::path> files_of(const Session& session) {
    std::vector<std::filesystem::path> files;
    for (const Arm& arm : session.arms) {
        files.emplace_back(arm.player.path);
        files.emplace_back(arm.earphone.path);
    }
    return files;
}

/// Before any work: what was named on the command line stays as it is.
Result<Done> keep_inputs(const Options& options) {
    std::vector<std::filesystem::path> kept{options.session, options.circuit, options.frequencies};
    const auto keep = [&](const char* kind, const std::string& word) {
        if (word.empty()) return;
        if (auto file = find_profile(kind, word, {profiles_folder(), {}})) kept.push_back(std::move(*file));
    };
    keep("player", options.player);
    keep("earphone", options.earphone);
    return refuse_overwriting("--record", options.record, kept);
}

/// What to predict: a name for each circuit.
Result<std::vector<std::pair<std::string, Circuit>>> circuits_of(const Options& options) {
    std::vector<std::pair<std::string, Circuit>> circuits;
    if (!options.circuit.empty()) {
        auto circuit = load_circuit(options.circuit);
        if (!circuit) return circuit.error();
        circuits.emplace_back("", std::move(*circuit));
        return circuits;
    }
    if (!options.session.empty()) {
        auto session = load_session(options.session);
        if (!session) return session.error();
        if (auto safe = refuse_overwriting("--record", options.record, files_of(*session)); !safe)
            return safe.error();
        for (Arm& arm : session->arms) circuits.emplace_back(arm.id, std::move(arm.circuit));
        return circuits;
    }
    const auto player = load_player(options.player);
    if (!player) return player.error();
    const auto earphone = load_earphone(options.earphone);
    if (!earphone) return earphone.error();
    auto circuit = compose(*player, *earphone);
    if (!circuit) return circuit.error();
    circuits.emplace_back("", std::move(*circuit));
    return circuits;
}

ArmPrediction arm_of(const std::string& arm, const Prediction& prediction) {
    ArmPrediction out;
    out.arm = arm;
    for (const PredictedCurve& curve : prediction.curves) {
        out.readings.push_back(curve.nominal);
        out.low.push_back(curve.low);
        out.high.push_back(curve.high);
        const bool drawn = curve.simultaneous_factor.has_value();
        out.simultaneous_low.push_back(drawn ? curve.simultaneous_low : std::vector<double>{});
        out.simultaneous_high.push_back(drawn ? curve.simultaneous_high : std::vector<double>{});
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
    out["readings"] = Json::array();
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
    std::string text = fmt::format("{}: {}\ndB, with the reach of 95 % of units{}\n{}\n", title,
                                   words_of(prediction.wiring), drawn_in_words(prediction), head);
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
    return !half && static_cast<int>(!o.session.empty()) + static_cast<int>(pair) +
                            static_cast<int>(!o.circuit.empty()) ==
                        1;
}

int work(const Options& options) {
    if (!one_way_of_asking(options))
        return complain(refuse("predict", "give a SESSION, or --player and --earphone, or --circuit"));
    if (const auto safe = keep_inputs(options); !safe) return complain(safe.error());
    const auto frequencies = options.frequencies.empty() ? Result<std::vector<double>>(default_grid())
                                                         : read_frequencies(options.frequencies);
    if (!frequencies) return complain(frequencies.error());
    const auto circuits = circuits_of(options);
    if (!circuits) return complain(circuits.error());

    // Long frequency lists get fewer units, so that no list takes longer than some seconds.
    BandOrder order;
    order.draws = std::clamp<std::size_t>(2'000'000 / frequencies->size(), 512, 4096);
    order.stable_to_db = options.stable_to_db;
    order.most_draws = std::clamp<std::size_t>(10'000'000 / frequencies->size(), 20'000, 1'000'000);
    std::vector<ArmPrediction> arms;
    std::string tables;
    for (const auto& [arm, circuit] : *circuits) {
        const auto prediction = predict(circuit, *frequencies, order);
        if (!prediction) return complain(prediction.error());
        arms.push_back(arm_of(arm, *prediction));
        tables += table_of(arm.empty() ? circuit.name : arm + " " + circuit.name, *prediction);
    }
    const std::string record = record_of(arms);
    if (!options.record.empty())
        if (const auto written = write_atomic(options.record, record); !written)
            return complain(written.error());
    if (const auto printed = print_result(options.json ? record : tables); !printed)
        return complain(printed.error());
    return 0;
}

}  // namespace

void add_predict(CLI::App& app, int& exit_code) {
    auto* verb = app.add_subcommand("predict", "what the model says before anything is played");
    auto options = std::make_shared<Options>();
    verb->add_option("session", options->session, "session: predicts every arm");
    verb->add_option("--player", options->player, "player profile: id or file");
    verb->add_option("--earphone", options->earphone, "earphone profile: id or file");
    verb->add_option("--circuit", options->circuit, "one flat circuit file");
    verb->add_option(
        "--frequencies", options->frequencies,
        "file with one frequency in Hz a line (default: 1/12 octave, 20 Hz to 20 kHz, and 1 kHz)");
    verb->add_option("--record", options->record, "write the record (fourpole/record@1) to this file");
    verb->add_option("--stable-to", options->stable_to_db,
                     "draw units until every band end is known to this many dB (JCGM 101, adaptive)")
        ->check(CLI::Range(1e-6, 10.0));
    verb->add_flag("--json", options->json, "the record on stdout instead of the table");
    verb->footer(
        "Transfer is re the EMF, crosstalk re the driven side; the band holds 95 % of units at each\n"
        "frequency; in the record \"simultaneous\" holds 95 % of them along the whole curve.\n"
        "Example: fourpole predict --player sharp_md_dr7 --earphone sennheiser_mx300\n");
    verb->callback([options, &exit_code] { exit_code = work(*options); });
}

}  // namespace fourpole
