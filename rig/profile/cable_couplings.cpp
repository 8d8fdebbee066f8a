// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/cable_couplings.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

constexpr std::size_t wires = 5;  ///< signal and return of each side, common return
using Couplings = std::array<std::array<double, wires>, wires>;

Couplings couplings_of(const Cable& cable) {
    Couplings k{};
    const auto set = [&k](std::size_t a, std::size_t b, const Figure& coupling) {
        k[a][b] = k[b][a] = coupling.value;
    };
    constexpr std::size_t common = 4;
    constexpr PerSide<std::size_t> signal{{0, 1}}, back{{2, 3}};
    for (std::size_t i = 0; i < wires; ++i) k[i][i] = 1.0;
    // With a split, a shared cable's signal wire lies beside its own return behind the split
    // and beside the common one before it: never beside both.
    const bool beside_both = cable.kind != Cable::Kind::shared_return || !cable.split;
    for (const Side s : sides) {
        if (beside_both) set(signal[s], back[s], cable.signal_to_return_coupling);
        set(signal[s], back[other(s)], cable.signal_to_other_return_coupling);
        set(signal[s], common, cable.signal_to_common_coupling);
    }
    set(signal[Side::left], signal[Side::right], cable.signal_to_signal_coupling);
    set(back[Side::left], back[Side::right], cable.return_to_return_coupling);
    return k;
}

}  // namespace

bool couplings_can_exist(const Cable& cable) {
    if (!(cable.signal_to_return_coupling.value < 1.0)) return false;
    // Cholesky: every pivot above 0. The wires' inductances scale rows and columns alike and
    // change no sign.
    Couplings k = couplings_of(cable);
    for (std::size_t j = 0; j < wires; ++j) {
        if (!(k[j][j] > 0.0)) return false;
        for (std::size_t i = j + 1; i < wires; ++i)
            for (std::size_t m = i; m < wires; ++m) k[i][m] -= k[j][i] * k[j][m] / k[j][j];
    }
    return true;
}

}  // namespace fourpole
