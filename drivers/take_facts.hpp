// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"
#include "rig/profile/profile.hpp"

namespace fourpole {

/// What stands beside the samples of a take of this session: who made it, its programme, and the volts of its
/// two channels as the interface's profile knows them.
TakeFacts facts_of_take(const Session& session, const TakeRequest& request, const AudioPort& bench);

}  // namespace fourpole
