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

int work(const Options& options) {
    if (options.null) return null(options);
    return complain(
        {Fault::Kind::bad_input, "",
         fmt::format("{}, {}: comparing two records is not built yet; two sound files are compared "
                     "with --null",
                     options.a, options.b)});
}

}  // namespace

void add_compare(Verbs& verbs) {
    Verb verb = verbs.add("compare", "the null of two captures: gain, delay, clock and polarity taken out");
    auto options = std::make_shared<Options>();
    verb.option("a", options->a, "sound file A, the reference").required();
    verb.option("b", options->b, "sound file B, which is matched to A").required();
    verb.flag("--null", options->null, "match B to A and say what remains");
    verb.option("--learn", options->learn,
                "write the linear difference (a complex curve without gain and delay) to this file");
    verb.option("--correction", options->correction,
                "let B pass a correction learned before, frozen as it is");
    verb.option("--record", options->record, "write the record to this file");
    verb.flag("--json", options->json, "the record on stdout, nothing else");
    verb.footer(
        "Gain is B re A; delay is samples of B, positive where B is later; ppm is positive where what is in "
        "B\n"
        "runs fast. The residual is B - g A from 20 Hz to 20 kHz in dB re A, and its parts: what a linear\n"
        "filter would take away, what B's 2nd to 5th powers would, and noise with all else.\n"
        "Other rates, formats and lengths (hours) are no obstacle; lost samples are, and are named with "
        "their "
        "place.\n"
        "Exit code 3: void (nothing in common, a break, another speed); the record says why.\n"
        "Example: fourpole compare before.wav after.wav --null --record null.json\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
