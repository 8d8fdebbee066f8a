// SPDX-License-Identifier: GPL-3.0-or-later
// The list alone; what is done with it stands in definitions.cpp.
#include "rig/report/definitions.hpp"

#include <array>

namespace fourpole {

namespace {

constexpr const char* audio_band = "20 Hz to 20 kHz (or 0.4535 of a slower capture's rate), unweighted";
constexpr const char* tone_detector =
    "least squares of all tones of the segment on one clock, no window and no bins; noise from the median "
    "density of what is left beside the line";
constexpr const char* tone_needs =
    "a steady tone of at least 50 ms that the side plays alone; clock from markers or from the tones";
constexpr const char* tone_faults =
    "at_most below 3 times the noise at the line, to which hum that cannot be fitted adds what it leaks; hum "
    "of a tone's own frequency is taken for it, and where the take's pauses or its other tones show how loud "
    "it is, so much is in u; void where the stream broke, was clipped or dead";
constexpr const char* weighted =
    "20 Hz to 20 kHz; unweighted, A (IEC 61672-1 poles) and ccir_rms (BS.468 curve, 0 dB at 2 kHz), each its "
    "own "
    "reading";
constexpr const char* spectrum_detector =
    "mean square by Parseval of the samples beside the tone, mains lines fitted and counted as A^2 / 2 each; "
    "faded by a Hann window where hum or rumble "
    "would "
    "leak by more than chance";
constexpr const char* played_noise =
    "a noise event of 0.3 s with nothing else playing; its place by the clock, or by loudness alone";
constexpr const char* no_noise =
    "void where no input is 3 dB louder while it plays; noise alone tells no clock, and no ppm is given";
constexpr const char* thirds =
    "thirds of an octave, base 10, from 20 Hz to 20 kHz, 8 values of noise or more";
constexpr const char* model_needs = "profiles or a flat circuit; no capture";
constexpr const char* model_accuracy = "1e-9 dB and 1e-8 deg of the circuit (tests/model_test, netlist_test)";

constexpr std::array list{
    // --- stream and health ---
    Definition{
        "clock_offset@1",
        "ppm = 1e6 ((samples between two alike events as played) / (samples as captured) - 1)\nu = (1 + "
        "ppm 1e-6) (n / fs - t0): ppm > 0 where the player runs fast against the converter\nThe mean pace of "
        "one "
        "stretch, the stated mean_over_s, and of no longer time (not_in_u): from the first marker to the "
        "last, or (least squares) while the tones play. u holds what "
        "the "
        "wander that a tone of the take shows may do to it: sqrt(2) rms / stretch of two markers, 6 / (pi T) "
        "sqrt(sum s_k^2 / k^2) of a tone, s_k the wander's rms at k / T",
        "= {value} ppm[, u = {u} ppm], from {from}[, mean over {mean_over_s} s; wander: {wander}][; not in "
        "u: {not_in_u}]",
        "the event's own",
        "cross-spectrum of identical chirps in the capture itself, sweeps, all tones on one clock, or a "
        "recorded "
        "stimulus against itself: one frequency at different times passed the device alike, blocks of 0.25 s "
        "by "
        "least squares with H(f) free",
        "two alike events with time between them, a tone of 32 periods, or a file in which frequencies come "
        "back",
        "within 1.5 of the Cramer-Rao bound (tests/truth_captures_test, tone_fit_test); by two sweeps alone "
        "within 0.001 ppm at -1900 to 1900 ppm (tests/sweep_clock_test); by a file within 4 u "
        "at 0 to 1500 ppm (tests/recorded_track_test)",
        "not_measured from a single sweep, recorded or not (a delay looks the same); above 2,000 ppm the "
        "take is void; wander "
        "slower than the stretch is its pace, and where no tone plays wander is unknown and not in u; of two "
        "sweeps alone, samples lost between them are told beyond unseen_breaks, and fewer are a part of the "
        "pace"},
    Definition{
        "discontinuity.recurrence@1",
        "sum of the counts of all breaks; `events`: kind, count, at_sample, between_samples, u_count, "
        "count_modulo_samples",
        "= {value} samples[, u = {u}]", "",
        "chirps and sweeps: y[n+1] - c y[n] + y[n-1] against its median, counts by delays and "
        "by the step in the course of the phase; "
        "tones: every count against one wave, window by window; pauses: alike chirps at the tones' pace; "
        "files: the path of lags, by blocks of 0.2 s, that explains most, a step where many blocks gain by "
        "it; "
        "then the place that leaves least of the take over by what the device makes of the file, "
        "between_samples where several places do; digital zeros in them",
        "a chirp, sweep, tone or file plays",
        "place exact, count exact or with u (tests/breaks_anywhere_test, sweep_breaks_test, "
        "tone_breaks_test, "
        "tone_losses_test, recorded_track_test, recorded_bursts_test); in a file up to 2 s, more is "
        "\"disturbed\"",
        "any break makes the take void; at_least where tones know a count up to their common period only"},
    Definition{"clipping.flat_top@1", "|x| of the flat top, full scale = 1; `count` samples at it",
               "= {value} FS, {count} samples", "", "samples within half a step of the extreme code",
               "8 of them, two neighbours, 20 times as many as in the codes below",
               "exact (tests/health_test)", "no reading without a flat top"},
    Definition{"dc.quiet_mean@1",
               "constant of the least squares dc + mains lines over all quiet parts; mean of fits of 2^19 "
               "samples where "
               "there are more",
               "", "0 Hz", "mean of what neither line nor noise explains", "a pause of 50 ms",
               "1e-5 FS in 0.8 s at -70 dBFS of noise (tests/health_test)",
               "not_measured where something plays in the pauses"},
    Definition{"dc.beside_tones@1", "constant of the least squares of a tone segment", "", "0 Hz",
               "least squares beside the tones and the mains lines, u by the spectrum of what is left",
               "no pause to read it in", "4 u (tests/tones_test, hum_test)", ""},
    Definition{
        "mains.quiet_fit@1", "peak amplitude of n times the mains frequency, dB re full scale", "",
        "orders 1 to 9 of 50 or 60 Hz, whichever explains more",
        "least squares of all orders on one frequency over all quiet parts; of more than 2^19 samples the "
        "root of the mean square over fits of so many, without the noise's share",
        "60 ms of pauses",
        "0.05 dB and 1e-4 Hz at 40 dB over the noise (tests/health_test, conformance_test, "
        "long_quiet_test)",
        "at_most below 4 u, and half a step in digital silence; a line that does not stand still is left "
        "out"},
    Definition{
        "mains.beside_tones@1",
        "the same in what the longest tone segment holds beside its tones, up to 6 s of it", "",
        "orders 1 to 9 of 50 or 60 Hz",
        "least squares of lines and of the programme's own harmonics and products below 1440 Hz together",
        "tones of 0.4 s, and pauses that show no line",
        "0.05 dB and 1e-4 Hz, or u (tests/mains_beside_tones_test)",
        "at_most below 5 u, of which a converter's steps without a dither are a part; an order within 2 / T "
        "of a product of the programme is left out"},
    // --- linear ---
    Definition{
        "response.sweep@1",
        "H(f) = S_yg(f) / S_xg(f), own side; S: gated spectrum of the correlation with the sweep's inverse",
        "",
        "the sweep's, edges 1.5 f1 to 0.975 f2; gate 0.35 s below 400 Hz to 24 ms above 1.5 kHz; by a file's "
        "wave "
        "from 10 Hz, where that fills the gate, evaluated between its samples at the player's clock (-140 dB "
        "up "
        "to "
        "0.96 of half the rate, tests/between_samples_test)",
        "phase after the mean delay from 500 Hz to 15 kHz", "one side plays a sweep alone",
        "2e-5 dB from 5 f1 to 0.9 f2 behind poles and resonances that 24 points an octave resolve, 5e-3 dB "
        "from "
        "1.5 f1; u says what the gate leaves of each point (tests/deconvolve_test, truth_captures_test)",
        "at_most below 3 times the noise; u holds what a file's doubtful pace makes of it, (2 pi f u)^2 "
        "var(t) / "
        "2 by the times at which f plays (100 ppm where nothing tells the pace), not_measured beyond 0.9 dB"},
    Definition{"response.sweep_both_driven@1",
               "as response.sweep@1 while both sides play: what leaks in is in it", "", "", "",
               "both sides play the sweep", "", "no crosstalk can be told"},
    Definition{"transfer.sweep@1", "as response.sweep@1, from the driven side to either", "", "", "",
               "one side plays alone", "as response.sweep@1", "at_most below 3 times the noise"},
    Definition{"transfer.sweep_both_driven@1", "as response.sweep_both_driven@1", "", "", "", "", "", ""},
    Definition{"crosstalk.sweep@1", "X(f) = H_other(f) / H_own(f), complex", "", "the sweep's",
               "phase re the driven side", "one side plays alone, both are captured",
               "0.01 dB, 0.05 deg at -40 dB and -90 dBFS (tests/truth_captures_test)",
               "at_most where the noise rules; not_measured where the driven side is silent"},
    Definition{"crosstalk.sweep_floor@1",
               "rms noise of the other input's H re |H_own|: what the ratio reads "
               "where nothing leaks",
               "", "", "gates of the same shape where the device says nothing", "", "", ""},
    Definition{"response.tones@1", "H(f) = Y(f) / X(f) of each line that one side plays alone", "",
               "the lines", tone_detector, tone_needs, "1e-5 dB at -100 dBFS of noise (tests/tones_test)",
               tone_faults},
    Definition{"response.sweep.without_loop@1",
               "H(f) / H_loop(f): response.sweep@1 re that of the interface's outputs at its own inputs", "",
               "the sweep's", "phase re the loop's, between -180 and 180 degrees",
               "the interface played what was captured, and its outputs are loaded as in the loop",
               "u = hypot of both (tests/loop_baseline_test)",
               "not_measured where one of the two is a bound"},
    Definition{"response.tones.without_loop@1", "as response.sweep.without_loop@1, of response.tones@1", "",
               "the lines", "", "as response.sweep.without_loop@1",
               "u = hypot of both (tests/loop_baseline_test)",
               "not_measured where one of the two is a bound"},
    Definition{"transfer.tones@1", "as response.tones@1, from the driven side to either", "", "the lines",
               tone_detector, tone_needs, "as response.tones@1", tone_faults},
    Definition{"crosstalk.tones@1", "X(f) = Y_other(f) / Y_own(f) at the lines of the driven side, complex",
               "", "the lines", tone_detector,
               "a line that one side plays alone; left and right lines may sound together",
               "0.01 dB and 0.05 deg at -36 dB (tests/tones_test)", tone_faults},
    Definition{
        "wiring.matrix_1khz@2",
        "2x2 coefficients at 1 kHz re the largest, and the words for them; sum or difference in both "
        "where sqrt((1 - c) / (1 + c)) < 0.15, c = |r_l r_r*| / (|r_l| |r_r|) of the sides' rows; else "
        "stereo with much crosstalk, where each hears most of its own channel",
        "", "1 kHz", "", "each side plays a sweep alone, both are captured", "tests/wiring_test", ""},
    Definition{"wiring.tones@2",
               "the same by the line nearest to 1 kHz that each side plays alone, within an octave of 1 kHz",
               "", "the lines", tone_detector,
               "both captured; polarity by markers, or by lines of one side that agree on one start alone",
               "1e-6 of the largest without noise (tests/tone_wiring_test)",
               "`polarity` says what no marker tells; a line below 3 times its noise is 0"},
    Definition{"wiring.matrix_re_emf@2", "the same re the player's EMF: silent means silent", "", "1 kHz", "",
               "a session says the EMF", "tests/wiring_level_test", ""},
    Definition{
        "crosstalk_shared_return.complex_fit@1",
        "A of X(f) = A / (1 + j w T - j wc / w) + j B f / 1 kHz where A < 0: Rg / R of a return that both "
        "sides share; T = L/R and wc = 1/RC of the loop are fitted with it",
        "A = {value} dB at {at} Hz, T = {loop_inductance_s} s, corner {loop_corner_hz} Hz", "20 Hz to 20 kHz",
        "weighted least squares of the complex crosstalk curve", "eight exact points over an octave",
        "|error| / u = 1 over 200 draws (tests/crosstalk_causes_test)",
        "an amplifier's flat leak that is inverted counts as return; at_most below 3 sqrt(2) u"},
    Definition{"crosstalk_amplifier.complex_fit@1",
               "the same A where A > 0: no passive return does that; where A < 0 at most all of it", "",
               "20 Hz to 20 kHz", "as crosstalk_shared_return", "as crosstalk_shared_return",
               "as crosstalk_shared_return", "what the interface leaks is in it"},
    Definition{"crosstalk_capacitive.complex_fit@1", "B of the same where B > 0: w C R at 1 kHz", "",
               "20 Hz to 20 kHz", "as crosstalk_shared_return", "as crosstalk_shared_return",
               "as crosstalk_shared_return", "less what is inductive"},
    Definition{"crosstalk_inductive.complex_fit@1",
               "|B| of the same where B < 0: w Lg / R at 1 kHz, of the return or mutual", "",
               "20 Hz to 20 kHz", "as crosstalk_shared_return", "as crosstalk_shared_return",
               "as crosstalk_shared_return", "less what is capacitive"},
    Definition{"crosstalk_unexplained.complex_fit@1",
               "rms of X less the fit from 500 Hz to 2 kHz, less the noise's own share", "",
               "500 Hz to 2 kHz", "", "as crosstalk_shared_return", "",
               "at_most below 2 u; a driver's resonance is in it"},
    // --- tones ---
    Definition{"level.fitted_tone@1",
               "20 lg A, A = peak of the fitted tone (0 dBFS = a full-scale sine); dBV: rms",
               "20 lg A = {value} {unit} at {at} Hz[, u = {u} dB]", "the line", tone_detector, tone_needs,
               "1e-8 dB without noise (tests/tones_test)", tone_faults},
    Definition{"linearity.fitted_tone@1",
               "20 lg A over the level that was played, the clock fixed by the loud steps", "", "the line",
               tone_detector, "three levels or more of one frequency",
               "6e-3 dB at -117 dBFS in 0.58 s (tests/tones_test)", tone_faults},
    Definition{"harmonic.sweep@1",
               "|H_n(f)| / |H_1(f)|, n = 2 .. 10: the pulse L ln n seconds ahead of the response", "",
               "n f below the sweep's end and its fade; from 7 to 8 / L hertz, where the gate to the next "
               "order, L ln((n + 1) / n), holds 3 cycles of n f on either side",
               "as response.sweep@1", "a synchronised sweep",
               "u, at least 0.01 dB; 1.5 dB below 2.9 f1 (tests/sweep_harmonics_test, truth_captures_test)",
               "at_most in noise, or where the sweep's own clutter rules"},
    Definition{"harmonic.fitted_tone@1", "20 lg (A_n / A_1)", "H{order} = {value} dB re the tone at {at} Hz",
               "the line at n f", tone_detector, tone_needs, "5e-3 dB at -134 dB (tests/tones_test)",
               tone_faults},
    Definition{"interchannel_distortion.sweep@1",
               "|H_n(f)| on the idle side / |H_1(f)| on the driven side, n = 2 .. 10", "",
               "as harmonic.sweep@1", "as harmonic.sweep@1",
               "one side plays a sweep alone, both are captured", "u (tests/sweep_harmonics_test)",
               "at_most in noise; none of a driven side that is silent"},
    Definition{"interchannel_distortion.fitted_tone@1",
               "20 lg (A_n on the idle side / A_1 on the driven side): crosstalk of the driven side's own "
               "harmonics and what the idle side makes of the leak, as they are heard",
               "H{order} = {value} dB re the other side's tone at {at} Hz; its own harmonic would leak "
               "{leaked_db} dB with the crosstalk at the tone",
               "the line at n f", tone_detector, "one side plays a single tone, the other nothing",
               "5e-3 dB, or u (tests/interchannel_test)", tone_faults},
    Definition{"interchannel_distortion.sum@1",
               "10 lg (sum over n of (A_n^2 - noise^2) / A_1^2), A_n on the idle side, A_1 on the driven one",
               "{harmonics} harmonics up to {bandwidth_hz} Hz: {value} dB[, u = {u} dB]",
               "harmonics up to 20 kHz, unweighted", tone_detector,
               "as interchannel_distortion.fitted_tone@1", "as interchannel_distortion.fitted_tone@1",
               "at_most where the sum is below 2 u"},
    Definition{
        "clipping_knee.first_of_thd_and_compression@1",
        "level of the fundamental where, as it rises, its harmonics 2 to 10 become 1 % of it or its gain "
        "falls 0.1 dB below that of the quietest step known to 0.01 dB, steps of -40 dBFS on\n"
        "hard clip (flat top c of the peak, THD(c) in closed form): A_1 c / b1(c) b1(c_1%) / c_1%",
        "= {value} {unit}[, u = {u} dB], at {played_dbfs} dBFS of the programme: {criterion}, by {law}",
        "harmonics up to 20 kHz, unweighted", tone_detector,
        "three levels of one frequency, or one tone whose harmonics are a hard clip's within 10 %",
        "hard clip 2e-3 dB at 77 dB over the noise of its line; between steps u, half the doubt about the "
        "curve "
        "(tests/clipping_knee_test)",
        "at_least where the loudest step is clean, at_most where the quietest is not"},
    Definition{"thd.fitted_harmonics@1", "10 lg (sum over n of (A_n^2 - noise^2) / A_1^2), n = 2 .. 10",
               "10 lg (sum of 10^(H_n / 10)) of {harmonics_beside} = {value} dB[, u = {u} dB]",
               "harmonics up to 20 kHz, unweighted", tone_detector, tone_needs,
               "1e-3 dB at -120 dB (tests/tones_test)", "at_most where the sum is below 2 u"},
    Definition{
        "thd_n.exact_residual@1", "10 lg (everything but the tone / everything), both from 20 Hz to 20 kHz",
        "everything from {band_from_hz} to {band_to_hz} Hz but the tone at {at} Hz, re the total: {value} "
        "dB[, u = {u} dB]",
        audio_band, spectrum_detector, tone_needs, "3e-3 dB of the noise that was there (tests/tones_test)",
        tone_faults},
    Definition{"thd_n.notch_q2@1", "the same through |1 - x^2| / sqrt((1 - x^2)^2 + (x / 2)^2), x = f / tone",
               "through a notch of Q 2 at {at} Hz: {value} dB[, u = {u} dB]", audio_band, spectrum_detector,
               tone_needs, "the notch takes 0.458 dB off H2, 0.150 dB off H3", tone_faults},
    Definition{"imd_smpte.sidebands_rss@1", "rss of f2 +- f1, f2 +- 2 f1 re the upper tone f2",
               "rss of {high_hz} +- {low_hz} and +- 2 x {low_hz} Hz re {high_hz} Hz = {value} dB",
               "the lines", tone_detector, "two tones 4:1, the upper 7 times the lower or more",
               "3e-3 dB (tests/tones_test)", tone_faults},
    Definition{"imd_md.aes17_first_sidebands@1",
               "rss of f2 +- f1 re f2 (41 Hz and 7993 Hz); the second "
               "sidebands beside it: the first are blind to odd orders",
               "rss of {high_hz} +- {low_hz} Hz = {value} dB; second sidebands {second_sidebands_db} dB",
               "the lines", tone_detector, "two tones 4:1", "as imd_smpte", tone_faults},
    Definition{"imd_dfd.aes17_lines@1", "rss of f2 - f1, 2 f1 - f2, 2 f2 - f1 re the lower tone",
               "rss of the products of {low_hz} and {high_hz} Hz re {low_hz} Hz = {value} dB", "the lines",
               tone_detector, "two tones alike (18 and 20 kHz)", "3e-3 dB (tests/tones_test)", tone_faults},
    Definition{"imd_ccif.second_order@1", "f2 - f1 re one tone", "", "the line", tone_detector,
               "two tones alike (19 and 20 kHz)", "2e-3 dB (tests/tones_test)", tone_faults},
    Definition{"imd_ccif.third_order_rss@1", "rss of 2 f1 - f2 and 2 f2 - f1 re one tone", "", "the lines",
               tone_detector, "two tones alike", "2e-3 dB (tests/tones_test)", tone_faults},
    Definition{
        "noise.idle@1", "10 lg (2 mean square): 0 dBFS = rms of a full-scale sine; dBV: rms",
        "= {value} {unit} over {seconds} s of silence, weighting {weighting}[, u = {u} dB]", weighted,
        spectrum_detector, "a silence event of 0.2 s with nothing else playing",
        "2e-4 dB of what was there, in spectra of 2^19 samples at most; u: 4.34 / sqrt(B T) "
        "(tests/noise_spectrum_test); beside hum as u says "
        "(tests/hum_test)",
        "at_most in digital silence: half a step of the converter times the most that the weighting does"},
    Definition{"noise.beside_tone@1", "the same beside a tone of -40 dBFS or less, its harmonics included",
               "= {value} {unit} beside a tone of {tone_dbfs} dBFS, weighting {weighting}", weighted,
               spectrum_detector, "a quiet tone keeps a player from muting", "2e-4 dB (tests/tones_test)",
               ""},
    Definition{"dynamic_range.exact_residual@1", "full scale - everything beside the tone of -60 dBFS, dB",
               "= {value} dB, weighting {weighting}[, u = {u} dB]; full scale by {re}", weighted,
               spectrum_detector, "a tone of -40 dBFS or less, the one nearest to -60",
               "2e-4 dB (tests/tones_test)", ""},
    Definition{"dynamic_range.aes17_notch_q2@1", "the same through CCIR-RMS and a notch of Q 2 at the tone",
               "", weighted, spectrum_detector, "as above", "0.01 dB beside a filter in time", ""},
    Definition{"effective_bits.ideal_quantizer@1", "(dynamic range - 1.76 dB) / 6.02 dB",
               "= {value} bits; as a ratio of steps {by/step_ratio}, with TPDF dither {by/tpdf_dithered}",
               audio_band, "", "a dynamic range", "arithmetic", ""},
    Definition{
        "jitter.sidebands@2",
        "sqrt(sum J^2), J = |P| / (2 pi f) / sqrt 2 of every pair of phase sidebands "
        "beside the carrier",
        "= {value} s rms in {lines} lines from {band_from_hz} to {band_to_hz} Hz, the least seen "
        "{least_line_s} s[, u = {u} s][; of it the stimulus' own {stimulus_s} s (taken out)]",
        "10 Hz to min(5 kHz, f / 2, 0.9 (fs / 2 - f)) beside the carrier",
        "phase of the tone about its own slow course and its wide lines, pairs by least squares, 5e-4 false "
        "ones a side; no higher orders nor products are left; f as played, J in the player's seconds",
        "a J-test, or a single tone of half a second",
        "0.25 ps at -115 dBFS in 20 kHz over 4 s (tests/jitter_test)",
        "at_most where no pair stands above the noise; what is slower than 7 Hz is a curve and no line "
        "(slow_wander_taken_out_s)"},
    Definition{"wander.blocks@2",
               "arg(sum over a block of (tone + rest) e^(-j (w t + theta))) / w, blocks of 10 ms, what their "
               "mean takes off (sinc) put back by a filter of nine blocks",
               "{rms_s} s rms, {peak_to_peak_s} s peak to peak; noise alone makes {noise_rms_s} s: {says}",
               "0 to 45 Hz (0.45 of the blocks' rate)",
               "the phase of the segment's own fit, start and pace taken out",
               "a tone of 500 Hz or more for a second",
               "1.2 ns rms at 61 dB, 1.3 % to 45 Hz (tests/wander_test)",
               "wander above 50 Hz shows as something slower; what is slower than the tone is its pace"},
    Definition{
        "wander.stretches@1",
        "1e-6 step sum_{i <= k} (ppm_i - mean ppm), the pace of stretches of a long tone",
        "{rms_s} s rms, {peak_to_peak_s} s peak to peak, pace from {slowest_ppm} to {fastest_ppm} ppm; noise "
        "alone makes {noise_rms_s} s",
        "0 to 1 / (2 stretch)", "each stretch's own fit, the mean pace taken out",
        "a programme of tones only, longer than 2.88 million frames",
        "0.1 us of 15 us (tests/long_tone_test)", "wander within a stretch is not in it"},
    Definition{
        "impedance.sense_resistor@1",
        "Z = R (m - m_s) (m_o - m_r) / ((m_o - m) (m_r - m_s)), m = V_after / V_before of load, short, open "
        "and reference R; what was not captured follows from Rs, the inputs' resistance and a stated ratio "
        "of "
        "the channels",
        "first point: {value} ohm at {at} Hz[, u = {u} ohm]", "the lines or the sweep's band",
        "ratio of two channels of one take", "an `impedance` block in the calibration file",
        "0.01 % and 0.005 deg at -100 dBFS (tests/impedance_reading_test)",
        "at_least where the load is open, at_most where it is a short; none where nothing says what the "
        "channels do: no reference, no open plug, no channel_ratio"},
    // --- noise of the programme, of which nobody knows the samples ---
    Definition{
        "level.noise@1", "10 lg (2 mean square): 0 dBFS = rms of a full-scale sine; dBV: rms",
        "= {value} {unit} over {seconds} s of {spectrum} noise played at {played_dbfs} dBFS, weighting "
        "{weighting}[, u = {u} dB]",
        weighted, spectrum_detector, played_noise, "u = 4.34 dB / sqrt(B T) (tests/played_noise_test)",
        no_noise},
    Definition{"level.noise_third_octave@1", "the same in each third of an octave, unweighted", "", thirds,
               spectrum_detector, played_noise, "as level.noise@1", no_noise},
    Definition{
        "response.noise@1",
        "10 lg of the mean over a third of P(f) / S(f), the pauses' own P taken off\nS: white A^2 / (fs "
        "/ 2), pink A^2 / (f ln(fs / 20)), which is 1/f from 10 Hz to fs / 2; A rms, fs the player's",
        "first point: {value} dB at {at} Hz[, u = {u} dB]; noise of the pauses {floor}", thirds,
        spectrum_detector,
        "white or pink noise that one side plays alone; a power has no phase, and no sweep or tone says "
        "the response better",
        "u = 4.34 dB / sqrt(B T) (tests/played_noise_test); pink noise made from 0.2 Hz on is 1.8 dB "
        "lower as a whole",
        "none of iec_programme: its nominal spectrum is not written down here"},
    Definition{"response.noise_both_driven@1", "as response.noise@1 while both sides play: a leak is in it",
               "", thirds, "", "", "", ""},
    Definition{
        "crosstalk.noise_coherent@1",
        "X = sum conj(Y_own) Y_other / sum |Y_own|^2 over a third, complex: the part of the idle input "
        "that follows the driven one",
        "first point: {value} dB at {at} Hz[, u = {u} dB]", thirds, "cross-spectrum of both inputs, Hann",
        "one side plays noise alone, both are captured",
        "u^2 = (1 - coherence) |Y_other|^2 / (|Y_own|^2 n), n = 18/35 B T (tests/played_noise_test)",
        "at_most below 3 times that noise"},
    Definition{"crosstalk.noise_power@1",
               "10 lg ((idle input's power - that of its pauses) / driven input's power)",
               "= {value} dB from {band_from_hz} to {band_to_hz} Hz, noise of the pauses {floor}", audio_band,
               spectrum_detector, "as above", "u of both powers",
               "at_most where the pauses hold as much, or there is none"},
    Definition{"balance.noise_third_octave@1",
               "10 lg (power of the first side / power of the second), each re what it was played at",
               "first point: {value} dB at {at} Hz[, u = {u} dB]; from {from_stretches} stretch(es)", thirds,
               "powers of both inputs, Hann", "both sides play one kind of noise, at once or in turn",
               "u = 4.34 dB sqrt(1 - coherence) sqrt(1 / n1 + 1 / n2): one noise on both sides tells it best "
               "(tests/played_noise_test)",
               ""},
    // --- null ---
    Definition{"null@1",
               "10 lg (power of B - g A(u) / power of A), 20 Hz - 20 kHz, after gain, polarity, delay "
               "and clock are removed",
               "= {value} dB at a gain of {gain_db} dB, delay {delay_samples} samples, {ppm} ppm", audio_band,
               "Gauss-Newton on gain, delay and clock over the whole overlap; soxr resamples A",
               "two captures of one programme", "0.03 dB at -77 dB; resampler -150 dB (tests/null_test)",
               "void where nothing is in common, one is silent or the stream broke"},
    Definition{"null.third_octave@1", "the residual in thirds of an octave re A's whole power", "", "", "",
               "", "", ""},
    Definition{"null.linear@1", "what a linear filter of A explains of the residual, dB re A", "", audio_band,
               "", "", "bounds below 25 dB under the residual", ""},
    Definition{"null.nonlinear@1", "what powers of A explain beyond that, dB re A", "", audio_band, "", "",
               "", ""},
    Definition{"null.noise@1", "what neither explains, dB re A", "", audio_band, "", "", "", ""},
    Definition{
        "null.wander@1", "10 lg (power that B's wander about its line makes of the residual / power of A)",
        "= {value} dB by {rms_s} s rms, {peak_s} s at most, in blocks of {block_s} s", audio_band,
        "delays of blocks of 21 ms by two groups of octaves; 4 u and 1 % of the residual are followed; where "
        "octaves stand out of phase the likeliest course of all blocks comes first. What shows in blocks of "
        "5 "
        "ms "
        "(too_quick_db) or remains in places (lost_db) was not, and is in the doubt of the parts",
        "two octaves that sound at once",
        "1 to 100 us at 0.5 to 10 Hz: rms within 2 %, the residual within 1 dB (tests/null_wander_test); "
        "beyond "
        "0.3 ms rms linear, nonlinear and noise are bounds",
        "not_measured where one octave holds everything; a bound where none is seen"},
    Definition{"discontinuity.null@1", "breaks of B re A, by the track of delays between them", "", "", "",
               "", "", ""},
    // --- predictions ---
    Definition{"transfer.model@1", "V_driver / EMF, complex nodal analysis", "", "", "", model_needs,
               model_accuracy, "a network without a single solution"},
    Definition{"response.model@1", "the same of the own side", "", "", "", model_needs, model_accuracy,
               "not_measured where the side is silent"},
    Definition{"crosstalk.model@1", "V_other / V_own with one side driven", "", "", "", model_needs,
               model_accuracy, "not_measured where the side is silent"},
    Definition{"driver_current.model@1", "current into the driver's plus terminal per volt of EMF, mA/V", "",
               "", "", model_needs, model_accuracy, ""},
    Definition{"common_mode.model@1", "mean of the driver's terminals re the amplifier's ground, dB re EMF",
               "", "", "", model_needs, model_accuracy, ""},
    Definition{"both_driven.model@1", "driver voltage re EMF, both sides driven in phase", "", "", "",
               model_needs, model_accuracy, ""},
    Definition{"output_impedance.loop.model@1", "signal + return, at the springs of the jack", "", "", "",
               model_needs, model_accuracy, ""},
    Definition{"output_impedance.signal.model@1", "Rout + jw Lout + 1 / (jw C)", "", "", "", model_needs,
               model_accuracy, ""},
    Definition{"output_impedance.return.model@1", "ground path, or the minus half-bridge", "", "", "",
               model_needs, model_accuracy, ""},
    Definition{"level.undistorted.model@1",
               "rms at the driver, 1 kHz, of the largest undistorted sine at the step", "", "1 kHz", "",
               "a full-scale EMF", model_accuracy, "not_measured where an output is shorted"},
    Definition{"sound_pressure.undistorted.model@1",
               "level.undistorted.model@1 + dB SPL at 1 V rms of the earphone, drawn for each driver",
               "= {value} dB SPL", "1 kHz", "", "a full-scale EMF and the earphone's sensitivity",
               model_accuracy, "no reading where the sensitivity is not stated"},
    Definition{"power_max.knee@1", "1000 V^2 / R with V of clipping_knee", "= {value} mW into {load_ohm} ohm",
               "", "", "a clipping knee in dBV and a known load",
               "as clipping_knee and the load (tests/power_readings_test)",
               "at_least where nothing clips; what limits it is not told by one load"},
    Definition{"power_max.model@1",
               "E^2 / 2 Re(v conj i), E = min(EMF limit, current limit / largest output current)",
               "= {value} mW, limited by {limited_by}", "1 kHz", "", "full scale, clip or current limit",
               model_accuracy, "at_most where the voltage's or the current's limit is unknown"},
    Definition{"power_max.both_driven.model@1", "the same with both sides in phase",
               "= {value} mW, limited by {limited_by}", "1 kHz", "", "as above", model_accuracy, "as above"},
    Definition{"noise.driver.model@1", "sqrt(player^2 + 4 k T integral of Re Z), 20 Hz - 20 kHz, unweighted",
               "", audio_band, "", model_needs, "1e-6 (tests/derived_parts_test)",
               "at_least where the player's noise is unknown"},
    Definition{"dynamic_range.model@1", "level - noise", "", audio_band, "", "level and noise", "", ""},
    Definition{"low_cutoff.capacitors_half_power.model@1",
               "where |V|^2 is half of what it is with the coupling capacitors bridged", "",
               "0.1 Hz to 1 MHz", "", "a coupling capacitor", "1e-10 (tests/derived_parts_test)",
               "none without a capacitor"},
    Definition{"wiring.model@2", "coefficients of both drivers per volt of EMF, words, shorted outputs", "",
               "1 kHz", "", model_needs, "exact words (tests/wiring_test, wiring_walk_test)", ""},
    Definition{"fixture_effect.model@1", "the taps re the drivers without the fixture", "", "", "",
               "a fixture", model_accuracy, ""},
    Definition{"harmonic.clipping.model@1", "of a sine clipped at c of its peak, closed form", "", "", "",
               "full scale above clipping", "1e-12", ""},
    Definition{"thd.clipping.model@1", "of the same, all orders", "", "", "", "full scale above clipping",
               "1e-12", ""},
    // --- known loads ---
    Definition{
        "output_impedance.loop.loads@1",
        "Z of 1/V = 1/E + (Z/E) / Z_load over all captures, weighted least squares, at each frequency that "
        "a side plays alone: output, contact and return in a row",
        "", "the sweep's, or the lines", "as response.sweep@1, response.tones@1",
        "two or more known loads on one volume; the `loads` block of a calibration",
        "5 mohm of 2 ohm with 100 uF in it at 1e-8 of noise, |error| / u = 1 (tests/load_readings_test)",
        "an inductance is not in it; at_most below 3 u"},
    Definition{
        "output_impedance.loop.sizes@1",
        "R of 1/|V| = (1 + R / Z_load) / |E| over all captures: the resistance that makes the sizes, where a "
        "capture has no phases; what the silent side's load takes of the return is taken out as in the loop",
        "", "the lines", "as transfer.tones@1", "two or more known loads, tones without a marker",
        "1e-5 ohm of 2 ohm at 1e-6 of noise, |error| / u = 1 (tests/load_readings_test)",
        "of a reactance X only X^2 / (2 (Z_load + R)) is in it; three loads that disagree show it"},
    Definition{"output_impedance.signal.sizes@1", "loop.sizes - return", "", "", "", "as loop.sizes", "", ""},
    Definition{"output_impedance.return.loads@1",
               "Zc = -leak Zd (Zs + Zout) / (Zs + leak Zd), mean over the captures with a load on both sides",
               "", "as the loop's", "as crosstalk.sweep@1, crosstalk.tones@1",
               "as the loop's; both sides captured",
               "0.1 mohm of 0.15 ohm at 1e-8 of noise (tests/load_readings_test)",
               "a leak inside the amplifier counts as return"},
    Definition{"output_impedance.signal.loads@1", "loop - return", "", "", "",
               "as the loop's and the return's", "", ""},
    Definition{"power.sweep@1", "1000 V^2 / R in mW, V rms across the load at the sweep's level", "",
               "the sweep's", "as transfer.sweep@1", "a resistor as load, channels in volts",
               "u of the volts twice, and of the resistor (tests/load_readings_test)",
               "it is what was delivered, no limit"},
    Definition{"power.fitted_tone@1", "1000 V^2 / R in mW of a single tone, V rms across the load",
               "= {value} mW into {load_ohm} ohm at {at} Hz[, u = {u} mW], played at {played_dbfs} dBFS",
               "the line", "as level.fitted_tone@1", "a resistor as load, channels in volts",
               "as power.sweep@1", "it is what was delivered, no limit"},
    // --- two records ---
    Definition{
        "difference.b_minus_a@1",
        "B - A in the quantity's unit, u^2 = u_A^2 + u_B^2 (- 2 c_A c_B with --same-calibration), 95 %: +- "
        "1.960 u, z = (B - A) / u",
        "", "that of the quantity", "at matching places, else straight in ln f between neighbours",
        "alike in unit, definition, calibration, weighting, band and level",
        "rounding; of interpolated figures |error| is about their part of u (tests/compare_records_test)",
        "a bound gives a bound, its end with 1.645 u of the exact one; an unknown u leaves the interval "
        "unknown"},
};

}  // namespace

std::span<const Definition> definitions() { return list; }

}  // namespace fourpole
