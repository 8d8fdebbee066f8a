// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fourpole {

/// Something that a look at the bench found, and what a person does about it.
struct Symptom {
    enum class Weight {
        fine,           ///< looked at, nothing wrong
        worth_knowing,  ///< measuring works; it may work worse than it could
        in_the_way      ///< a figure would be wrong, or there would be none
    };
    Weight weight = Weight::fine;
    std::string about;  ///< device, control, input ...
    std::string found;  ///< a sentence
    std::string fix;    ///< the exact thing to do; "" where there is nothing to
};

}  // namespace fourpole
