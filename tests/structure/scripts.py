#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Asks each program of scripts/ that can be run for --help: it explains itself on standard output, does nothing else
and ends with 0. Given an option that it does not know it explains itself on standard error and ends with 2. The last line is
`N passed, N failed`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


UNKNOWN = ("-x", "--no-such-option")


def asked(path, flag):
    """(exit code, standard output, standard error), in the folder of the scripts, which they leave; a script that begins its work instead is ended with all that it began."""
    program = subprocess.Popen([f"./{path.name}", flag], cwd=path.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ, ESTATE_NO_SETUP="1"), start_new_session=True)
    try:
        out, err = program.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        program.communicate()
        return None
    return program.returncode, out, err


def fault(path, flag):
    answer = asked(path, flag)
    if answer is None:
        return "does not end"
    code, out, err = answer
    expected, said, silent = (2, err, out) if flag in UNKNOWN else (0, out, err)
    if code != expected or silent:
        return f"ends with {code}, not {expected}: {out}{err}"
    return "" if f"scripts/{path.name}" in said or f"usage: {path.name}" in said else f"does not explain itself: {said}"


def main():
    programs = [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and os.access(path, os.X_OK)]
    flags = ("--help", "-h", *UNKNOWN)
    faults = [(path.name, flag, why) for path in programs for flag in flags if (why := fault(path, flag))]
    for name, flag, why in faults:
        print(f"scripts/{name} {flag} {why}")
    print(f"{len(flags) * len(programs) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults or not programs else 0


sys.exit(main())
