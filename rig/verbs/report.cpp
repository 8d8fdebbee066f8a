// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/progress.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/write_run.hpp"
#include "rig/run.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace fourpole {

namespace {

struct Options {
    std::string folder;
    bool json = false;
};

int work(const Options& options) {
    const std::filesystem::path folder = options.folder;
    auto record = [&] {
        Progress bar("reading");
        return run_again(folder, [&](double fraction, const std::string& step) {
            bar.update(fraction, step);
            return true;
        });
    }();
    if (!record) return complain(record.error());
    const auto written = write_run(folder, *record);
    if (!written) return complain(written.error());
    const auto printed = print_result(options.json ? to_json(*record)
                                                   : summary(*record, stdout_screen()) + "report: " +
                                                         (folder / "report.html").string() + "\n");
    if (!printed) return complain(printed.error());
    return exit_code(*record);
}

}  // namespace

void add_report(Verbs& verbs) {
    Verb verb = verbs.add("report", "rebuild record.json and report.html from a run's stored takes");
    auto options = std::make_shared<Options>();
    verb.option("run_folder", options->folder, "folder that fourpole run wrote").required();
    verb.flag("--json", options->json, "the record on stdout, nothing else");
    verb.footer(
        "The record comes out bit for bit as the run wrote it; exit codes as those of run.\n"
        "Example: fourpole report my-run\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
