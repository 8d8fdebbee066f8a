#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The analyzer beside what its users have, in one run: seconds, peak memory and their ratios.

    tests/bench/analysis.py [BUILD] [SECONDS RATE_HZ]      (default: build 60 96000)

Needs `ninja benches`, numpy and scipy (python3-scipy).

  deconvolution  4 channels of a sweep as 32-bit float WAV -> 65,536 lags of impulse response each, whole
                 processes: scipy's spectral division, one whole-length FFTW division, ours on one and two threads
  tones          1,048,576 points of one tone: numpy's windowed FFT with THD and THD+N, one bare FFTW transform of
                 that length, ours with level, THD, THD+N, harmonics, noise, bits and the clock
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from scipy.io import wavfile

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS, CHANNELS, LAGS = 3, 4, 65536

SCIPY = """
import sys, numpy, scipy.fft
from scipy.io import wavfile
rate, y = wavfile.read(sys.argv[1])
seconds = float(sys.argv[2])
f1, f2 = 10.0, min(24000.0, 0.45 * rate)
grow = seconds / numpy.log(f2 / f1)
t = numpy.arange(int(seconds * rate) + 1) / rate
x = 0.5 * numpy.sin(2 * numpy.pi * f1 * grow * numpy.exp(t / grow))
n = scipy.fft.next_fast_len(len(x) + len(y), real=True)
X = scipy.fft.rfft(x, n)
out = []
for c in range(y.shape[1]):
    H = scipy.fft.rfft(y[:, c].astype(float), n) * numpy.conj(X) / (numpy.abs(X) ** 2 + 1e-3)
    out.append(scipy.fft.irfft(H, n)[:%d])
numpy.concatenate(out).tofile(sys.argv[3])
""" % LAGS

NUMPY = """
import json, time, numpy
n, rate, hz = 1 << 20, 96000.0, 997.0 * (1 + 37e-6)
t = numpy.arange(n) / rate
rng = numpy.random.default_rng(1)
y = 0.5 * (numpy.sin(2 * numpy.pi * hz * t) + 1e-5 * numpy.sin(4 * numpy.pi * hz * t)) + rng.normal(0, 1e-6, n)
runs = []
for _ in range(5):
    start = time.perf_counter()
    k = numpy.arange(n) / n
    w = (0.27105140069342 - 0.43329793923448 * numpy.cos(2 * numpy.pi * k) + 0.21812299954311 * numpy.cos(4 * numpy.pi * k)
         - 0.06592544638803 * numpy.cos(6 * numpy.pi * k) + 0.01081174209837 * numpy.cos(8 * numpy.pi * k)
         - 0.00077658482522 * numpy.cos(10 * numpy.pi * k) + 0.00001388721735 * numpy.cos(12 * numpy.pi * k))
    p = numpy.abs(numpy.fft.rfft(y * w)) ** 2 / numpy.sum(w ** 2) / n * 2
    top = int(numpy.argmax(p))
    def line(b): return p[max(b - 7, 0):b + 8].sum()
    fundamental = line(top)
    thd = 10 * numpy.log10(sum(line(h * top) for h in range(2, 11)) / fundamental)
    rest = p.copy(); rest[top - 7:top + 8] = 0
    low, high = int(20 * n / rate), int(20000 * n / rate)
    thd_n = 10 * numpy.log10(rest[low:high].sum() / fundamental)
    runs.append(time.perf_counter() - start)
print(json.dumps({"seconds": sorted(runs)[len(runs) // 2], "thd_db": thd, "thd_n_db": thd_n}))
"""


def timed(words):
    """(seconds, peak resident MB) of one run; wait4 gives this child's own memory."""
    start = time.perf_counter()
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(map(str, words))}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def capture(path, seconds, rate):
    """A sweep through four short decays of their own, two seconds of tail."""
    f1, f2 = 10.0, min(24000.0, 0.45 * rate)
    grow = seconds / numpy.log(f2 / f1)
    t = numpy.arange(int(seconds * rate) + 1) / rate
    x = numpy.zeros(len(t) + int(2 * rate), numpy.float32)
    x[:len(t)] = 0.5 * numpy.sin(2 * numpy.pi * f1 * grow * numpy.exp(t / grow))
    y = numpy.zeros((len(x), CHANNELS), numpy.float32)
    for c in range(CHANNELS):
        for delay, gain in ((0, 1.0), (40 + 3 * c, 0.4), (200, -0.1 * c)):
            y[delay:, c] += gain * x[:len(x) - delay]
    wavfile.write(path, int(rate), y)


def deconvolution(build, folder, seconds, rate):
    wav, script = folder / "capture.wav", folder / "rival.py"
    capture(wav, seconds, rate)
    script.write_text(SCIPY, encoding="utf-8")
    bench = build / "tests/bench/deconvolve_bench"
    words = {"scipy": [sys.executable, script, wav, seconds, folder / "scipy.f64"],
             "whole FFTW": [bench, wav, seconds, "whole", folder / "whole.f64"],
             "ours, 1 thread": [bench, wav, seconds, 1, folder / "one.f64"],
             "ours, 2 threads": [bench, wav, seconds, 2, folder / "two.f64"]}
    runs = {name: [] for name in words}
    for _ in range(ROUNDS):
        for name, command in words.items():
            runs[name].append(timed(command))
    print(f"deconvolution of {CHANNELS} channels, {seconds:g} s at {rate:g} Hz, {ROUNDS} rounds")
    middle = {name: statistics.median(s for s, _ in list_) for name, list_ in runs.items()}
    for name, list_ in runs.items():
        print(f"  {name:16} {middle[name]:8.3f} s  {max(m for _, m in list_):6.0f} MB   scipy / this "
              f"{middle['scipy'] / middle[name]:6.1f}   whole FFTW / this {middle['whole FFTW'] / middle[name]:6.1f}")
    one, two = (numpy.fromfile(folder / f"{name}.f64") for name in ("one", "two"))
    # The matched filter's pulse is as high as the sweep's energy: the echoes stand at their share of it.
    first = one[:LAGS]
    print(f"  one and two threads: {'the same bits' if numpy.array_equal(one, two) else 'DIFFERENT'}; "
          f"echo of 0.4 at 40 samples reads {first[40] / first[0]:.4f}")


def tones(build):
    ours = json.loads(subprocess.run([build / "tests/bench/tones_bench"], stdout=subprocess.PIPE, check=True).stdout)
    rival = json.loads(subprocess.run([sys.executable, "-c", NUMPY], stdout=subprocess.PIPE, check=True).stdout)
    print(f"tones, {ours['points']} points: ours {ours['measure_s']:.4f} s ({ours['readings']} readings, THD "
          f"{ours['thd_db']:.3f} dB of -100), numpy {rival['seconds']:.4f} s (THD {rival['thd_db']:.3f} dB), "
          f"one FFT {ours['fft_s']:.4f} s")
    print(f"  numpy / ours {rival['seconds'] / ours['measure_s']:.1f}, ours / one FFT {ours['measure_s'] / ours['fft_s']:.1f}")


def main():
    build = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build"
    seconds, rate = (float(sys.argv[2]), float(sys.argv[3])) if len(sys.argv) > 3 else (60.0, 96000.0)
    with tempfile.TemporaryDirectory() as name:
        deconvolution(build, Path(name), seconds, rate)
    tones(build)


if __name__ == "__main__":
    main()
