// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace fourpole {

// One function a verb, one file a function. Each adds its subcommand (with an example in
// its footer) to `app`; if the subcommand is chosen, its callback does the work and leaves
// the promised exit code in `exit_code`. stdout is for results, stderr for people.
void add_check(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code);
void add_predict(CLI::App& app, int& exit_code);
void add_wiring(CLI::App& app, int& exit_code);
void add_stimulus(CLI::App& app, int& exit_code);
void add_analyze(CLI::App& app, int& exit_code);
void add_fit(CLI::App& app, int& exit_code);
void add_report(CLI::App& app, int& exit_code);

}  // namespace fourpole
