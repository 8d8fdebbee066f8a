#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom: the SEES arrows of CMakeLists.txt, held against every #include.

    scripts/check_layers.py [TREE]       checks the tree (default: the one it lies in)
    scripts/check_layers.py --self-test  plants one wrong line at a time and must see each
"""
import re
import sys
import tempfile
from pathlib import Path

# Seen by everyone; they see only each other.
WORDS = {f"rig/{word}.hpp" for word in ("units", "result", "signal", "programme", "reading", "share_out", "wide", "symptom")}

# Folders that are no layer: they see everything, and only the last column sees them.
FLOW = {"rig": {"rig", "rig/verbs", "tests", "tests/bench"},
        "rig/verbs": {"rig", "rig/verbs", "tests", "tests/bench"},
        "tests": {"tests", "tests/bench", "tests/vm"},
        "tests/bench": {"tests/bench"},
        "tests/fuzz": {"tests/fuzz"},
        "tests/alsa_plugin": set(),
        "tests/played": {"tests/played", "tests", "tests/jack_device", "tests/vm"},
        "tests/jack_device": {"tests/jack_device"},
        "tests/vm": {"tests/vm", "tests"}}

# One third-party header, one home: (pattern of the include, files that may have it).
HOMES = [
    (r"fftw3.*", r"rig/fft/"),
    (r"nlohmann/.*", r"rig/json/"),
    (r"valijson/.*", r"rig/profile/"),
    (r"sndfile\.hh?", r"rig/capture/"),
    (r"soxr(-lsr)?\.h", r"rig/align/resample\.cpp"),
    (r"sha2\.h|md[245]\.h|sha[15].*\.h|rmd160\.h", r"rig/files/"),
    (r"(unsupported/)?Eigen/.*", r"rig/model/|rig/analysis/(normal_equations|slow_curve)\.cpp|rig/compare/symmetric_parts\.cpp|rig/fit/least_squares\.cpp|rig/align/phase_course\.cpp"),
    (r"ceres/.*", r"rig/fit/least_squares\.cpp"),
    (r"CLI/.*", r"rig/verbs/options\.cpp"),
    (r"catch2/.*|catch\.hpp", r"tests/catch\.hpp"),
    (r"(rtaudio/)?RtAudio\.h", r"drivers/audio/rtaudio_stream\.cpp"),
    (r"alsa/.*", r"drivers/audio/alsa_(formats|mixer|name)\.cpp|tests/alsa_plugin/"),
    (r"jack/.*", r"tests/jack_device/jack_device\.cpp"),
    (r"(libusb-1\.0/)?libusb\.h", r"drivers/usb/usb_(bus|handle)\.cpp|tests/isochronous_test\.cpp"),
    (r"umockdev\.h|glib.*", r"tests/mocked_(usb|urb)\.hpp"),
    (r"fmt/.*", r"(?!rig/analysis/|rig/align/)"),
]

# What comes with the compiler and the system: <vector>, <sys/stat.h>, <unistd.h>.
SYSTEM = re.compile(r"[a-z_0-9]+|(c?std|sys/|linux/)?[a-z_0-9]+\.h|(sys|linux)/[a-z_0-9]+\.h")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def read_arrows(cmake):
    """{layer: set of layers it sees} from the rig_layer() lines."""
    arrows = {}
    for name, rest in re.findall(r"^rig_layer\(\s*(\S+?)(?=[\s)])([^)]*)\)", cmake, re.MULTILINE):
        sees = rest.split("SEES", 1)[1] if "SEES" in rest else ""
        arrows[name] = set(re.split(r"PACKAGES|COLD", sees, maxsplit=1)[0].split())
    return arrows


def cycle(arrows):
    """One closed walk along the arrows, or None."""
    done = set()

    def walk(layer, path):
        if layer in path:
            return path[path.index(layer):] + [layer]
        if layer in done:
            return None
        done.add(layer)
        for seen in sorted(arrows.get(layer, ())):
            found = walk(seen, path + [layer])
            if found:
                return found
        return None

    for layer in sorted(arrows):
        found = walk(layer, [])
        if found:
            return found
    return None


def own_include(tree, arrows, file, target):
    """What is wrong with `file` including our own header `target`; "" = nothing."""
    here, there = str(Path(file).parent), str(Path(target).parent)
    if not (tree / target).is_file():
        return f'"{target}" is no file; write the full path from the root'
    if target in WORDS:
        return ""
    if file in WORDS:
        return "a word sees only words"
    if there in FLOW:
        return "" if here in FLOW[there] else f"{there}/ is seen by nobody below it"
    if there not in arrows:
        return f"{there}/ is not in CMakeLists.txt"
    if here in FLOW or here == there or there in arrows[here]:
        return ""
    return f"no arrow {here} -> {there} in CMakeLists.txt"


def check(tree):
    """All findings, one line each."""
    arrows = read_arrows((tree / "CMakeLists.txt").read_text(encoding="utf-8"))
    if not arrows:
        return ["CMakeLists.txt: no rig_layer() line found"]
    findings = [f"CMakeLists.txt: {layer} SEES {seen}, which is no layer"
                for layer, sees in sorted(arrows.items()) for seen in sorted(sees - set(arrows))]
    round_trip = cycle(arrows)
    if round_trip:
        findings.append("CMakeLists.txt: the arrows run in a circle: " + " -> ".join(round_trip))

    sources = [p for top in ("rig", "drivers", "tests") for p in sorted((tree / top).rglob("*"))
               if p.suffix in (".cpp", ".hpp", ".h", ".cc", ".ipp")]
    for path in sources:
        file = path.relative_to(tree).as_posix()
        folder = str(Path(file).parent)
        if folder not in arrows and folder not in FLOW:
            findings.append(f"{file}: {folder}/ is not in CMakeLists.txt")
            continue
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            kind, target = match.groups()
            line = text.count("\n", 0, match.start()) + 1
            homes = [home for pattern, home in HOMES if re.fullmatch(pattern, target)]
            wrong = ""
            if homes:
                if not all(re.match(home, file) for home in homes):
                    wrong = f"<{target}> has its home elsewhere (HOMES in scripts/check_layers.py)"
            elif kind == '"':
                wrong = own_include(tree, arrows, file, target)
            elif not SYSTEM.fullmatch(target):
                wrong = f"<{target}> has no home in scripts/check_layers.py"
            if wrong:
                findings.append(f"{file}:{line}: {wrong}")
    return findings


def self_test(tree):
    """A small tree with the real arrows; each planted line must be found, the clean tree must pass."""
    cmake = (tree / "CMakeLists.txt").read_text(encoding="utf-8")
    clean = {"CMakeLists.txt": cmake,
             "rig/main.cpp": '#include "rig/verbs/verbs.hpp"\n#include "drivers/a.hpp"\n',
             "rig/run.hpp": '#include "rig/model/a.hpp"\n',
             "rig/verbs/verbs.hpp": '#include "rig/run.hpp"\n',
             "tests/a_test.cpp": '#include "tests/catch.hpp"\n#include "rig/model/a.hpp"\n',
             "tests/catch.hpp": "#include <catch2/catch.hpp>\n"}
    clean.update({word: "#include <vector>\n" for word in WORDS})
    for layer, sees in read_arrows(cmake).items():
        clean[f"{layer}/a.hpp"] = '#include "rig/units.hpp"\n' + "".join(f'#include "{s}/a.hpp"\n' for s in sorted(sees))
    planted = [
        ("rig/model/a.hpp", '#include "drivers/a.hpp"', "no arrow rig/model -> drivers"),
        ("rig/analysis/a.hpp", '#include "rig/json/a.hpp"', "no arrow rig/analysis -> rig/json"),
        ("rig/compare/a.hpp", '#include "rig/model/a.hpp"', "no arrow rig/compare -> rig/model"),
        ("rig/analysis/a.hpp", '#include "rig/run.hpp"', "rig/ is seen by nobody"),
        ("rig/report/a.hpp", '#include "rig/verbs/verbs.hpp"', "rig/verbs/ is seen by nobody"),
        ("rig/units.hpp", '#include "rig/model/a.hpp"', "a word sees only words"),
        ("rig/model/a.hpp", '#include "tests/catch.hpp"', "tests/ is seen by nobody"),
        ("rig/model/a.hpp", '#include "a.hpp"', "full path from the root"),
        ("rig/lost/a.cpp", "", "rig/lost/ is not in CMakeLists.txt"),
        ("rig/model/a.hpp", "  #  include <nlohmann/json.hpp>", "home elsewhere"),
        ("rig/analysis/a.hpp", "#include <fftw3.h>", "home elsewhere"),
        ("rig/profile/a.hpp", "#include <sndfile.h>", "home elsewhere"),
        ("rig/align/a.hpp", "#include <soxr.h>", "home elsewhere"),
        ("rig/profile/a.hpp", "#include <Eigen/Dense>", "home elsewhere"),
        ("rig/json/a.hpp", "#include <valijson/validator.hpp>", "home elsewhere"),
        ("rig/capture/a.hpp", "#include <sha2.h>", "home elsewhere"),
        ("rig/verbs/verbs.hpp", "#include <CLI/CLI.hpp>", "home elsewhere"),
        ("rig/fit/a.hpp", "#include <ceres/ceres.h>", "home elsewhere"),
        ("rig/fit/a.hpp", "#include <Eigen/SVD>", "home elsewhere"),
        ("rig/compare/a.hpp", "#include <Eigen/Core>", "home elsewhere"),
        ("rig/analysis/a.hpp", "#include <fmt/format.h>", "home elsewhere"),
        ("tests/a_test.cpp", "#include <catch2/catch.hpp>", "home elsewhere"),
        ("rig/bench/a.hpp", "#include <RtAudio.h>", "home elsewhere"),
        ("drivers/audio/a.hpp", "#include <RtAudio.h>", "home elsewhere"),
        ("drivers/audio/a.hpp", "#include <alsa/asoundlib.h>", "home elsewhere"),
        ("rig/bench/a.hpp", "#include <libusb-1.0/libusb.h>", "home elsewhere"),
        ("drivers/relays/a.cpp", "#include <libusb.h>", "home elsewhere"),
        ("drivers/usb/a.cpp", "#include <umockdev.h>", "home elsewhere"),
        ("rig/model/a.hpp", "#include <boost/any.hpp>", "has no home"),
        ("CMakeLists.txt", "rig_layer(rig/fft SEES rig/analysis)", "in a circle"),
        ("CMakeLists.txt", "rig_layer(rig/fft SEES rig/nowhere)", "which is no layer"),
    ]
    missed = 0
    for file, line, expected in [("", "", "")] + planted:
        with tempfile.TemporaryDirectory() as folder:
            small = Path(folder)
            for name, text in {**clean, file: clean.get(file, "") + line + "\n"}.items():
                if name:
                    (small / name).parent.mkdir(parents=True, exist_ok=True)
                    (small / name).write_text(text, encoding="utf-8")
            findings = check(small)
        if file == "" and findings:
            print("layers: self-test: the clean tree fails:", *findings, sep="\n  ")
            missed += 1
        if file and not any(expected in finding for finding in findings):
            print(f"layers: self-test: planted in {file}, not seen: {line or '(a file)'}; got {findings}")
            missed += 1
    if not missed:
        print(f"layers: self-test ok ({len(planted)} planted lines seen)")
    return missed


def main():
    tree = Path(__file__).resolve().parent.parent
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test(tree) else 0
    if len(sys.argv) > 1:
        tree = Path(sys.argv[1]).resolve()
    findings = check(tree)
    for finding in findings:
        print(f"layers: {finding}")
    if not findings:
        print("layers: ok")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
