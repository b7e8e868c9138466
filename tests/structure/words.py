#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Looks for the words that CONTRIBUTING.md asks not to write: its table "Words", first column, in comments, messages and pages.

    words.py               one line for each; the last is `N passed, N failed`, in files
    words.py --self-test   a file with each of the words must be found
"""

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("include/**/*.hpp", "doc/**/*.md", "README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/**/*.cpp", "examples/**/*.hpp",
          "compile-fail-tests/**/*.cpp", "tests/**/*.cpp", "tests/**/*.hpp", "benchmarks/**/*.cpp", "scripts/*",
          *(f"{folder}/**/{kind}" for folder in ("benchmarks", "cmake", "compile-fail-tests", "doc", "examples", "tests")
            for kind in ("*.py", "*.cmake", "CMakeLists.txt")))
NOT_OURS = {"doc/errors.md",  # from the rule files, which are looked at
            "include/estate/error/errno_table.hpp"}  # the texts of the C library


def words():
    """[(pattern, what it is called)] of the table."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    table = re.search(r"^## Words\n.*?\n\|---\|---\|\n(.*?)\n\n", text, re.S | re.M)[1]
    found = []
    for line in table.splitlines():
        for word in re.findall(r'"([^"]+)"', line.split("|")[1]):
            found.append((re.compile(r"\b" + r"[\s/*]+".join(map(re.escape, word.split())) + r"\b", re.I), word))
    return found


def prose(path, text):
    """Comments and texts of C++; of pages all that is neither code nor the table of words itself; the whole of another file."""
    if path.suffix in (".cpp", ".hpp"):
        return "\n".join(" ".join(re.findall(r'"(?:[^"\\]|\\.)*"|//.*', line)) for line in text.splitlines())
    if path.suffix != ".md":
        return text
    text = re.sub(r"^## Words\n.*?(?=^## )", lambda block: "\n" * block[0].count("\n"), text, flags=re.S | re.M)
    return re.sub(r"^```.*?^```$|`[^`\n]*`", lambda block: "\n" * block[0].count("\n"), text, flags=re.S | re.M)


def faults(path, text, banned):
    told = prose(path, text)
    for pattern, word in banned:
        for found in pattern.finditer(told):
            yield told.count("\n", 0, found.start()) + 1, word


def main():
    banned = words()
    if sys.argv[1:] == ["--self-test"]:
        with tempfile.TemporaryDirectory() as folder:
            missed = [word for _, word in banned for line in (f"int a;  // it is {word} here", f'say("it is {word} here");')
                      if not list(faults(Path(folder) / "x.hpp", line, banned))]
            missed += ["code"] if list(faults(Path("x.md"), f"`{banned[0][1]}`\n", banned)) else []
        print(f"{2 * len(banned) + 1 - len(missed)} passed, {len(missed)} failed")
        return 1 if missed else 0
    passed = failed = 0
    for place in PLACES:
        for path in sorted(ROOT.glob(place)):
            name = path.relative_to(ROOT).as_posix()
            if name in NOT_OURS or not path.is_file():
                continue
            found = list(faults(path, path.read_text(), banned))
            passed, failed = passed + (not found), failed + bool(found)
            for line, word in found:
                print(f"{name}:{line}: \"{word}\"; CONTRIBUTING.md says what to write")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
