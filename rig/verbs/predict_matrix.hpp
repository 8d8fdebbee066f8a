// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fourpole {

struct MatrixOptions {
    std::string player, earphone;  ///< "" = every shipped one
    std::string html, record;      ///< files to write, "" = none
    bool json = false;
};

/// `fourpole predict --matrix`: every player with every earphone. Gives the exit code; a
/// hazard is an answer here, not an error.
int predict_matrix(const MatrixOptions& options);

}  // namespace fourpole
