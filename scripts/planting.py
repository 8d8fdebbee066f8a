#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants the faults that scripts/plant_faults.sh lists, and watches the tests fail.

    scripts/planting.py TREE BUILD [all|turn|note] < faults   (five fields a fault, each ended by a NUL)
    scripts/planting.py --self-test

all (as if nothing were said) plants every fault. scripts/planted_seen.txt holds a stamp of each that was
seen caught: of its line, its file, and its test with what that includes of tests/. `turn` plants what has
no such stamp and a tenth of the rest, which the commit chooses, so that a change elsewhere that lets an
old fault live is met within a few commits; without git it plants all. `note` plants what has no stamp,
and writes the stamps anew.

The clean tree is tested first. Where its whole suite has just passed, FOURPOLE_SUITE_PASSED=1
says so, and of the clean tree only the names of its tests are asked.

The tree is never touched and nothing is built twice. A fault is a changed copy of one file.
What depends on that file is compiled by its own command of the build folder, with the copy
in front, and the test program is linked by its own command with these objects in front of
the archives: a linker takes nothing from an archive that is already defined. A fault in
profiles/ needs no compiler: the test runs with $FOURPOLE_PROFILES on a changed copy.

A fault is compiled at -O1, which takes a quarter of the time less. The figures are those of -O3:
nothing here lets the compiler reorder sums, and the sanitised suite passes at -O1 and -O0.
"""
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

HANG_S = 120        # a fault may turn a loop endless; that counts as seen
SKIP = "SKIPPED: "  # what a test says that misses its data
SEEN = "scripts/planted_seen.txt"
TURNS = 10          # a fault whose stamp is known is planted at every tenth commit or so


@dataclass(frozen=True)
class Fault:
    what: str
    file: str
    sed: str
    test: str
    filter: str


class Skipped(Exception):
    """The test misses data that it needs."""


class Broken(Exception):
    """The fault itself is no good: it must be repaired, not the tests."""


@dataclass
class Build:
    tree: Path
    folder: Path
    compile_of: dict = field(default_factory=dict)   # object -> (source, arguments)
    link_of: dict = field(default_factory=dict)      # test -> arguments
    needs: dict = field(default_factory=dict)        # object -> files it was made from
    quick_headers: dict = field(default_factory=dict)  # precompiled header -> the same at -O1

    def ninja(self, *words):
        run = subprocess.run(["ninja", "-C", str(self.folder), "-t", *words],
                             capture_output=True, text=True, check=True)
        return run.stdout

    def read(self, tests):
        commands = json.loads((self.folder / "compile_commands.json").read_text(encoding="utf-8"))
        for entry in commands:
            words = shlex.split(entry["command"])
            self.compile_of[words[words.index("-o") + 1]] = (entry["file"], words)
        for test in tests:
            self.link_of[test] = self.link(test)
        made = None
        for line in self.ninja("deps").splitlines():
            if line.startswith("    ") and made is not None:
                made.add(os.path.normpath(self.folder / line.strip()))
            elif line and not line.startswith("ninja:"):
                made = self.needs.setdefault(line.split(": #deps")[0], set())

    def make_quick_headers(self, folder):
        """A precompiled header serves one level of optimisation: those of -O3 are made again."""
        for number, (made, (source, words)) in enumerate(list(self.compile_of.items())):
            if not made.endswith("cmake_pch.hxx.gch") or "-O1" in words:
                continue
            header = source.removesuffix(".cxx")
            copy = folder / f"{number}.hxx"
            shutil.copy(header, copy)
            words = [w for w in words if w != "-O3"] + ["-O1", "-w"]
            words[words.index("-o") + 1] = f"{copy}.gch"
            run = sh(words, cwd=self.folder)
            if run.returncode != 0:
                raise Broken("does not compile:\n" + run.stderr[-2000:])
            self.quick_headers[header] = str(copy)

    def quick(self, words):
        """A command at -O1, with the precompiled header of that level."""
        if "-O1" in words:
            return words
        return [self.quick_headers.get(w, w) for w in words if w != "-O3"] + ["-O1"]

    def link(self, test):
        """The arguments that link tests/TEST, without what the build does afterwards."""
        output = f"tests/{test}"
        for line in reversed(self.ninja("commands", output).splitlines()):
            for part in line.split(" && "):
                words = shlex.split(part) if f"-o {output}" in part else []
                if words:
                    return words
        raise Broken(f"{self.folder} has no rule that links {output}")

    def objects_with(self, file, test):
        """What `test` is made of that contains `file`: its own objects and those of every layer."""
        path = os.path.normpath(self.tree / file)
        mine = f"tests/CMakeFiles/{test}.dir/"
        return [made for made, (source, _) in self.compile_of.items()
                if (made.startswith(mine) or (not made.startswith("tests/") and "fourpole.dir" not in made)
                    or made in self.link_of[test])
                and (os.path.normpath(source) == path or path in self.needs.get(made, ()))]


def stamp(tree, fault, includes):
    """Of what makes a fault: its line, the file it breaks, the test that sees it and what that includes."""
    digest = hashlib.sha256("\0".join((fault.file, fault.sed, fault.test, fault.filter)).encode())
    for name in (fault.file, f"tests/{fault.test}.cpp", *sorted(includes)):
        digest.update(b"\0" + name.encode() + b"\0" + (tree / name).read_bytes())
    return digest.hexdigest()[:16]


def stamps(tree, build, faults):
    """A stamp of each fault. Known only after Build.read."""
    tests = os.path.join(os.path.normpath(tree), "tests") + os.sep
    includes = {}
    for made, needs in build.needs.items():
        test = re.match(r"tests/CMakeFiles/(\w+)\.dir/", made)
        if test:
            own = {"tests/" + n[len(tests):] for n in needs if n.startswith(tests) and n.endswith(".hpp")}
            includes.setdefault(test.group(1), set()).update(own)
    return {fault: stamp(tree, fault, includes.get(fault.test, ())) for fault in faults}


def turn_of(tree):
    """Whose turn it is: 0 to TURNS - 1 by the commit; None where there is none, or no git to ask."""
    if not shutil.which("git"):
        return None
    run = sh(["git", "-C", str(tree), "rev-parse", "HEAD"])
    return int(run.stdout[:8], 16) % TURNS if run.returncode == 0 else None


def chosen(how, faults, stamp_of, seen, turn):
    """The faults to plant now."""
    if how == "all" or (how == "turn" and turn is None):
        return list(faults)
    return [f for f in faults if stamp_of[f] not in seen
            or (how == "turn" and int(stamp_of[f][:8], 16) % TURNS == turn)]


def self_test():
    """The stamp changes with all that it stands for, and what has none is planted whatever the turn."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        (tree / "tests").mkdir()
        fault = Fault("what", "a.cpp", "s/a/b/", "a_test", "")
        files = {"a.cpp": "a", "tests/a_test.cpp": "t", "tests/made.hpp": "m"}
        for file, text in files.items():
            (tree / file).write_text(text)
        first = stamp(tree, fault, {"tests/made.hpp"})
        assert first == stamp(tree, Fault("other words", *list(vars(fault).values())[1:]), {"tests/made.hpp"})
        for file, text in files.items():
            (tree / file).write_text(text + " ")
            assert stamp(tree, fault, {"tests/made.hpp"}) != first, file
            (tree / file).write_text(text)
        assert stamp(tree, Fault("what", "a.cpp", "s/a/c/", "a_test", ""), {"tests/made.hpp"}) != first
        many = {Fault(str(n), "", "", "", ""): f"{n:08x}" for n in range(2 * TURNS)}
        for turn in range(TURNS):
            assert len(chosen("turn", many, many, set(many.values()), turn)) == 2
            assert len(chosen("turn", many, many, set(), turn)) == 2 * TURNS
        assert len(chosen("turn", many, many, set(many.values()), None)) == 2 * TURNS
        assert not chosen("note", many, many, set(many.values()), 0)
        assert len(chosen("all", many, many, set(many.values()), 0)) == 2 * TURNS
        with mock.patch.dict(os.environ, {"PATH": name}):
            assert turn_of(tree) is None


def sh(words, **options):
    return subprocess.run(words, capture_output=True, text=True, errors="replace", **options)


def run_test(build, program, fault, profiles=None, first_failure_ends=True):
    """(failed, output) of the named tests; a crash and a hang count as failed."""
    environment = dict(os.environ)
    if profiles:
        environment["FOURPOLE_PROFILES"] = str(profiles)
    words = [str(program)] + (["--abort"] if first_failure_ends else []) + ([fault.filter] if fault.filter else [])
    try:
        run = sh(words, cwd=build.folder / "tests", env=environment, timeout=HANG_S)
    except subprocess.TimeoutExpired:
        return True, f"hangs ({HANG_S} s)"
    failed, output = run.returncode != 0, run.stdout + run.stderr
    if SKIP in output and not failed:
        raise Skipped(output.split(SKIP, 1)[1].splitlines()[0])
    return failed, output


def names_a_test(program, fault):
    """"" when the filter fits a test of the program, else why not."""
    listed = sh([str(program), "--list-tests"] + ([fault.filter] if fault.filter else [])).stdout
    if re.search(r"^[1-9]\d* (matching )?test cases?$", listed, re.MULTILINE):
        return ""
    return f"no test of {fault.test} fits the filter '{fault.filter}'"


def clean_passes(build, fault):
    """"" when the named tests run and pass on the clean tree, else why not."""
    program = build.folder / "tests" / fault.test
    if not program.exists():
        return f"there is no test program {fault.test}"
    if os.environ.get("FOURPOLE_SUITE_PASSED") == "1":
        return names_a_test(program, fault)
    try:
        failed, output = run_test(build, program, fault, first_failure_ends=False)
    except Skipped as why:
        return f"{SKIP}{why}"
    if failed:
        return "the clean tree fails:\n" + output[-2000:]
    if not re.search(r"All tests passed", output):
        return f"no test of {fault.test} fits the filter '{fault.filter}'"
    return ""


def changed(tree, fault):
    """The file's text with the fault in it."""
    run = sh(["sed", "-e", fault.sed, str(tree / fault.file)])
    if run.returncode != 0:
        raise Broken(f"sed refuses: {run.stderr.strip()}")
    if run.stdout == (tree / fault.file).read_text(encoding="utf-8"):
        raise Broken("the sed expression changes nothing")
    return run.stdout


def planted_program(build, fault, folder, text, affected):
    """Links the test program with `affected` made from the changed copy; gives its path."""
    copy = folder / "copy" / fault.file
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text, encoding="utf-8")
    original = os.path.normpath(build.tree / fault.file)

    replaced = {}
    for number, made in enumerate(affected):
        words = build.quick(build.compile_of[made][1])
        target = str(folder / f"{number}.o")
        words = [str(copy) if os.path.normpath(w) == original else target if w == made else w for w in words]
        # The copy's folder comes first for headers; a fault need not be free of warnings.
        words[1:1] = ["-I", str(folder / "copy")]
        words = [w for w in words if w not in ("-Werror", "-Winvalid-pch")] + ["-w"]
        run = sh(words, cwd=build.folder)
        if run.returncode != 0:
            raise Broken("does not compile:\n" + run.stderr[-2000:])
        replaced[made] = target

    words = [replaced.pop(w, w) for w in build.link_of[fault.test]]
    at = words.index("-o")
    words[at + 1] = str(folder / fault.test)
    # The original may still come in for a function of the standard library that only it happens to
    # hold; then the first definition of all others counts, and that is the planted one.
    words[at:at] = [*replaced.values(), "-Wl,--allow-multiple-definition"]
    run = sh(words, cwd=build.folder)
    if run.returncode != 0:
        raise Broken("does not link:\n" + run.stderr[-2000:])
    return folder / fault.test


def plant(build, fault):
    """True when the test sees the fault."""
    text = changed(build.tree, fault)
    with tempfile.TemporaryDirectory(prefix="planted-") as name:
        folder = Path(name)
        if fault.file.startswith("profiles/"):
            shutil.copytree(build.tree / "profiles", folder / "profiles")
            (folder / fault.file).write_text(text, encoding="utf-8")
            return run_test(build, build.folder / "tests" / fault.test, fault, folder / "profiles")[0]
        affected = build.objects_with(fault.file, fault.test)
        if not affected:
            raise Broken(f"{fault.test} is not made from {fault.file}")
        # A header is in nearly everything. Mostly the test sees the fault in its own object already (it
        # comes first, so its inline functions win) and in the source of the header's own name; only if
        # not, all are made anew.
        near = [made for made in affected if made.startswith(f"tests/CMakeFiles/{fault.test}.dir/")
                or made.endswith(f"/{Path(fault.file).with_suffix('.cpp')}.o")]
        for some in ([near] if near and near != affected else []) + [affected]:
            if run_test(build, planted_program(build, fault, folder, text, some), fault)[0]:
                return True
        return False


def timed_plant(build, fault):
    start = time.monotonic()
    try:
        outcome = "caught" if plant(build, fault) else "SURVIVED"
    except Skipped as why:
        outcome = f"skipped: {why}"
    except Broken as trouble:
        outcome = f"BROKEN: {trouble}"
    return outcome, time.monotonic() - start


def main():
    tree, folder = (Path(os.path.realpath(p)) for p in sys.argv[1:3])
    how = sys.argv[3] if len(sys.argv) > 3 else "all"
    fields = sys.stdin.read().split("\0")[:-1]
    listed = [Fault(*fields[i:i + 5]) for i in range(0, len(fields), 5)]
    build = Build(tree, folder)
    count = {"caught": 0, "SURVIVED": 0, "BROKEN": 0, "skipped": 0}

    def tell(fault, outcome, seconds=0.0):
        count[outcome.split(":")[0]] += 1
        print(f"planted: {outcome.splitlines()[0]:9} {fault.file}: {fault.what} ({seconds:.1f} s)", flush=True)
        for line in outcome.splitlines()[1:]:
            print(f"    {line}", flush=True)

    sound = []
    for fault in listed:
        missing = [n for n in (fault.file, f"tests/{fault.test}.cpp") if not (tree / n).is_file()]
        if missing:
            tell(fault, f"BROKEN: there is no {missing[0]}")
        else:
            sound.append(fault)
    build.read({fault.test for fault in sound})
    stamp_of = stamps(tree, build, sound)
    seen = set((tree / SEEN).read_text(encoding="utf-8").split()) if (tree / SEEN).is_file() else set()
    faults = chosen(how, sound, stamp_of, seen, turn_of(tree))
    caught = set(stamp_of.values()) & seen

    with tempfile.TemporaryDirectory(prefix="planted-") as quick_headers, \
            ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        pairs = {(f.test, f.filter): f for f in faults}
        reasons = dict(zip(pairs, pool.map(lambda f: clean_passes(build, f), pairs.values())))
        ready = []
        for fault in faults:
            reason = reasons[fault.test, fault.filter]
            if reason.startswith(SKIP):
                tell(fault, f"skipped: {reason}")
            elif reason:
                tell(fault, f"BROKEN: {reason}")
            else:
                ready.append(fault)
        if ready:
            build.make_quick_headers(Path(quick_headers))
        # Headers take longest, and the end should not wait for one of them.
        ready.sort(key=lambda fault: not fault.file.endswith(".hpp"))
        running = {pool.submit(timed_plant, build, fault): fault for fault in ready}
        for done in as_completed(running):
            outcome, seconds = done.result()
            fault = running[done]
            tell(fault, outcome, seconds)
            (caught.add if outcome == "caught" else caught.discard)(stamp_of[fault])

    if how == "note":
        (tree / SEEN).write_text("".join(s + "\n" for s in sorted(caught)), encoding="utf-8")
    if len(faults) < len(sound):
        new = sum(stamp_of[f] not in seen for f in faults)
        print(f"planted faults: {new} new or changed, {len(faults) - new} known ones by turn; {len(sound) - len(faults)} "
              f"left out, seen caught before with the same line, file and test ({SEEN})")
    print(f"planted faults: {count['caught']} caught, {count['SURVIVED']} survived, "
          f"{count['BROKEN']} broken, {count['skipped']} skipped", flush=True)
    return 1 if count["SURVIVED"] or count["BROKEN"] or not listed else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else main())
