// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/findings.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

/// The profiles folder that a file belongs to: the nearest folder above it that has
/// players/, else the shipped one.
std::filesystem::path root_of(const std::filesystem::path& file);

/// Where files refer to each other from: relative paths count from `folder`, ids from `root`.
struct Base {
    std::filesystem::path root, folder;
};
Base base_of(const std::filesystem::path& file);

/// The file of one kind ("player") by its id or path. Fault: what was asked for, what there is.
Result<std::filesystem::path> find_profile(const std::string& kind, const std::string& id_or_path,
                                           const Base& base);

/// The same for a reference in a file; what is not there becomes a finding at `pointer`.
std::optional<std::filesystem::path> follow(const std::string& kind, const std::string& id_or_path,
                                            const Base& base, const std::string& pointer, Findings& findings);

/// Ids of one kind in the shipped profiles folder, sorted.
std::vector<std::string> profile_ids(const std::string& kind);

}  // namespace fourpole
