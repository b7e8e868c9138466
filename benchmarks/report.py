# SPDX-License-Identifier: BSL-1.0
"""What the benchmarks share: building a program, counting its instructions, figures with targets, the exit code."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "benchmarks" / "programs"
FLAGS = ["-std=c++20", "-O2", "-DNDEBUG", f"-I{ROOT / 'include'}"]

missed = []
skipped = []


def run(command, **kwargs):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **kwargs)


def skip(what, why):
    print(f"skipped: {what} ({why})")
    skipped.append(what)


def works(*command):
    """Whether the tool is installed and permitted here; strace may not be in a container."""
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


def counts_instructions():
    if works("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "true"):
        return True
    skip("instructions", "valgrind is not installed, or does not work here")
    return False


def report(what, figure, target="", holds=None):
    verdict = "" if holds is None else "holds" if holds else "MISSED"
    print(f"{what:<58} {figure:>14}   {target:<18} {verdict}".rstrip())
    if holds is False:
        missed.append(what)


def compiles(compiler, text, *flags):
    """Whether a small program builds: a library may not be installed."""
    return subprocess.run([compiler, "-x", "c++", "-", "-o", "/dev/null", *flags], input=text, text=True,
                          capture_output=True).returncode == 0


def build(compiler, source, output, *flags):
    run([compiler, *FLAGS, PROGRAMS / source, "-o", output, *flags])  # libraries after what uses them
    return output


def instructions(program, rounds, *arguments, runs=1):
    """User instructions of one round: the slope between two runs, each the least of so many, so that start and end
    cancel out."""

    def count(n):
        done = run(["valgrind", "--tool=callgrind", "--trace-children=no", "--callgrind-out-file=/dev/null",
                    program, n, *arguments])
        pid = re.search(r"==(\d+)== Callgrind", done.stderr).group(1)  # the parent; a fork reports too
        return int(re.search(rf"=={pid}== Collected : (\d+)", done.stderr).group(1))

    many, few = (min(count(n) for _ in range(runs)) for n in (3 * rounds, rounds))
    return (many - few) / (2 * rounds)


def finish(gate):
    """Prints how many targets were missed. The exit code: 0, or for a gate 1 where some were, 77 where some were skipped."""
    print(f"\ntargets missed: {len(missed)}")
    if not gate:
        return 0
    return 1 if missed else 77 if skipped else 0
