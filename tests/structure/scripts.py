#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Asks each program of scripts/ that can be run for --help: it explains itself on standard output, does nothing else
and ends with 0. The last line is `N passed, N failed`."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fault(path, flag):
    try:
        done = subprocess.run([path, flag], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
                              env=dict(os.environ, ESTATE_NO_SETUP="1"))
    except subprocess.TimeoutExpired:
        return "does not end"
    if done.returncode != 0 or done.stderr:
        return f"ends with {done.returncode}: {done.stderr}"
    return "" if f"scripts/{path.name}" in done.stdout or f"usage: {path.name}" in done.stdout else f"does not explain itself: {done.stdout}"


def main():
    programs = [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and os.access(path, os.X_OK)]
    faults = [(path.name, flag, why) for path in programs for flag in ("--help", "-h") if (why := fault(path, flag))]
    for name, flag, why in faults:
        print(f"scripts/{name} {flag} {why}")
    print(f"{2 * len(programs) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults or not programs else 0


sys.exit(main())
