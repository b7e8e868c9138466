#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Sums up what CTest reported: tally.py NAME=BUILD_DIR...  (each with the junit.xml of its run)

A test whose own output ends in `N passed, N failed` counts as that many, any other as one. Failures are
printed whole, of the others what they skipped or measured. Build and configuration failures count as one.
"""

import os
import re
import sys
import xml.etree.ElementTree

TELLING = re.compile(r"^(skipped|not checked|unproved)\b|\blongest\b")
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$")


def own_counts(output):
    for line in reversed(output.strip().splitlines()):
        found = COUNTS.match(line.strip())
        return (int(found.group(1)), int(found.group(2))) if found else None
    return None


def tally(name, folder):
    """Passed, failed, skipped of one build directory; prints what a reader must know."""
    passed = failed = skipped = 0
    report = os.path.join(folder, "junit.xml")
    if os.path.exists(os.path.join(folder, "build.failed")):
        print(f"FAILED   {name}: the build, see {folder}/build.log")
        failed += 1
    if not os.path.exists(report):
        print(f"FAILED   {name}: no test ran, see the logs in {folder}")
        return passed, failed + 1, skipped
    cases = list(xml.etree.ElementTree.parse(report).getroot().iter("testcase"))
    for case in cases:
        output = case.findtext("system-out") or ""
        status, test = case.get("status"), f"{name}: {case.get('name')}"
        counts = own_counts(output)
        if status == "run":
            passed, failed = passed + (counts[0] if counts else 1), failed + (counts[1] if counts else 0)
            for line in output.splitlines():
                if TELLING.search(line):
                    print(f"{test}: {line}")
        elif status == "fail":
            failure = case.find("failure")
            reason = failure.get("message", "") if failure is not None else ""
            print(f"FAILED   {test}: {reason}\n{output.strip()}\n")
            passed, failed = passed + (counts[0] if counts else 0), failed + max(counts[1] if counts else 1, 1)
        elif case.find("skipped") is not None and (status == "disabled" or "SKIP" in skip_message(case)):
            reasons = dict.fromkeys(line for line in output.splitlines() if TELLING.search(line))
            print(f"skipped  {test}: {'; '.join(reasons) or status}")
            skipped += 1
        else:
            print(f"FAILED   {test}: did not run")
            failed += 1
    if not cases:
        print(f"FAILED   {name}: no tests")
        failed += 1
    return passed, failed, skipped


def skip_message(case):
    return case.find("skipped").get("message", "")


def main():
    totals = [0, 0, 0]
    for argument in sys.argv[1:]:
        name, folder = argument.split("=", 1)
        counts = tally(name, folder)
        print(f"{name}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped", flush=True)
        totals = [sum(pair) for pair in zip(totals, counts)]
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 0 if totals[0] and not totals[1] else 1


if __name__ == "__main__":
    sys.exit(main())
