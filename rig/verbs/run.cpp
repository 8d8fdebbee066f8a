// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/run.hpp"

#include "drivers/drivers.hpp"
#include "rig/flow/run_folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/progress.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/write_run.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/interrupt.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string session, bench = "simulated", out, resume, fault, seed_text = "1";
    std::uint64_t seed = 1;  ///< seed_text, read
    bool json = false;
    bool seed_given = false, fault_given = false;
};

/// run-1, run-2 ... the first that is not there yet.
fs::path fresh_folder(const std::string& session_id) {
    std::error_code ignored;
    for (int n = 1;; ++n) {
        const fs::path folder = "run-" + session_id + "-" + std::to_string(n);
        if (!fs::exists(folder, ignored)) return folder;
    }
}

/// `at_rest`: false where what the bench switches may not be at rest, which has been told.
Result<RunRecord> measure_and_write(const Session& session, AudioPort& bench, const RunOrder& order,
                                    bool& at_rest) {
    std::optional<RunRecord> record;
    {
        Progress bar("measuring");
        auto done = run(session, bench, order, [&](double fraction, const std::string& step) {
            bar.update(fraction, step);
            return !Interrupt::requested();
        });
        const auto rested = bench.rest();
        if (!rested) complain(rested.error());
        if (!done) return done.error();
        at_rest = rested.has_value();
        record = std::move(*done);
    }
    // Something was played: a full disk is no bad input any more.
    const auto written = write_run(order.folder, *record);
    if (!written) return Fault{Fault::Kind::bench_trouble, "", written.error().what};
    return std::move(*record);
}

/// What the run in `folder` was told, for going on with it or playing it again: it knows its seed
/// and fault itself, and its takes belong to its own devices.
Result<RunFacts> facts_of_earlier(const fs::path& folder, const Session& session, const Options& options) {
    const auto earlier = load_run_folder(folder);
    if (!earlier) return earlier.error();
    const auto refuse = [&](const std::string& what) {
        return Fault{Fault::Kind::bad_input, "", folder.string() + ": " + what};
    };
    const RunFacts& facts = earlier->facts;
    if (inputs_sha256(earlier->session) != inputs_sha256(session))
        return refuse("its run was of another session: " + options.session +
                      " or a profile that it names is not what it was then");
    if (options.seed_given && options.seed != facts.seed)
        return refuse("its run had --seed " + std::to_string(facts.seed) + ", not " +
                      std::to_string(options.seed) + "; leave --seed away");
    if (options.fault_given && options.fault != facts.fault)
        return refuse("its run had --fault \"" + facts.fault + "\", not \"" + options.fault +
                      "\"; leave --fault away");
    return facts;
}

/// What this run is told: by the command line, or by the earlier run it goes on with or replays.
Result<RunFacts> facts_for(const Session& session, const BenchFile& bench, const Options& options) {
    if (!options.resume.empty()) return facts_of_earlier(options.resume, session, options);
    if (bench.kind == BenchFile::Kind::replayed) return facts_of_earlier(bench.takes, session, options);
    RunFacts facts;
    facts.seed = options.seed;
    facts.fault = options.fault;
    return facts;
}

int work(Options options) {
    const auto seed = seed_in(options.seed_text);
    if (!seed) return complain(seed.error());
    options.seed = *seed;
    const auto session = load_session(options.session);
    if (!session) return complain(session.error());

    RunOrder order;
    order.resume = !options.resume.empty();
    order.folder = order.resume          ? fs::path(options.resume)
                   : options.out.empty() ? fresh_folder(session->id)
                                         : fs::path(options.out);
    const auto where = bench_named(options.bench, *session);
    if (!where) return complain(where.error());
    const bool simulated = where->kind == BenchFile::Kind::simulated;
    if (where->kind == BenchFile::Kind::rtaudio && !options.fault.empty())
        return complain({Fault::Kind::bad_input, "--fault",
                         "found \"" + options.fault +
                             "\" beside a sound card; allowed: --bench simulated, the "
                             "only bench in which a fault can be planted"});
    const auto facts = facts_for(*session, *where, options);
    if (!facts) return complain(facts.error());
    order.facts = *facts;
    // From here on Ctrl-C ends a bench in order: it has relays that are not at rest.
    const Interrupt interrupt;
    // A replayed fault is in the takes already; only the simulated bench is given one.
    auto bench = open_bench(*where, *session, facts->seed, simulated ? facts->fault : "");
    if (!bench) return complain(bench.error());
    order.facts.bench = (*bench)->identity();
    order.facts.bench_profile = where->text;
    order.facts.simulated = (*bench)->simulated();

    bool at_rest = true;
    const auto record = measure_and_write(*session, **bench, order, at_rest);
    if (!record) return complain(record.error());
    const std::string text = options.json ? to_json(*record)
                                          : summary(*record, stdout_screen()) +
                                                "report: " + (order.folder / "report.html").string() + "\n";
    const auto printed = print_result(text);
    if (!printed) return complain({Fault::Kind::bench_trouble, "", printed.error().what});
    return at_rest ? exit_code(*record) : exit_code(Fault::Kind::bench_trouble);
}

}  // namespace

void add_run(Verbs& verbs) {
    Verb verb = verbs.add("run", "the main job: predict, measure every arm, compare, judge, report");
    auto options = std::make_shared<Options>();
    verb.option("session", options->session, "session JSON").required();
    verb.option("--bench", options->bench, "simulated, a bench profile, or an earlier run to replay")
        .shows_its_default();
    const Option out =
        verb.option("--out", options->out, "new folder for takes, record and report (default: run-ID-N)");
    verb.option("--resume", options->resume, "go on with a run that was stopped, in its folder")
        .excludes(out);
    const Option seed =
        verb.option("--seed", options->seed_text, "which simulated unit; 0 is the nominal one")
            .shows_its_default();
    const Option fault = verb.option("--fault", options->fault,
                                     "simulated bench: plant one defect (an unknown name lists them)");
    verb.flag("--json", options->json, "the record on stdout, nothing else");
    verb.footer(
        "Exit code 0: done; 1: a limit failed or the model was violated; 3: a take is invalid;\n"
        "4: stopped; 5: a plug, or a route over relays, would short an output, nothing was played.\n"
        "On a bench of a sound card its relays put each arm on, or you are asked to, on the terminal.\n"
        "Example: fourpole run profiles/sessions/md_dr7_4pole_vs_3pole.json --seed 7 --out my-run\n");
    verb.does([options, seed, fault] {
        options->seed_given = seed.given();
        options->fault_given = fault.given();
        return work(*options);
    });
}

}  // namespace fourpole
