// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_api.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// What goes out, frame by frame:
///
///     zeros | 20 ms up, the programme, 5 ms down | zeros
///     `lead`             `programme`               `tail`
///
/// and the counter on its own channel from the first frame to the last. The slopes are raised cosines, so
/// that a programme that begins or ends with a step does not click.
class OutputWave {
public:
    /// Samples of the programme from frame `first` on, full scale = 1, channel beside channel.
    using Programme = std::function<void(std::uint64_t first, std::span<double> samples)>;

    struct Plan {
        SampleWord word = SampleWord::int32;
        unsigned outputs = 0;
        double rate_hz = 0.0;
        std::uint64_t lead = 0, programme = 0, tail = 0;
        std::optional<unsigned> counter_on;
    };

    OutputWave(Plan plan, Programme programme);

    std::uint64_t frames() const { return plan_.lead + plan_.programme + plan_.tail; }
    /// The next frames as words, as many as `words` holds. What is beyond full scale stays at full scale.
    void next(std::span<std::uint32_t> words);

private:
    double slope(std::uint64_t frame) const;

    Plan plan_;
    Programme programme_;
    std::uint64_t at_ = 0;
    std::vector<double> samples_;
};

}  // namespace fourpole
