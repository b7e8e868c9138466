#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Looks whether each chapter of the tutorial has its parts: a program that the page runs, the mistake with what both compilers
say, what raw POSIX does with it at run time, the simulated network, and an exercise whose solution is quoted. What is in the
parts is tested elsewhere. The last line is `N passed, N failed`, in parts."""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "doc" / "tutorial"
PARTS = {"The program": ("<!-- quote: examples/tutorial/", "<!-- run"),
         "The mistake": ("<!-- wrong: ", "<!-- told: g++ ", "<!-- told: clang++-"),
         "What raw POSIX does": ("<!-- quote: examples/tutorial/raw_posix.cpp ", "<!-- output: examples/tutorial/raw_posix.cpp "),
         "In the simulated network": ("<!-- trace: examples/tutorial/sim_lives.cpp ",),
         "Exercise": ("[Solution](solutions.md#chapter-{number})",)}


def main():
    solutions = (FOLDER / "solutions.md").read_text()
    solved = dict(re.findall(r"^## Chapter (\d+)\n(.*?)(?=^## |\Z)", solutions, re.M | re.S))
    passed = failed = 0
    for page in sorted(FOLDER.glob("[0-9]*.md")):
        number = page.name.partition("_")[0]
        sections = dict(re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", page.read_text(), re.M | re.S))
        lacks = [f"{mark} in '{title}'" for title, marks in PARTS.items() for mark in marks
                 if mark.format(number=number) not in sections.get(title, "")]
        if "<!-- quote: examples/tutorial/solutions/" not in solved.get(number, ""):
            lacks.append("a solution")
        for what in lacks:
            print(f"{page.name} has no {what}")
        failed += len(lacks)
        passed += 1 + sum(map(len, PARTS.values())) - len(lacks)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
