#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""House rules that a search can check.

    scripts/check_rules.py [TREE]       checks the tree (default: the one it lies in)
    scripts/check_rules.py --self-test  plants one breach at a time and must see each

licence   the first line (the second after #!) of every source names the licence
decibels  log10 stands in rig/units.hpp only; nothing multiplies a natural log by 10 or 20
twins     no identifier starts with left or right: loop over `sides`, use PerSide<T>. Only
          rig/signal.hpp, and rig/profile where the JSON keys have such names, are free; a test
          may call one thing `left` or `right`
machine   no path of the machine that somebody happens to sit at
names     no file called utils, helper, manager, common: what does it do?
guard     every header starts with #pragma once
case      a test's name has no `;` (CTest would cut it in two) and no colon behind column 74 (Catch 2
          indents what follows by it, and wraps for ever where nothing fits)
"""
import re
import sys
import tempfile
from pathlib import Path

OURS = ("rig", "drivers", "profiles", "tests", "scripts", ".ci")
LOOSE = ("CMakeLists.txt", "CMakePresets.json", "README.md", ".gitignore", ".clang-tidy")
CODE = {".cpp", ".hpp"}
TEXT = CODE | {".py", ".sh", ".txt", ".md", ".json", ".js", ".css", ".html", ".cmake", ".yml", ""}
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
LICENSED = CODE | {".py", ".sh", ".js", ".css", ".cmake", ""}   # "": scripts

NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
LOG10 = re.compile(r"\blog10[fl]?\b")
NATURAL_DB = re.compile(r"\b[12]0(?:\.0*)?\s*\*\s*(?:std::)?log\s*\((?!.*log\s*\(10)")
# `Side::left`, `std::right` and a member of somebody's struct are no new names; what is
# left over is no side.
TWIN = re.compile(r"(?<![\w:.>])(?!left_over\b)(?:left|right)(?:_\w*|[A-Z0-9]\w*)\b(?!\s*::)")
BARE = re.compile(r"(?<![\w:.>])(?:left|right)\b(?!\s*::)")
MACHINE = re.compile(r"(?<![\w.~/}<-])/(?:work|home|root|tmp|Users)/\w")
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|common)(_|\.|$)")
CASE = re.compile(r'TEST_CASE\(\s*((?:"(?:\\.|[^"\\])*"\s*)+)')


def code_only(text):
    """The text with comments and literals blanked, line numbers kept."""
    return NOT_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def breaches(file, text):
    """(line, sentence) for each breach in one file; `file` is relative to the tree."""
    suffix = Path(file).suffix
    lines = text.splitlines()
    found = []
    if Path(file).name == "CMakeLists.txt" or (suffix in LICENSED and file not in LOOSE):
        head = lines[1:2] if lines and lines[0].startswith("#!") else lines[:1]
        if not head or LICENCE not in head[0]:
            found.append((1, f"licence: the first line is not `{LICENCE}`"))
    if VAGUE.search(Path(file).name):
        found.append((1, "names: call the file after what it does"))
    for number, line in enumerate(lines, 1):
        if MACHINE.search(line):
            found.append((number, "machine: a path of one machine"))
    if suffix not in CODE:
        return found

    if suffix == ".hpp" and "#pragma once" not in lines[:4]:
        found.append((1, "guard: no #pragma once in the first lines"))
    for match in CASE.finditer(text):
        if ";" in match.group(1):
            found.append((text.count("\n", 0, match.start()) + 1, "case: a `;` in the name of a test"))
        name = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', match.group(1)))
        if name.rfind(": ", 74) >= 0:
            found.append((text.count("\n", 0, match.start()) + 1, "case: a colon behind column 74 of a test's name"))
    product = not file.startswith("tests/")   # a test has its numbers from its own arithmetic
    for number, line in enumerate(code_only(text).splitlines(), 1):
        if product and file != "rig/units.hpp" and LOG10.search(line):
            found.append((number, "decibels: log10 outside rig/units.hpp; use AmplitudeRatio{x}.decibels()"))
        if NATURAL_DB.search(line):
            found.append((number, "decibels: a natural logarithm times 10 or 20 is no decibel"))
        twin = TWIN.search(line) or (product and BARE.search(line))
        if twin and file != "rig/signal.hpp" and not file.startswith("rig/profile/"):
            found.append((number, f"twins: `{twin.group()}`; loop over `sides`, use PerSide<T>"))
    return found


def check(tree):
    paths = [p for top in OURS for p in sorted((tree / top).rglob("*")) if p.is_file()]
    paths += [tree / name for name in LOOSE if (tree / name).is_file()]
    findings, count = [], 0
    for path in paths:
        file = path.relative_to(tree).as_posix()
        if path.suffix not in TEXT or "__pycache__" in file:
            continue
        count += 1
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            findings.append(f"{file}:1: text: not UTF-8")
            continue
        findings += [f"{file}:{line}: {what}" for line, what in breaches(file, text)]
    return findings, count


def self_test():
    head = f"// {LICENCE}\n"
    slash = "/"
    clean = {"rig/units.hpp": head + "#pragma once\ndouble f(double x) { return 20.0 * std::log10(x); }\n",
             "rig/signal.hpp": head + "#pragma once\nenum class Side { left, right };\n",
             "rig/profile/a.hpp": head + "#pragma once\nstruct C { double left_to_right_farad; };\n",
             "rig/model/a.cpp": head + '// the left_side\nauto s = Side::left; auto k = "left_signal_ohm"; auto c = x.left_to_right_farad;\n',
             "tests/a_test.cpp": head + 'TEST_CASE("one, two") { CHECK(20 * std::log10(2.0) == Approx(6.02)); }\n',
             "scripts/a": f"#!/bin/sh\n# {LICENCE}\n"}
    planted = [
        ("rig/model/a.cpp", head + "auto d = std::log10(x);\n", "decibels"),
        ("rig/model/a.cpp", head + "auto d = 10.0 * std::log(x);\n", "decibels"),
        ("rig/model/a.cpp", head + "double left_level = 0;\n", "twins"),
        ("rig/model/a.cpp", head + "double rightGain = 0;\n", "twins"),
        ("rig/model/a.cpp", head + "for (double left : values) sum += left;\n", "twins"),
        ("tests/a_test.cpp", head + "const auto right_take = play();\n", "twins"),
        ("rig/model/a.cpp", "int x;\n", "licence"),
        ("scripts/a", "#!/bin/sh\nexit\n", "licence"),
        ("rig/model/a.cpp", head + f'auto f = open("{slash}work/main/x");\n', "machine"),
        ("scripts/a", f"#!/bin/sh\n# {LICENCE}\ncd {slash}home/anna\n", "machine"),
        ("rig/model/circuit_utils.cpp", head, "names"),
        ("rig/model/a.hpp", head + "int x;\n", "guard"),
        ("tests/a_test.cpp", head + 'TEST_CASE("one; two") {}\n', "case"),
        ("tests/a_test.cpp", head + 'TEST_CASE("' + 38 * "o " + 'one: two") {}\n', "case"),
    ]
    missed = 0
    for file, text, rule in [("", "", "")] + planted:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {**clean, file: text}.items():
                if name:
                    (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                    (Path(folder) / name).write_text(content, encoding="utf-8")
            findings, _ = check(Path(folder))
        if file == "" and findings:
            print("rules: self-test: the clean tree fails:", *findings, sep="\n  ")
            missed += 1
        if file and not any(f"{file}:" in finding and f": {rule}:" in finding for finding in findings):
            print(f"rules: self-test: {rule} planted in {file}, not seen: {text!r}; got {findings}")
            missed += 1
    if not missed:
        print(f"rules: self-test ok ({len(planted)} planted breaches seen)")
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    tree = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    findings, count = check(tree)
    for finding in findings:
        print(f"rules: {finding}")
    if not findings:
        print(f"rules: ok ({count} files)")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
