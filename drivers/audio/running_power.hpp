// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// The mean square of the last 0.1 s or so, as an ear and a voice coil have it:
///
///     p += (x^2 - p) / (0.1 s fs)
///
/// Two periods of 20 Hz: no tone looks louder than it is by its top. A tone that began T ago has
/// 1 - exp(-T / 0.1 s) of its power.
class RunningPower {
public:
    explicit RunningPower(double rate_hz)
        : forgets_(remembers_s * rate_hz > 1.0 ? 1.0 / (remembers_s * rate_hz) : 1.0) {}

    void hear(double x) noexcept { power_ += (x * x - power_) * forgets_; }
    double value() const noexcept { return power_; }

private:
    static constexpr double remembers_s = 0.1;
    double forgets_, power_ = 0.0;
};

}  // namespace fourpole
