// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"
#include "rig/result.hpp"

#include <optional>
#include <string>

namespace fourpole {

/// What is plugged into what, and how it was judged.
struct Mating {
    Plug plug;
    Jack jack;
    Touch touch;
    Wiring wiring;
    std::optional<Circuit> circuit;  ///< nothing where only plug and jack are known
};

/// Player and earphone, plug and jack: by id or file. `touch_text` as "T=T,R1=R1,S=R2+S": springs
/// that are not named touch nothing; "" is a plug that is pushed home.
/// Faults bad_input: what there is not, with what there is instead.
Result<Mating> mate_profiles(const std::string& player_id, const std::string& earphone_id,
                             const std::string& touch_text);
Result<Mating> mate_names(const std::string& plug_id, const std::string& jack_id,
                          const std::string& touch_text);

}  // namespace fourpole
