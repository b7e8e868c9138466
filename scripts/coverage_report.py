#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""coverage_report.py SHOWN EXCLUSIONS: what `llvm-cov show` says of include/estate/, against what may stay uncovered.

What is counted is a place of the source. A line is covered when any instance of its template runs it, each way of a branch
when any instance goes it, a condition when two evaluations of its decision, in whichever instances, show that it decides
alone (MC/DC). A fold over a pack is one place, however many stand for it. What is constant in all instances is not counted,
nor are comments inside of a function that nothing runs, nor comparisons `= default`, of which Clang never counts one way.

EXCLUSIONS has one justification a line, `#` begins a comment:

  FILE | KIND: TEXT | REASON
  AREA/ | at most L lines, B branches, C conditions | REASON

KIND is line, branch or condition; FILE is relative to include/estate/, and `*` stands for any letters in it; TEXT is a
part of the line, `*` alone any. A justification of nothing is stale, which is a failure too. The second form is for an area
that nobody has looked through yet: so many may be uncovered, and not one more.
"""

import collections
import fnmatch
import os
import re
import sys

sys.dont_write_bytecode = True
import exclusions  # noqa: E402

KINDS = ("line", "branch", "condition")
BASE = "/include/estate/"
LINE = re.compile(r" *(\d+)\| *([\d.]*[a-zA-Z]?)\|")
BRANCH = re.compile(r" *\|  Branch \((\d+):(\d+)\): \[(?:True: (\S+), False: (\S+)|(Folded) - Ignored)\]")
DECISION = re.compile(r" *\|---> MC/DC Decision Region ")
PLACE = re.compile(r" *\|     Condition C(\d+) --> \((\d+):(\d+)\)")
VECTOR = re.compile(r" *\|  \d+ \{ ([TFC, -]+) = ([TF]) +\}")
PAIR = re.compile(r" *\|  C(\d+)-Pair: (covered|not covered|constant folded)")


def decide_alone(vectors):
    """The numbers of the conditions of which two vectors, (values, result), differ in nothing else that was looked at."""
    found = set()
    for values, result in vectors:
        for others, other in vectors:
            if result == "T" and other == "F":
                differ = [i for i, pair in enumerate(zip(values, others)) if set(pair) == {"T", "F"}]
                if len(differ) == 1:
                    found.update(differ)
    return found


def read_shown(path):
    """{(kind, file, line, column, which): covered}"""
    found = {}
    vectors = collections.defaultdict(set)  # {(file, places of the conditions)}
    name = None

    def add(kind, line, column, which, covered):
        key = (kind, name, line, column, which)
        found[key] = found.get(key, False) or covered
    with open(path, encoding="utf-8") as file:
        for text in file:
            text = text.rstrip("\n")
            if text.startswith("/") and text.endswith(":"):
                path_of = text[:-1]
                name = path_of.split(BASE, 1)[1] if BASE in path_of else None
                continue
            if name is None:
                continue
            if match := LINE.match(text):
                if match.group(2):
                    add("line", int(match.group(1)), 0, "", match.group(2) != "0")
            elif match := BRANCH.match(text):
                line, column, true, false, is_constant = match.groups()
                if not is_constant:
                    add("branch", int(line), int(column), "true", true != "0")
                    add("branch", int(line), int(column), "false", false != "0")
            elif DECISION.match(text):
                places = []
            elif match := PLACE.match(text):
                places.append((int(match.group(2)), int(match.group(3))))
            elif match := VECTOR.match(text):
                values, result = match.groups()
                vectors[name, tuple(places)].add((tuple(re.findall("[TFC-]", values)), result))
            elif match := PAIR.match(text):
                number, how = match.groups()
                if how != "constant folded":
                    add("condition", *places[int(number) - 1], "", how == "covered")
    for (name, places), all_of in vectors.items():
        for number in decide_alone(all_of):
            add("condition", *places[number], "", True)
    return found


def sources(names):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    read = {}
    for name in names:
        with open(os.path.join(root, "include", "estate", name), encoding="utf-8") as file:
            read[name] = file.read().split("\n")
    return read


def is_counted(kind, text):
    if kind == "line":
        return bool(text) and not text.startswith(("//", "#"))
    return not re.search(r"\boperator(==|<=>)\(.*= default;", text)


def area_of(name):
    parts = name.split("/")
    if len(parts) == 1:
        return "umbrellas"
    return "/".join(parts[:2]) if parts[0] in ("backend", "store") and len(parts) > 2 else parts[0]


class Allowed:
    """What may stay uncovered, and what of that was asked for."""

    def __init__(self, path):
        self.rows, self.open = [], {}
        for file, what, reason in exclusions.read(path, "FILE | KIND: TEXT | REASON"):
            if file.endswith("/"):
                match = re.fullmatch(r"at most (\d+) lines, (\d+) branches, (\d+) conditions", what)
                if not match:
                    raise SystemExit(f"{path}: {file}: write `at most L lines, B branches, C conditions`")
                self.open[file[:-1]] = dict(zip(KINDS, map(int, match.groups())))
                continue
            kind, _, part = what.partition(": ")
            if kind not in KINDS or not part:
                raise SystemExit(f"{path}: {file}: write KIND: TEXT, and line, branch or condition for KIND")
            self.rows.append((file, kind, part, reason))
        self.used = set()

    def reason(self, kind, name, text):
        match = [i for i, (file, of, part, _) in enumerate(self.rows)
                 if of == kind and fnmatch.fnmatchcase(name, file) and (part == "*" or part in text)]
        self.used.update(match)
        return self.rows[match[0]][3] if match else None

    def stale(self):
        return [row for i, row in enumerate(self.rows) if i not in self.used]


def share(covered, total):
    return f"{covered:,} of {total:,}" + (f" ({100 * covered / total:.1f} %)" if total else "")


def main():
    shown, exclusions_path = sys.argv[1:]
    found = read_shown(shown)
    if not found:
        raise SystemExit(f"coverage: {shown} says nothing of include/estate/")
    text_of = sources({key[1] for key in found})
    found = {key: value for key, value in found.items() if is_counted(key[0], text_of[key[1]][key[2] - 1].strip())}
    allowed = Allowed(exclusions_path)
    total, covered, excused, missing = (collections.Counter() for _ in range(4))
    unexplained = collections.defaultdict(list)
    for key in sorted(found, key=lambda each: (area_of(each[1]), each[1:])):
        kind, name, line, column, which = key
        at = (area_of(name), kind)
        total[at] += 1
        if found[key]:
            covered[at] += 1
            continue
        text = text_of[name][line - 1]
        place = f"{name}:{line}" + (f":{column} {which}".rstrip() if column else "")
        reason = allowed.reason(kind, name, text)
        if reason:
            excused[at] += 1
            print(f"justified  {kind} {place}: {reason}")
        else:
            missing[at] += 1
            unexplained[at].append(f"{kind} {place}: {text.strip()}")
    failures = 0
    areas = sorted({area for area, _ in total})
    for area in areas:
        for kind in KINDS:
            most = allowed.open.get(area, {}).get(kind, 0)
            count = missing[area, kind]
            word = "OPEN      " if count <= most else "UNCOVERED "
            for each in unexplained[area, kind]:
                print(f"{word} {each}")
            if count > most:
                failures += count - most
            if count < most * 9 // 10 - 5:  # no failure: which of two threads comes first differs from run to run
                print(f"FEWER      {area}/: {count}, not {most}, of {kind} are uncovered in this run; see {exclusions_path}")
    for area in sorted(set(allowed.open) - set(areas)):
        failures += 1
        print(f"STALE      {area}/: there is no such area")
    for file, kind, part, _ in allowed.stale():
        failures += 1
        print(f"STALE      {file}: '{kind}: {part}' is covered or gone; remove it from {exclusions_path}")
    print(f"\n{'area':<16} {'lines':>26} {'branches':>26} {'conditions':>24}   explained, open")
    for area in [*areas, None]:
        cells, sums = [], [0, 0]
        for kind, width in zip(KINDS, (26, 26, 24)):
            of = [(each, kind) for each in areas if area in (each, None)]
            cells.append(f"{share(sum(covered[at] for at in of), sum(total[at] for at in of)):>{width}}")
            sums[0] += sum(excused[at] for at in of)
            sums[1] += sum(missing[at] for at in of)
        print(f"{area or 'in all':<16} {' '.join(cells)}   {sums[0]}, {sums[1]}")
    open_ones = sum(sum(each.values()) for each in allowed.open.values())
    print(f"coverage: {len(text_of)} headers; {sum(excused.values())} explained, {open_ones} open, {failures} to be mended")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
