#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the beginnings of the walk of lifecycles, tests/laws/cells_lives.cpp, with the headers: each transport that
stands alone (`is_stream`) is a root, over each family; each that is made of another is named, so that a table leads to
it. The last line is `N passed, N failed`, in transports.

  lives.py               compares
  lives.py --self-test   shows that what is missing is found
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLASS = re.compile(r"^struct (\w+)([^;{}]*)\{\n(.*?)^\};", re.M | re.S)


def of_headers(texts):
    """(transports that stand alone, transports that are made of another)"""
    alone, made = set(), set()
    for text in texts:
        for name, bases, body in CLASS.findall(text):
            if "static constexpr bool is_stream" in body:
                alone.add(name)
            elif re.search(r":\s*T\s*$", bases.strip()):
                made.add(name)
    return alone, made


def families(text):
    return set(re.findall(r"^struct (\w+) \{", text, re.M))


def of_walk(text):
    """(names of roots, families of roots, names that some table leads to)"""
    roots = re.search(r"^using Roots = .*?;$", text, re.M | re.S).group()
    each = re.search(r"^using EachFamily = .*?;$", text, re.M | re.S).group()
    names = set(re.findall(r"EachFamily<(\w+),", roots))
    for inner in re.findall(r"std::tuple<([\w, ]+)>", roots):
        names |= {"Basic" + name for name in inner.split(", ")}
    return names, set(re.findall(r"Of<(\w+),", each)) | {"Unix"}, set(re.findall(r"makes<(\w+)>", text))


def compare(headers, family, walk):
    """Lines about what is not as it should be."""
    alone, made = of_headers(headers)
    roots, over, named = of_walk(walk)
    wrong = [f"{name} is no root of cells_lives.cpp" for name in sorted(alone - roots)]
    wrong += [f"{name} is a root of cells_lives.cpp, and no transport" for name in sorted(roots - alone)]
    wrong += [f"{name} is a family over which cells_lives.cpp has no root" for name in sorted(families(family) ^ over)]
    wrong += [f"{name} is made of another, and cells_lives.cpp does not name it" for name in sorted(made - named)]
    wrong += [f"{name} is named in cells_lives.cpp, and is made of no other transport" for name in sorted(named - made)]
    return wrong, len(alone) + len(made)


def main():
    headers = [path.read_text() for path in sorted((ROOT / "include/estate").rglob("*.hpp"))]
    family = (ROOT / "include/estate/net/family.hpp").read_text()
    walk = (ROOT / "tests/laws/cells_lives.cpp").read_text()
    if sys.argv[1:] == ["--self-test"]:
        vsock = "struct Vsock {\n    static constexpr bool is_stream = true;\n};"
        sealed = "struct Sealed : T {\n    using x = T;\n};"
        breaches = {
            "a transport that stands alone": (headers + [vsock], family, walk),
            "a transport that is made of another": (headers + [sealed], family, walk),
            "a family": (headers, family + "\nstruct V8 {\n};", walk),
            "a root that is gone": (headers, family, walk.replace("EachFamily<Udp, ", "EachFamily<Tcp, ")),
            "a name that is gone": (headers, family, walk.replace("makes<Informed>", "true")),
        }
        seen = [what for what, given in breaches.items() if compare(*given)[0]]
        for what in breaches:
            print(f"{'found  ' if what in seen else 'MISSED '} {what}")
        print(f"{len(seen)} passed, {len(breaches) - len(seen)} failed")
        return 0 if len(seen) == len(breaches) else 1
    wrong, count = compare(headers, family, walk)
    for line in wrong:
        print(line)
    print(f"{count - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
