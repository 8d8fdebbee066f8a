// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/record.hpp"
#include "rig/verbs/verbs.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

namespace {

/// What remains when every expected trouble has been a Fault: one sentence, and exit 3.
int unexpected(const std::string& what) {
    std::fprintf(stderr, "fourpole: unexpected trouble: %s\n", what.c_str());
    return 3;
}

}  // namespace

int main(int argc, char* argv[]) {
    // A reader that goes away (`fourpole ... | head`) ends a write with an error, not the program.
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app{
        "fourpole measures players and 3- and 4-pole earphones against a model's prediction and\n"
        "ends in readings with uncertainty and one verdict per claim.",
        "fourpole"};
    app.footer(
        "Exit codes: 0 done, inside limits; 1 done, a limit failed or a model was violated;\n"
        "2 bad input, nothing was played; 3 bench trouble or an invalid take;\n"
        "4 stopped by the operator; 5 refused for safety.\n"
        "Example: fourpole run profiles/sessions/md_dr7_4pole_vs_3pole.json --out my-run");
    app.set_version_flag(
        "--version", "fourpole " + fourpole::program_version() + " (" + fourpole::program_revision() + ")");
    app.require_subcommand(1);

    int exit_code = 0;
    fourpole::add_check(app, exit_code);
    fourpole::add_plan(app, exit_code);
    fourpole::add_run(app, exit_code);
    fourpole::add_predict(app, exit_code);
    fourpole::add_wiring(app, exit_code);
    fourpole::add_stimulus(app, exit_code);
    fourpole::add_analyze(app, exit_code);
    fourpole::add_report(app, exit_code);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        // 0 for --help and --version; any misuse of the command line is bad input.
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const std::bad_alloc&) {
        return unexpected("out of memory");
    } catch (const std::exception& e) {
        return unexpected(e.what());
    }
    return exit_code;
}
