#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures datagrams in bulk beside one a call and beside raw C, in turns of one run, on the loopback interface.

    benchmarks/datagrams.py [--turns N] [--sizes BYTES...] [--compiler g++] [--gate]

Each ratio is the median of the ratios of neighbouring turns, so that what the machine does meanwhile falls on both.
--gate makes a missed target an error; exit 77 where the kernel cannot cut or join datagrams.
"""

import argparse
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from report import build, finish, report, skip

GOAL = 40  # times the datagrams of one a call, with 64 segments


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(": ", 1)[1]
    return platform.processor() or "unknown processor"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 1000])
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--gate", action="store_true")
    arguments = parser.parse_args()
    if shutil.which(arguments.compiler) is None or platform.system() != "Linux":
        skip(arguments.compiler, "not installed, or this is not Linux")
        return finish(arguments.gate)
    print(f"{processor()}, Linux {platform.release()}, {arguments.compiler}; 64 datagrams a call")
    with tempfile.TemporaryDirectory() as directory:
        program = build(arguments.compiler, "datagrams.cpp", Path(directory) / "datagrams")
        for size in arguments.sizes:
            done = subprocess.run([program, str(size), str(arguments.turns)], capture_output=True, text=True)
            if done.returncode == 77:
                print(done.stdout.strip())
                return 77
            done.check_returncode()
            turns = {}
            for line in done.stdout.splitlines():
                way, nanoseconds = line.split()
                turns.setdefault(way, []).append(float(nanoseconds))

            def ratio(slow, fast):
                return statistics.median(a / b for a, b in zip(turns[slow], turns[fast]))

            for way, taken in turns.items():
                report(f"{size} bytes, {way}: ns a datagram, sent and received", f"{statistics.median(taken):.0f}")
            for way in ("one", "batch", "segments"):
                report(f"{size} bytes, {way}: time of estate over raw C", f"{ratio(f'estate_{way}', f'raw_{way}'):.3f}")
            batched = ratio("estate_one", "estate_batch")
            report(f"{size} bytes, batch: datagrams a second over one a call", f"{batched:.2f}")
            times = ratio("estate_one", "estate_segments")
            least = min(arguments.sizes)
            report(f"{size} bytes, segments: datagrams a second over one a call", f"{times:.1f}",
                   f">= {GOAL}" if size == least else "", times >= GOAL if size == least else None)
    return finish(arguments.gate)


if __name__ == "__main__":
    sys.exit(main())
