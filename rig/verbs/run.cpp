// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/run.hpp"

#include "drivers/drivers.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/progress.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/write_run.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/interrupt.hpp"
#include "rig/verbs/verbs.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string session, bench = "simulated", out, resume, fault;
    std::uint64_t seed = 1;
    bool json = false;
};

/// run-1, run-2 ... the first that is not there yet.
fs::path fresh_folder(const std::string& session_id) {
    std::error_code ignored;
    for (int n = 1;; ++n) {
        const fs::path folder = "run-" + session_id + "-" + std::to_string(n);
        if (!fs::exists(folder, ignored)) return folder;
    }
}

Result<RunRecord> measure_and_write(const Session& session, AudioPort& bench, const RunOrder& order) {
    const Interrupt interrupt;
    std::optional<RunRecord> record;
    {
        Progress bar("measuring");
        auto done = run(session, bench, order, [&](double fraction, const std::string& step) {
            bar.update(fraction, step);
            return !Interrupt::requested();
        });
        if (!done) return done.error();
        record = std::move(*done);
    }
    const auto written = write_run(order.folder, *record);
    if (!written) return written.error();
    return std::move(*record);
}

int work(const Options& options) {
    const auto session = load_session(options.session);
    if (!session) return complain(session.error());

    RunOrder order;
    order.resume = !options.resume.empty();
    order.folder = order.resume          ? fs::path(options.resume)
                   : options.out.empty() ? fresh_folder(session->id)
                                         : fs::path(options.out);
    auto bench = open_bench(options.bench, *session, options.seed, options.fault);
    if (!bench) return complain(bench.error());
    order.facts = {(*bench)->identity(), (*bench)->simulated(), options.seed, options.fault};

    const auto record = measure_and_write(*session, **bench, order);
    if (!record) return complain(record.error());
    const std::string text = options.json ? to_json(*record)
                                          : summary(*record, stdout_wants_colour()) +
                                                "report: " + (order.folder / "report.html").string() + "\n";
    const auto printed = print_result(text);
    if (!printed) return complain(printed.error());
    return exit_code(*record);
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
    auto* verb =
        app.add_subcommand("run", "the main job: predict, measure every arm, compare, judge, report");
    auto options = std::make_shared<Options>();
    verb->add_option("session", options->session, "session JSON")->required();
    verb->add_option("--bench", options->bench, "simulated, or the folder of an earlier run to replay")
        ->capture_default_str();
    auto* out = verb->add_option("--out", options->out,
                                 "new folder for takes, record and report (default: run-ID-N)");
    verb->add_option("--resume", options->resume, "go on with a run that was stopped, in its folder")
        ->excludes(out);
    verb->add_option("--seed", options->seed, "which simulated unit; 0 is the nominal one")
        ->capture_default_str();
    verb->add_option("--fault", options->fault,
                     "simulated bench: plant one defect (an unknown name lists them)");
    verb->add_flag("--json", options->json, "the record on stdout, nothing else");
    verb->footer(
        "Exit code 0: done; 1: a limit failed or the model was violated; 3: a take is invalid;\n"
        "4: stopped; 5: a plug would short an output, nothing was played.\n"
        "Example: fourpole run profiles/sessions/md_dr7_4pole_vs_3pole.json --seed 7 --out my-run\n");
    verb->callback([options, &exit_code] { exit_code = work(*options); });
}

}  // namespace fourpole
