#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peak memory and wall time of captures that last hours, against short ones of the same.

    tests/bench/long_capture.py [--build BUILD] [--hours 2] [--folder FOLDER] [--tone | --null]

Writes a four-channel capture of 96 kHz and 24 bits (RF64, 8.3 GB for two hours) with the shipped sweep pair a
third into it on channels 1 and 2, and one that ends 1 s before and behind it; `analyze` must read the same from both.
With --tone instead a tone of 1 kHz fills the whole capture; with --null two stereo captures of 48 kHz and 16 bits (1.4 GB each) of which one begins 1000 frames later.
Aim: below 500 MB, whatever the length. Exit code 1: more, or another reading.
"""
import argparse
import json
import math
import os
import random
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from journey import ROOT, timed  # noqa: E402

LIMIT_MB = 500
RATE, CHANNELS = 96000, 4
LOOP = 99991  # frames of noise, a prime number: no line of the mains or of a tone repeats with it


def rf64(file, frames, rate, channels, width):
    """The header of an RF64 file."""
    data = frames * channels * width
    file.write(struct.pack("<4sI4s4sIQQQI", b"RF64", 0xFFFFFFFF, b"WAVE", b"ds64", 28, data + 72, data, frames, 0))
    file.write(struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * channels * width, channels * width,
                           8 * width))
    file.write(struct.pack("<4sI", b"data", 0xFFFFFFFF))


def value(event, v):
    """One chirp or sweep, v seconds after its start."""
    turn = 2 * math.pi
    if event["kind"] == "chirp":
        length, edge = event["duration_s"], event["edge_s"]
        phase = event["f1_hz"] * v + (event["f2_hz"] - event["f1_hz"]) * v * v / (2 * length)
        first, last = edge, edge
    else:
        grow = event["rate_s"]
        length = grow * math.log(event["f2_hz"] / event["f1_hz"])
        phase = event["f1_hz"] * grow * math.exp(v / grow)
        first, last = event["fade_in_s"], event["fade_out_s"]
    if not 0 <= v < length:
        return 0.0
    fade = 1.0
    for at, edge in ((v, first), (length - v, last)):
        if at < edge:
            fade *= 0.5 - 0.5 * math.cos(math.pi * at / edge)
    return event["amplitude"] * fade * math.sin(turn * phase)


def played(programme):
    """Both sides at the capture's rate, steps of 24 bits."""
    out = {}
    for side in ("left", "right"):
        out[side] = [0.0] * int(programme["length_s"] * RATE)
        for event in programme["events"]:
            if side not in event.get("sides", ["left", "right"]) or event["kind"] not in ("chirp", "sweep"):
                continue
            first = math.ceil(event["start_s"] * RATE)
            for n in range(first, len(out[side])):
                v = n / RATE - event["start_s"]
                if v > 4:
                    break
                out[side][n] += value(event, v)
    return out


def write_capture(path, frames, place, signal, noise):
    """Noise throughout, the signal from `place` on."""
    length = len(signal["left"])
    packed = b"".join(n.to_bytes(3, "little", signed=True) for n in noise)
    width = 3 * CHANNELS
    with open(path, "wb") as file:
        rf64(file, frames, RATE, CHANNELS, 3)

        def quiet(first, last):
            while first < last:
                at = (first - place) % LOOP  # the same beside the same sample of the signal
                some = min(LOOP - at, last - first)
                file.write(packed[at * width:(at + some) * width])
                first += some

        quiet(0, place)
        block = bytearray()
        for n in range(length):
            for c in range(CHANNELS):
                x = noise[(n % LOOP) * CHANNELS + c]
                if c < 2:
                    x += round(0.8 * signal[("left", "right")[c]][n] * 2 ** 23)
                block += x.to_bytes(3, "little", signed=True)
        file.write(block)
        quiet(place + length, frames)


def figures(record):
    """Every value with its u, by reading and place."""
    out = {}
    for r in record["readings"]:
        key = tuple(str(r.get(k)) for k in ("name", "side", "from", "to", "order"))
        for i, value_ in enumerate(r["value"] if isinstance(r.get("value"), list) else [r.get("value")]):
            u = r.get("u")
            out[key + (i,)] = (value_, u[i] if isinstance(u, list) else u)
    return out


def farthest(long, short):
    """The largest difference of two records' values in their own u, and where."""
    worst = (0.0, None)
    a, b = figures(long), figures(short)
    for key in a.keys() & b.keys():
        (x, u), (y, _) = a[key], b[key]
        if isinstance(x, float) and isinstance(y, float) and u:
            worst = max(worst, (abs(x - y) / u, key), key=lambda w: w[0])
    return worst, set(a) ^ set(b)


def analyze(build, folder, hours):
    programme_file = ROOT / "profiles/programmes/sweep_pair.json"
    signal = played(json.loads(programme_file.read_text(encoding="utf-8")))
    rng = random.Random(1)
    noise = [rng.randint(-150, 150) + rng.randint(-150, 150) for _ in range(LOOP * CHANNELS)]
    records, bad = {}, False
    where_long, pause = round(hours * 1200 * RATE) + 12345, RATE
    for name, frames, place in (("short", round(9.65 * RATE), pause),
                                ("long", round(hours * 3600 * RATE), where_long)):
        path = folder / f"{name}.rf64"
        write_capture(path, frames, place, signal, noise)
        (folder / f"{name}.json").write_text(json.dumps(
            {"schema": "fourpole/take@1", "channels": ["left", "right"]}), encoding="utf-8")
        record = folder / f"{name}.record.json"
        seconds, megabytes = timed([build / "fourpole", "analyze", path, "--programme", programme_file,
                                    "--record", record])
        records[name] = json.loads(record.read_text(encoding="utf-8"))
        print(f"analyze, {frames / RATE:8.1f} s of {CHANNELS} channels  {seconds:7.2f} s  peak {megabytes:5.0f} MB  "
              f"{path.stat().st_size / 1e9:.2f} GB", flush=True)
        bad = bad or megabytes > LIMIT_MB
        path.unlink()
    (away, where), alone = farthest(records["long"], records["short"])
    print(f"largest difference {away:.3f} u ({where}); only in one of both: {len(alone)} values")
    print("\n".join(records["long"]["reasons"]))
    starts = [next(r["start"] for r in records[n]["readings"] if r["name"] == "clock_offset") for n in records]
    wanted = where_long - pause
    print(f"start {starts[1]:.4f}, re the short one {starts[1] - starts[0] - wanted:+.6f} frames")
    return bad or away > 0.2 or abs(starts[1] - starts[0] - wanted) > 0.01


def tone(build, folder, hours):
    rng = random.Random(1)
    second = bytearray()
    for n in range(RATE):
        x = 0.5 * math.sin(2 * math.pi * 1000 * n / RATE)
        for c in range(CHANNELS):
            noise = rng.randint(-150, 150) + rng.randint(-150, 150)
            second += (round(x * 2 ** 23) * (c == 0) + noise).to_bytes(3, "little", signed=True)
    path, programme, seconds = folder / "tone.rf64", folder / "programme.json", round(hours * 3600)
    with open(path, "wb") as file:
        rf64(file, seconds * RATE, RATE, CHANNELS, 3)
        for _ in range(seconds):
            file.write(second)
    programme.write_text(json.dumps({
        "schema": "fourpole/programme@1", "id": "pilot", "sample_rate_hz": 48000, "length_s": seconds,
        "events": [{"kind": "tones", "sides": ["left"], "start_s": 0, "edge_s": 0.01,
                    "tones": [{"frequency_hz": 1000, "amplitude": 0.5}]}]}), encoding="utf-8")
    (folder / "tone.json").write_text(json.dumps({"schema": "fourpole/take@1", "channels": ["left", "right"]}),
                                      encoding="utf-8")
    record = folder / "record.json"
    taken, megabytes = timed([build / "fourpole", "analyze", path, "--programme", programme, "--record", record])
    print(f"analyze a tone, {seconds:6d} s of {CHANNELS} channels  {taken:7.2f} s  peak {megabytes:5.0f} MB")
    read = {r["name"]: r for r in json.loads(record.read_text(encoding="utf-8"))["readings"]}
    clock = read["clock_offset"]
    print(f"  clock {clock['value']:.3g} ppm, u {clock['u']:.2g}; wander {read['wander'].get('rms_s')} s rms")
    return megabytes > LIMIT_MB or abs(clock["value"]) > 5 * clock["u"]


def null(build, folder, hours):
    frames, width, late = round(hours * 3600 * 48000), 4, 1000
    piece = 1 << 20
    a, b = folder / "a.rf64", folder / "b.rf64"
    with open(a, "wb") as first, open(b, "wb") as second:
        rf64(first, frames, 48000, 2, 2)
        rf64(second, frames + late, 48000, 2, 2)
        second.write(os.urandom(late * width))
        for at in range(0, frames, piece):
            some = os.urandom(min(piece, frames - at) * width)
            first.write(some)
            second.write(some)
    record = folder / "null.json"
    seconds, megabytes = timed([build / "fourpole", "compare", a, b, "--null", "--record", record])
    found = [r for r in json.loads(record.read_text(encoding="utf-8"))["readings"] if r["name"] == "null"]
    print(f"null, {frames / 48000:8.1f} s of stereo  {seconds:7.2f} s  peak {megabytes:5.0f} MB")
    for r in found:
        print(f"  {r.get('side')}: delay {r['delay_samples']} samples, {r['ppm']:.2g} ppm, {r['value']:.1f} dB "
              f"({r.get('state', 'exact')})")
    return megabytes > LIMIT_MB or any(abs(r["delay_samples"] - late) > 1e-3 for r in found)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", type=Path, default=ROOT / "build")
    options.add_argument("--hours", type=float, default=2.0)
    options.add_argument("--folder", type=Path)
    options.add_argument("--tone", action="store_true")
    options.add_argument("--null", action="store_true")
    told = options.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        work = null if told.null else tone if told.tone else analyze
        return work(told.build.resolve(), Path(name), told.hours)


if __name__ == "__main__":
    sys.exit(main())
