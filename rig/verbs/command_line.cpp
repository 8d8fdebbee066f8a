// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/command_line.hpp"

#include "rig/report/record.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <cstdio>
#include <exception>
#include <new>
#include <string>

namespace fourpole {

namespace {

/// What remains when every expected trouble has been a Fault: one sentence, and exit 3.
int unexpected(const std::string& what) {
    std::fprintf(stderr, "fourpole: unexpected trouble: %s\n", what.c_str());
    return 3;
}

}  // namespace

int command_line(int argc, const char* const* argv) {
    Verbs verbs("fourpole",
                "fourpole measures players and 3- and 4-pole earphones against a model's prediction and\n"
                "ends in readings with uncertainty and one verdict per claim.",
                "Exit codes: 0 done, inside limits; 1 done, a limit failed or a model was violated;\n"
                "2 bad input, nothing was played; 3 bench trouble or an invalid take;\n"
                "4 stopped by the operator; 5 refused for safety.\n"
                "Example: fourpole run profiles/sessions/md_dr7_4pole_vs_3pole.json --out my-run",
                "fourpole " + program_version() + " (" + program_revision() + ")");
    add_check(verbs);
    add_plan(verbs);
    add_run(verbs);
    add_predict(verbs);
    add_wiring(verbs);
    add_stimulus(verbs);
    add_analyze(verbs);
    add_calibrate(verbs);
    add_compare(verbs);
    add_fit(verbs);
    add_report(verbs);
    add_devices(verbs);
    add_doctor(verbs);
    try {
        return verbs.parse(argc, argv);
    } catch (const std::bad_alloc&) {
        return unexpected("out of memory");
    } catch (const std::exception& e) {
        return unexpected(e.what());
    }
}

}  // namespace fourpole
