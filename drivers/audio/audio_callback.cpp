// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/audio_callback.hpp"

#include <time.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double full_scale = 2147483648.0;  // 2^31
constexpr double fall_s = 0.005;

std::vector<double> raised_cosine(double rate_hz) {
    std::vector<double> out(static_cast<std::size_t>(fall_s * rate_hz) + 1);
    for (std::size_t n = 0; n < out.size(); ++n)
        out[n] = 0.5 + 0.5 * std::cos(std::numbers::pi * static_cast<double>(n + 1) /
                                      static_cast<double>(out.size()));
    return out;
}

}  // namespace

AudioCallback::AudioCallback(Plan plan, const StreamTrouble& trouble)
    : plan_(std::move(plan)),
      trouble_(trouble),
      inputs_({plan_.word, plan_.inputs, plan_.rate_hz, plan_.quiet, plan_.most_dc, plan_.most_rms}),
      to_play_(plan_.ring_frames * plan_.outputs),
      recorded_(plan_.ring_frames * plan_.inputs),
      fall_(raised_cosine(plan_.rate_hz)) {
    // What is exactly the ceiling passes, as the word that it becomes: the nearest one.
    for (double& c : plan_.ceiling) {
        most_.push_back(std::llround(c * full_scale));
        c = static_cast<float>(c);
    }
}

std::optional<AudioCallback::Breach> AudioCallback::breach() const noexcept {
    if (!breached_.load(std::memory_order_acquire)) return std::nullopt;
    return Breach{breach_frame_.load(), breach_output_.load()};
}

bool AudioCallback::can_go_on(std::size_t out_words, std::size_t in_words) noexcept {
    while (to_play_.filled() < out_words || recorded_.room() < in_words) {
        if (!plan_.waits) {
            (to_play_.filled() < out_words ? ran_empty_ : ran_full_).store(true);
            return false;
        }
        if (muted()) return false;
        const timespec moment{0, 50'000};
        nanosleep(&moment, nullptr);
    }
    return true;
}

void AudioCallback::fade(std::uint32_t* out, unsigned frames) noexcept {
    for (unsigned n = 0; n < frames; ++n) {
        const double gain = fallen_ < fall_.size() ? fall_[fallen_++] : 0.0;
        for (unsigned c = 0; c < plan_.outputs; ++c) {
            std::uint32_t& word = out[n * plan_.outputs + c];
            if (plan_.word == SampleWord::float32)
                word = std::bit_cast<std::uint32_t>(static_cast<float>(gain * std::bit_cast<float>(word)));
            else
                word = std::bit_cast<std::uint32_t>(
                    static_cast<std::int32_t>(gain * std::bit_cast<std::int32_t>(word)));
        }
    }
}

std::optional<std::size_t> AudioCallback::too_loud(const std::uint32_t* out, unsigned frames) const noexcept {
    for (unsigned n = 0; n < frames; ++n)
        for (unsigned c = 0; c < plan_.outputs; ++c) {
            const std::size_t i = std::size_t{n} * plan_.outputs + c;
            if (plan_.word == SampleWord::float32) {
                const double x = std::bit_cast<float>(out[i]);
                if (!(std::abs(x) <= plan_.ceiling[c])) return i;  // not a number is too loud, too
            } else if (std::abs(static_cast<std::int64_t>(std::bit_cast<std::int32_t>(out[i]))) > most_[c]) {
                return i;
            }
        }
    return std::nullopt;
}

void AudioCallback::block(void* out, const void* in, unsigned frames, bool flagged) noexcept {
    auto* const to = static_cast<std::uint32_t*>(out);
    const std::size_t all = std::size_t{frames} * plan_.outputs;
    if (to != nullptr) std::memset(to, 0, all * sizeof *to);
    if (flagged) flagged_.fetch_add(1);
    const std::uint64_t at = captured_.load(std::memory_order_relaxed);
    if (trouble_.ended()) {
        // What was pulled out paces nobody any more: this thread, which goes before all others, would leave a
        // small computer no time to notice (2.5 s on one processor, by scripts/vm_test).
        const timespec moment{0, 2'000'000};
        nanosleep(&moment, nullptr);
        return;
    }
    if (muted() || at >= plan_.frames) return;

    const auto now = static_cast<unsigned>(std::min<std::uint64_t>(frames, plan_.frames - at));
    const std::size_t played = std::size_t{now} * plan_.outputs, heard = std::size_t{now} * plan_.inputs;
    if (!can_go_on(played, heard)) {
        mute();
        return;
    }
    if (in != nullptr && inputs_.is_too_much(static_cast<const std::uint32_t*>(in), now, at)) {
        mute();
        return;
    }
    if (to != nullptr) to_play_.take({to, played});
    if (fading_.load(std::memory_order_acquire)) {
        fade(to, now);
        if (fallen_ >= fall_.size()) mute();
    }
    if (const auto loud = too_loud(to, now)) {
        breach_frame_ = at + *loud / plan_.outputs;
        breach_output_ = static_cast<unsigned>(*loud % plan_.outputs);
        std::memset(to, 0, all * sizeof *to);
        mute();
        breached_.store(true, std::memory_order_release);
        return;
    }
    if (in != nullptr) recorded_.put({static_cast<const std::uint32_t*>(in), heard});
    captured_.store(at + now, std::memory_order_release);
}

}  // namespace fourpole
