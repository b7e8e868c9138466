#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Proves that each rule file is refused for the reason it names, and that its legal twin compiles.

  driver.py --compiler g++ [--jobs N] [--include DIR]... [--json OUT] [files...]   default: rules/*.cpp
  driver.py --compiler g++ --self-test                        proves that the driver sees what it should

A rule file holds one broken line in `#if defined(ESTATE_ILLEGAL)` and the mended one in `#else`. Its
header, where an indented comment line continues the key above it:

  // rule:    what a user must not do
  // remedy:  what to do instead
  // wrote:   what a beginner wrote, for the table at the top of doc/errors.md
  // expect:  a plain substring of the diagnostics; expect-gcc and expect-clang for one compiler alone
  // only:    clang, gcc, or consumed (Clang with -Werror=consumed)
  // lines:   N because REASON, if the diagnostic may be longer than 4 lines, or than 8 that name a constraint
  // errors:  N because REASON, if a compiler says one mistake in more than one error

expect, lines and errors can be told for some versions: lines-clang-14 is for that one alone, lines-gcc-16+ for that
one and all newer ones. The narrowest counts: -14 before -14+, this before lines-clang, this before lines. What is
expected of a version replaces expect, expect-gcc and expect-clang.

Per file and compiler:
  twin       the legal twin compiles without a word (all twins are tried in one unit first, those that fail there
             alone)
  accepted   the illegal version is refused by exit code
  crash      without a fatal error, a compiler crash or a time-out
  errors     with exactly one error, or as many as the file says
  elsewhere  and a diagnostic at the illegal line
  message    whose text has every expected substring; source excerpts, the file's own path and GCC's
             "In function" lines are removed first, so that no file can match its own text
  long       in no more lines than allowed: all that a user sees is counted, excerpts and trailer too
  header     and the file is complete

Unproved rules are texts of a static_assert in the headers that no file shows.
What many rule files begin with is compiled once, ahead of them.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
CONSUMED = ["-Wconsumed", "-Werror=consumed"]
DEFAULT_LINES = 4
CONSTRAINT_LINES = 8
WORTH_PRECOMPILING = 8   # rule files that begin with the same header; g++ takes as long as for three to precompile it
TIMEOUT = 300   # of one run of a compiler, on a machine that has other work
DIAGNOSTIC = re.compile(r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)? "
                        r"(?P<kind>fatal error|error|warning|note|sorry, unimplemented): (?P<text>.*)$")
# GCC 16 nests what belongs to an error: a point, indented, and below it the place, indented further.
#     * candidate 1: 'void f(int)'
#       file.hpp:12:6:
POINT = re.compile(r"^(?P<indent> +)(?:\u2022|\*) (?P<text>.*)$")
POINTER = re.compile(r"^ *(?P<file>[^\s:][^:\n]*):(?P<line>\d+):")
# A source excerpt (`  12 | code`, `     |  ^`), or Clang's trailer, which it leaves out together with them.
EXCERPT = re.compile(r"^\s*\d* \||^\d+ (error|warning)s?( and \d+ (error|warning)s?)? generated\.$")
KEY = re.compile(r"(rule|remedy|wrote|only|(expect|lines|errors)(-(gcc|clang)(-\d+\+?)?)?)$")


class Compiler:
    """A command, what it calls itself, and which family of options it takes."""

    def __init__(self, command):
        self.command = command
        banner = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
        self.kind = "clang" if "clang" in banner else "gcc"
        version = re.search(r"(\d+)\.\d+\.\d+", banner)
        self.major = int(version.group(1)) if version else 0
        self.name = ("Clang " if self.kind == "clang" else "GCC ") + str(self.major)
        self.precompiled = {}   # a header compiled ahead and the options that use it, by Rule.begins()

    def run(self, path, extra):
        """Exit code and diagnostics of one syntax check. A time-out is exit code -1."""
        command = [self.command, *FLAGS, "-fsyntax-only", *extra, path]
        environment = dict(os.environ, LC_ALL="C")
        try:
            done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace",
                                  timeout=TIMEOUT, env=environment, check=False)
        except subprocess.TimeoutExpired:
            return -1, f"{path}: no answer after {TIMEOUT} s"
        return done.returncode, done.stderr + done.stdout

    def precompile(self, begins, extra, path):
        """Compiles ahead, at this path, what rule files begin with. They include it as before, at no cost."""
        header, *flags = begins
        with open(path, "w", encoding="utf-8") as file:
            file.write(header + "\n")
        made = path + (".pch" if self.kind == "clang" else ".gch")
        command = [self.command, *FLAGS, *flags, *extra, "-x", "c++-header", path, "-o", made]
        if subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False).returncode == 0:
            self.precompiled[begins] = path, ["-include-pch", made] if self.kind == "clang" else ["-include", path]

    def run_rule(self, rule, extra):
        """As run(), with what the file begins with compiled ahead: the same diagnostics, sooner."""
        header, options = self.precompiled.get(rule.begins(), ("", []))
        code, output = self.run(rule.path, [*extra, *options])
        if header and self.kind == "clang":
            output = output.replace(f"{rule.path}:1:\nIn file included from {header}:1:", f"{rule.path}:{rule.starts}:")
        elif header:
            output = output.replace(f"{header}:1", f"{rule.path}:{rule.starts}")
        return code, output

    def without_excerpts(self, rule, extra, text):
        """The same diagnostics without source lines. Clang before 17 marks those with nothing: ask again."""
        if self.kind == "clang" and self.major < 17:
            return self.run_rule(rule, [*extra, "-fno-caret-diagnostics"])[1]
        return "".join(line + "\n" for line in text.splitlines() if not EXCERPT.match(line))


@dataclasses.dataclass
class Rule:
    """A rule file, read."""
    path: str
    keys: dict
    illegal: list      # numbers of the lines in the illegal branch
    broken: list       # their text
    mended: list       # the text of the legal branch
    includes: list     # the #include lines of the legal version
    first: str         # the first line of code
    starts: int        # its number
    is_alone: bool     # specializes a template of estate, which cannot be done in a namespace of its own
    complaint: str = ""

    @property
    def stem(self):
        return os.path.splitext(os.path.basename(self.path))[0]

    def one(self, key):
        return self.keys.get(key, [""])[0]

    def narrowest(self, key, compiler, but=()):
        """What the file says of this version, else of this and older ones, else of this compiler, else at all."""
        stem = f"{key}-{compiler.kind}-"
        since = [int(each[len(stem):-1]) for each in self.keys if each.startswith(stem) and each.endswith("+")]
        since = [f"{stem}{each}+" for each in sorted(since, reverse=True) if each <= compiler.major]
        for each in (f"{stem}{compiler.major}", *since, f"{key}-{compiler.kind}", key):
            if each in self.keys and each not in but:
                return self.keys[each]
        return []

    def expects(self, compiler):
        general = ("expect", "expect-" + compiler.kind)
        return self.narrowest("expect", compiler, but=general) or \
            [text for key in general for text in self.keys.get(key, [])]

    def number(self, key, compiler):
        """Of a key that is `N because REASON`; 0 without it."""
        text = "".join(self.narrowest(key, compiler)[:1])
        return int(text.split()[0]) if text else 0

    def flags(self):
        return CONSUMED if self.one("only") == "consumed" else []

    def begins(self):
        """The header that can be compiled ahead, and the options that it then needs."""
        return (self.first, *self.flags())

    def skipped(self, compiler):
        """Why this compiler is not asked, or nothing."""
        only = self.one("only")
        if only == "consumed" and compiler.kind != "clang":
            return "only Clang has -Wconsumed"
        if only in ("gcc", "clang") and only != compiler.kind:
            return f"only {only} refuses this"
        return ""


def read_rule(path):
    """Reads a rule file; what is wrong with it goes into .complaint."""
    keys, illegal, broken, mended, includes, first, starts, is_alone = {}, [], [], [], [], "", 0, False
    last, branch, complaint = None, None, ""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    in_header = True
    for number, line in enumerate(lines, 1):
        if in_header and line.startswith("//"):
            key = re.match(r"// ([a-z][a-z0-9+-]*): +(.+)$", line)
            if key and KEY.match(key.group(1)):
                last = key.group(1)
                keys.setdefault(last, []).append(key.group(2).strip())
            elif key and key.group(1) != "fault":
                complaint = complaint or f"unknown key '{key.group(1)}'"
            elif last and re.match(r"//   +\S", line):
                keys[last][-1] += " " + line[2:].strip()
            continue
        in_header = False
        if not first:
            first, starts = line.strip(), number
        is_alone = is_alone or line.startswith("struct estate::")
        if branch != "illegal" and line.startswith("#include"):
            includes.append(line)
        if re.match(r"#if defined\(ESTATE_ILLEGAL\)", line):
            branch = "illegal"
        elif branch and line.startswith("#else"):
            branch = "legal"
        elif branch and line.startswith("#endif"):
            branch = None
        elif branch == "illegal":
            illegal.append(number)
            broken.append(line)
        elif branch == "legal":
            mended.append(line)
    rule = Rule(path, keys, illegal, broken, mended, includes, first, starts, is_alone, complaint)
    if not rule.complaint:
        rule.complaint = incomplete(rule)
    return rule


def incomplete(rule):
    """What a rule file lacks, or nothing."""
    for key in ("rule", "remedy"):
        if len(rule.keys.get(key, [])) != 1:
            return f"needs one '// {key}:'"
    for kind in ("gcc", "clang"):
        asked = {"consumed": "clang"}.get(rule.one("only"), rule.one("only") or kind)
        if asked == kind and not any(rule.keys.get(key) for key in ("expect", "expect-" + kind)):
            return f"expects nothing of {kind}"
    if rule.one("only") not in ("", "gcc", "clang", "consumed"):
        return "'only' is gcc, clang or consumed"
    for key in rule.keys:
        if key.startswith(("lines", "errors")) and not re.match(r"\d+ because \S", rule.one(key)):
            return f"'{key}' is 'N because REASON'"
    if not rule.illegal or not rule.mended:
        return "needs #if defined(ESTATE_ILLEGAL), a broken line, #else and its legal twin"
    return ""


def diagnostics(text):
    """The diagnostics of a compiler's output, in order. A point nested in one is a note, at its place if it has one."""
    found = []
    lines = text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""]):
        if match := DIAGNOSTIC.match(line):
            found.append(match.groupdict() | {"line": int(match["line"])})
        elif point := POINT.match(line):
            place = re.match(rf"{point['indent']}  (\S[^:]*):(\d+):(\d+): *$", below)
            found.append({"file": place[1] if place else "", "line": int(place[2]) if place else 0,
                          "column": place[3] if place else None, "kind": "note", "text": point["text"]})
    return found


def is_same_file(name, path):
    return os.path.realpath(name) == os.path.realpath(path)


def own_text_removed(text, path):
    """What `expect` may match: no "file: In function" line, no path of the file, no name of it."""
    kept = []
    for line in text.splitlines():
        point = POINT.match(line)
        context = re.match(r"^(\S+): (In|At) [^:]*", point["text"] if point else line)
        if context and is_same_file(context.group(1), path):
            continue
        kept.append(line.replace(path, "").replace(os.path.basename(path), ""))
    return "\n".join(kept)


@dataclasses.dataclass
class Verdict:
    """What one compiler did with one rule file."""
    rule: Rule
    fault: str = ""      # empty: proved
    detail: str = ""
    skip: str = ""
    lines: int = 0
    output: str = ""     # as a user sees it
    bare: str = ""       # without source excerpts


def twins_that_fail(rules, compiler, includes, unit):
    """Of the legal twins of all rules, each in a namespace of this one unit, those that do not compile in silence."""
    with open(unit, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in sorted({each for rule in rules for each in rule.includes})))
        for number, rule in enumerate(rules):
            file.write(f'namespace twin_{number} {{\n#include "{os.path.abspath(rule.path)}"\n}}\n')
    limit = "-ferror-limit=0" if compiler.kind == "clang" else "-fmax-errors=0"
    code, output = compiler.run(unit, [*(f"-I{path}" for path in includes), *rules[0].flags(), limit])
    if code == 0 and not output.strip():
        return []
    places = {os.path.realpath(match["file"]) for match in map(POINTER.match, output.splitlines()) if match}
    return [rule for rule in rules if os.path.realpath(rule.path) in places] or rules


def proved_twins(rules, compiler, includes):
    """The paths of the rules whose legal twins compiled together. Those that fail are left out of a second unit."""
    asked = [rule for rule in rules if not rule.complaint and not rule.skipped(compiler) and not rule.is_alone]
    proved = set()
    with tempfile.TemporaryDirectory() as folder:
        for flags in ([], CONSUMED):
            group = [rule for rule in asked if rule.flags() == flags]
            for attempt in ("first", "second"):
                if not group:
                    break
                failing = twins_that_fail(group, compiler, includes, os.path.join(folder, attempt + ".cpp"))
                if not failing:
                    proved.update(rule.path for rule in group)
                    break
                group = [rule for rule in group if rule not in failing]
    return proved


def judge(rule, compiler, includes, proved=frozenset):
    """Runs all checks on one file; the first that fails is the fault. proved() are the twins known to compile."""
    if rule.complaint:
        return Verdict(rule, "header", rule.complaint)
    if reason := rule.skipped(compiler):
        return Verdict(rule, skip=reason)
    flags = [*(f"-I{path}" for path in includes), *rule.flags()]
    verdict = refused(rule, compiler, [*flags, "-DESTATE_ILLEGAL"])
    if rule.path not in proved():
        code, output = compiler.run_rule(rule, flags)
        if code != 0 or output.strip():
            return Verdict(rule, "twin", "the legal twin does not compile in silence:\n" + output)
    return verdict


def refused(rule, compiler, flags):
    """What the compiler says of the illegal version."""
    code, output = compiler.run_rule(rule, flags)
    if code == 0:
        return Verdict(rule, "accepted", "the illegal version compiles\n" + output)
    bare = compiler.without_excerpts(rule, flags, output)
    verdict = Verdict(rule, lines=len(output.splitlines()), output=output, bare=bare)
    verdict.fault, verdict.detail = refusal_fault(rule, compiler, code, verdict)
    return verdict


def refusal_fault(rule, compiler, code, verdict):
    """What is wrong with the way in which the illegal version was refused: fault, detail."""
    found = diagnostics(verdict.bare)
    errors = [each for each in found if each["kind"] not in ("note", "warning")]
    crashed = code != 1 or re.search(r"internal compiler error|PLEASE submit a bug report", verdict.output)
    if crashed or any(each["kind"] != "error" for each in errors):
        return "crash", f"exit code {code}, not a plain error:\n{verdict.output}"
    wanted = rule.number("errors", compiler) or 1
    if len(errors) != wanted:
        return "errors", f"{len(errors)} errors instead of {wanted}:\n{verdict.output}"
    pointers = [match for match in map(POINTER.match, verdict.bare.splitlines()) if match]
    if not any(int(each["line"]) in rule.illegal and is_same_file(each["file"], rule.path) for each in pointers):
        return "elsewhere", f"no diagnostic at the illegal line {rule.illegal}:\n{verdict.output}"
    matchable = own_text_removed(verdict.bare, rule.path)
    missing = [text for text in rule.expects(compiler) if text not in matchable]
    if missing:
        return "message", f"the diagnostics lack {missing}:\n{verdict.output}"
    limit = rule.number("lines", compiler) or \
        (CONSTRAINT_LINES if "constraints not satisfied" in matchable else DEFAULT_LINES)
    if verdict.lines > limit:
        return "long", f"{verdict.lines} lines, at most {limit} allowed:\n{verdict.output}"
    return "", ""


def judge_all(paths, compiler, includes, jobs):
    rules = [read_rule(path) for path in paths]
    begins = collections.Counter(rule.begins() for rule in rules if not rule.skipped(compiler))
    extra = [f"-I{path}" for path in includes]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        common = [each for each, count in begins.most_common() if count >= WORTH_PRECOMPILING]
        paths = [os.path.join(folder, f"{number}.hpp") for number in range(len(common))]
        twins = pool.submit(proved_twins, rules, compiler, includes)
        list(pool.map(lambda each: compiler.precompile(each[0], extra, each[1]), zip(common, paths)))
        return list(pool.map(lambda rule: judge(rule, compiler, includes, twins.result), rules))


def record(verdict, compiler):
    """A verdict as data, for documents."""
    rule = verdict.rule
    bare = verdict.bare.replace(os.path.join(os.path.dirname(rule.path), ""), "")   # Clang names a lambda by its file
    return {"file": os.path.basename(rule.path), "rule": rule.one("rule"), "remedy": rule.one("remedy"),
            "wrote": rule.one("wrote"),
            "only": rule.one("only"), "broken": rule.broken, "mended": rule.mended, "fault": verdict.fault,
            "skip": verdict.skip, "lines": verdict.lines, "expects": rule.expects(compiler),
            "messages": [{"kind": each["kind"], "text": each["text"]} for each in diagnostics(bare)]}


def as_data(verdicts, compiler):
    """All verdicts of one compiler as data."""
    return {"compiler": compiler.name, "rules": [record(each, compiler) for each in verdicts]}


def unproved_texts(verdicts, includes):
    """Every `estate: ...` text of a static_assert in the headers that no proved rule file expects.

    invariants.txt lists the beginnings of those that speak of the library itself, which no user can break. What a
    component alone is told, the compiler of WASI is asked for (wasi/).
    """
    with open(os.path.join(HERE, "invariants.txt"), encoding="utf-8") as file:
        own = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    for path in glob.glob(os.path.join(HERE, "wasi", "*.cpp")):
        with open(path, encoding="utf-8") as file:
            own += re.findall(r"^// expect: +(estate: .+)$", file.read(), re.M)
    shown = "\n".join(own_text_removed(each.bare, each.rule.path) for each in verdicts if not each.fault)
    missing = []
    for root in includes:
        for path in sorted(glob.glob(os.path.join(root, "estate", "**", "*.hpp"), recursive=True)):
            with open(path, encoding="utf-8") as file:
                source = re.sub(r'"\s*\n\s*"', "", file.read())
            for text in re.findall(r'static_assert\((?:[^;]|\n)*?"(estate: (?:[^"\\]|\\.)+)"\s*\)\s*;', source):
                text = text.replace('\\"', '"')
                if text not in shown and not any(text.startswith(each) for each in own):
                    missing.append(f"{os.path.relpath(path, root)}: {text}")
    return missing


def report(verdicts, compiler, missing):
    """Prints all verdicts; the number of failures."""
    for each in verdicts:
        if each.skip:
            print(f"skipped  {each.rule.stem}: {each.skip}")
        elif each.fault:
            print(f"FAILED   {each.rule.stem}: {each.fault}: {each.detail}")
    failed = sum(1 for each in verdicts if each.fault)
    proved = [each for each in verdicts if not each.fault and not each.skip]
    if proved:
        longest = max(proved, key=lambda each: each.lines)
        mean = sum(each.lines for each in proved) / len(proved)
        print(f"{compiler.name}: diagnostics of {len(proved)} rules: longest {longest.lines} lines "
              f"({longest.rule.stem}), mean {mean:.1f}")
    print(f"unproved rules: {len(missing)}")
    for each in missing:
        print(f"  no file shows {each}")
    failed += len(missing)
    print(f"{len(proved)} passed, {failed} failed")
    return failed


def recorded_problem():
    """What is wrong with how the output of GCC 16 in self/ is read, whatever the compiler at hand; or nothing."""
    folder = os.path.join(HERE, "self")
    with open(os.path.join(folder, "gcc_16.txt"), encoding="utf-8") as file:
        told = file.read()
    with open(os.path.join(folder, "gcc_16_read.txt"), encoding="utf-8") as file:
        wanted = file.read()
    # Where a terminal has no bullets GCC writes stars; behind some places it leaves blanks.
    for output in (told, re.sub(r"(:\d+:)\n", r"\1   \n", told.replace("\u2022", "*"))):
        read = "".join(f"{each['file']}:{each['line']} {each['kind']} {each['text']}\n" for each in diagnostics(output))
        if read != wanted:
            return f"read as\n{read}"
        bare = [line for line in output.splitlines() if not EXCERPT.match(line)]
        if len(bare) != 17 or any(" | " in line for line in bare):
            return f"excerpts cut wrongly: {bare}"
        if "3" not in {match["line"] for match in map(POINTER.match, bare[2:]) if match}:
            return "the place of a point is not seen"
        matchable = own_text_removed(output, "door.cpp")
        if "door.cpp" in matchable or "In substitution" in matchable or "evaluated to" not in matchable:
            return f"own text removed wrongly: {matchable}"
    return ""


def self_test(compiler, jobs):
    """Every file in self/ names the fault that must be found in it by `// fault:`; none must be missed."""
    passed, failed = 0, 0
    paths = sorted(glob.glob(os.path.join(HERE, "self", "*.cpp")))
    right = read_rule(os.path.join(HERE, "self", "right.cpp"))

    def found(path):
        with open(path, encoding="utf-8") as file:
            wanted = re.search(r"^// fault: (\w+)$", file.read(), re.M).group(1)
        rule = read_rule(path)
        verdict = judge(rule, compiler, [])
        problem = "" if (verdict.fault or "none") == wanted else f"found '{verdict.fault or 'none'}', not '{wanted}'"
        # Excerpts are cut from one output, not switched off in another: the two must agree.
        if not problem and not rule.complaint:
            together = proved_twins([rule, right], compiler, [])
            if (rule.path in together) != (wanted != "twin") or right.path not in together:
                problem = "its twin, or another together with it, was judged otherwise"
        # So must what a compiler says with a header compiled ahead and without.
        if not problem and verdict.bare:
            off = "-fno-caret-diagnostics" if compiler.kind == "clang" else "-fno-diagnostics-show-caret"
            _, plain = compiler.run(path, ["-DESTATE_ILLEGAL", *rule.flags(), off])
            if plain != verdict.bare:
                problem = f"excerpts cut wrongly: {verdict.bare!r} is not {plain!r}"
        return path, wanted, problem

    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        compiler.precompile(("#include <utility>",), [], os.path.join(folder, "ahead.hpp"))
        for path, wanted, problem in pool.map(found, paths):
            stem = os.path.splitext(os.path.basename(path))[0]
            print(f"{'FAILED  ' if problem else 'ok      '} {stem}: {problem or wanted}")
            passed, failed = passed + (not problem), failed + bool(problem)
    problem = recorded_problem()
    print(f"{'FAILED  ' if problem else 'ok      '} gcc_16: {problem or 'read'}")
    passed, failed = passed + (not problem), failed + bool(problem)
    print(f"{passed} passed, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--include", action="append", default=[], help="include directory; default ../include")
    parser.add_argument("--json", help="write the verdicts there")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()

    compiler = Compiler(options.compiler)
    if options.self_test:
        return 1 if self_test(compiler, options.jobs) else 0
    includes = options.include or [os.path.normpath(os.path.join(HERE, os.pardir, "include"))]
    paths = options.files or sorted(glob.glob(os.path.join(HERE, "rules", "*.cpp")))
    if not paths:
        print("no rule files\n0 passed, 1 failed")
        return 1
    verdicts = judge_all(paths, compiler, includes, options.jobs)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(as_data(verdicts, compiler), file, indent=1)
    missing = [] if options.files else unproved_texts(verdicts, includes)
    return 1 if report(verdicts, compiler, missing) else 0


if __name__ == "__main__":
    sys.exit(main())
