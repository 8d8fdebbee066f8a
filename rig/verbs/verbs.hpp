// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

class Verbs;

// One function a verb, one file a function. Each adds its verb, with an example in its footer; what
// the verb does gives the promised exit code. stdout is for results, stderr for people.
void add_check(Verbs& verbs);
void add_plan(Verbs& verbs);
void add_run(Verbs& verbs);
void add_predict(Verbs& verbs);
void add_wiring(Verbs& verbs);
void add_stimulus(Verbs& verbs);
void add_analyze(Verbs& verbs);
void add_calibrate(Verbs& verbs);
void add_compare(Verbs& verbs);
void add_fit(Verbs& verbs);
void add_report(Verbs& verbs);
void add_devices(Verbs& verbs);
void add_doctor(Verbs& verbs);

}  // namespace fourpole
