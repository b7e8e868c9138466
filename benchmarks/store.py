#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures a lease that outlives the process beside what it is made of, and one of a block that a host has, in one run, and
prints one table.

    benchmarks/store.py [--rounds N] [--folder DIR] [--compiler g++] [--gate]

A pair is an address leased and given back. Alone, each is a transaction, on the disk before the call returns; in a group
of 64, each 64 are. SQLite's own row has the columns of the store's, in a transaction to insert and one to delete; the
floor is a record of 32 bytes and fdatasync() for each. The kinds take turns round by round; figures are medians. Threads that
share a SqlitePool share its transactions. A block that a host has is leased from without asking anybody: the pool of that
host, whose leases end with the process, beside an IpPool, turn by turn.

--folder is on the disk that is measured (default: build/, not /tmp, which may be memory). --gate makes a missed target
an error.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from report import ROOT, build, compiles, counts_instructions, finish, instructions, report, run, skip

NAMES = {"fdatasync": "pwrite + fdatasync", "sqlite": "SQLite, synchronous=FULL", "full": "SqlitePool",
         "normal": "SqlitePool, synchronous=NORMAL", "memory": "IpPool, in memory"}
BLOCK = {"host": "HostPool", "durable": "DurablePool, nothing written", "memory": "IpPool"}


def measure(program, folder, rounds, where):
    with tempfile.TemporaryDirectory(dir=folder) as name:
        lines = run([program, name, rounds]).stdout.splitlines()
    figures = {kind: (float(alone), float(together)) for kind, alone, together in map(str.split, lines) if kind != "threads"}
    print(f"\nmicroseconds a pair, {where}\n{'':<40}{'alone':>12}{'in 64s':>12}")
    for kind, title in NAMES.items():
        print(f"{title:<40}{figures[kind][0]:>12.2f}{figures[kind][1]:>12.2f}")
    shared = [line.split()[1:] for line in lines if line.startswith("threads ")]
    print(f"{'SqlitePool, by so many threads':<40}" + ", ".join(f"{count}: {float(time):.2f}" for count, time in shared) + "\n")
    return {**figures, "threads": {int(count): float(time) for count, time in shared}}


def warm_block(program):
    """Nobody is asked: what the host, its fence and its block cost beside a pool in memory."""
    times = {kind: [int(each) for each in rest] for kind, *rest in
             map(str.split, run([program, 200_000, "times"]).stdout.splitlines())}
    print(f"\nnanoseconds in a block that is there\n{'':<40}{'pair':>12}{'lease':>12}{'release':>12}")
    for kind, title in BLOCK.items():
        print(f"{title:<40}" + "".join(f"{each:>12}" for each in times[kind]))
    print()
    report("p50 of a lease in a block that is there, us", f"{times['host'][1] / 1000:.2f}", "< 1", times["host"][1] < 1000)
    report("p50 of a pair in it, over an IpPool's", f"{times['host'][0] / times['memory'][0]:.2f}", "<= 4",
           times["host"][0] <= 4 * times["memory"][0])
    if counts_instructions():
        host, memory = (instructions(program, 2000, kind) for kind in ("host", "memory"))
        report("instructions of a pair in it, over an IpPool's", f"{host:.0f} / {memory:.0f}", "<= 4", host <= 4 * memory)


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
    with tempfile.TemporaryDirectory() as name:
        warm_block(build(arguments.compiler, "store_block.cpp", Path(name) / "block", "-pthread"))
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
    together = disk["threads"][1] / disk["threads"][16]
    report("durable pairs of 16 threads, times those of one", f"{together:.1f}")
    if work:
        report("its work without the disk, us", f"{work['full'][1]:.2f}", "<= 4", work["full"][1] <= 4)
    return finish(arguments.gate)


if __name__ == "__main__":
    sys.exit(main())
