// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

using Complex = std::complex<double>;

/// What the circuit does at one frequency, for an EMF of `stage.emf_v` on one side at a time.
/// Indexed [driven side][driver].
struct CircuitAt {
    PerSide<PerSide<Complex>> voltage;      ///< across the driver, volts
    PerSide<PerSide<Complex>> current;      ///< into the driver's plus terminal, amperes
    PerSide<PerSide<Complex>> common_mode;  ///< mean of the driver's terminals re amplifier ground
    PerSide<PerSide<Complex>> tap;          ///< between the fixture's taps of the side; without: voltage
    /// Out of each amplifier output, amperes: [driven side][output_index()].
    PerSide<std::array<Complex, 4>> output;
};
/// Place of an output among the four: aL, aL-, aR, aR-.
constexpr std::size_t output_index(Side side, bool minus) {
    return 2 * static_cast<std::size_t>(side) + (minus ? 1 : 0);
}

/// Complex nodal analysis at each frequency (> 0, finite).
/// Accuracy: 1e-9 dB and 1e-8 deg where a driver has more than 1 uV per volt of EMF.
/// Fault bad_input: a singular network, explained by the node that floats; a frequency that a
/// driver's table does not reach.
Result<std::vector<CircuitAt>> solve(const Circuit& circuit, std::span<const double> frequency_hz);

/// Impedance of one driver; one with a table is asked within it only.
Complex impedance(const Driver& driver, double frequency_hz);

/// The unit number `unit` out of the population that the tolerances describe; unit 0 is the
/// nominal one. Units below 2^32 fill the space evenly (a Kronecker sequence over the figures),
/// so that a few hundred consecutive units already show the population; those above are
/// drawn by chance (population.hpp says why). Figures of one group vary together. A part that
/// is above zero stays above zero.
Circuit unit_of(const Circuit& circuit, std::uint64_t unit);

/// One value of a Figure at the quantile q in (0, 1) of its spread.
double at_quantile(const Figure& figure, double q);

/// Predicted curves with the 95 % bands over units: transfer (dB re EMF), response, crosstalk.
struct PredictedCurve {
    Reading nominal;  ///< u = standard deviation of the units, dB; nullopt without tolerances
    /// 2.5 % and 97.5 % of the units, dB, per point; both ends on the curve without
    /// tolerances, and without meaning (0) where the point is not_measured.
    std::vector<double> low, high;
    /// 95 % of the units stay in it at every frequency of the curve. The same as low and high where
    /// there is nothing to widen.
    Band simultaneous;
    /// 0.135 % and 99.865 % of the units, per point: what lies three standard deviations off in a normal
    /// population. Lopsided and long tails are in it. The same as low and high where nothing was drawn.
    Band three_sigma;
    /// How much wider than the pointwise band, on either side of the median; at least 1.
    std::optional<double> simultaneous_factor;
    /// Of the units' dB, point by point, row after row; empty unless it was asked for.
    std::vector<double> covariance;
};
struct Prediction {
    std::vector<PredictedCurve> curves;
    Reading wiring;         ///< at 1 kHz, from the nominal circuit
    std::string sha256;     ///< of its JSON: proves it was there before the take
    std::size_t draws = 0;  ///< units behind the bands; 0 without tolerances
    /// Of the ends of the bands by the spread between blocks of draws, the worst point, 2 s;
    /// nullopt where there was one block only.
    std::optional<double> end_error_db;
    bool stable = true;  ///< false: `most_draws` came before `stable_to_db` was reached
};

/// How the bands are drawn.
struct BandOrder {
    std::size_t draws = 4096;  ///< 0 = no bands; without `stable_to_db` as many as this
    /// Adaptive procedure of JCGM 101:2008, 7.9: blocks of 10,000 draws until twice the standard
    /// deviation of every band end's mean over the blocks is below this many dB.
    std::optional<double> stable_to_db;
    std::size_t most_draws = 1'000'000;  ///< for the adaptive procedure, at least 50,000
    bool covariance = false;             ///< up to 256 frequencies
    std::uint64_t seed = 0;              ///< another one gives other draws of the same population
    unsigned threads = 2;                ///< changes nothing but the time
};

/// The nominal curves and, from units that no seed ever draws, their bands. The ends of a
/// pointwise band are known to sqrt(0.025 * 0.975 / draws) of the population, 0.24 % at 4096
/// draws. The same call gives the same bits, however many threads there are. Memory: at most
/// 40 MB, whatever the number of draws and frequencies.
/// Fault bad_input: no solution (see solve()), impossible correlations, more than 256
/// frequencies with covariance.
Result<Prediction> predict(const Circuit& circuit, std::span<const double> frequency_hz,
                           const BandOrder& order);
Result<Prediction> predict(const Circuit& circuit, std::span<const double> frequency_hz, int draws = 4096);

/// Readings of one exact circuit, without band: transfer (from, to; dB and deg re EMF),
/// response (from = to, the same), crosstalk (re the driven side's own driver, complex).
/// Where the driven side itself is silent (below 1e-3 of the EMF), response and crosstalk are
/// not_measured; a transfer below 1e-15 is at_most -300 dB.
Readings readings_of(std::span<const CircuitAt> solved, std::span<const double> frequency_hz, double emf_v);

// --- wiring in words ---

/// What each driver gets from the left and from the right channel, per volt of EMF.
struct DriverMatrix {
    PerSide<PerSide<Complex>> from;  ///< from[driver][channel]
};

/// The label of one driver: "silent", "+L", "-R", "+L-R" ...
std::string driver_label(Complex from_left, Complex from_right);
/// What the sides do not share re what they do: with each side's row r scaled to one loudness,
///     c = |r_left r_right*| / (|r_left| |r_right|),   sqrt((1 - c) / (1 + c)),
/// the smaller singular value re the larger: 0 where both carry the same, whatever it is and however loud, 1
/// where neither says anything of the other. A leak of a both ways makes (1 - a) / (1 + a). A turn of all
/// that comes from one channel (its start is not known) leaves it as it is. 0 where a side is silent.
double difference_between_sides(const DriverMatrix& matrix);

/// The outcome of both: "stereo", "right side only: difference signal" ...
/// Works on a predicted and on a measured matrix alike. Where both drivers hear both channels, sum or
/// difference "in both" takes sides that are alike, difference_between_sides() < 0.15 (a leak of -2.6 dB both
/// ways). Beyond, it is "stereo with much crosstalk" where each hears most of its own channel, "channels
/// swapped, with much crosstalk" where each hears most of the other's, else a mixture.
std::string wiring_outcome(const DriverMatrix& matrix);
/// The same by the labels alone, sum in both being mono however unlike the two: what a plug and jack that
/// short an output are called, for what is left to the drivers then hangs on the short.
std::string table_outcome(const DriverMatrix& matrix);

struct Short {
    std::string output;          ///< "aR-"
    double ampere_per_volt = 0;  ///< of EMF, drivers removed
};
struct Wiring {
    DriverMatrix matrix;
    PerSide<std::string> labels;
    std::string outcome;
    std::vector<Short> hazards;  ///< outputs above 50 mA per volt
    double worst_ampere_per_volt = 0;
    std::string worst_output;  ///< "" without a hazard
};
/// What the circuit's drivers hear at one frequency, and what its outputs deliver with drivers and load
/// bank removed, for every sign pattern of the two channels; a bridged output's halves count as 1 ohm at
/// most there.
Result<Wiring> wiring(const Circuit& circuit, double frequency_hz = 1000.0);
/// The same where only plug and jack are known: 1 ohm an output (half the EMF each in BTL),
/// 0.05 ohm a contact, drivers of 16 ohm, 1 gigaohm of leakage. A key of `touch` that begins
/// with "_" is a spring that leads nowhere and bridges the segments it touches.
Result<Wiring> wiring(const Plug& plug, const Jack& jack, const Touch& touch);
/// As a reading: outcome, <driver>/from_<channel>, <driver>/label, hazards.
Reading wiring_reading(const Wiring& wiring);

}  // namespace fourpole
