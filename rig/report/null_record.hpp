// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"
#include "rig/report/screen.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fourpole {

/// The null of two captures, as `compare --null` writes it: no clock, no path, no host name.
struct NullRecord {
    struct Capture {
        std::string sha256;
        double rate_hz = 0.0;
        std::int64_t frames = 0;
        bool simulated = false;
    };
    Capture a, b;
    std::string correction_sha256;  ///< of the frozen correction that B went through; "" = none
    bool valid = true;
    std::vector<std::string> reasons;
    Readings readings;
};

/// JSON text, kind "null"; see record.hpp for what holds for all records.
std::string to_json(const NullRecord& record);

/// The figures of every side on one screen.
std::string summary(const NullRecord& record, const Screen& screen);

}  // namespace fourpole
