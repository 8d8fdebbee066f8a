// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace fourpole {

/// What `compare A.json B.json` was told.
struct RecordsToCompare {
    std::string a, b, arm_a, arm_b, record;
    std::vector<std::string> only;
    bool same_calibration = false, skip_unlike = false, mix_simulated = false, json = false;
};

/// B - A of two records, on stdout and in a file. Exit code 0: compared; 2: bad input or unlike conditions.
int compare_records(const RecordsToCompare& options);

}  // namespace fourpole
