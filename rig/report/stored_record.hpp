// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

/// What a record on disk says, read back into the words that it was written from.
struct StoredRecord {
    std::string kind;  ///< take | run | prediction | ...
    std::string arm;   ///< whose readings these are; "" outside a session
    bool valid = true;
    std::vector<std::string> reasons;
    bool simulated = false;
    std::string calibration = "raw";
    std::string sha256;  ///< of the file
    std::string take_sha256, programme_sha256;
    Readings readings;

    bool predicted() const { return kind == "prediction"; }
};

/// One entry of a record's `readings`: what json_of(Reading) writes, read back. Keys that no Reading has (a
/// prediction's band, an arm) are left out. @param where  JSON pointer, for a sentence
/// Fault bad_input: no name; a state that is none; arrays of one curve that differ in length; a figure that
/// is neither a number nor null.
Result<Reading> reading_in(const Json& json, const std::string& where);

/// A record (`fourpole/record@1`) of a take, a run or a prediction. Of a run the means over the takes of one
/// arm; of a session's prediction one arm. @param arm  "" = the only one
/// Fault bad_input: cannot be read, no record, none of these kinds, several arms and none chosen, no such
/// arm, a reading that is broken.
Result<StoredRecord> read_record(const std::filesystem::path& file, const std::string& arm = "");

}  // namespace fourpole
