// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/chance.hpp"
#include "drivers/signal_chain.hpp"
#include "rig/fft/fft.hpp"

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// The simulated bench's scene for what is played now, block after block: what it cannot have is a programme
/// of its own, or another clock than the one that carries both directions.
///
///   x -> polynomial -> clip -> + noise -> FIR of the circuit, by partitioned FFT -> + crosstalk + DC + hum +
///   noise
///
/// The FIR has up to 32 blocks of 512; its taps are simulate()'s transfer times a delay of 512 frames, for
/// the part of the decimation filter that lies before its middle. The polynomial works at the rate of the
/// capture: harmonics above half of it fold back.
class PlayedScene {
public:
    static constexpr std::size_t block = 512;
    static constexpr std::size_t parts = 32;  ///< of the FIR, at most

    /// @param scene  without a programme
    /// @param gain   digital full scales of the player for one of what comes in
    static Result<PlayedScene> of(const Scene& scene, double gain);

    /// One block of each side, `block` frames; allocates nothing.
    void play(const PerSide<std::span<const float>>& in, const PerSide<std::span<float>>& out);

private:
    using Spectrum = std::vector<std::complex<double>>;
    PlayedScene(Scene scene, double gain);

    void emf_of(std::span<const float> in, Side side);

    Scene scene_;
    double gain_;
    RealFft fft_{2 * block};
    PerSide<PerSide<std::vector<Spectrum>>> fir_;  ///< [from][to][part]
    PerSide<std::vector<Spectrum>> heard_;         ///< the last `parts` spectra of each side, a ring
    PerSide<std::vector<double>> emf_;             ///< the last two blocks
    PerSide<std::vector<double>> tap_;
    std::size_t newest_ = 0, frame_ = 0;
    Chance chance_;
};

}  // namespace fourpole
