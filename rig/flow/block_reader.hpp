// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/measure/impedance_readings.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace fourpole {

/// Takes one finding: JSON pointer, what was found, what is allowed.
using Complaint =
    std::function<void(const std::string& pointer, const std::string& found, const std::string& allowed)>;

/// What the blocks of a calibration file have in common: ohms, paths relative to the file, further captures.
/// Each of these complains of what it cannot take, and gives something harmless instead.
class BlockReader {
protected:
    BlockReader(const std::filesystem::path& file, const Complaint& complain)
        : file_(file), complain_(complain) {}

    void fail(const std::string& pointer, const std::string& found, const std::string& allowed);
    bool failed() const { return failed_; }

    bool object(const Json& json, const std::string& pointer);
    void known_keys(const Json& json, const std::string& pointer, const std::set<std::string>& known);
    double number(const Json& json, const std::string& pointer, bool may_be_zero,
                  const std::string& what = "a number of ohms");
    /// A path, as it stands relative to the calibration file; nothing where it is no text.
    std::optional<std::filesystem::path> path(const Json& json, const std::string& pointer);
    /// The take named by "capture" of the object at `at`, and its programme: the one named, else that of its
    /// own sidecar. False where the take cannot be read.
    bool capture(const Json& json, const std::string& at, StandardTake& out);

private:
    void programme_of(const Json& json, const std::string& at, const std::filesystem::path& capture,
                      StandardTake& out);

    const std::filesystem::path& file_;
    const Complaint& complain_;
    bool failed_ = false;
};

}  // namespace fourpole
