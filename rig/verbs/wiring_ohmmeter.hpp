// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/model/ohmmeter.hpp"

#include <string>

namespace fourpole {

std::string ohmmeter_in_words(const ReturnTest& test);
Json ohmmeter_as_json(const ReturnTest& test, const std::vector<OhmmeterReading>& readings,
                      bool u_from_last_digit);

}  // namespace fourpole
