#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wall time and peak memory of the main job and of `analyze` on its first take.

    tests/bench/journey.py [BUILD] [TIMES]      (default: build, 5)

Aims on two cores: main job under 5 s and 400 MB, `analyze` of a 7 s stereo take under 0.3 s.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def timed(words):
    """(seconds, peak resident MB) of one run; wait4 gives this child's own memory."""
    start = time.perf_counter()
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"exit {code}: {' '.join(map(str, words))}\n{error.decode(errors='replace')}")
    return seconds, usage.ru_maxrss / 1024


def report(name, runs):
    seconds = [s for s, _ in runs]
    print(f"{name:40} median {statistics.median(seconds):6.3f} s  best {min(seconds):6.3f} s  "
          f"peak {max(m for _, m in runs):5.0f} MB  (n = {len(runs)})")


def main():
    build = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build"
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    session = ROOT / "profiles/sessions/md_dr7_4pole_vs_3pole.json"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report("run, simulated bench", [timed([build / "fourpole", "run", session, "--bench", "simulated",
                                               "--out", folder / f"run-{i}"]) for i in range(times)])
        takes = sorted((folder / "run-0").rglob("*.wav"))
        programmes = sorted((ROOT / "profiles/programmes").glob("*.json"))
        for programme in programmes:
            if takes and programme.stem in session.read_text(encoding="utf-8"):
                report(f"analyze, {takes[0].name}", [timed([build / "fourpole", "analyze", takes[0], "--programme",
                                                            programme, "--record", folder / "record.json"])
                                                     for _ in range(times)])


if __name__ == "__main__":
    main()
