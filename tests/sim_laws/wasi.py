#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""wasi.py PROGRAM DIFFERENCES: the laws on a simulated host of the profile wasi.

DIFFERENCES has one law a line, `#` begins a comment:

  SUITE/LAW | REASON

A law that is not named there holds; one that is named does not, and a line that is not needed is a failure too. LAW may end
with * for all instances of a template.
"""

import fnmatch
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import exclusions  # noqa: E402


def failures(element, path):
    for child in element:
        name = child.get("name")
        if child.tag == "TestSuite":
            yield from failures(child, path + [name])
        elif child.tag == "TestCase":
            yield "/".join(path + [name]), child.get("result") == "passed"


def main():
    program, differences = sys.argv[1:]
    lines = exclusions.read(differences, "SUITE/LAW | REASON")
    done = subprocess.run([program, "--report_format=XML", "--report_level=detailed", "--log_level=nothing",
                           "--catch_system_errors=no"], env=dict(os.environ, ESTATE_SIM_PROFILE="wasi"),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    begin = done.stderr.find("<TestResult>")
    if begin < 0:
        sys.exit(f"{program}: ends with {done.returncode} and without a report\n{done.stderr[-2000:]}")
    report = ElementTree.fromstring(done.stderr[begin:done.stderr.index("</TestResult>") + len("</TestResult>")])
    results = list(failures(report[0], []))
    used = set()
    wrong = 0
    for name, holds in results:
        if holds:
            continue
        match = [index for index, (law, _) in enumerate(lines) if fnmatch.fnmatchcase(name, law)]
        if match:
            used.update(match)
            print(f"differs  {name}: {lines[match[0]][1]}")
        else:
            wrong += 1
            print(f"FAILS    {name}")
    for index, (law, _) in enumerate(lines):
        if index not in used:
            wrong += 1
            print(f"STALE    {law}: it holds, or is no law")
    differing = sum(1 for _, holds in results if not holds)
    print(f"{len(results) - differing} of {len(results)} laws hold on sim(wasi), {differing} differ; {wrong} not as told")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
