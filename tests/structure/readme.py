#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the tables of README.md with the files: each umbrella header, each example and each page of doc/ has a row, and
each file that a row names is there. The last line is `N passed, N failed`, in files."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    text = (ROOT / "README.md").read_text()
    rows = "\n".join(line for line in text.splitlines() if line.startswith("| "))
    named = {"include/" + name for name in re.findall(r"<(estate/[\w/]+[.]hpp)>", rows)}
    named |= set(re.findall(r"\]\(((?:doc|examples)/[^)#]+)\)", rows))
    there = {path.relative_to(ROOT).as_posix()
             for place in ("include/estate/*.hpp", "examples/*.cpp", "doc/*.md") for path in ROOT.glob(place)}
    there.discard("include/estate/version.hpp")  # every umbrella has it
    missing = sorted(there - named)
    gone = sorted(name for name in named if not (ROOT / name).exists())
    for name in missing:
        print(f"README.md has no row for {name}")
    for name in gone:
        print(f"README.md names {name}, which is not there")
    print(f"{len(there) - len(missing)} passed, {len(missing) + len(gone)} failed")
    return 1 if missing or gone or not there else 0


sys.exit(main())
