#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures a lease that outlives the process beside what it is made of, in one run, and prints one table.

    benchmarks/store.py [--rounds N] [--folder DIR] [--compiler g++] [--gate]

A pair is an address leased and given back. Alone, each is a transaction, on the disk before the call returns; in a group
of 64, each 64 are. SQLite's own row has the columns of the store's, in a transaction to insert and one to delete; the
floor is a record of 32 bytes and fdatasync() for each. The kinds take turns round by round; figures are medians.

--folder is on the disk that is measured (default: build/, not /tmp, which may be memory). --gate makes a missed target
an error.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from report import ROOT, build, compiles, finish, report, run, skip

NAMES = {"fdatasync": "pwrite + fdatasync", "sqlite": "SQLite, synchronous=FULL", "full": "SqlitePool",
         "normal": "SqlitePool, synchronous=NORMAL", "memory": "IpPool, in memory"}


def measure(program, folder, rounds, where):
    with tempfile.TemporaryDirectory(dir=folder) as name:
        lines = run([program, name, rounds]).stdout.splitlines()
    figures = {kind: (float(alone), float(together)) for kind, alone, together in map(str.split, lines)}
    print(f"\nmicroseconds a pair, {where}\n{'':<40}{'alone':>12}{'in 64s':>12}")
    for kind, title in NAMES.items():
        print(f"{title:<40}{figures[kind][0]:>12.2f}{figures[kind][1]:>12.2f}")
    print()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--folder", default=ROOT / "build")
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--gate", action="store_true", help="fail when a target is missed")
    arguments = parser.parse_args()
    if shutil.which(arguments.compiler) is None:
        skip(arguments.compiler, "not installed")
        return finish(arguments.gate)
    if not compiles(arguments.compiler, "#include <sqlite3.h>\nint main() { return sqlite3_threadsafe() < 0; }", "-lsqlite3"):
        skip("SQLite", "its headers or its library are not installed")
        return finish(arguments.gate)
    Path(arguments.folder).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        program = build(arguments.compiler, "store.cpp", Path(name) / "store", "-lsqlite3", "-pthread")
        disk = measure(program, arguments.folder, arguments.rounds, f"on the disk of {arguments.folder}")
        memory = Path("/dev/shm")
        if memory.is_dir():
            work = measure(program, memory, arguments.rounds, "in memory: the work without the disk")
        else:
            work = None
            skip("the work without the disk", "there is no /dev/shm")
    ratio = disk["full"][0] / disk["sqlite"][0]
    report("a durable pair alone, over SQLite's own", f"{ratio:.2f}", "<= 1.2", ratio <= 1.2)
    floor, together = disk["fdatasync"][1], disk["full"][1]
    report("a durable pair in groups of 64, us", f"{together:.2f}", *(("<= 10", together <= 10) if floor <= 8 else ()))
    if floor > 8:
        skip("the target of 10 us in groups of 64", f"two fdatasync() of this disk, over 64, take {floor:.0f} us alone")
    if work:
        report("its work without the disk, us", f"{work['full'][1]:.2f}", "<= 4", work["full"][1] <= 4)
    return finish(arguments.gate)


if __name__ == "__main__":
    sys.exit(main())
