# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# What the machine of scripts/vm_test does, step by step. `plant` names a defect of the virtual devices, and a
# step that does not notice its own is no test. Sourced by init; busybox.
session=/fourpole/profiles/sessions/md_dr7_4pole_vs_3pole.json
bench=/fourpole/vm_bench.json
device=

# check WHAT COMMAND...: one thing that has to be so.
check() {
    what=$1
    shift
    if "$@"; then echo "CHECK ok: $what"; else echo "CHECK failed: $what"; fi
}
# has TEXT FILE; waits a little for what another process writes.
has() {
    for wait in 1 2 3 4 5 6 7 8 9 10; do
        grep -q -e "$1" "$2" && return 0
        sleep 0.1
    done
    sed 's/^/    | /' "$2"
    return 1
}
is() { [ "$1" = "$2" ] || { echo "    | $1, not $2"; return 1; }; }
not() { ! "$@"; }
uptime_now() { cut -d ' ' -f 1 /proc/uptime; }
planted() { [ "$plant" = "$1" ]; }

# plug KEY VALUE ...: the two devices, as virtual_bench knows them; the kernel's drivers take hold of them.
plug() {
    virtual_bench "$@" >device.log 2>&1 &
    device=$!
    for wait in $(seq 100); do
        [ -e /dev/snd/controlC0 ] && [ -e /dev/hidraw0 ] && break
        sleep 0.1
    done
    has ready device.log || echo "CHECK failed: the virtual devices are not ready"
}
unplug_all() {
    [ -n "$device" ] || return 0
    kill "$device" 2>/dev/null
    wait "$device" 2>/dev/null
    device=
    for wait in $(seq 50); do
        [ -e /dev/snd/controlC0 ] || [ -e /dev/hidraw0 ] || break
        sleep 0.1
    done
}

step_devices() {
    set -- session "$session" bench "$bench"
    planted no_input && set -- "$@" no_input 1
    planted other_board && set -- "$@" board "USB Joystick"
    plug "$@"
    fourpole devices >devices.txt 2>&1
    sed 's/^/    | /' devices.txt
    check "the interface is listed" has "Modelled interface" devices.txt
    check "with its identity" has "1209:4f50" devices.txt
    check "the relay board is listed" has "dcttech HID relay board" devices.txt
    check "nothing is in the way of either" not grep -q "^ *!" devices.txt
    fourpole doctor "$session" --bench "$bench" >doctor.txt 2>&1
    code=$?
    sed 's/^/    | /' doctor.txt
    check "doctor finds nothing in the way" is $code 0
    sed 's/^/    | /' /proc/asound/card0/stream0
}

step_loop() {
    set --
    planted drop && set -- drop_at 30000
    plug "$@"
    for rate in 44100 48000 88200 96000 176400 192000; do
        check "a ramp of 1 s at $rate Hz comes back bit for bit" vm_probe loop $rate 1
    done
}

step_relays() {
    set --
    planted stuck && set -- stuck 2
    plug "$@"
    usbrelay >usbrelay.txt 2>/dev/null
    check "Debian's usbrelay reads both at rest" is "$(sort usbrelay.txt | tr '\n' ' ')" "RIG01_1=0 RIG01_2=0 "
    usbrelay RIG01_2=1 >/dev/null 2>&1
    check "usbrelay closes relay 2 of the board" has "relays 02" device.log
    usbrelay RIG01_2=0 >/dev/null 2>&1
    mkfifo go
    vm_probe relays 16c0:05df 2 <go >probe.txt 2>&1 &
    probe=$!
    exec 3>go
    check "our driver closes relay 2, and reads that it is" has "board" probe.txt
    check "so the board has it" is "$(grep relays device.log | tail -n 1)" "relays 02"
    exec 3>&-
    wait $probe
    check "our driver ends well" is $? 0
    check "all are at rest behind it" is "$(grep relays device.log | tail -n 1)" "relays 00"
    usbrelay >usbrelay.txt 2>/dev/null
    check "usbhid has the board again, and usbrelay reads both at rest" \
        is "$(sort usbrelay.txt | tr '\n' ' ')" "RIG01_1=0 RIG01_2=0 "
    rm -f go
}

# The volume stands at -20 dB when the interface is plugged in, and the bench pins it at the top.
step_main() {
    fault=
    planted bridged && fault=mono_bridge
    plug session "$session" bench "$bench" seed 3 fault "$fault" volume -20
    fourpole run "$session" --bench "$bench" --seed 3 --out run >run.txt 2>run.err &
    run=$!
    while kill -0 $run 2>/dev/null; do
        sleep 5
        tail -n 1 run.err | sed 's/^/PROGRESS /'
    done
    wait $run
    code=$?
    grep -E "^(supported|refuted|undecided|not measured|inside limit|outside limit)" run.txt | sed 's/^/RESULT /'
    [ $code = 0 ] || tail -n 3 run.err | sed 's/^/    | /'
    check "the main job ends with exit code 0" is $code 0
    check "all its takes went through the interface" has "take 9" device.log
    check "the volume that was pinned is back at -20 dB" is "$(grep "volume 2" device.log | tail -n 1)" "volume 2 -20.0 dB"
    rm -rf run
}

# A kept take says of itself that it is invalid; $1 is the folder of the run.
invalid_take_in() { grep -l '"invalid"' "$1"/takes/*.broken-1*.json >/dev/null 2>&1; }

step_unplug() {
    set -- session "$session" bench "$bench" seed 3
    planted stays || set -- "$@" unplug_at 120000
    plug "$@"
    (
        until invalid_take_in pulled; do sleep 0.05; done
        uptime_now >kept
    ) &
    watcher=$!
    fourpole run "$session" --bench "$bench" --seed 3 --out pulled >pulled.txt 2>&1 &
    run=$!
    # Only until its first take has ended: nothing is left to be said of a run that goes on.
    while kill -0 $run 2>/dev/null && ! grep -q -e "take 2" device.log; do sleep 0.2; done
    kill -INT $run 2>/dev/null
    wait $run
    code=$?
    check "a run whose interface is pulled out ends with exit code 3" is $code 3
    check "what was captured is kept, and says that it is invalid" invalid_take_in pulled
    kill $watcher 2>/dev/null
    tail -n 1 pulled.txt | sed 's/^/    | /'
    out=$(sed -n 's/^unplugged //p' device.log)
    kept=$(cat kept 2>/dev/null)
    late=$(awk "BEGIN { late = ${kept:-999999} - ${out:-0}; if (late < 2) print \"within 2 s\"; else print late \" s\" }")
    echo "    | pulled out at ${out:-never}, kept as an invalid take at ${kept:-never}"
    check "it lies there within 2 s" is "$late" "within 2 s"
    check "no take passes for a whole one" not test -e pulled/takes/A-1.wav
    rm -rf pulled kept
}

# volume_is DB: what the kernel's own mixer says of both channels.
volume_is() { amixer -c 0 sget PCM 2>&1 | grep -c -e "\[$1dB\] \[on\]" | grep -qx 2 || { amixer -c 0 sget PCM | sed 's/^/    | /'; return 1; }; }

step_mixer() {
    set -- volume -20
    planted deaf && set -- "$@" deaf 1
    plug "$@"
    check "amixer reads -20 dB" volume_is -20.00
    amixer -q -c 0 sset PCM 132
    check "amixer sets -30 dB, and reads it" volume_is -30.00
    check "the interface has it" has "volume 2 -30.0 dB" device.log
    check "a ramp comes back 30 dB lower on the two sides, and nowhere else" vm_probe loop 48000 1 -30
    amixer -q -c 0 sset PCM 192
    check "at the top it comes back bit for bit" vm_probe loop 48000 1
    unplug_all
    plug session "$session" bench "$bench" seed 3 volume -20
    fourpole run "$session" --bench "$bench" --seed 3 --out turned >turned.txt 2>&1 &
    run=$!
    for wait in $(seq 600); do
        grep -q -e "volume 2 0.0 dB" device.log && [ -s turned/takes/A-1.part.w64 ] && break
        kill -0 $run 2>/dev/null || break
        sleep 0.1
    done
    check "a run has the volume that its bench pins" volume_is 0.00
    planted untouched || amixer -q -c 0 sset PCM 180
    while kill -0 $run 2>/dev/null && ! grep -q -e "take 2" device.log; do sleep 0.2; done
    kill -INT $run 2>/dev/null
    wait $run
    code=$?
    tail -n 1 turned.txt | sed 's/^/    | /'
    check "one that somebody turned in a take ends with exit code 3" is $code 3
    check "and says what moved" has "moved from 192" turned.txt
    check "the take is kept, and says that it is invalid" invalid_take_in turned
    check "the volume is back where it stood before the run" volume_is -20.00
    rm -rf turned
}
