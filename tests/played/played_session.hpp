// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"
#include "rig/signal.hpp"
#include "tests/played/played_scene.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// What hangs behind a sound card: nothing (every output leads straight to the input of its number), or the
/// arms of a session, one take after the other, as the simulated bench draws them. Which take it is it hears
/// from the counter that the bench plays: a take is over when that has been away or begins anew. A probe has
/// none.
class PlayedSession {
public:
    PlayedSession() = default;
    /// @param fault  of the simulated bench, on the player, plug or cable; "" = none
    /// Fault: as the session, the bench's profile and the simulated bench have it
    static Result<PlayedSession> of(const std::string& session, const std::string& bench, std::uint64_t seed,
                                    const std::string& fault);

    /// The takes before this one (from 0) were another run's, which goes on.
    void begin_at(std::size_t take) { take_ = take; }

    /// One block of every channel, PlayedScene::block frames where there is a session. The counter and what
    /// else has no arm is copied.
    /// @return the counter's number at its begin, -1 = nobody plays
    long play(std::span<const float* const> in, std::span<float* const> out, std::size_t frames);

    /// From a take's first frame to the end of its programme; 0 without a session.
    long programme_end() const { return programme_end_; }
    /// The last number that was heard, -1 = none yet.
    long last() const { return last_; }
    /// Takes that are over.
    std::size_t take() const { return take_; }
    static constexpr int over_after = 20;  ///< blocks without a counter

    std::size_t counter = 3;  ///< its channel

private:
    std::vector<PlayedScene> arms_;
    PerSide<std::size_t> from_{}, to_{};
    long programme_end_ = 0, last_ = -1;
    std::size_t take_ = 0;
    int away_ = 0;  ///< blocks since the counter was heard
    bool begun_ = false;
};

}  // namespace fourpole
