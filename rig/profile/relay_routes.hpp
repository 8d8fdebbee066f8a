// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

namespace fourpole {

/// Whether a session may be switched by these relays: asked before anything moves, by their names alone.
///
/// Every position is looked at as a graph whose edges are the closed contacts and what is wired for good: the
/// relays at rest, and each arm's route. Between two positions the rig opens first and closes then (break
/// before make), so that only parts of these graphs exist, and a part joins nothing that the whole does not.
///
/// Faults: unsafe where two outputs meet, or an output and ground (of a bridge-tied player each end of a side
/// is an output; an arm that the session has not is taken for an output with every spring). bad_input where
/// an arm has no route or that of another one, or its jack has not the spring.
Result<Done> check_routes(const RelaySetup& relays, const Session& session);

}  // namespace fourpole
