// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_facts.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/flow/correction_file.hpp"
#include "rig/flow/read_capture.hpp"
#include "rig/null/null.hpp"
#include "rig/report/null_record.hpp"
#include "rig/report/progress.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/compare_records.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace fourpole {

namespace {

struct Options {
    std::string a, b, record, learn, correction;
    bool null = false, json = false;
    RecordsToCompare records;  ///< what is said of records only
};

/// Before any work: nothing that is read may be replaced, nor one result by the other.
Result<Done> keep_inputs(const Options& options) {
    std::vector<std::filesystem::path> kept{options.a, sidecar_of(options.a), options.b,
                                            sidecar_of(options.b), options.correction};
    if (auto safe = refuse_overwriting("--record", options.record, kept); !safe) return safe;
    kept.emplace_back(options.record);
    return refuse_overwriting("--learn", options.learn, kept);
}

/// A fault about one of two captures says which.
Fault about(const Options& options, Fault fault) {
    fault.what = fmt::format("{} (A) and {} (B): {}", options.a, options.b, fault.what);
    return fault;
}

NullRecord::Capture facts_of_capture(const Take& take) {
    return {take.sha256, take.rate_hz, static_cast<std::int64_t>(*take.frames_of_file), take.facts.simulated};
}

/// The frozen correction of `options`, and its hash; nothing where none is asked for.
Result<Correction> frozen(const Options& options, std::string& sha256) {
    if (options.correction.empty()) return Correction{};
    const auto hash = sha256_of_file(options.correction);
    if (!hash) return hash.error();
    sha256 = *hash;
    return read_correction(options.correction);
}

Result<Done> write_results(const Options& options, const NullRecord& record, const Correction& learned,
                           const std::string& text) {
    if (!options.record.empty())
        if (auto written = write_atomic(options.record, text); !written) return written;
    if (options.learn.empty() || !record.valid) return Done{};
    if (learned.empty())
        return Fault{Fault::Kind::take_invalid, "",
                     "--learn: A and B are 99 % coherent nowhere, so there is no correction to be learned"};
    return write_atomic(options.learn, correction_text(learned, record.a.sha256, record.b.sha256));
}

int null(const Options& options) {
    if (const auto safe = keep_inputs(options); !safe) return complain(safe.error());
    NullRecord record;
    const auto correction = frozen(options, record.correction_sha256);
    if (!correction) return complain(correction.error());
    Progress bar("comparing");
    const auto shown = [&](double fraction, const std::string& step) { bar.update(fraction, step); };
    Take of_a, of_b;
    auto a = capture_for_null(options.a, shown, of_a);
    if (!a) return complain(a.error());
    auto b = capture_for_null(options.b, shown, of_b);
    if (!b) return complain(b.error());
    record.a = facts_of_capture(of_a), record.b = facts_of_capture(of_b);
    const auto outcome = null_of(*a, *b, *correction, std::thread::hardware_concurrency(), shown);
    if (!outcome) return complain(about(options, outcome.error()));
    record.valid = outcome->valid, record.reasons = outcome->reasons, record.readings = outcome->readings;
    const std::string text = to_json(record);
    if (const auto written = write_results(options, record, outcome->learned, text); !written)
        return complain(written.error());
    const auto printed = print_result(options.json ? text : summary(record, stdout_screen()));
    if (!printed) return complain(printed.error());
    return record.valid ? 0 : exit_code(Fault::Kind::take_invalid);
}

/// An option of one kind of comparison, given to the other, would be ignored without a word.
Result<Done> no_stray_options(const Options& options) {
    const RecordsToCompare& r = options.records;
    const bool of_records = !r.arm_a.empty() || !r.arm_b.empty() || !r.only.empty() || r.same_calibration ||
                            r.skip_unlike || r.mix_simulated;
    const bool of_null = !options.learn.empty() || !options.correction.empty();
    if (options.null && of_records)
        return Fault{
            Fault::Kind::bad_input, "--null",
            "compares two sound files; --arm-a, --arm-b, --only, --same-calibration, --skip-unlike and "
            "--mix-simulated are about records"};
    if (!options.null && of_null)
        return Fault{Fault::Kind::bad_input, "--learn, --correction", "go with --null and two sound files"};
    return Done{};
}

int work(const Options& options) {
    if (const auto alike = no_stray_options(options); !alike) return complain(alike.error());
    if (options.null) return null(options);
    for (const std::string& file : {options.a, options.b})
        if (std::filesystem::path(file).extension() != ".json")
            return complain(
                {Fault::Kind::bad_input, file,
                 "is no .json; two records are compared as they are, two sound files with --null"});
    RecordsToCompare records = options.records;
    records.a = options.a, records.b = options.b;
    records.record = options.record, records.json = options.json;
    return compare_records(records);
}

}  // namespace

void add_compare(Verbs& verbs) {
    Verb verb = verbs.add("compare", "two records reading by reading, or the null of two captures");
    auto options = std::make_shared<Options>();
    RecordsToCompare& records = options->records;
    verb.option("a", options->a, "record A (.json), or with --null sound file A, the reference").required();
    verb.option("b", options->b, "record B, or sound file B, which is matched to A").required();
    verb.option("--only", records.only, "records: compare these readings (comma-separated names)")
        .comma_separated();
    verb.option("--arm-a", records.arm_a, "records: the arm of A where it holds several");
    verb.option("--arm-b", records.arm_b, "records: the arm of B");
    verb.flag("--same-calibration", records.same_calibration,
              "records: one calibration is behind both, its share of u cancels");
    verb.flag("--skip-unlike", records.skip_unlike, "records: leave unlike readings out instead of refusing");
    verb.flag("--mix-simulated", records.mix_simulated, "records: compare a simulated one with a real one");
    verb.flag("--null", options->null, "sound files: match B to A and say what remains");
    verb.option("--learn", options->learn,
                "null: write the linear difference (a complex curve without gain and delay) to this file");
    verb.option("--correction", options->correction,
                "null: let B pass a correction learned before, frozen as it is");
    verb.option("--record", options->record, "write the record to this file");
    verb.flag("--json", options->json, "the record on stdout, nothing else");
    verb.footer(
        "Two records (of takes, runs or predictions): B - A of every quantity that both have, with u, its\n"
        "95 % interval and z = difference / u. Curves are compared where both have the frequency, else\n"
        "interpolated between close neighbours, which counts in u. Bounds give bounds. Another unit,\n"
        "calibration, definition, weighting, band or level of one quantity is refused (exit code 2), and so\n"
        "is a record that is not valid. A prediction may stand beside a take: crosstalk always, response "
        "and\n"
        "transfer where both are in volts (a run's predictions/ARM.json), so not beside a raw take.\n"
        "Example: fourpole compare A-1.record.json B-1.record.json --only response,crosstalk\n"
        "         fourpole compare run/record.json run/record.json --arm-a A --arm-b B\n"
        "         fourpole compare run/predictions/A.json run/record.json --arm-b A\n"
        "\n"
        "Null of two sound files: gain is B re A; delay is samples of B, positive where B is later; ppm is\n"
        "positive where what is in B runs fast. The residual is B - g A from 20 Hz to 20 kHz in dB re A, "
        "and\n"
        "its parts: what a linear filter would take away, what B's 2nd to 5th powers would, and noise with\n"
        "all else. Other rates, formats and lengths (hours) are no obstacle; lost samples are, and are named "
        "with\n"
        "their place. Exit code 3: void (nothing in common, a break, another speed); the record says why.\n"
        "Example: fourpole compare before.wav after.wav --null --record null.json\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
