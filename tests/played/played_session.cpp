// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/played/played_session.hpp"

#include "drivers/drivers.hpp"
#include "drivers/simulated_bench.hpp"
#include "rig/flow/takes.hpp"
#include "rig/profile/load.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourpole {

namespace {

/// As drivers/audio/frame_counter.hpp has it; -1 = no counter.
long number_of(float sample) {
    const float scaled = sample * 8388608.0F;
    if (!(scaled >= 1.0F) || scaled != std::floor(scaled)) return -1;
    return static_cast<long>(scaled) - 1;
}

}  // namespace

Result<PlayedSession> PlayedSession::of(const std::string& session_file, const std::string& bench_file,
                                        std::uint64_t seed, const std::string& fault) {
    const auto session = load_session(session_file);
    if (!session) return session.error();
    const auto bench = bench_named(bench_file, *session);
    if (!bench) return bench.error();
    PlayedSession out;
    for (const Side side : sides) {
        out.from_[side] = bench->audio.outputs[side];
        out.to_[side] = bench->audio.inputs[side];
    }
    // The bench plays 0.2 s of silence first, and 0.4 s behind the programme.
    out.programme_end_ = std::lround((0.2 + session->programme.length_s) * session->interface.sample_rate_hz);
    if (bench->audio.counter) out.counter = bench->audio.counter->output;
    auto simulated = SimulatedBench::open(*session, seed, fault);
    if (!simulated) return simulated.error();
    for (const TakeRequest& request : take_order(*session)) {
        const auto scene = (*simulated)->scene(request);
        if (!scene) return scene.error();
        auto arm = PlayedScene::of(*scene, 1.0 / bench->audio.play_gain);
        if (!arm) return arm.error();
        out.arms_.push_back(std::move(*arm));
    }
    return out;
}

long PlayedSession::play(std::span<const float* const> in, std::span<float* const> out, std::size_t frames) {
    const long number = number_of(in[counter][0]);
    away_ = number >= 0 ? 0 : away_ + 1;
    const bool anew = number >= 0 && number < last_;
    if (begun_ && (anew || away_ == over_after)) ++take_, begun_ = false;
    if (number >= 0) begun_ = true, last_ = number;
    for (std::size_t c = 0; c < in.size(); ++c) std::copy_n(in[c], frames, out[c]);
    if (take_ >= arms_.size() || frames != PlayedScene::block) return number;
    PerSide<std::span<const float>> played;
    PerSide<std::span<float>> heard;
    for (const Side side : sides) {
        played[side] = {in[from_[side]], frames};
        heard[side] = {out[to_[side]], frames};
    }
    arms_[take_].play(played, heard);
    return number;
}

}  // namespace fourpole
