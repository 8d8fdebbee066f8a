#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""1,000 frequencies x 10,000 units of one circuit: fourpole beside ngspice and numpy, in one run.

    tests/bench/draws.py [BUILD] [PLAYER EARPHONE] [ROUNDS]
                         (default: build sharp_md_dr7 mx300_clone_4pole 3)

Needs `ninja benches`, ngspice and numpy (python3-numpy). All three solve the netlist that
`fourpole predict --netlist` writes, every R, L and C of it drawn within 5 % (ours: every figure
that the profiles have). The rivals do a part of the draws and are scaled up; the rounds take turns.

  ngspice  one `ac` for each driven side of a draw, in a .control loop that alters the parts
  numpy    nodal analysis, both sides at once: series and parallel parts joined beforehand, EMFs as
           currents, then numpy.linalg.solve on stacks of matrices
  fourpole tests/bench/draws_bench: "solve" is what the others do, "predict" has the decibels, the
           quantiles, the simultaneous bands and the readings too
"""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent.parent
FREQUENCIES, DRAWS = 1000, 10_000
NGSPICE_DRAWS, NUMPY_DRAWS = 40, 40
SPREAD = 0.05


def elements_of(netlist):
    """[(name, node, node, value)] of the parts, {source: (node, acmag)} of the EMFs."""
    parts, sources = [], {}
    for line in netlist.split(".control")[0].splitlines():
        words = line.split()
        if words and words[0][0] in "rlc":
            parts.append((words[0], words[1], words[2], float(words[3])))
        elif words and words[0][0] == "k":
            sys.exit("this benchmark's numpy rival knows no coupled coils; choose another earphone")
    for source, magnitude in re.findall(r"alter @(vemf\d+)\[acmag\] = (\S+)", netlist):
        sources.setdefault(source[1:], []).append(float(magnitude))
    return parts, sources


def ngspice_seconds(netlist, folder, random):
    parts, _ = elements_of(netlist)
    head = netlist.split(".control")[0]
    alters = re.findall(r"alter @vemf\d+\[acmag\] = \S+", netlist)
    of_side = len(alters) // 2
    lines = [".control"]
    for _ in range(NGSPICE_DRAWS):
        for name, _, _, value in parts:
            lines.append(f"alter {name} = {value * random.uniform(1 - SPREAD, 1 + SPREAD):.9g}")
        for driven in (alters[:of_side], alters[of_side:]):
            lines += driven
            lines += [f"ac lin {FREQUENCIES} 20 20000", "destroy all"]
    lines += ["quit 0", ".endc", ".end", ""]
    path = Path(folder) / "batch.cir"
    path.write_text(head + "\n".join(lines), encoding="utf-8")
    start = time.perf_counter()
    subprocess.run(["ngspice", "-b", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * DRAWS / NGSPICE_DRAWS


def joined(parts, sources, ends):
    """Series and parallel parts as [(node, node, tree)], tree = (kind, ...) of names."""
    edges = [[a, b, ("part", name, value)] for name, a, b, value in parts]
    keep = set(ends) | {"0"} | set(sources)
    changed = True
    while changed:
        changed = False
        pairs = {}
        for edge in edges:
            pairs.setdefault(frozenset(edge[:2]), []).append(edge)
        for same in pairs.values():
            if len(same) > 1:
                edges = [e for e in edges if e not in same]
                edges.append([same[0][0], same[0][1], ("parallel", [e[2] for e in same])])
                changed = True
        meets = {}
        for edge in edges:
            for node in edge[:2]:
                meets.setdefault(node, []).append(edge)
        for node, two in meets.items():
            if node not in keep and len(two) == 2 and not changed:
                far = [e[1] if e[0] == node else e[0] for e in two]
                edges = [e for e in edges if e not in two]
                edges.append([far[0], far[1], ("series", [e[2] for e in two])])
                changed = True
    return edges


def impedance(tree, w, random, draws):
    """[draw][frequency] of one tree, each part drawn anew."""
    kind = tree[0]
    if kind == "part":
        value = tree[2] * random.uniform(1 - SPREAD, 1 + SPREAD, (draws, 1))
        return {"r": lambda: value + 0j * w, "l": lambda: 1j * w * value, "c": lambda: 1 / (1j * w * value)}[tree[1][0]]()
    each = [impedance(t, w, random, draws) for t in tree[1]]
    return sum(each) if kind == "series" else 1 / sum(1 / z for z in each)


def numpy_seconds(netlist, random, batch=8):
    parts, sources = elements_of(netlist)
    # The drivers' ammeters are wires.
    wires = dict(re.findall(r"^vcurrent_\w+ (\S+) (\S+) dc 0", netlist, re.MULTILINE))
    rename = {inner: outer for outer, inner in wires.items()}
    bare = [(n, rename.get(a, a), rename.get(b, b), v) for n, a, b, v in parts]
    ends = re.findall(r"^evoltage_\w+ \S+ 0 (\S+) (\S+) 1", netlist, re.MULTILINE)
    edges = joined(bare, sources, {node for pair in ends for node in pair})
    nodes = sorted({n for e in edges for n in e[:2]} - {"0"} - set(sources))
    row = {n: i for i, n in enumerate(nodes)}
    w = 2 * numpy.pi * numpy.linspace(20, 20000, FREQUENCIES)
    start = time.perf_counter()
    for _ in range(NUMPY_DRAWS // batch):
        y = numpy.zeros((batch, FREQUENCIES, len(nodes), len(nodes)), complex)
        rhs = numpy.zeros((batch, FREQUENCIES, len(nodes), 2), complex)
        for a, b, tree in edges:
            admittance = 1 / impedance(tree, w, random, batch)
            for one, other in ((a, b), (b, a)):
                if one in row:
                    y[..., row[one], row[one]] += admittance
                    if other in row:
                        y[..., row[one], row[other]] -= admittance
                    elif other in sources:
                        for driven in (0, 1):
                            rhs[..., row[one], driven] += admittance * sources[other][driven]
        v = numpy.linalg.solve(y, rhs)
        for plus, minus in ends:
            abs((v[..., row[plus], :] if plus in row else 0) - (v[..., row[minus], :] if minus in row else 0))
    return (time.perf_counter() - start) * DRAWS / NUMPY_DRAWS, len(nodes)


def main():
    build = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build"
    player, earphone = sys.argv[2:4] if len(sys.argv) > 3 else ("sharp_md_dr7", "mx300_clone_4pole")
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    random = numpy.random.default_rng(1)
    times = {"ngspice": [], "numpy": [], "solve": [], "predict": []}
    with tempfile.TemporaryDirectory() as folder:
        cir = Path(folder) / "one.cir"
        subprocess.run([str(build / "fourpole"), "predict", "--player", player, "--earphone", earphone,
                        "--netlist", str(cir)], stdout=subprocess.DEVNULL, check=True)
        netlist = cir.read_text(encoding="utf-8")
        for _ in range(rounds):
            ours = json.loads(subprocess.run(
                [str(build / "tests/bench/draws_bench"), player, earphone, str(FREQUENCIES), str(DRAWS)],
                stdout=subprocess.PIPE, check=True).stdout)
            times["solve"].append(ours["draw_s"] + ours["solve_s"])
            times["predict"].append(ours["predict_s"])
            times["ngspice"].append(ngspice_seconds(netlist, folder, random))
            seconds, unknowns = numpy_seconds(netlist, random)
            times["numpy"].append(seconds)
    print(f"{player} + {earphone}: {FREQUENCIES} frequencies x {DRAWS} draws, {os.cpu_count()} cores, "
          f"{rounds} rounds; numpy solves {unknowns} unknowns")
    middle = {name: statistics.median(list_) for name, list_ in times.items()}
    for name, list_ in times.items():
        print(f"  {name:8} median {middle[name]:9.3f} s   {min(list_):9.3f} to {max(list_):9.3f} s   "
              f"ngspice / this {middle['ngspice'] / middle[name]:7.1f}   numpy / this {middle['numpy'] / middle[name]:7.1f}")


if __name__ == "__main__":
    main()
