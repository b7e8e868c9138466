#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes doc/errors.md: for each mistake the broken line, what the compilers say, and the mended line.

  make_errors_md.py [--check] [--json DATA]... [--gcc g++] [--clang clang++-19] [--jobs N] [--include DIR]...

DATA is what `driver.py --json` wrote for a compiler; without any, the rule files are compiled here.
--check writes nothing and fails when the page is stale. Other versions of a compiler say it in other
words, so there it prints why it skips.
"""

import argparse
import difflib
import glob
import json
import os
import re
import sys
import textwrap

import driver

PAGE = os.path.normpath(os.path.join(driver.HERE, os.pardir, "doc", "errors.md"))
CHAPTERS = (
    ("Addresses, ports and ranges", r"(literal|address|port|endpoint)_"),
    ("Options", r"option_"),
    ("TCP calls on UDP, UDP calls on TCP", r"(udp|tcp)_"),
    ("Results that are ignored", r"result_"),
    ("Use after a socket has moved on", r"(use_after|second|lease_use|lease_.*after)_?"),
    ("Making, copying and converting sockets", r"(socket|state|adopted|hold)_"),
    ("Leases and pools", r"(lease|pool|static|name|tenant|resource)_"),
    ("Lifecycle tables of one's own", r"table_"),
    ("Calls in the wrong state, and wrong arguments", r""),
)
INTRO = """\
# What the compiler says, and what to write instead

<!-- Made by compile-fail-tests/make_errors_md.py from compile-fail-tests/rules/; do not edit. -->
<!-- Compilers: {compilers}. -->

Paste a message into your editor's search. Messages stand as {compilers} print them with `LC_ALL=C`, without
file names; in another locale GCC writes ‘ and ’ for '. Every entry is a test: the broken line is refused with
this message, and the mended line beside it compiles.
"""


def chapter_of(record):
    return next(number for number, (_, pattern) in enumerate(CHAPTERS) if re.match(pattern, record["file"]))


def dedented(lines):
    return textwrap.dedent("\n".join(lines)).strip("\n")


def messages(record):
    """The error, and the notes that have what the rule expects and the error lacks."""
    told = [f"error: {each['text']}" for each in record["messages"] if each["kind"] == "error"][:1]
    for text in record["expects"]:
        note = next((f"note: {each['text'].strip()}" for each in record["messages"] if text in each["text"]), "")
        if note and not any(text in line for line in told):
            told.append(note)
    return "\n".join(told)


def entry(name, by_compiler):
    """One mistake, as Markdown."""
    any_record = next(iter(by_compiler.values()))
    parts = [f"### {any_record['rule'].rstrip('.')}\n",
             "```cpp\n" + dedented(any_record["broken"]) + "\n```\n"]
    for compiler, record in by_compiler.items():
        if record["skip"]:
            parts.append(f"{compiler} does not refuse it: {record['skip']}.\n")
        else:
            parts.append(f"{compiler}:\n\n```text\n{messages(record)}\n```\n")
    parts.append("Instead:\n\n```cpp\n" + dedented(any_record["mended"]) + "\n```\n")
    parts.append(f"Remedy: {any_record['remedy']} ([{name}](../compile-fail-tests/rules/{name}))\n")
    return "\n".join(parts)


def page(data):
    """The page made of the driver's data of each compiler."""
    records = {}
    for each in data:
        for record in each["rules"]:
            if record["fault"]:
                raise SystemExit(f"{record['file']} is not proved with {each['compiler']}: {record['fault']}")
            records.setdefault(record["file"], {})[each["compiler"]] = record
    text = [INTRO.format(compilers=" and ".join(each["compiler"] for each in data))]
    for number, (title, _) in enumerate(CHAPTERS):
        names = [name for name in sorted(records) if chapter_of(next(iter(records[name].values()))) == number]
        if names:
            text.append(f"## {title}\n")
            text += [entry(name, records[name]) for name in names]
    return "\n".join(text)


def read_data(options):
    """What the driver knows, from files or from a run of it."""
    if options.json:
        data = []
        for name in options.json:
            with open(name, encoding="utf-8") as file:
                data.append(json.load(file))
        return sorted(data, key=lambda each: each["compiler"], reverse=True)
    includes = options.include or [os.path.normpath(os.path.join(driver.HERE, os.pardir, "include"))]
    paths = sorted(glob.glob(os.path.join(driver.HERE, "rules", "*.cpp")))
    compilers = [driver.Compiler(options.gcc), driver.Compiler(options.clang)]
    return [driver.as_data(driver.judge_all(paths, each, includes, options.jobs), each) for each in compilers]


def versions_of(options):
    if options.json:
        return {each["compiler"] for each in read_data(options)}
    return {driver.Compiler(options.gcc).name, driver.Compiler(options.clang).name}


def check(options):
    """Compares the committed page; the exit code."""
    if not os.path.exists(PAGE):
        print(f"{PAGE} is missing; make it with compile-fail-tests/make_errors_md.py")
        return 1
    with open(PAGE, encoding="utf-8") as file:
        committed = file.read()
    made_with = set(re.search(r"<!-- Compilers: (.*)\. -->", committed).group(1).split(" and "))
    if made_with != versions_of(options):
        print(f"skipped: the page was made with {sorted(made_with)}, here are {sorted(versions_of(options))}")
        return 0
    fresh = page(read_data(options))
    if fresh == committed:
        print("doc/errors.md is fresh\n1 passed, 0 failed")
        return 0
    sys.stdout.writelines(difflib.unified_diff(committed.splitlines(True), fresh.splitlines(True),
                                               "committed", "fresh", n=1))
    print("doc/errors.md is stale; make it with compile-fail-tests/make_errors_md.py\n0 passed, 1 failed")
    return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="append", default=[])
    parser.add_argument("--gcc", default="g++")
    parser.add_argument("--clang", default="clang++-19")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--include", action="append", default=[])
    options = parser.parse_args()
    if options.check:
        return check(options)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(page(read_data(options)))
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
