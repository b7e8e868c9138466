#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets a simulated world live for an hour, twice: a server and its clients by two pollers, a question each five minutes.
Then a storm: connections are cancelled, timed out and closed by chance, and each byte of theirs is looked at.

    benchmarks/simulation.py [--connections N] [--disturbances N] [--seed S] [--compilers g++ clang++-19]

A hash that differs, between two runs or two compilers, and a byte that is lost, doubled or out of order are errors. Seconds
and events a second depend on the machine.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from report import build, finish, report, run


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--connections", type=int, default=10_000)
    options.add_argument("--disturbances", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=12)
    options.add_argument("--compilers", nargs="+", default=["g++", "clang++-19"])
    asked = options.parse_args()
    hashes = set()
    with tempfile.TemporaryDirectory() as folder:
        for compiler in asked.compilers:
            program = build(compiler, "simulated_hour.cpp", Path(folder) / compiler, "-lboost_context")
            for turn in ("once", "again"):
                told = run([program, asked.connections, asked.seed]).stdout.strip()
                events, code, took = re.search(r"(\d+) events.*hash (\w+), ([\d.]+) s", told).groups()
                hashes.add(code)
                print(f"{compiler}, {turn}: {told}, {int(events) / float(took):,.0f} events/s")
        report("hashes of the same seed", len(hashes), "1", len(hashes) == 1)
        program = build(asked.compilers[0], "simulated_storm.cpp", Path(folder) / "storm", "-lboost_context")
        done = subprocess.run([program, str(asked.disturbances), str(asked.seed)], capture_output=True, text=True)
        print(done.stdout.strip() or done.stderr.strip())
        report("bytes lost or wrong, ends unexplained", "none" if done.returncode == 0 else "some", "none",
               done.returncode == 0)
    return finish(gate=True)


if __name__ == "__main__":
    sys.exit(main())
