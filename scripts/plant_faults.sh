#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A test counts once it has been seen failing. Each line below breaks one thing:
#
#   plant "<what is broken>" <file> '<sed expression>' <test program> '<Catch filter, or empty>'
#
# The clean tree must pass the named tests, the expression must change the file, the broken
# file must compile, and the test must fail. How: scripts/planting.py.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
build=${FOURPOLE_BUILD:-$root/build}
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT
plant() { printf '%s\0' "$@" >>"$faults"; }

# --- the words ---
plant "decibels of power, not of amplitude" rig/units.hpp \
    's/return 20\.0 \* std::log10/return 10.0 * std::log10/' words_test ''
plant "a natural logarithm called decibels" rig/units.hpp \
    's/std::log10(count)/std::log(count)/' words_test ''
plant "the other side is the same side" rig/signal.hpp \
    's/s == Side::left ? Side::right : Side::left/s == Side::left ? Side::left : Side::right/' words_test ''
plant "what a thread throws is lost" rig/share_out.hpp \
    's/if (each) std::rethrow_exception(each);/(void)each;/' words_test 'shared work*'
plant "an invalid take exits like bad input" rig/result.hpp \
    's/case Fault::Kind::take_invalid: return 3;/return 3; case Fault::Kind::take_invalid: return 2;/' words_test ''
plant "a bound is written as exact" rig/reading.hpp \
    's/return "at_most";/return "exact";/' words_test ''
plant "readings of the two sides are one quantity" rig/reading.hpp \
    's/ && to == o\.to//' words_test ''

# --- stimulus ---
plant "a falling chirp rises" rig/stimulus/evaluate.cpp \
    's/(c\.f2_hz - c\.f1_hz)/std::abs(c.f2_hz - c.f1_hz)/' evaluate_test ''
plant "Farina's law for Novak's sweep" rig/stimulus/evaluate.cpp \
    's/== Sweep::Law::farina/!= Sweep::Law::farina/' evaluate_test ''
plant "edges in amplitude, not raised cosine" rig/stimulus/evaluate.cpp \
    's/0\.5 - 0\.5 \* std::cos(pi \* v \/ edge)/v \/ edge/' evaluate_test ''
plant "events replace each other" rig/stimulus/evaluate.cpp \
    's/\] += value_at/] = value_at/' evaluate_test ''

# --- JSON, files and profiles ---
plant "a key written twice is taken" rig/json/json.cpp 's/if (!open_.back().keys.insert(name).second)/if (open_.back().keys.insert(name).second \&\& false)/' json_test 'a key written twice*'
plant "one level too deep is read" rig/json/json.cpp 's/(open_.size()) >= max_depth_/(open_.size()) > max_depth_/' json_test '64 levels*'
plant "integers up to 2^54 are read" rig/json/json.cpp 's/{1} << 53/{1} << 54/' json_test 'numbers that a double*'
plant "a broken-off write leaves its part file" rig/files/write_atomic.cpp 's/::unlink(part.c_str());//' files_test 'a write that breaks off*'
plant "a text one byte over the limit is read" rig/files/read_text.cpp 's/if (room == 0)/if (have > max_bytes + 1)/' files_test 'a text is read whole*'
plant "an unknown key without the nearest one" rig/profile/explain.cpp 's/nearest(key, known));/"");/' profile_test 'an unknown key*'
plant "a missing key is not noticed in words" rig/profile/explain.cpp 's/if (!document.contains(key))/if (false)/' profile_test 'our words*'
plant "only the first finding is listed" rig/profile/findings.cpp 's/if (lines_.size() < most_lines) {/if (lines_.empty()) {/' profile_test 'all findings*'
plant "the ceiling is compared with twice the level" rig/profile/read_session.cpp 's/if (v_rms > out_.ceiling_v_rms)/if (v_rms > 2.0 * out_.ceiling_v_rms)/' profile_test 'a level of*'
plant "the ceiling is compared with peak volts" rig/profile/read_session.cpp 's/emf_v \/ std::numbers::sqrt2;/emf_v;/' profile_test 'every shipped*'
plant "a bridged player may stand on grounded inputs" rig/profile/read_session.cpp 's/!out_.interface.differential_inputs/false/' profile_test 'a bridge-tied*'
plant "a bridged rig gets the plug of another order" rig/profile/compose.cpp 's/return {"trrs_r-r+l+l-", "4-contact BTL r-r+l+l-", {}}/return {"trrs_l+r+l-r-", "4-contact BTL l+r+l-r-", {}}/' profile_test 'springs*'
plant "the drivers of a circuit are swapped" rig/profile/compose.cpp 's/out.drivers\[side\] = read_driver/out.drivers[other(side)] = read_driver/' profile_test 'a circuit of the truth kit*'
plant "the spring of ring 2 lies on ring 1 of a short plug" rig/profile/compose.cpp 's/contains(spring) ? spring : "S"/contains(spring) ? spring : "R1"/' profile_test 'a short sleeve*'
plant "overlapping events count by the loudest" rig/profile/read_programme.cpp 's/sum += spans\[k\].peak;/sum = std::max(sum, spans[k].peak);/' profile_test 'events that together*'
plant "the volume step of a session is ignored" rig/profile/read_session.cpp 's/player.stage.emf_v = emf_v;//' profile_test 'the shipped session*'

# --- the model ---
plant "the cable's common return is forgotten" rig/model/cable.cpp 's/cable_.common_return_ohm, cable_.common_return_h/Figure{}, cable_.common_return_h/' model_test ''
plant "both halves of a bridge carry the same sign" rig/model/circuit.cpp 's/minus ? -0.5 : 0.5/minus ? 0.5 : 0.5/' model_test ''
plant "a coupling capacitor is taken for its reciprocal" rig/model/circuit.cpp 's/out.per_farad = 1.0 \/ stage/out.per_farad = stage/' model_test ''
plant "the leak inside the amplifier is inverted" rig/model/circuit.cpp 's/= full \* circuit_.amplifier_leak.value/= -full * circuit_.amplifier_leak.value/' model_test ''
plant "a spring on two segments has one contact" rig/model/circuit.cpp 's/bridge || touched.size() > 1 ? s : pole/bridge ? s : pole/' model_test ''
plant "chains are joined without their second resistance" rig/model/reduce.cpp 's/sum.chain.ohm += next.chain.ohm;//' model_test ''
plant "the common mode is the sum of the terminals" rig/model/solve.cpp 's/0.5 \* (plus + minus)/(plus + minus)/' model_test ''
plant "a tank's coil counts as a capacitor" rig/model/impedance.cpp 's/w \* t.farad - t.per_henry/w * t.farad + t.per_henry/' impedance_test ''
plant "a silent side is called driven" rig/model/readings.hpp 's/silent_share = 1e-3/silent_share = 0.0/' model_test ''
plant "source and destination of a transfer are swapped" rig/model/readings.cpp 's/at.voltage\[from\]\[to\]/at.voltage[to][from]/' model_test ''
plant "a floating node goes unnoticed" rig/model/reduce.cpp 's/if (groups.of(n) != 0)/if (n < 0)/' model_test ''
plant "a second channel counts from 25 %" rig/model/wiring.cpp 's/counts_from = 0.15/counts_from = 0.25/' wiring_test ''
plant "a hazard begins at 500 mA per volt" rig/model/wiring.cpp 's/hazard_a_per_v = 0.050/hazard_a_per_v = 0.500/' wiring_test ''
plant "opposed channels are not tried for shorts" rig/model/wiring.cpp 's/std::abs(ampere\[Side::left\] - ampere\[Side::right\])/0.0/' wiring_test ''
plant "a short plug's sleeve leaves ring 2's spring in the air" rig/profile/compose.cpp 's/contains(spring) ? spring : "S"/contains(spring) ? spring : "-"/' wiring_test ''
plant "the smaller channel names the driver" rig/model/wiring.cpp 's/a > b ? part/a < b ? part/' wiring_test ''
plant "a tolerance counts as one sigma" rig/model/population.cpp 's/0.5 \* figure.tolerance \* normal/figure.tolerance * normal/' bands_test ''
plant "the band holds 90 % of the units" rig/model/block_of_draws.cpp 's/place_of(n, 0.025)/place_of(n, 0.05)/' bands_test ''
plant "the band is drawn from the seeds' own units" rig/model/population.hpp 's/std::uint64_t{1} << 32/std::uint64_t{1}/' bands_test ''
plant "every axis of the units is the first" rig/model/population.cpp 's/steps\[k % steps.size()\]/steps[0]/' bands_test ''
plant "a draw may turn a resistance negative" rig/model/population.cpp 's/std::max(value, least_share \* figure.value)/value/' bands_test ''
plant "a seed draws nothing" rig/model/population.cpp 's/if (number == 0) return nominal_;/return nominal_;/' bands_test ''

# --- units side by side ---
plant "a lane with bad pivots is believed" rig/model/drawn_units.cpp 's/if (!(answer.least_pivot\[lane\] > least_pivot_squared))/if (!(answer.least_pivot[lane] > 0.0))/' drawn_units_test 'units that lie*'
plant "a unit of another shape is stamped all the same" rig/model/drawn_units.cpp 's/std::numeric_limits<double>::quiet_NaN()/1.0/' drawn_units_test 'a unit whose*'
plant "the order of elimination is the block's" rig/model/drawn_units.cpp 's/population_.unit(first_predicted_unit, plan_.seed)/unit(plan_.draws - 1)/' drawn_units_test 'a unit has*'
plant "a table's driver also has its parallel branches" rig/model/side_by_side.cpp 's/if (!load.table) y += part;/y += part;/' drawn_units_test 'drivers of*'
plant "a coupling is stamped one way" rig/model/side_by_side.cpp 's/at(c.two, c.one).im += reactance;//' drawn_units_test 'units of 120*'
plant "the squared EMF is forgotten" rig/model/drawn_units.cpp 's/squared\[lane\] \* per_emf_squared/squared[lane]/' drawn_units_test 'units of 120*'
plant "the power law counts in hertz" rig/model/side_by_side.cpp 's/std::pow(w, next_\[1\]\[l\])/std::pow(w \/ 6.2832, next_[1][l])/' drawn_units_test 'drivers of*'
plant "power is taken for amplitude in the draws" rig/model/block_of_draws.cpp 's/return 0.5 \* db_per_relative/return db_per_relative/' bands_test ''
plant "the lower end of a band is looked for above the median" rig/model/block_of_draws.cpp 's/values.first(std::min(middle + 1, n))/values.last(std::min(middle + 1, n))/' curve_bands_test 'the three quantiles*'
plant "a silent response is its transfer" rig/model/bands.cpp 's/other < c \&\& spoken \&\& out/other < c \&\& out/' curve_bands_test 'a response that*'
plant "a crosstalk is the transfer of its side" rig/model/bands.cpp 's/shown\[c\].kind == Curve::Kind::response \&\& //' bands_test ''

# --- derived readings, devices and their matrix ---
plant "the current limit is forgotten" rig/model/power.cpp 's/\*limits.output_a < out->emf_v \* ampere/false/' derived_parts_test '30 mA into*'
plant "power in peak squared" rig/model/power.cpp 's/= 0.5 \* out->emf_v/= 1.0 * out->emf_v/' derived_parts_test 'a stage of 1 V*'
plant "the other channel does not share the ground" rig/model/power.cpp 's/both ? of\[other(driver)\]\[driver\]/false ? of[other(driver)][driver]/' derived_parts_test 'both channels in phase*'
plant "only the own output's current counts" rig/model/power.cpp 's/both ? std::max/false ? std::max/' derived_parts_test '*stops the other at 30 mA*'
plant "an unknown limit is one volt" rig/model/power.cpp 's/std::optional<MaxPower> out;/std::optional<MaxPower> out = MaxPower{0.0, 1.0};/' derived_parts_test 'without any limit*'
plant "a clipped sine stands at its peak without the flat top" rig/model/clipping.cpp 's/ + c \* std::cos(n \* a) \/ n//' derived_parts_test 'a sine clipped*'
plant "THD in power" rig/model/clipping.cpp 's/return std::sqrt(std::max(0.0, \(.*\)));/return std::max(0.0, \1);/' derived_parts_test 'all harmonics*'
plant "dither costs nothing" rig/model/effective_bits.cpp 's/std::sqrt(0.5)/1.0/' derived_parts_test '14 bits*'
plant "every bit is an ideal quantizer's" rig/model/effective_bits.cpp 's/case BitsDefinition::step_ratio: return 0.0;/case BitsDefinition::step_ratio: return 1.7609;/' derived_parts_test '14 bits*'
plant "a coupling capacitor's reactance has the coil's sign" rig/model/output_impedance.cpp 's/signal -= Complex/signal += Complex/' derived_parts_test 'the output impedance*'
plant "a bridge's return is nothing" rig/model/output_impedance.cpp 's/return {signal, signal};/return {signal, 0.0};/' derived_parts_test 'the output impedance*'
plant "the port's test resistor is taken for the port" rig/model/port_impedance.cpp 's/\/ (1.0 - v)/\/ 1.0/' derived_parts_test 'a driver of 16 ohm behind*'
plant "the EMFs stay on while a port is asked" rig/model/port_impedance.cpp 's/branch.emf_v = {};/branch.emf_v = branch.emf_v;/' derived_parts_test 'a driver of 16 ohm behind*'
plant "2 kT instead of 4 kT" rig/model/driver_noise.cpp 's/std::sqrt(4.0 \* boltzmann/std::sqrt(2.0 * boltzmann/' derived_parts_test '4kT of*'
plant "player noise is integrated over log f" rig/model/driver_noise.cpp 's/simpson \* f \* span/simpson * 2891.0 * span/' derived_parts_test '220 uF into 16 ohm take*'
plant "the player's noise misses the divider" rig/model/driver_noise.cpp 's/std::sqrt(gain\[side\] \/ emf_squared/std::sqrt(gain[side]/' derived_parts_test '40 uV of*'
plant "an interface as loud as the driver resolves it" rig/model/driver_noise.cpp 's/least_margin_db = 6.0/least_margin_db = 3.0/' derived_parts_test 'noise 6.02 dB*'
plant "interface noise is added as volts" rig/model/driver_noise.cpp 's/std::hypot(driver_v, interface_v)/driver_v + interface_v/' derived_parts_test 'noise 6.02 dB*'
plant "cut-off at a quarter of the power" rig/model/low_cutoff.cpp 's/half_ = 0.5 \* /half_ = 0.25 * /' derived_parts_test '220 uF into 17*'
plant "without a capacitor the bass is searched" rig/model/low_cutoff.cpp 's/ || !circuit.stage.coupling_capacitance_f) return out;/) return out;/' derived_parts_test '220 uF into 17*'
plant "a silent side has a cut-off" rig/model/low_cutoff.cpp 's/if (!(band.reference_v() >= silent_share/if (!(1.0 >= silent_share/' derived_parts_test '1 farad*'
plant "full scale above clipping is undistorted" rig/model/derived.cpp 's/smaller(unit.full_scale_v, unit.clip_v);/unit.full_scale_v;/' derived_test 'a stage that clips*'
plant "a shorted output has power" rig/model/derived.cpp 's/if (shorted) continue;//' derived_test 'a shorted output*'
plant "an ideal converter's noise is exact" rig/model/derived_readings.cpp 's/noise.player_v \&\& !drive_.noise_is_least/noise.player_v/' derived_test 'noise that nobody*'
plant "no cut-off is not known" rig/model/derived_readings.cpp 's/if (cutoff.kind == LowCutoff::Kind::none) p.state = State::exact;//' derived_test 'readings of a 1 V*'
plant "level and noise make the range twice" rig/model/derived.cpp 's/FigureOf::dynamic_range, side) = level - \*noise/FigureOf::dynamic_range, side) = level - 2.0 * *noise/' derived_test 'readings of a 1 V*'
plant "the band of power does not know the EMF's tolerance" rig/model/derived_units.cpp 's/drawn(drive.full_scale_emf_v, unit, 0)/drawn(drive.full_scale_emf_v, 0, 0)/' derived_test 'an EMF uniform*'
plant "a measured volume step spreads" rig/model/derived_units.cpp 's/ \&\& drive.full_scale_emf_v->value == emf_v//' derived_test 'an EMF uniform*'
plant "current per EMF in amperes" rig/model/derived_curves.cpp 's/1e3 \* at.current/1.0 * at.current/' derived_test 'a common mode*'
plant "both driven are opposed" rig/model/derived_curves.cpp 's/v\[side\]\[side\] + v/v[side][side] - v/' derived_test 'a common mode*'
plant "a clip voltage of each output is one of the side" rig/profile/device.cpp 's/btl ? 2.0 : 1.0/1.0/' devices_test 'each output of a bridge*'
plant "the HM-801 has 20 ohm" profiles/players/hifiman_hm801.json 's/"value": 18.21/"value": 20.0/' devices_test 'HM-801*'
plant "the HM-602's capacitor is a tenth" profiles/players/hifiman_hm602_line_out.json 's/1.544e-05/1.544e-06/' devices_test 'HM-602*'
plant "the ER-4S is an ER-4P" profiles/earphones/etymotic_er4s.json 's/"value": 98/"value": 22.7/' devices_test 'earphones show*'
plant "4.4 mm with L- and R+ exchanged" profiles/plugs/pentaconn_4.4mm.json 's/"R1": "L-", "R2": "R+"/"R1": "R+", "R2": "L-"/' devices_test 'a 4.4 mm plug*'
plant "the better side is shown" rig/report/matrix_figures.cpp 's/== lower) worst = i/!= lower) worst = i/' matrix_test 'of two sides*'
plant "separation loses its bound's direction" rig/report/matrix_figures.cpp 's/(sign > 0.0)/(sign < 9.0)/' matrix_test 'bounds keep*'
plant "a hazard's row has figures" rig/report/matrix_html.cpp 's/if (cell.hazard())/if (false)/' matrix_test 'the terminal*'
plant "a player's name is markup" rig/report/matrix_html.cpp 's/escaped(player.id), isolated(player.name))/escaped(player.id), player.name)/g' matrix_test 'a name of a profile*'
plant "each reading of the matrix is the first player's" rig/report/matrix_json.cpp 's/= player.id/= matrix.players.front().id/' matrix_test 'the matrix as JSON*'
plant "current is shown as voltage" rig/report/derived_text.cpp 's/limit == "voltage" ? " V" : " I"/limit == "voltage" ? " I" : " V"/' derived_text_test 'a power of*'
plant "no cut-off is shown as not known" rig/report/derived_text.cpp 's/== "none" ? "none" : "not known"/== "none" ? "not known" : "not known"/' derived_text_test 'no cut-off*'
plant "what the interface cannot see is not said" rig/report/derived_text.cpp 's/out += interface_line(prediction);//' derived_text_test 'sound pressure*'
plant "the two ends of a band change places" rig/report/matrix_figures.cpp 's/end_of(std::min(a, b), column)/end_of(std::max(a, b), column)/' matrix_test 'of two sides*'
plant "a difference signal has the power of both" rig/report/matrix_figures.cpp 's/column == Column::power \&\& !stereo/false/' matrix_test "the clone's*"

# --- takes and benches ---
plant "an integer sample is divided by 2^32 instead of 2^31" rig/capture/take_file.cpp 's/1.0 \/ 2147483648.0/1.0 \/ 4294967296.0/' take_file_test ''
plant "a data chunk that claims more than the file holds is believed" rig/capture/sound_header.cpp 's/if (data_bytes > there)/if (false)/' take_file_test ''
plant "a poisoned float sample is let through" rig/capture/take_file.cpp 's/if (!std::isfinite(take.channels\[c\]\[n\]))/if (false)/' take_file_test ''
plant "a sidecar of another take is accepted" rig/capture/take_facts.cpp 's/if (!hash.empty() \&\& hash != sha256)/if (false)/' take_file_test ''
plant "the format tag of a compressed WAV is not looked at" rig/capture/riff_header.cpp 's/if (\*tag != pcm \&\& \*tag != ieee_float)/if (false)/' take_file_test ''
plant "a FLAC is not known by its content" rig/capture/sound_header.cpp 's/magic == "fLaC"/magic == "flac"/' take_file_test ''
plant "the simulated player's clock runs the wrong way" drivers/simulated_bench.cpp 's/(fast - reference)/(reference - fast)/' simulated_bench_test ''
plant "the simulated low-pass begins at 0.01 of the rate" drivers/signal_chain.cpp 's/flat = 0.46/flat = 0.01/' simulated_bench_test ''
plant "crosstalk of the simulated circuit is wired to the wrong driver" drivers/signal_chain.cpp 's/h\[from\]\[to\]/h[to][to]/' simulated_bench_test ''
plant "the transfer curve is joined by straight lines" drivers/transfer_curve.cpp 's/const double bend_a = (a \* a \* a - a)/const double bend_a = 0.0 * (a * a * a - a)/' simulated_bench_test ''
plant "the simulated cubic is forgotten" drivers/signal_chain.cpp 's/scene.third_order \* x\[i\] \* x\[i\] \* x\[i\]/0.0/' simulated_bench_test ''
plant "the simulated noise is 3 dB too strong" drivers/signal_chain.cpp 's/std::sqrt(0.5 \* rate_hz/std::sqrt(1.0 * rate_hz/' simulated_bench_test ''
plant "relay_stuck is not simulated" drivers/simulated_bench.cpp 's/fault_->first_arm_always/false/' simulated_bench_test 'each planted fault*'
plant "63 instead of 64 frames are lost" drivers/simulated_faults.cpp 's/here + 64/here + 63/' simulated_bench_test 'each planted fault*'
plant "the replayed bench does not look which take it reads" drivers/replayed_bench.cpp 's/take->facts.arm != request.arm/false/;s/take->facts.repeat != request.repeat/false/' simulated_bench_test ''
plant "the number of the repeat does not reach the draws of a take" drivers/simulated_bench.cpp 's/std::to_string(request.repeat)/std::string()/' simulated_bench_test ''
plant "the J-test's square lags by half a word" rig/stimulus/evaluate.cpp 's/half \* (2.0 \* n + 1.0)/half * (2.0 * n)/' stimulus_test ''
plant "a Farina sweep is played as a synchronised one" rig/stimulus/evaluate.cpp 's/std::expm1(v/std::exp(v/' stimulus_test ''
plant "ppm has the wrong sign in the clock" rig/stimulus/evaluate.hpp 's/return start + u_s \* rate_hz \/ (1.0 + ppm/return start + u_s * rate_hz \/ (1.0 - ppm/' stimulus_test ''
plant "a raised-cosine edge is a straight one" rig/stimulus/evaluate.cpp 's/0.5 - 0.5 \* std::cos(pi \* v \/ edge)/v \/ edge/' stimulus_test ''
plant "the plug level forgets the cable" rig/plan.cpp 's/current\[side\] \* (cable.signal_ohm/0.0 * current[side] * (cable.signal_ohm/' plan_test ''
plant "the level ceiling is not watched" rig/plan.cpp 's/result.levels\[side\].at_plug > VoltsRms{session.ceiling_v_rms}/false/' plan_test ''
plant "the J-test's track is dithered" rig/track_pack.cpp 's/plain ? 0.0 : dither/dither/' plan_test ''
plant "a track is not dithered" rig/track_pack.cpp 's/plain ? 0.0 : dither/0.0/' plan_test ''

# --- correlation, analysis, alignment, the flow ---
plant "a block of the correlation forgets its place" rig/fft/correlate.cpp \
    's/origin + static_cast<std::ptrdiff_t>(at) + windows/origin + windows/' deconvolve_test ''
plant "the inverse transform keeps its factor N" rig/fft/fft.cpp \
    's/const double scale = 1.0 \/ static_cast<double>(arrays_->n);/const double scale = 1.0;/' deconvolve_test ''
plant "a phasor turns the wrong way" rig/fft/phasor.cpp \
    's/imaginary\[k\] = std::sin(angle);/imaginary[k] = -std::sin(angle);/' deconvolve_test ''
plant "the reference is not gated like the capture" rig/analysis/deconvolve.cpp \
    's/dft.at(reference_, 0)/dft.at(reference_, 1)/' deconvolve_test ''
plant "the gate's own bias is left in" rig/analysis/deconvolve.cpp \
    's/constexpr int corrections = 3;/constexpr int corrections = 0;/' truth_captures_test ''
plant "harmonics are looked for at multiples of L" rig/analysis/deconvolve.cpp \
    's/const double centre = -excitation_.rate_s \* std::log(order) \* excitation_.rate_hz;/const double centre = -excitation_.rate_s * order * excitation_.rate_hz;/' deconvolve_test ''
plant "noise is stated as a third of what it is" rig/analysis/deconvolve.cpp \
    's/out.push_back(std::sqrt(typical \* like.energy() \/ own.energy()));/out.push_back(std::sqrt(typical * like.energy() \/ own.energy()) \/ 3.0);/' deconvolve_test ''
plant "noise of a few gates is taken as it falls" rig/analysis/deconvolve.cpp \
    's/typical \/= std::numbers::ln2;/typical *= 4.0;/' truth_captures_test ''
plant "the top of a slow sine counts as clipping" rig/analysis/health.cpp \
    's/constexpr double crowding = 20.0;/constexpr double crowding = 1.0;/' health_test ''
plant "only the upper top counts as clipped" rig/analysis/health.cpp \
    's/Clipping{std::abs(level), top + bottom}/Clipping{std::abs(level), top}/' health_test ''
plant "one step of dither keeps an input alive" rig/analysis/health.cpp \
    's/<= step \* 1.0001/<= 0.0/' health_test ''
plant "mains are only looked for at 50 Hz" rig/analysis/mains.cpp \
    's/power60 > power50 ? f60 : f50/power60 > power50 ? f50 : f50/' health_test ''
plant "a mains line reads half its amplitude" rig/analysis/mains.cpp \
    's/out.phasors\[k\] += std::complex(a, -b);/out.phasors[k] += 0.5 * std::complex(a, -b);/' health_test ''
plant "ppm has the other sign" rig/align/clock.cpp \
    's/const double ppm = (gap_s \* fs \/ samples - 1.0) \* 1e6;/const double ppm = (1.0 - gap_s * fs \/ samples) * 1e6;/' breaks_test ''
plant "a clock's uncertainty is a tenth of what it is" rig/align/clock.cpp \
    's/const double u = std::max(d.u, 1e-6) \/ samples \* 1e6;/const double u = 0.1 * std::max(d.u, 1e-6) \/ samples * 1e6;/' truth_captures_test ''
plant "a marker off its place by more than a crystal is lost" rig/align/markers.cpp \
    's/(0.01 \* std::abs(gap_s) + std::min(0.2, 0.25 \* std::abs(gap_s))) \* fs;/0.0;/' breaks_test 'a clean take*'
plant "a side that hardly plays leaks 40 dB" rig/measure/sweep_readings.cpp \
    's/return 2 \* heard >= reader\.grid()\.size();/return true;/' odd_takes_test "a side that is heard*"
plant "a take without its facts was made" rig/flow/run_folder.cpp \
    's/if (!was_made(folder, request)) return std::optional<Take>{};//' flow_test 'a stopped run keeps*'
plant "words of a faulty arm are a verdict" rig/flow/conclude.cpp \
    's/difference_at_least \&\& takes\.refused\.empty();/difference_at_least;/' flow_faults_test 'words of an arm*'
plant "a period is counted at the frequency before a long loss" rig/align/breaks.cpp \
    's/out\.samples = \*behind - \*before;/out.samples = fine(0.0) + std::round((*behind - *before - fine(0.0)) \/ period) * period;/' breaks_test 'a loss over*'
plant "a chirp of another pace is looked for at one pace only" rig/measure/timing.cpp \
    's/worth_another_look_ppm = 150.0/worth_another_look_ppm = 1e9/' breaks_test '437*'
plant "frames lost in a pause are a clock" rig/measure/timing.cpp \
    's/told_by_sweeps_ppm = 200.0/told_by_sweeps_ppm = 1e9/' breaks_test 'what is lost*'
plant "one clock is believed whatever the markers say" rig/measure/timing.cpp \
    's/not_one_clock_ppm = 0.5/not_one_clock_ppm = 1e9/' breaks_test 'one clock*'
plant "a marker behind a long dropout is not looked for" rig/align/markers.cpp \
    's/std::min(0.2, 0.25/std::min(0.006, 0.25/' breaks_test 'what is lost*'
plant "a break must stand 10,000 times above its surroundings" rig/align/event_stretch.cpp \
    's/constexpr double over_residual = 12.0;/constexpr double over_residual = 10000.0;/' breaks_test ''
plant "a lost stretch counts as inserted" rig/align/breaks.cpp \
    's/else if (out.shift < 0)/else if (out.shift > 100000)/' breaks_test ''
plant "what stands twice is not compared" rig/align/breaks.cpp \
    's/!blank \&\& repeats(recording, at, out.shift)/false/' breaks_test ''
plant "whole periods are not counted" rig/align/breaks.cpp \
    's/if (before \&\& behind) out.samples = \*behind - \*before;//' breaks_test ''
plant "a blank run counts as inserted" rig/align/breaks.cpp \
    's/if (blank \&\& out.shift == 0)/if (false)/' breaks_test ''
plant "the sweep's inverse is not weighted by its frequency" rig/measure/excitation.cpp \
    's/out.wave\[i\] \* std::exp(v \/ sweep.rate_s) \*/out.wave[i] */' truth_captures_test ''
plant "the reference runs at the converter's clock" rig/measure/excitation.cpp \
    's/const double u = clock.u_at(static_cast<double>(out.origin) + static_cast<double>(i));/const double u = clock.u_at(static_cast<double>(out.origin) + static_cast<double>(i)) \/ (1.0 + clock.ppm * 1e-6);/' truth_captures_test ''
plant "swapped taps are not undone" rig/measure/measure.cpp \
    's/map = {{Side::right, Side::left}};/map = {{Side::left, Side::right}};/' truth_captures_test ''
plant "3,000 ppm is a clock" rig/measure/measure.cpp \
    's/constexpr double largest_ppm = 2000.0;/constexpr double largest_ppm = 4000.0;/' breaks_test '3000 ppm*'
plant "a broken take keeps its figures" rig/measure/measure.cpp \
    's/if (breaks.empty()) return;/return;/' breaks_test ''
plant "a break in a pause is left to the chirps" rig/measure/measure.cpp \
    's/constexpr double largest_disagreement = 2.0;/constexpr double largest_disagreement = 2e9;/' breaks_test 'a break in a pause*'
plant "noise-limited points are exact" rig/measure/sweep_readings.cpp \
    's/constexpr double least_over_noise = 3.0;/constexpr double least_over_noise = 0.0;/' real_captures_test ''
plant "crosstalk's phase is not re the driven side" rig/measure/sweep_readings.cpp \
    's/ratio.e.value \*= std::conj(own->e.value) \/ size;/ratio.e.value *= 1.0;/' truth_captures_test ''
plant "a silent side leaks" rig/measure/sweep_readings.cpp \
    's/return 2 \* heard >= reader\.grid()\.size();/return true;/' breaks_test 'a difference*'
plant "a single sweep claims to know the clock" rig/measure/timing.cpp \
    's/if (timing.u_ppm \&\& timing.found) {/if (timing.found) {/' real_captures_test ''
plant "the delay is not taken out" rig/measure/timing.cpp \
    's/timing.clock.start += out.shift_samples;/timing.clock.start += 1.0;/' real_captures_test ''
plant "predictions are stored after the takes" rig/run.cpp \
    's/const auto stored = store_predictions(order.folder, \*predictions);/const Result<Done> stored = Done{};/' flow_test 'predictions are on disk*'
plant "a shorted output is played into" rig/run.cpp \
    's/if (!safe) return safe.error();/if (!safe \&\& false) return safe.error();/' flow_test 'a 3-pole plug*'
plant "takes that stood already are played again under another seed" rig/flow/run_folder.cpp \
    's/if (there->at(key) != value)/if (false)/' flow_test 'a stopped run*'
plant "a run writes over an earlier one" rig/flow/run_folder.cpp \
    's/if (!empty_or_absent(folder))/if (false)/' flow_test 'a folder that already*'
plant "arms on one route are judged" rig/flow/conclude.cpp \
    's/if (!spoils ||/if (true ||/' flow_faults_test ''
plant "an offset is a wave of another pace" rig/align/breaks.cpp \
    's/const double pause = pause_energy(s, length);/const double pause = 0.0; (void)pause_energy;/' flow_faults_test 'an arm whose*'
plant "an invalid take is averaged with the others" rig/flow/conclude.cpp \
    's/if (take.arm == arm.id \&\& take.valid) valid/if (take.arm == arm.id) valid/' conclude_test ''
plant "levels are predicted in peak volts" rig/flow/predictions.cpp \
    's/arm.circuit.stage.emf_v \/ std::numbers::sqrt2/arm.circuit.stage.emf_v/' flow_test 'the shipped session*'

plant "a bound beyond a limit counts as a failure" rig/flow/limits.cpp \
    's/if (useless || (loose \&\& margin < 0.0)) {/if (useless) {/' conclude_test ''
plant "a limit cannot fail" rig/flow/limits.cpp \
    's/const double margin = sign \* (\*bound - \*p.value);/const double margin = std::abs(*bound - *p.value);/' conclude_test ''

# --- comparison, verdict, report ---
plant "scatter of the mean not divided by n" rig/compare/repeats.cpp 's| / (n - 1.0) / n;| / (n - 1.0);|' compare_test ''
plant "few takes are trusted like many" rig/compare/repeats.cpp 's|/ 1.959963984540054|* 0.0 + 1.0|' compare_test ''
plant "systematic part averaged over takes" rig/compare/repeats.cpp 's|return std::sqrt(systematic + std::max(scatter, random));|return std::sqrt(systematic / n + std::max(scatter, random));|' compare_test ''
plant "sign of the phase lost in its mean" rig/compare/repeats.cpp 's|y += std::sin(\*v.point.phase_deg / degrees_per_radian)|y += std::abs(std::sin(*v.point.phase_deg / degrees_per_radian))|' compare_test ''
plant "lowest bound taken for the mean's" rig/compare/repeats.cpp 's|std::max_element|std::min_element|' compare_test ''
plant "what was not measured enters the mean" rig/compare/repeats.cpp 's/p->state == State::not_measured || !p->value/!p->value/' compare_test ''
plant "readings' own u averaged over takes" rig/compare/difference.cpp 's|/ out.takes + squared(all.u)|/ out.takes + squared(all.u) / out.takes|' compare_test ''
plant "Welch-Satterthwaite with n for n - 1" rig/compare/difference.cpp 's|/ (n_a - 1)|/ n_a|' compare_test ''
plant "band mean over f, not ln f" rig/compare/difference.cpp 's|std::abs(std::log(\*points\[i + 1\].at / \*points\[i\].at))|std::abs(*points[i + 1].at - *points[i].at)|' compare_test ''
plant "bound forgotten in the band mean" rig/compare/difference.cpp 's/out.at_most |= points\[i\].state == State::at_most;//' compare_test ''
plant "a bound in B bounds the difference the wrong way" rig/compare/difference.cpp 's|from_b = -direction(b.state)|from_b = direction(b.state)|' compare_test ''
plant "one tail of Student's t counted twice" rig/compare/student_t.cpp 's|const double tail = 0.5 \*|const double tail = 1.0 *|' compare_test ''
plant "z against the sum of uncertainties" rig/compare/beside.cpp 's|const double u = std::hypot(point.u.value_or(0.0), u_towards|const double u = (point.u.value_or(0.0) + u_towards|' compare_test ''
plant "model violated only beyond 5 u" rig/compare/beside.cpp 's|limit_in_u = 3.0|limit_in_u = 5.0|' compare_test ''
plant "one stray point violates the model" rig/compare/beside.cpp 's|allowed_share = 0.10|allowed_share = 0.01|' compare_test ''
plant "prediction interpolated over f, not ln f" rig/compare/beside.cpp 's|std::log(\*at / \*a->point.at) / std::log(\*b->point.at / \*a->point.at)|(*at - *a->point.at) / (*b->point.at - *a->point.at)|' compare_test ''
plant "lower is better forgotten" rig/verdict/judge.cpp 's/if (!claim.lower_is_better) return/if (!claim.lower_is_better || true) return/' verdict_test ''
plant "interval ignored, the mean decides" rig/verdict/judge.cpp 's|may_support \&\& d.low >=|may_support \&\& d.value >=|' verdict_test ''
plant "a floor in A may refute" rig/verdict/judge.cpp 's|may_refute = d.state != State::at_least|may_refute = true|' verdict_test ''
plant "a floor in B may support" rig/verdict/judge.cpp 's|may_support = d.state != State::at_most,|may_support = true,|' verdict_test ''
plant "one take too few would decide" rig/verdict/judge.cpp 's|return enough;|return too_few;|' verdict_test ''
plant "one good take in many supports" rig/verdict/judge.cpp 's|else if (fitting == static_cast<std::ptrdiff_t>(words.size()))|else if (fitting > 0)|' verdict_test ''
plant "supporting words anywhere in the outcome" rig/verdict/judge.cpp 's|words.rfind(prefix, 0) == 0|words.find(prefix) != std::string::npos|' verdict_test ''
plant "unknown written as 0" rig/report/reading_json.cpp 's|if (!number) return nullptr;|if (!number) return 0.0;|' report_test ''
plant "first point's state for the whole curve" rig/report/reading_json.cpp 's/if (std::all_of(points.begin(), points.end(), same)) return/if (std::any_of(points.begin(), points.end(), same)) return/' report_test ''
plant "real part written twice" rig/report/reading_json.cpp 's|finite(v.imag())|finite(v.real())|' report_test ''
plant "value written as its own u" rig/report/reading_json.cpp 's|out\["u"\] = finite(p.u)|out["u"] = finite(p.value)|' report_test ''
plant "means left out of the readings" rig/report/record.cpp 's|i < run.means.size(); ++i|i < 0 * run.means.size(); ++i|' report_test ''
plant "the prediction's text holds its hash" rig/report/record.cpp 's|out\["arm"\] = prediction.arm;|out["arm"] = prediction.arm + prediction.sha256;|' report_test ''
plant "badge forgotten on the page" rig/report/html.cpp 's|    if (run.simulated)$|    if (false)|' page_test ''
plant "tags of a name reach the page" rig/report/markup.cpp 's|"\&lt;"|"<"|' page_test ''
plant "invalid UTF-8 reaches the page" rig/report/markup.cpp 's|out += "\\xEF\\xBF\\xBD"|out += text[i]|' page_test ''
plant "invalid run not said to be" rig/report/html.cpp 's|if (!run.valid) alerts +=|if (false) alerts +=|' page_test ''
plant "summary wider than the screen" rig/report/summary.cpp 's|max(40, screen.columns)|max(40, screen.columns + 10)|' page_test ''
plant "summary longer than the screen" rig/report/summary.cpp 's|screen.lines - 1 - out.size|screen.lines + 7 - out.size|' page_test ''
plant "a pipe is cut like a screen" rig/report/screen.cpp 's|!= 1) return Screen::endless|!= 1) return Screen{}; else if (false) return Screen::endless|' command_line_test 'what goes into a pipe*'
plant "the take's screen hides where the programme starts" rig/report/summary_take.cpp 's|r.detail("start")|r.detail("begin")|' page_test 'the summary of a take*'
plant "direction overrides reach the terminal" rig/report/terminal_text.cpp 's|Range{0x202A, 0x202E}|Range{0x202A, 0x202A}|' page_test ''
plant "wide characters counted as one column" rig/report/terminal_text.cpp 's|within(c, wide) ? 2|within(c, wide) ? 1|' page_test ''
plant "time left is the time spent" rig/report/progress.cpp 's|elapsed_s \* (1.0 - fraction) / fraction|elapsed_s * 1.0|' page_test ''
plant "bounds not drawn in the plots" rig/report/plot.cpp 's/if (!drawable(p) || (p.state != State::at_most/if (true || (p.state != State::at_most/' page_test ''
plant "floor drawn 8.7 dB off" rig/report/run_plots.cpp 's|AmplitudeRatio{u / db_per_relative}|AmplitudeRatio{u}|' page_test ''
plant "two floors decide" rig/compare/difference.cpp 's|if (from_a \* from_b < 0) return State::not_measured;||' verdict_test ''

# --- takes that are not what they should be ---
plant "a take that begins too late is measured" rig/measure/measure.cpp 's/if (late > slack)/if (false)/' odd_takes_test 'a take that begins*'
plant "a take that ends too early is measured" rig/measure/measure.cpp 's/if (cut > slack)/if (false)/' odd_takes_test 'a take that begins*'
plant "a click goes unnoticed" rig/align/event_stretch.cpp 's/\*worst <= 0\.01 \* top/*worst <= 10.0 * top/' odd_takes_test 'a click*'
plant "a click is placed where its first ripple is" rig/align/event_stretch.cpp 's/return from + (worst - e.begin());/return from + (worst - e.begin()) - 1;/' odd_takes_test 'a click*'
plant "one frame of nothing goes unnoticed" rig/align/breaks.cpp 's/if (!blank \&\& out\.shift == 0)/if (false)/' odd_takes_test 'one frame*'
plant "a sweep that was never played is measured" rig/measure/timing.cpp 's/if (2 \* clear >= grid\.size()) return true;/return true;/' odd_takes_test 'a sweep that was never*'
plant "100 times full scale is a signal" rig/measure/measure.cpp 's/largest_sample = 64\.0/largest_sample = 1e9/' odd_takes_test 'samples of 100*'
plant "music in the pauses is DC and hum" rig/measure/take_health.cpp 's/loudest_pause = 0\.03/loudest_pause = 30.0/' odd_takes_test 'something that plays*'
plant "a silent side is never quiet" rig/measure/take_health.cpp 's/if (recording\.has(side)) loudest = std::max(loudest, peak(recording\.samples\[side\]));/if (recording.has(side) \&\& side == Side::left) loudest = peak(recording.samples[side]);/' odd_takes_test 'a side that hears nothing*'
plant "a third channel is passed over in silence" rig/measure/measure.cpp 's/take\.channels\.size() > 2/take.channels.size() > 3/' odd_takes_test 'a third channel*'
plant "what was asked for and not read is left away" rig/measure/measure.cpp 's/if (there) continue;/if (there || !asked.empty()) continue;/' odd_takes_test 'what a programme asks*'
plant "a side that plays too has crosstalk" rig/measure/sweeps.cpp 's/probe\.drives\[side\] || e\.on\[side\]/probe.drives[side]/' odd_takes_test 'sides that play*'
plant "a sweep with its tops cut off is measured" rig/measure/take_health.cpp 's/if (converter || sweeps(programme, side)) out/if (converter) out/' odd_takes_test 'tops cut off*'
plant "a torn sweep is examined place by place" rig/align/breaks.cpp 's/most_clusters = 200/most_clusters = 200000/' odd_takes_test 'a sweep that crackles*'
plant "a sweep beyond half the rate is taken whole" rig/measure/excitation.cpp 's/sweep\.f2_hz < 0\.51 \* clock/sweep.f2_hz < 51.0 * clock/' odd_takes_test 'a sweep to 20 kHz*'
plant "a sweep without a fade has harmonics" rig/measure/sweep_readings.cpp 's/, clutter\[i\]);/, 0.0 * clutter[i]);/' odd_takes_test 'a sweep without a fade*'
plant "one frame lost in a pause is a clock" rig/measure/measure.cpp 's/largest_chirp_offset = 0\.1/largest_chirp_offset = 100.0/' odd_takes_test 'one frame lost in a pause*'
plant "chirps that cancel are believed" rig/measure/chirp_check.cpp 's/least_likeness = 0\.5/least_likeness = 0.0/' odd_takes_test 'chirps that cancel*'
plant "a silent side voids the other" rig/measure/measure.cpp 's/if (hears_chirp_of(recording, programme, fine, side)) return nowhere;/return nowhere;/' odd_takes_test 'a side of which nothing*'
plant "a silent side has a delay" rig/measure/timing.cpp 's/if (!probe\.heard) continue;//' odd_takes_test 'a side of which nothing*'
plant "a wrong header is lost frames" rig/measure/timing.cpp 's/likely_ppm = 500\.0/likely_ppm = -1.0/' odd_takes_test 'a header of*'
plant "another programme is lost frames" rig/align/breaks.cpp 's/left_over - pause > 0\.67 /left_over - pause > 2.0 /' odd_takes_test 'another sweep*'
plant "noise is another programme" rig/align/breaks.cpp 's/ || noisiness(s\.y, n, n + length) > 0\.1) continue;/) continue;/' odd_takes_test 'a sweep that noise*'
plant "half a programme under a header of twice the rate is cut short" rig/measure/measure.cpp 's/return rate ? wrong_header(\*rate, recording.rate_hz) : words;/return rate ? words : words;/' odd_takes_test 'a header of*'
plant "a shorted pairing is predicted as if it could be played" rig/verbs/predict.cpp 's/return hazard ? exit_code(Fault::Kind::unsafe) : 0;/return 0;/' predict_verb_test 'a pairing that*'
plant "a click at a slow place is lost frames" rig/measure/timing.cpp 's/        count_as_clicks(breaks);/        (void)count_as_clicks;/' odd_takes_test 'three clicks*'
plant "a take that is void tells where it starts" rig/measure/measure.cpp 's/    timing\.found = false;//' odd_takes_test 'three clicks*'
plant "an offset is told from a wave by its least energy" rig/align/breaks.cpp 's/all.size() \/ 10/all.size() - all.size()/' odd_takes_test 'an offset of*'
plant "a side that comes later is a broken stream" rig/measure/measure.cpp 's/ \&\& !each_with_its_chirps)/)/' odd_takes_test 'a side that comes*'
plant "words are told of sides 3 ms apart" rig/measure/measure.cpp 's/if (each_with_its_chirps \&\&/if (false \&\&/' odd_takes_test 'a side that comes*'
plant "the interface's leak is the earphone's" rig/measure/interface_crosstalk.cpp 's/least_over_leak = 3\.0/least_over_leak = 0.3/' interface_crosstalk_test ''
plant "the interface's leak is re full scale" rig/measure/interface_crosstalk.cpp 's/ratio \* size_of(driven->points\[i\])/ratio/' interface_crosstalk_test 'a transfer across*'
plant "the floor forgets the interface's leak" rig/measure/interface_crosstalk.cpp 's/std::hypot(size_of(p), ratio)/size_of(p)/' interface_crosstalk_test 'a transfer across*'
plant "a run's crosstalk is not allowed the interface's own" rig/flow/conclude.cpp 's/    allow_for_interface(session, out);/    (void)allow_for_interface;/' flow_test 'a unit whose interface*'
plant "the second chirp is taken for the first" rig/measure/timing.cpp 's/!(chirps \&\& whole)/!chirps/' odd_takes_test 'a take without its first chirps*'
plant "a decay is hum" rig/analysis/mains.cpp 's/if (most - least > 0\.5 \* own + 6/if (most - least > 50.0 + 6/' health_test 'what decays*'
plant "mains are looked for at exactly 50 Hz" rig/analysis/mains.cpp 's/0\.99 \* nominal_hz, 1\.01 \* nominal_hz/nominal_hz, nominal_hz/' health_test 'hum of 49.90*'
plant "DC is the mean, hum and all" rig/analysis/mains.cpp 's/passes = 12;/passes = 1;/' health_test 'hum of 49.90*'
plant "wandering mains lose amplitude" rig/analysis/mains.cpp 's/one_phase_explains = 0\.98;/one_phase_explains = 0.0;/' health_test 'mains that drift*'

# --- uncertainty: correlated figures, propagation, bands, consistency ---
plant "a correlation is forgotten" rig/model/correlation.cpp 's/if (r != 0\.0) out\.groups_/if (r > 2.0) out.groups_/' correlation_test ''
plant "the scores are multiplied by the transpose" rig/model/correlation.cpp 's/group\.lower\[i \* n + k\] \* z/group.lower[k * n + i] * z/' correlation_test 'scores with*'
plant "the first scores are used up by the later ones" rig/model/correlation.cpp 's/for (std::size_t i = n; i-- > 0;) {/for (std::size_t i = 0; i < n; ++i) {/' correlation_test ''
plant "a correlation of -0.6 between three passes" rig/model/correlation.cpp 's/if (!(r >= least \&\& r <= 1\.0))/if (!(r >= -1.0 \&\& r <= 1.0))/' correlation_test 'three figures*'
plant "a matrix that is not positive semidefinite is factorised" rig/model/correlation.cpp 's/if (!(rest >= -pivot_floor \* scale))/if (false)/' correlation_test '0.9, 0.9*'
plant "a row without a remainder may contradict" rig/model/correlation.cpp 's/> std::sqrt(pivot_floor) \* scale/> 1e9/' correlation_test '0.9, 0.9*'
plant "one driver for both sides is one member" rig/profile/groups.cpp 's/top \&\& key == "driver" ? 2 : weight/weight/' correlation_test 'a group in a profile*'
plant "a group outside the circuit is taken" rig/profile/groups.cpp 's/if (!in_circuit)/if (false)/' correlation_test 'a profile*'
plant "two files share a group" rig/profile/groups.cpp 's/if (!scope\.empty()) put_scope/if (false) put_scope/' correlation_test 'the group*'
plant "the groups of a profile are not read" rig/profile/circuit_parts.cpp 's/out\.group = text_at(json, "group");//' correlation_test 'a profile that says*'
plant "the groups of an earphone are not settled" rig/profile/device.cpp 's/settle_groups(document\.json, document\.kind/if (document.kind == "player") settle_groups(document.json, document.kind/' correlation_test 'a profile that says*'
plant "Philox has nine rounds" rig/model/random.cpp 's/round < 10/round < 9/' monte_carlo_test 'Philox*'
plant "the largest point rounds to 1" rig/model/random.cpp 's/(x >> 12U) + 0\.5) \* 0x1p-52/(x >> 11U) + 0.5) * 0x1p-53/' monte_carlo_test 'random points*'
plant "two axes share a point" rig/model/random.cpp 's/axis % 2 == 0 ? 0 : 2/0/' monte_carlo_test 'random points*'
plant "the seed counts to 2^32" rig/model/random.cpp 's/{low(seed), high(seed)}/{low(seed), 0}/' monte_carlo_test 'random points*'
plant "a uniform tolerance is its own u" rig/model/propagation.cpp 's/figure\.tolerance \/ std::sqrt(3\.0)/figure.tolerance/' monte_carlo_test '1 +- 0.5*'
plant "a normal tolerance is one u" rig/model/propagation.cpp 's/return 0\.5 \* figure\.tolerance;/return figure.tolerance;/' monte_carlo_test 'the EA-4*,first order*'
plant "first order knows no correlation" rig/model/propagation.cpp 's/contributions \* r \* contributions/contributions * contributions/' monte_carlo_test 'correlated*'
plant "uniform values correlate as their scores" rig/model/correlation.cpp 's/if (flat_a \&\& flat_b) return .*/if (flat_a \&\& flat_b) return of_scores;/' monte_carlo_test 'two uniform*'
plant "derivatives are one-sided twice" rig/model/propagation.cpp 's/(2\.0 \* step_in_u)/step_in_u/' monte_carlo_test 'first order*'
plant "the spread of a block counts as that of the mean" rig/model/over_blocks.hpp 's/ \/ (count_ - 1\.0) \/ count_)/ \/ (count_ - 1.0))/' monte_carlo_test 'a normal*'
plant "a run that did not settle is called stable" rig/model/monte_carlo.cpp 's/out\.stable = out\.stable \&\& /out.stable = out.stable || /' monte_carlo_test 'a tolerance that*'
plant "the shortest interval is the first" rig/model/monte_carlo.cpp 's/best = r;/best = 0;/' monte_carlo_test 'a normal*'
plant "all blocks are the first block" rig/model/monte_carlo.cpp 's/outputs\.size(), out\.trials, block, order/outputs.size(), 0, block, order/' monte_carlo_test 'a normal*'
plant "three digits of u decide" rig/model/monte_carlo.cpp 's/return 0\.5 \* unit;/return 0.05 * unit;/' monte_carlo_test 'without a tolerance*'
plant "not a number is drawn into u" rig/model/monte_carlo.cpp 's/if (!std::isfinite(y))/if (false)/' monte_carlo_test 'Monte Carlo refuses*'
plant "a band for the whole curve is the pointwise one" rig/model/bands.cpp 's/const double factor = gathered\.factor\.mean();/const double factor = 1.0;/' curve_bands_test 'two frequencies*'
plant "the largest score is of the last frequency" rig/model/bands.cpp 's/largest\[d\] = std::max(largest\[d\], /largest[d] = (/' curve_bands_test 'two frequencies*'
plant "a lopsided band is widened evenly" rig/model/bands.cpp 's/simultaneous_high\[i\] = median + factor \* (high - median)/simultaneous_high[i] = median + factor * (median - low)/' curve_bands_test 'a lopsided*'
plant "every block draws the same units" rig/model/bands.cpp 's/plan\.first_unit += plan\.draws;//' curve_bands_test 'the adaptive*'
plant "the adaptive procedure never stops early" rig/model/bands.cpp 's/prediction\.stable = true;/prediction.stable = false;/' curve_bands_test 'the adaptive*'
plant "another seed draws the same band" rig/model/drawn_units.hpp 's/plan_.first_unit + number, plan_.seed/plan_.first_unit + number, 0/' curve_bands_test 'bands come out*'
plant "crosstalk is drawn re the EMF" rig/model/block_of_draws.cpp 's/decibels_of(to\[d\]) - decibels_of(own\[d\])/decibels_of(to[d])/' curve_bands_test 'the covariance*'
plant "the predicted band is 2 % narrow" rig/model/bands.cpp 's/gathered\.low\[from + i\]\.add(low)/gathered.low[from + i].add(low + 0.1 * (median - low))/' coverage_test '*units drawn by chance 94.3*'
plant "E_n counts the covariance once" rig/compare/consistency.cpp 's/2\.0 \* k \* k \* covariance/k * k * covariance/' consistency_test ''
plant "z forgets what is shared" rig/compare/consistency.cpp 's/ - 2\.0 \* covariance)/)/' consistency_test 'z of*'
plant "chi-square takes the diagonal only" rig/compare/consistency.cpp 's/covariance\[a \* n + b\] \/ u_a/(a == b ? covariance[a * n + b] : 0.0) \/ u_a/' consistency_test 'three differences*'
plant "every point is a degree of freedom" rig/compare/consistency.cpp 's/++out\.degrees_of_freedom;/out.degrees_of_freedom = out.points;/' consistency_test 'a level calibration*'
plant "what cannot vary may differ" rig/compare/consistency.cpp 's/outside += along \* along;//' consistency_test 'a level calibration*'
plant "the rank depends on the unit" rig/compare/consistency.cpp 's/const double u_a = std::sqrt(covariance\[a \* n + a\]);/const double u_a = 1.0;/' consistency_test 'the unit*'
plant "a negative eigenvalue is a variance" rig/compare/consistency.cpp 's/if (parts->values\.front() < -negative_cut \* largest) return {};//' consistency_test 'what is no covariance*'
plant "the level calibration differs from point to point" rig/compare/consistency.cpp 's/place\[j\]\] + common \* common;/place[j]];/' consistency_test 'a measured curve*'
plant "a bound counts as a value" rig/compare/consistency.cpp 's/ || p\.state != State::exact) continue;/) continue;/' consistency_test 'points without*'
plant "a take does not name its prediction" rig/flow/takes.cpp 's/played->facts\.prediction_sha256 = prediction_of/(void)prediction_of/' order_of_events_test 'each of*'
plant "a replay puts its own prediction into old takes" rig/flow/takes.cpp 's/if (played->sha256\.empty())/if (true)/' order_of_events_test 'each of*'
plant "any prediction is the right one" rig/flow/conclude.cpp 's/take\.predicted_before = p\.sha256 == take\.prediction_sha256;/take.predicted_before = true;/' order_of_events_test 'each of*'
plant "a resumed run writes its prediction anew" rig/flow/predictions.cpp 's/if (std::filesystem::exists(file, ignored)) {/if (false) {/' order_of_events_test 'a run goes on*'

# --- the command line ---
plant "a seed of twenty digits is 0" rig/verbs/arguments.cpp 's/error == std::errc{} \&\& //' command_line_test 'a seed*'
plant "a record may replace its capture" rig/verbs/arguments.cpp 's/if (input\.empty()) continue;/continue;/' command_line_test 'what is written*'
plant "--help hides an unknown verb" rig/verbs/options.cpp 's/if (argc < 2 ||/if (argc != 2 ||/' command_line_test 'a verb*'
plant "--json writes the summary" rig/verbs/analyze.cpp 's/options\.json ? text : summary/!options.json ? text : summary/' command_line_test 'with --json*'
plant "a bench of another fixture is opened" drivers/drivers.cpp 's/bench\.fixture != session\.fixture\.id/false/' command_line_test 'a bench profile*'

# --- what a run keeps ---
plant "a changed run.json is believed" rig/flow/run_folder.cpp 's/if (json->at("sha256") != seal(\*json))/if (false)/' flow_test 'whatever is changed*'
plant "a changed profile of a run is believed" rig/profile/snapshot.cpp 's/if (stored != \*now)/if (false)/' flow_test 'whatever is changed*'
plant "a take of a real bench stands in a simulated run" rig/flow/run_folder.cpp 's/take->facts\.simulated != facts\.simulated ||/false ||/' flow_test 'a take that says*'
plant "a take that is gone was never made" rig/flow/run_folder.cpp 's/if (fs::exists(facts, ignored) || fs::exists(record, ignored)) return true;/return false;/' flow_test 'a take that the run*'
plant "a stopped run does not say what it never made" rig/flow/conclude.cpp 's/if (missing\.empty()) return;/if (true) return;/' flow_test 'a report on a stopped*'
plant "another claim is the same input" rig/flow/run_folder.cpp 's/all\.push_back(use\.claim\.sha256)/all.push_back("")/' flow_test 'a session kept*'
plant "an arm that is another one is held to its limits" rig/flow/limits.cpp 's/if (perhaps_another_arm(record, arm))/if (false)/' flow_faults_test ''
plant "an id of 65 characters names a file" profiles/schema/parts.schema.json 's/{0,63}/{0,64}/' profile_test 'an id that*'

# --- what a reader must not miss ---
plant "an untested limit stands before a failed one" rig/report/trouble.cpp 's/!limit\.tested ? 1 : limit\.failed ? 0 : 2/!limit.tested ? 0 : limit.failed ? 1 : 2/' trouble_test 'a failed limit*'
plant "a violated model is left out of the headline" rig/report/trouble.cpp 's/if (b\.state == "model violated" \&\&/if (b.state == "" \&\&/' trouble_test 'the headline*'
plant "a diagnosis of one arm counts for the other" rig/report/trouble.cpp 's/return d.arms.empty() || /return true || /' trouble_test 'an arm that*'
plant "a missing take is not named" rig/report/trouble.cpp 's/take\.arm == arm\.id \&\& take\.repeat == k/take.arm == arm.id/' trouble_test 'a stopped run*'
plant "a note of a valid take voids the run" rig/report/trouble.cpp 's/return only_valid ? /return false ? /' trouble_test 'in an invalid run*'
plant "one take passes for many" rig/report/summary.cpp 's/if (takes_behind(run, v) == 1)/if (false)/' trouble_test 'a verdict on one*'
plant "small uncertainties are shown as noughts" rig/report/numbers.cpp 's/u > 0\.0 \&\& u < 1e-5/false/' trouble_test 'an uncertainty*'

# --- wiring: contacts, words, faults, ohmmeter ---
plant "springs of one output are two conductors" rig/model/contact_groups.cpp 's/ || any_of(a.outputs, b.outputs)//' wiring_reason_test 'springs of one*'
plant "springs that lead nowhere are apart" rig/model/contact_groups.cpp 's/(leads_nowhere(a) && leads_nowhere(b))/(leads_nowhere(a) \&\& !leads_nowhere(a))/' wiring_reason_test 'springs of one*'
plant "what was passed is not looked at again" rig/model/contact_groups.cpp 's/k = i + 1;  .*$/ /' wiring_walk_test 'an output is shorted*'
plant "a short to ground is called one of two outputs" rig/model/wiring_reason.cpp 's/" to ground" : " together"/" together" : " together"/' wiring_reason_test 'a short says*'
plant "drivers in series go unnoticed" rig/model/wiring_reason.cpp 's/if (auto text = in_series()) return/if (auto text = in_series(); text \&\& false) return/' wiring_reason_test 'an end in the air*'
plant "what is joined behind 30 ohm is called shorted" rig/model/wiring_reason.cpp 's/(hazard ? "shorted" : "joined")/(hazard ? "shorted" : "shorted")/' wiring_reason_test 'outputs that meet*'
plant "contacts are drawn one column to the side" rig/verbs/wiring_picture.cpp "s/segment_width \/ 2 + 1, '-'/segment_width \/ 2 + 2, '-'/" wiring_reason_test 'the picture*'
plant "decibels of uncertainty are taken for a ratio" rig/model/measured_wiring.cpp 's/ \/ db_per_relative//' measured_wiring_test 'uncertainties come*'
plant "a bound counts whole" rig/model/measured_wiring.cpp 's/size \* noise_share_of_bound/size/' measured_wiring_test 'uncertainties come*'
plant "crossed sides are not uncrossed" rig/model/measured_wiring.cpp 's/cross ? other(driver) : driver/cross ? driver : driver/' measured_wiring_test 'where the sides*'
plant "words depend on the gain" rig/model/measured_wiring.cpp 's/if (size > 0.0)/if (size < 0.0)/' measured_wiring_test 'words do not*'
plant "the errors are half as wide" rig/model/measured_wiring.cpp 's/std::polar(radius,/std::polar(0.5 * radius,/' measured_wiring_test 'a second channel of 13*'
plant "half a chance is a decision" rig/model/measured_wiring.hpp 's/decided_from = 0.95/decided_from = 0.40/' measured_wiring_test 'a second channel of 15*'
plant "a plug pulled out still has its tip under the spring" rig/model/suspect_circuits.cpp 's/-((1 - n) \/ 2)/n \/ 2/' fault_odds_test 'a plug pulled*'
plant "the other channel is dead" rig/model/suspect_circuits.cpp 's/m.from\[driver\]\[s\] = 0.0/m.from[driver][other(s)] = 0.0/' fault_odds_test 'dead*'
plant "an open common return still conducts" rig/model/suspect_circuits.cpp 's/c.cable.common_return_ohm = exactly(open_ohm)/c.cable.common_return_ohm = exactly(3.0)/' fault_odds_test 'an open common*'
plant "other plugs are not thought of" rig/model/suspect_circuits.cpp 's/if (plug.segments != circuit_.plug.segments)/if (plug.segments == circuit_.plug.segments)/' fault_odds_test 'a 4-pole plug*'
plant "tolerances do not excuse a deviation" rig/model/fault_hypotheses.cpp 's/covariance\[i\]\[k\] += weight/covariance[i][k] += 1e-9 * weight/' fault_odds_test 'every fault*'
plant "the gain is held at 1" rig/model/fault_odds.cpp 's/const double g = std::exp(log_gain);/const double g = std::exp(0.0 * log_gain);/' fault_odds_test 'the common gain*'
plant "odds count twice" rig/model/fault_odds.cpp 's/-0.5 \* (out.chi_square/-1.0 * (out.chi_square/' fault_odds_test 'odds by hand*'
plant "the likeliest comes last" rig/model/fault_odds.cpp 's/return a.log_likelihood > b.log_likelihood/return a.log_likelihood < b.log_likelihood/' fault_odds_test 'odds by hand*'
plant "anything is explained" rig/model/fault_odds.cpp 's/chi_square_limit = 24.322/chi_square_limit = 1e30/' fault_odds_test 'what no fault*'
plant "one of a pair of twins is preferred" rig/model/fault_odds.hpp 's/told_apart = 100.0/told_apart = 1.0/' fault_odds_test 'a 4-pole plug*'
plant "the shared return counts twice" rig/model/ohmmeter.cpp 's/{&r.of("L+", "C"), 0.5}, {&r.of("R+", "C"), 0.5}, {&r.of("L+", "R+"), -0.5}/{\&r.of("L+", "C"), 1.0}, {\&r.of("R+", "C"), 1.0}, {\&r.of("L+", "R+"), -1.0}/' ohmmeter_test 'five published*'
plant "covariances lose their sign" rig/model/ohmmeter.cpp 's/sums\[i\].weight_of(&r) \* sums\[k\].weight_of(&r)/std::abs(sums[i].weight_of(\&r) * sums[k].weight_of(\&r))/' ohmmeter_test 'covariances*'
plant "a verdict without its uncertainty" rig/model/ohmmeter.cpp 's/reach = z95 \* \*out.u_shared_ohm/reach = 0.0 * *out.u_shared_ohm/' ohmmeter_test '0.1 ohm shared*'
plant "a finger's megohms conduct" rig/model/ohmmeter.cpp 's/conducts_below_ohm = 100e3/conducts_below_ohm = 1e9/' ohmmeter_test 'four poles that do not*'
plant "joined returns are not told" rig/model/ohmmeter.cpp 's/out.between_returns_ohm = .*;/;/' ohmmeter_test 'four poles on one*'
plant "readings that contradict each other pass" rig/model/ohmmeter.cpp 's/contradiction_u = 3.0/contradiction_u = 1e9/' ohmmeter_test 'readings that cannot*'
plant "the last digit counts whole" rig/verbs/ohmmeter_text.cpp 's/ \/ (2.0 \* std::numbers::sqrt3)//' ohmmeter_test 'an uncertainty that*'
plant "a hazard exits 0" rig/verbs/wiring.cpp 's/if (hazard) return exit_code(Fault::Kind::unsafe);//' wiring_verb_test 'a 3-pole plug*'
plant "joined returns are played" rig/verbs/wiring.cpp 's/ || joined || suspected;/ || suspected;/' wiring_verb_test 'joined returns*'
plant "another circuit than predicted exits 0" rig/verbs/wiring.cpp 's/model_violated() ? 1 : 0/model_violated() ? 0 : 0/' wiring_verb_test 'an open return that*'
plant "any arm of a record will do" rig/verbs/wiring_record.cpp 's/ || (!arm.empty() && of != arm)//' wiring_verb_test 'a record*'
plant "a diagnosis keeps the likeliest fault to itself" rig/flow/diagnose.cpp 's/return ranking_in_words(/return ""; return ranking_in_words(/' diagnose_test ''
plant "what an arm on another's route hears is its own wiring" rig/flow/diagnose.cpp 's/if (on_one_route(p.arm)) continue;//' flow_faults_test 'every planted*'
plant "a pipe that is slow to come cannot be read" rig/files/open_file.cpp 's/F_SETFL, O_RDONLY)/F_GETFL)/' files_test 'a pipe*'
plant "the other arm's plug is not thought of" rig/flow/diagnose.cpp 's/plugs.push_back(a.circuit.plug);/plugs.push_back(arm->circuit.plug);/' diagnose_test 'a diagnosis ends*'

# --- every circuit: wires, laws, tables, fixture, netlist ---
plant "the spline ends naturally" rig/profile/cubic_spline.cpp 's/second_\[0\] = second_\[1\] + .*;/second_[0] = 0.0;/' impedance_table_test 'a cubic through*'
plant "the spline's last end forgets its second interval" rig/profile/cubic_spline.cpp 's/below -= h\[n - 2\] \* end, above = 0.0/above = 0.0/' impedance_table_test 'a cubic through*'
plant "three points make a broken line" rig/profile/cubic_spline.cpp 's/if (n == 3) {/if (n == 3) { return;/' impedance_table_test '2 points*'
plant "a table is interpolated over f, not log f" rig/profile/impedance_table.cpp 's/out.push_back(std::log(f))/out.push_back(f)/; s/spline_.at(std::log(frequency_hz))/spline_.at(frequency_hz)/' impedance_table_test 'between points*'
plant "degrees of a table are radians" rig/profile/impedance_table.cpp 's/degrees \* std::numbers::pi \/ 180.0/degrees/' impedance_table_test '10 ohm*'
plant "a decimal comma ends the number" rig/profile/impedance_table.cpp "s/if (comma) std::replace/if (comma \&\& text.empty()) std::replace/" impedance_table_test '10 ohm*'
plant "two equal frequencies are a table" rig/profile/impedance_table.cpp 's/f == frequency_hz_.back()/false/; s/f < frequency_hz_.back()/f < frequency_hz_.back() - 1e-9/' impedance_table_test 'a bad table*'
plant "an unsorted table is a table" rig/profile/impedance_table.cpp 's/f < frequency_hz_.back()/false/' impedance_table_test 'a bad table*'
plant "NaN is a point" rig/profile/impedance_table.cpp 's/if (!std::isfinite(x))/if (std::isinf(x))/' impedance_table_test 'a bad table*'
plant "one point is a table" rig/profile/impedance_table.cpp 's/frequency_hz_.size() < 2/frequency_hz_.empty()/' impedance_table_test 'a bad table*'
plant "10 million points are read" rig/profile/impedance_table.cpp 's/frequency_hz_.size() == ImpedanceTable::most_points/false/' impedance_table_test 'a million points*'
plant "a negative resistance is an impedance" rig/profile/impedance_table.cpp 's/z.real() < -1e-12/z.real() < -2.0/' impedance_table_test 'a bad table*'
plant "real and imaginary columns are magnitude and phase" rig/profile/impedance_table.cpp 's/says("imag")/false/' impedance_table_test 'a bad table*'
plant "a broken first point is a header" rig/profile/impedance_table.cpp 's/!looks_like_a_point(line)/(looks_like_a_point(line) || !cut_)/' impedance_table_test 'a bad table*'
plant "a table answers outside its range" rig/model/solve.cpp 's/!table->reaches(frequency_hz)/false/' impedance_table_test 'a driver with*'
plant "a run does not keep its tables" rig/profile/snapshot.cpp 's/if (!table) continue;/continue;/' impedance_table_test 'a session kept*'
plant "elements beside a table are ignored" rig/profile/circuit_parts.cpp 's/key != "impedance_table" \&\& key != "note"/false/' impedance_table_test 'a driver with*'
plant "a driver needs no coil" rig/profile/circuit_parts.cpp 's/if (!json.contains("coil_resistance_ohm"))/if (false)/' impedance_table_test 'a driver with*'
plant "Leach's exponent turns the phase by n pi" rig/model/impedance.cpp 's/quarter = 0.5 \* std/quarter = std/' impedance_test ''
plant "Wright's reactance has the resistance's exponent" rig/model/impedance.cpp 's/wright->xx.value/wright->xr.value/' impedance_test ''
plant "two laws of lossy inductance add" rig/profile/circuit_parts.cpp 's/if (laws > 1)/if (laws > 9)/' bad_circuit_test ''
plant "Leach's exponent may pass 1 in a drawn unit" rig/profile/circuit_parts.cpp 's/exponent.value + reach > 1.0/exponent.value > 1.0/' bad_circuit_test ''
plant "wires are coupled with the wrong sign" rig/model/nodal.cpp 's/y(one, two) += Complex(0.0, w/y(one, two) -= Complex(0.0, w/; s/y(two, one) += Complex(0.0, w/y(two, one) -= Complex(0.0, w/' cable_test ''
plant "a coupling works one way" rig/model/nodal.cpp 's/y(two, one) += Complex(0.0, w \* c.henry);//' cable_test ''
plant "mutual inductance is k times the product" rig/model/cable.cpp 's/std::sqrt(a->henry \* b->henry)/(a->henry * b->henry)/' cable_test ''
plant "a coupled chain is joined" rig/model/reduce.cpp 's/if (net.branches\[i\].coil >= 0) return false;/if (net.branches[i].coil >= 99) return false;/' cable_test ''
plant "the other side's return is not heard" rig/model/cable.cpp 's/couple(both_\[side\]\[false\], both_\[other(side)\]\[true\], cable_.signal_to_other_return_coupling);//' cable_test ''
plant "the split lies at the wrong end" rig/model/cable.cpp 's/cable_.split->shared() : 1.0/1.0 - cable_.split->shared() : 1.0/' cable_test ''
plant "the capacitance before the split is lost" rig/model/cable.cpp 's/\*back, to_return \* before)/*back, 0.0)/' cable_test ''
plant "the signals' capacitance lies at the drivers" rig/model/cable.cpp 's/if (cable_.split \&\& one \&\& two)/if (false)/' cable_test ''
plant "couplings that cannot be wound are solved" rig/profile/cable_couplings.cpp 's/if (!(k\[j\]\[j\] > 0.0)) return false;//' cable_test ''
plant "a split shared cable must fit beside both returns" rig/profile/cable_couplings.cpp 's/ || !cable.split;/ || true;/' cable_test ''
plant "a coupling may reach 1 in a drawn unit" rig/profile/circuit_parts.cpp 's/figure.value + reach >= 1.0/figure.value >= 1.0/' bad_circuit_test ''
plant "a split beyond the drivers is taken" rig/profile/circuit_parts.cpp 's/out.split->split_at_m > out.split->length_m/false/' bad_circuit_test ''
plant "left and right wires swap their henries" rig/profile/circuit_parts.cpp 's/out.signal_h\[side\]/out.signal_h[other(side)]/' bad_circuit_test ''
plant "the fixture's sense resistors are forgotten" rig/model/fixture.cpp 's/ + of_pole(fixture.sense_ohm, pole)->value//' fixture_test ''
plant "the taps lie behind the fixture's jack" rig/model/fixture.cpp 's/taps.node_of\[carries\] = tap/taps.node_of[carries] = segment/' fixture_test ''
plant "the taps weigh nothing" rig/model/fixture.cpp 's/if (!fixture.tap_resistance_ohm) return;/if (fixture.tap_resistance_ohm) return;/' fixture_test ''
plant "a tap has no capacitance" rig/model/fixture.cpp 's/junctions.capacitor(tap, ground, .*);//' fixture_test ''
plant "a floating interface is grounded" rig/model/fixture.cpp 's/const int ground = junctions.leaking("the interface.s ground");/const int ground = 0;/' fixture_test ''
plant "an open relay connects the load bank" rig/model/fixture.cpp 's/bank.switched != LoadBank::Switched::off/true/' fixture_test ''
plant "a load in place of the earphone lies beside it" rig/profile/compose.cpp 's/->switched != LoadBank::Switched::in_place/->switched != LoadBank::Switched::off/' fixture_test ''
plant "de-embedding mixes the sides up" rig/model/fixture.cpp 's/effect.without\[two\]\[s\] \* mixture\[driven\]\[two\]/effect.without[one][s] * mixture[driven][two]/' fixture_test ''
plant "what the fixture changes is told upside down" rig/model/fixture.cpp 's/const Complex ratio = tapped \/ without/const Complex ratio = without \/ tapped/' fixture_test ''
plant "a fixture's figures are not drawn" rig/model/population.hpp 's/if (c.fixture) for_each_fixture_figure(\*c.fixture, f);//' fixture_test ''
plant "five poles go into four contacts" rig/model/circuit.cpp 's/if (poles > 4 \&\& springs <= 4)/if (false)/' bad_circuit_test ''
plant "an unknown contact is the sleeve's" rig/model/circuit.cpp 's/if (of_pole(circuit_.contacts, pole) == nullptr)/if (pole.empty())/' bad_circuit_test ''
plant "a singular circuit does not say which node floats" rig/model/nodal.cpp 's/return largest > 0.0 ? /return largest > 1e9 ? /' bad_circuit_test ''
plant "the netlist forgets the couplings' sign and size" rig/model/netlist.cpp 's/digits(c.henry \/ std::sqrt(squared))/digits(0.5 * c.henry \/ std::sqrt(squared))/' netlist_test 'ngspice*'
plant "the netlist forgets the leaks" rig/model/netlist.cpp 's/leak > 0.0)/leak > 1.0)/' netlist_test 'ngspice*'
plant "the netlist drives both sides at once" rig/model/netlist.cpp 's/emf_v\[driven\]));/emf_v[Side::left]));/' netlist_test 'ngspice*'
plant "a circuit's name speaks to ngspice" rig/model/netlist.cpp "s/return c < ' ';/return c == 0;/" netlist_test 'a name of*'
plant "the netlist's numbers are short" rig/model/netlist.cpp 's/return in_words(value);/return rounded_in_words(value);/' netlist_test 'ngspice*'
plant "a netlist replaces its circuit's file" rig/verbs/predict_subjects.cpp 's/refuse_overwriting("--netlist", options.netlist, kept); !safe/refuse_overwriting("--netlist", "", kept); !safe/' predict_verb_test 'predict --netlist*'
plant "a record replaces a table" rig/verbs/predict_subjects.cpp 's/{table->file()}); !safe/{}); !safe/' predict_verb_test 'a table*'
plant "the first arm of a session is the netlist" rig/verbs/predict.cpp 's/subjects->size() != 1/subjects->empty()/' predict_verb_test 'predict --netlist*'
plant "--fixture is not put into the circuit" rig/verbs/predict_subjects.cpp 's/\*circuit = with_fixture(\*circuit, \*fixture->circuit);//' predict_verb_test 'predict --fixture*'
plant "a law ngspice does not know is left out of the netlist" rig/model/netlist.cpp 's/if (driver.law() || driver.table())/if (false)/' netlist_test 'laws*'
plant "the fixture stays in the readings" rig/flow/conclude.cpp 's/if (!session\.fixture\.circuit) return;/return;/' remove_fixture_test 'a session*'
plant "the simulated capture is made at the drivers" drivers/transfer_curve.cpp 's/\.tap\[from\]\[to\]/.voltage[from][to]/' remove_fixture_test 'a session*'
plant "the simulated bench leaves the fixture out" rig/profile/compose.cpp 's/return fixture\.circuit ? /return false ? /' remove_fixture_test 'a session*'
plant "what is known of the fixture is no part of u" rig/measure/remove_fixture.cpp 's/hypot((part\.u + part\.most) \/ size, relative_u_of_fixture)/hypot((part.u + part.most) \/ size, 0.0)/' remove_fixture_test 'a fixture known*'
plant "a bound becomes a value without the fixture" rig/measure/remove_fixture.cpp 's/if (part\.most > little \* size) {/if (false) {/' remove_fixture_test 'a bound*'
plant "the ratio is to the tapped side" rig/measure/remove_fixture.cpp 's/const Complex driven = d\[from\]\[from\] \* own\.value + d\[x\]\[from\] \* leak\.value;/const Complex driven = own.value;/' remove_fixture_test 'an exact*'
plant "a resistor in place of the earphone is measured as one" rig/profile/read_session.cpp 's/switched == LoadBank::Switched::in_place)/switched == LoadBank::Switched::beside)/' remove_fixture_test 'a fixture that*'
# --- identification ---
plant "a parameter that must stay positive is moved in steps, not in factors" rig/fit/least_squares.cpp 's/return p\.positive ? p\.start \* std::exp(x)/return p.positive ? p.start * (1.0 + x)/' least_squares_test 'a prior of*'
plant "the data get all their say at once" rig/fit/least_squares.cpp 's/double softness = std::sqrt(at_start);/double softness = 1.0;/' fit_bench_test ''
plant "the leash's pull stays in the figures" rig/fit/least_squares.cpp 's/if (is_leashed(fit)) let_go(fit, best);//' fit_test 'a tolerance counts*'
plant "unknown directions count as certain" rig/fit/least_squares.cpp 's/covariance += farthest \* farthest \* direction/covariance += 0.0 * direction/' least_squares_test 'of two resistances*'
plant "chi-square's degrees of freedom forget the unknowns" rig/fit/least_squares.cpp 's/out\.dof -= static_cast<int>(n) - unknown;//' least_squares_test 'a straight line*'
plant "chi-square's band is one of 90 %" rig/fit/circuit_fit.cpp 's/outside = 0\.005/outside = 0.05/' fit_record_test 'fit: a band*'
plant "the continued fraction of chi-square loses a sign" rig/fit/chi_square.cpp 's/-k \* (k - a)/k * (k - a)/' least_squares_test 'chi-square:*'
plant "a capacitor grows with the impedances" rig/fit/elements.cpp 's/{"_f", "F", -1}/{"_f", "F", 1}/' fit_test 'a common factor*'
plant "the scale of impedances is never questioned" rig/fit/combinations.cpp 's/if (std::sqrt(squared) \* most_relative_u >= 1\.0) return {};/return {};/' fit_test 'with every impedance*'
plant "a word means every figure that ends like it" rig/fit/elements.cpp "s/ \&\& name\[name\.size() - word\.size() - 1\] == '\.'//" fit_test 'a word means*'
plant "a uniform tolerance is one standard deviation" rig/fit/elements.cpp 's/return share \/ std::sqrt(3\.0);/return share;/' fit_test 'a tolerance counts*'
plant "a figure without a tolerance is free" rig/fit/circuit_fit.cpp 's/return e\.figure->tolerance > 0\.0 \&\& (/return true \&\& (/' fit_test 'a name that fits*'
plant "--fix is not heard" rig/fit/circuit_fit.cpp 's/if (any_means(order_\.fixed, e\.name)) return false;//' fit_test 'what is fixed*'
plant "an inverted channel has no sign" rig/fit/circuit_model.cpp 's/if (along < 0\.0) bench\.sign/if (false) bench.sign/' fit_test 'a gain of*'
plant "a delay turns the phase the other way" rig/fit/circuit_model.cpp 's/std::polar(1\.0, -2\.0/std::polar(1.0, 2.0/' fit_test 'a gain of*'
plant "volts are peak, not rms" rig/fit/circuit_model.cpp 's/1\.0 \/ std::numbers::sqrt2;/1.0;/' fit_test 'a calibrated record*'
plant "a calibrated gain is free" rig/fit/circuit_fit.cpp 's/gain\.prior_u = observed_\.calibration_u\[s\];//' fit_test 'a calibrated record*'
plant "the interface leaks nothing" rig/fit/circuit_model.cpp 's/volts\[s\] + bench\.crosstalk \* volts\[other(s)\]/volts[s]/' fit_test 'crosstalk of the interface*'
plant "the cable is no part of an impedance at the plug" rig/fit/circuit_model.cpp 's/return 1\.0 \/ admittance + wires/return 1.0 \/ admittance + 0.0 * wires/' fit_test 'at the plug*'
plant "a sum counts its first term only" rig/fit/combinations.cpp 's/c\.value += term\.coefficient/c.value = term.coefficient/' fit_test '*unknown one by one'
plant "half-known figures are called known" rig/fit/combinations.hpp 's/most_relative_u = 0\.5/most_relative_u = 50.0/' fit_test '*unknown one by one'
plant "u in dB is taken for a relative one" rig/fit/observed.cpp 's/\*own \/ db_per_relative \* std::abs(size)/*own * std::abs(size)/' fit_record_test 'a response of*'
plant "what the calibration shares counts as scatter" rig/fit/observed.cpp 's/u \* u - \*common_db_ \* \*common_db_/u * u/' fit_record_test 'a response of*'
plant "points closer than the gate can tell count twice" rig/fit/observed.cpp 's/sweep_resolution_hz = 4\.0/sweep_resolution_hz = 0.0/' fit_record_test 'a response of*'
plant "a bound counts as a value" rig/fit/observed.cpp 's/state == "at_most" || state == "at_least"/false/' fit_record_test '*left out and counted'
plant "response and transfer of one side count twice" rig/fit/observed.cpp 's/if (std::any_of(subjects\.begin(), subjects\.end(), better)) continue;//' fit_record_test 'a transfer stands*'
plant "an invalid take is fitted" rig/fit/observed.cpp 's/\*valid == false)/*valid == "no")/' fit_record_test 'what is no record*'
plant "a prediction is fitted" rig/fit/observed.cpp 's/if (kind == "prediction")/if (kind == "forecast")/' fit_record_test 'what is no record*'
plant "the first take stands for every take" rig/fit/observed.cpp 's/!= choice\.take\.value_or(1)))/!= 1.0))/' fit_record_test '*take of the arm*'
plant "a violated model exits 0" rig/verbs/fit.cpp 's/return fit->violated() ? 1 : 0;/return 0;/' fit_record_test 'fit: exit*'
plant "the simulated badge is lost" rig/fit/observed.cpp 's/out\.simulated = record\.value("simulated", false);//' fit_record_test 'fit: exit*'
plant "an unknown figure is written as known" rig/fit/fit_json.cpp 's/u\.known ? Json(u\.value) : Json(nullptr)/Json(u.value)/' fit_test '*unknown one by one'

cmake --build "$build" -- -j "$(nproc)" >/dev/null
exec_code=0
python3 "$root/scripts/planting.py" "$root" "$build" <"$faults" || exec_code=$?
exit "$exec_code"
