#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures echo servers by a Poller, coroutines and a Ring beside raw epoll, poll(), Boost.Asio, libuv, libevent and liburing.

    benchmarks/readiness.py [--compilers g++ clang++-19] [--gate] [--alone] [--load CONNECTIONS [--rounds N]]
    benchmarks/readiness.py --storm DISTURBANCES [--seed N]

Counts (instructions, system calls, bytes, heap) are compared with targets; --gate makes a missed one an error, and the exit
code 77 says that none was missed but some were skipped. --alone leaves the others out. --load also compares the server's CPU time with CONNECTIONS open,
as ratios to raw epoll of runs taken in pairs: they depend on the machine's mood and have no target. --storm alone cancels, times out
and closes so many operations of a ring, and fails if a byte is lost or doubled.
"""

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from report import build, counts_instructions, finish, instructions, report, run, skip, works

# Kept by a gate, in instructions over raw epoll; the aim is 8 and 20. The proof of sleep is included: the event's flags and
# the count are tested, and kept over the send. How many events a wait finds of eight is the scheduler's mood: no target.
OVER_RAW = {"requests": 36, "eight": None, "connects": 100}
# The same by a coroutine for each connection, with all that a task can: be stopped, have a deadline, give way. The aim is
# 24 over raw, and 96 bytes of a connection. A bare coroutine, which can nothing of that, is measured beside it: it is what
# a compiler has for the aim.
COROUTINE_OVER_RAW = {"requests": 116, "eight": None, "connects": 720}
COROUTINE_BYTES = 272  # the frame, which is in its slab, and the entry of the loop
# The same by a ring, which owns socket and buffer; two operations of a request are two waits when nothing else goes on.
RING_OVER_RAW = {"requests": 330, "eight": None, "connects": 400}
# A coroutine for each connection over a ring: socket and buffer are moved into the frame and out of it for each operation.
RING_COROUTINE_OVER_RAW = {"requests": 735, "eight": None, "connects": 880}
WHAT = {"requests": "a request, one event a wait", "eight": "a request, up to 8 events a wait",
        "connects": "accept, watch, close"}
# Server: its source, flags, and the header without which it is left out.
PEERS = {"poll": ("readiness_estate.cpp", ["-DESTATE_POLL"], None),
         "Asio callbacks": ("readiness_asio.cpp", ["-pthread"], "boost/asio.hpp"),
         "Asio coroutines": ("readiness_asio.cpp", ["-DESTATE_COROUTINES", "-pthread"], "boost/asio.hpp"),
         "libuv": ("readiness_libuv.cpp", ["-Wl,--no-as-needed", "-luv"], "uv.h"),
         "libevent": ("readiness_libevent.cpp", ["-Wl,--no-as-needed", "-levent"], "event2/event.h"),
         "liburing": ("readiness_liburing.cpp", ["-Wl,--no-as-needed", "-luring"], "liburing.h"),
         "liburing multishot": ("readiness_liburing.cpp", ["-DESTATE_MULTISHOT", "-Wl,--no-as-needed", "-luring"], "liburing.h")}


def system_calls(program, rounds, *mode):
    """Calls of the server alone for a request, waits and others, from the slope of two runs. In how many waits the
    connections come and go is the scheduler's mood: some ten calls in one run, 0.03 of a request."""

    def count(n):
        with tempfile.TemporaryDirectory() as folder:
            # By itself the client is traced too, which makes the two take turns; under load the server alone is.
            run(["strace", *([] if mode else ["-ff"]), "-o", f"{folder}/calls.0", program, n, *(mode or ["requests"])])
            logs = sorted(Path(folder).iterdir(), key=lambda log: int(log.suffix[1:]))
            calls = logs[0].read_text()
            return [len(re.findall(rf"^(?:{names})\(", calls, re.M))
                    for names in ("epoll_p?wait2?|p?poll|io_uring_enter", r"epoll_ctl|recv\w*|send\w*|readv?|writev?")]

    return [(many - few) / (2 * rounds) for many, few in zip(count(3 * rounds), count(rounds))]


def report_calls(what, own, base):
    """Waits vary by the scheduler's mood; of the others one more in a hundred requests is one too many."""
    for kind, ours, raws, spread in zip(("waits", "other calls"), own, base, (0.05, 0.01)):
        report(f"{kind} of a request: {what}", f"{ours:.2f}", "as raw", ours <= raws + spread)


def build_ring(compiler, folder, source="readiness_ring.cpp"):
    """A server by a ring, where the kernel has one."""
    program = build(compiler, source, folder / source.removesuffix(".cpp"))
    tried = subprocess.run([program, "1", "requests"], capture_output=True, text=True)
    if tried.returncode == 77:
        return skip("ring", tried.stderr.strip())
    return program


def storm(compiler, folder, disturbances, seed):
    """A million takes some minutes."""
    program = build(compiler, "ring_storm.cpp", folder / "storm")
    came = subprocess.run([program, str(disturbances), str(seed)], capture_output=True, text=True)
    print(came.stdout.strip())
    return came.returncode


def build_peers(compiler, folder, has_ring=True):
    programs = {}
    for name, (source, flags, header) in PEERS.items():
        if name.startswith("liburing") and not has_ring:
            continue
        if header and not (Path("/usr/include") / header).exists():
            skip(name, f"<{header}> is not installed")
            continue
        programs[name] = build(compiler, source, folder / re.sub(r"\W", "_", name), *flags)
    return programs


def report_over_raw(what, program, mode, base, most):
    """A busy machine now and then splits a wait in two, which is more to do: what is too much is counted again, by the
    least of three runs."""
    own = instructions(program, 160, mode)
    if most is not None and own - base > most + 0.5:
        own = instructions(program, 160, mode, runs=3)
    report(f"{WHAT[mode]}: {what}", f"{own:.0f}", f"<= raw + {most}" if most else "",
           None if most is None else own - base <= most + 0.5)


def count(compiler, folder, alone):
    print(f"\n{run([compiler, '--version']).stdout.splitlines()[0]}")
    raw = build(compiler, "readiness_epoll.cpp", folder / "raw")
    ours = build(compiler, "readiness_estate.cpp", folder / "estate")
    coroutines = build(compiler, "readiness_coroutine.cpp", folder / "coroutines")
    bare = build(compiler, "readiness_coroutine_epoll.cpp", folder / "bare")
    ring = build_ring(compiler, folder)
    ring_coroutines = ring and build_ring(compiler, folder, "readiness_ring_coroutine.cpp")
    peers = {} if alone else build_peers(compiler, folder, ring is not None)
    if counts_instructions():
        for mode, allowed in OVER_RAW.items():
            base = instructions(raw, 160, mode)
            others = [f"{name} {instructions(program, 160, mode):.0f}"
                      for name, program in {"bare coroutine": bare, **peers}.items()]
            print(f"  instructions, {WHAT[mode]}: {', '.join([f'raw {base:.0f}', *others])}")
            report_over_raw("estate", ours, mode, base, allowed)
            report_over_raw("coroutines", coroutines, mode, base, COROUTINE_OVER_RAW[mode])
            if ring:
                report_over_raw("ring", ring, mode, base, RING_OVER_RAW[mode])
                report_over_raw("coroutines over a ring", ring_coroutines, mode, base, RING_COROUTINE_OVER_RAW[mode])
    print(f"  bytes of a connection: bare coroutine {frame_bytes(bare)}")
    size = frame_bytes(coroutines)
    report("bytes of a connection: coroutines", f"{size}", f"<= {COROUTINE_BYTES}", size <= COROUTINE_BYTES)
    if works("strace", "-c", "true"):
        base, own = system_calls(raw, 200), system_calls(ours, 200)
        others = [f"{name} {sum(system_calls(program, 200)):.2f}" for name, program in peers.items()]
        print(f"  system calls of a request: {', '.join([f'raw {sum(base):.2f}', *others])}")
        report_calls("estate", own, base)
        report_calls("coroutines", system_calls(coroutines, 200), base)
        if ring:
            for name, program in (("ring", ring), ("coroutines over a ring", ring_coroutines)):
                own = system_calls(program, 200)
                report(f"system calls of a request: {name}", f"{sum(own):.2f}", "as raw", sum(own) <= sum(base) + 0.05)
            base, own = system_calls(raw, 2048, "load", 256), system_calls(ring, 2048, "load", 256)
            report("system calls of a request under load: ring", f"{sum(own):.2f}", "<= half of raw",
                   sum(own) <= sum(base) / 2)
    else:
        skip("system calls", "strace is not installed, or not permitted here")


def frame_bytes(program):
    """What a connection takes, as the server says."""
    return int(re.search(r"a connection (\d+)", run([program, 0, "requests"]).stdout)[1])


def load(compiler, folder, connections, rounds):
    """The server's CPU time, interleaved, and its memory."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < connections + 64:
        return skip(f"{connections} connections", f"at most {most} descriptors are allowed")
    programs = {"raw": build(compiler, "readiness_epoll.cpp", folder / "raw"),
                "raw again": folder / "raw", "estate": build(compiler, "readiness_estate.cpp", folder / "estate"),
                "coroutines": build(compiler, "readiness_coroutine.cpp", folder / "coroutines"),
                "ring": build_ring(compiler, folder),
                **{name: program for name, program in build_peers(compiler, folder).items() if name != "poll"}}
    if programs["ring"] is None:
        del programs["ring"]
        programs = {name: program for name, program in programs.items() if not name.startswith("liburing")}

    def measure(program, open_connections, requests):
        used = run([program, requests, "load", open_connections], timeout=300).stdout
        return float(re.search(r"cpu ([\d.]+)", used)[1]), int(re.search(r"rss (\d+)", used)[1])

    times = {name: [] for name in programs}
    sizes = {}
    requests = 30720
    for number in range(rounds):
        order = list(programs) if number % 2 == 0 else list(reversed(programs))
        for name in order:
            before, small = measure(programs[name], 16, 256)  # to start, accept and close is not the load
            cpu, large = measure(programs[name], connections, requests)
            times[name].append(cpu - before)
            sizes[name] = (large - small) * 1024 / connections
    print(f"\n{connections} connections, 256 requests at a time: the server's CPU time beside raw epoll's, {rounds} pairs")
    for name, taken in times.items():
        ratios = [own / base for own, base in zip(taken, times["raw"])]
        report(name, f"{statistics.median(ratios):.2f}", f"({min(ratios):.2f} to {max(ratios):.2f}), "
                                                         f"{sizes[name]:.0f} bytes a connection")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compilers", nargs="+", default=["g++", "clang++-19"])
    parser.add_argument("--gate", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--load", type=int)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--storm", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.storm:
            return storm(arguments.compilers[0], Path(folder), arguments.storm, arguments.seed)
        for compiler in arguments.compilers:
            if works(compiler, "--version"):
                count(compiler, Path(folder), arguments.alone)
            else:
                skip(compiler, "it is not installed")
        if arguments.load:
            load(arguments.compilers[0], Path(folder), arguments.load, arguments.rounds)
    return finish(arguments.gate)


if __name__ == "__main__":
    sys.exit(main())
