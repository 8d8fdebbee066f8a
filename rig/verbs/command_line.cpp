// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/command_line.hpp"

#include "rig/profile/findings.hpp"
#include "rig/report/record.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/verbs.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <new>
#include <sstream>

namespace fourpole {

namespace {

/// What remains when every expected trouble has been a Fault: one sentence, and exit 3.
int unexpected(const std::string& what) {
    std::fprintf(stderr, "fourpole: unexpected trouble: %s\n", what.c_str());
    return 3;
}

/// The library calls a verb that is not there an extra argument, and lets its --help pass.
Result<Done> refuse_unknown_verb(const CLI::App& app, int argc, const char* const* argv) {
    if (argc < 2 || argv[1][0] == '-') return Done{};
    std::vector<std::string> verbs;
    std::string allowed;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (verb->get_name() == argv[1]) return Done{};
        verbs.push_back(verb->get_name());
        allowed += (allowed.empty() ? "" : ", ") + verb->get_name();
    }
    const std::string near = nearest(argv[1], verbs);
    return Fault{Fault::Kind::bad_input, argv[1],
                 "no such verb; allowed: " + allowed + (near.empty() ? "" : " (nearest: " + near + ")")};
}

/// 0 for --help and --version, once they could be written; any misuse is bad input.
int finish(const CLI::App& app, const CLI::ParseError& e) {
    std::ostringstream out, trouble;
    const bool asked = app.exit(e, out, trouble) == 0;
    std::fputs(trouble.str().c_str(), stderr);
    const auto printed = print_result(out.str());
    if (!printed) return complain(printed.error());
    return asked ? 0 : exit_code(Fault::Kind::bad_input);
}

}  // namespace

int command_line(int argc, const char* const* argv) {
    CLI::App app{
        "fourpole measures players and 3- and 4-pole earphones against a model's prediction and\n"
        "ends in readings with uncertainty and one verdict per claim.",
        "fourpole"};
    app.footer(
        "Exit codes: 0 done, inside limits; 1 done, a limit failed or a model was violated;\n"
        "2 bad input, nothing was played; 3 bench trouble or an invalid take;\n"
        "4 stopped by the operator; 5 refused for safety.\n"
        "Example: fourpole run profiles/sessions/md_dr7_4pole_vs_3pole.json --out my-run");
    app.set_version_flag("--version", "fourpole " + program_version() + " (" + program_revision() + ")");
    app.require_subcommand(1);

    int exit_code = 0;
    add_check(app, exit_code);
    add_plan(app, exit_code);
    add_run(app, exit_code);
    add_predict(app, exit_code);
    add_wiring(app, exit_code);
    add_stimulus(app, exit_code);
    add_analyze(app, exit_code);
    add_fit(app, exit_code);
    add_report(app, exit_code);

    if (const auto known = refuse_unknown_verb(app, argc, argv); !known) return complain(known.error());
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return finish(app, e);
    } catch (const std::bad_alloc&) {
        return unexpected("out of memory");
    } catch (const std::exception& e) {
        return unexpected(e.what());
    }
    return exit_code;
}

}  // namespace fourpole
