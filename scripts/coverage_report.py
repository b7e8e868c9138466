#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""coverage_lines.py COVERAGE.json EXCLUSIONS: what gcovr measured, against the lines that may stay uncovered.

EXCLUSIONS has one justification a line, `#` begins a comment:

  FILE | TEXT | REASON

A line of FILE (relative to include/estate/) whose text contains TEXT need not be covered. One that matches no
uncovered line is stale, which is a failure too.
"""

import json
import sys

sys.dont_write_bytecode = True
import exclusions  # noqa: E402


def main():
    report, exclusions_path = sys.argv[1:]
    with open(report, encoding="utf-8") as file:
        files = json.load(file)["files"]
    may_differ = exclusions.read(exclusions_path, "FILE | TEXT | REASON")
    used = set()
    covered = total = excused = 0
    for entry in sorted(files, key=lambda each: each["file"]):
        name = entry["file"]
        with open(name, encoding="utf-8") as file:
            source = file.read().splitlines()
        counts = {}
        for line in entry["lines"]:
            if not line.get("gcovr/noncode"):
                number = line["line_number"]
                counts[number] = max(counts.get(number, 0), line["count"])
        short = name.split("include/estate/", 1)[1]
        for number, count in sorted(counts.items()):
            total += 1
            text = source[number - 1]
            if count:
                covered += 1
                continue
            match = [index for index, (file, part, _) in enumerate(may_differ) if file == short and part in text]
            if match:
                used.update(match)
                excused += 1
                print(f"justified  {short}:{number}: {may_differ[match[0]][2]}")
            else:
                print(f"UNCOVERED  {short}:{number}: {text.strip()}")
    stale = [may_differ[index] for index in range(len(may_differ)) if index not in used]
    for file, part, _ in stale:
        print(f"STALE      {file}: '{part}' is covered or gone; remove it from {exclusions_path}")
    percent = 100 * covered / total if total else 0
    missing = total - covered - excused
    print(f"coverage: {percent:.2f} % of {total} lines in {len(files)} headers; {missing} uncovered, {excused} justified")
    return 1 if missing or stale or not total else 0


if __name__ == "__main__":
    sys.exit(main())
