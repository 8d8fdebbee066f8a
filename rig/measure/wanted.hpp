// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace fourpole {

/// True where a programme asks for an analysis by name, or for everything that its events allow.
inline bool wanted(const std::vector<std::string>& analyses, std::string_view what) {
    return analyses.empty() || std::find(analyses.begin(), analyses.end(), what) != analyses.end();
}

}  // namespace fourpole
