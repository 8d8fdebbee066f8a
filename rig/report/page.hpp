// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>

namespace fourpole {

// The sections of report.html, in the order of the page. Each gives markup, "" where the run
// has nothing to say.
std::string head_section(const RunRecord& run);
std::string trouble_section(const RunRecord& run);
std::string claims_section(const RunRecord& run);
std::string overlay_section(const RunRecord& run, int& plots);
std::string arms_section(const RunRecord& run, int& plots);
std::string limits_section(const RunRecord& run);
std::string evidence_section(const RunRecord& run);
std::string reading_guide();

/// A difference with its interval on a line, and the threshold: what the verdict rests on.
std::string interval_picture(const Verdict& verdict);

}  // namespace fourpole
