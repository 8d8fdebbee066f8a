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

cmake --build "$build" -- -j "$(nproc)" >/dev/null
exec_code=0
python3 "$root/scripts/planting.py" "$root" "$build" <"$faults" || exec_code=$?
exit "$exec_code"
