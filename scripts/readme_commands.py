#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every command of README.md, so that the page cannot promise what does not work.

    scripts/readme_commands.py TREE BUILD

Blocks marked ```sh are run with `sh -e`, in order, in one scratch folder that looks like a
fresh tree: the sources as links, `build` being BUILD. Two lines are known and not run again:
scripts/test (this check is part of it) and anything after `# by hand:`. A block in any other
language is text; a block without a language is an error, since nobody would know.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
KNOWN = {"scripts/test"}


def blocks(readme):
    """(line, text) of the sh blocks."""
    found = []
    for match in BLOCK.finditer(readme):
        line = readme.count("\n", 0, match.start()) + 1
        if not match.group(1):
            sys.exit(f"README.md:{line}: say the language of this block (sh = it is run, text = it is not)")
        if match.group(1) == "sh":
            found.append((line, match.group(2)))
    return found


def runnable(text):
    """The lines of a block without those that are known."""
    lines = []
    for line in text.splitlines():
        if line.strip() == "# by hand:":
            break
        if line.split("#")[0].strip() not in KNOWN:
            lines.append(line)
    return "\n".join(lines) + "\n"


def scratch_tree(tree, build, scratch):
    for entry in tree.iterdir():
        if not entry.name.startswith((".git", "build", "run-")):
            (scratch / entry.name).symlink_to(entry)
    # profiles/ is a copy: the page shows how to add to it.
    (scratch / "profiles").unlink(missing_ok=True)
    if (tree / "profiles").is_dir():
        shutil.copytree(tree / "profiles", scratch / "profiles")
    (scratch / "build").symlink_to(build)


def main():
    tree, build = (Path(p).resolve() for p in sys.argv[1:3])
    found = blocks((tree / "README.md").read_text(encoding="utf-8"))
    if not found:
        sys.exit("README.md has no sh block: nothing would be checked")
    for word in KNOWN:
        if not os.access(tree / word, os.X_OK):
            sys.exit(f"{word} is not executable")
    environment = {**os.environ, "FOURPOLE_BUILD": str(build)}
    with tempfile.TemporaryDirectory(prefix="readme ä ") as name:
        scratch = Path(name)
        scratch_tree(tree, build, scratch)
        for line, text in found:
            run = subprocess.run(["sh", "-ec", runnable(text)], cwd=scratch, env=environment,
                                 capture_output=True, text=True, errors="replace")
            if run.returncode != 0:
                print(f"README.md:{line}: exit {run.returncode}\n{text}\n{run.stdout}\n{run.stderr}")
                return 1
            print(f"README.md:{line}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
