#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Enforces the include table of CONTRIBUTING.md and the shape of the headers.

  include_table.py [DIR]        DIR holds estate/; default ../../include. Exit code 1 when a rule is broken.
  include_table.py --self-test  breaks each rule in a scratch tree; none may pass unseen.

One line for each rule and what breaks it; the last is `N passed, N failed`, where N counts headers.
"""

import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LONGEST = 300
WIDEST = 120  # of .clang-format
SPDX = "// SPDX-License-Identifier: BSL-1.0"
BAD_FOLDERS = {"utils", "util", "common", "misc", "helpers"}

# Area: the areas it may include besides itself. Umbrella headers (those in estate/ itself) include anything.
MAY_INCLUDE = {
    "base": set(),
    "error": {"base"},
    "net": {"error", "base"},
    "lifecycle": {"error", "base"},
    "transport": {"lifecycle", "net", "error", "base"},
    "backend": {"transport", "lifecycle", "net", "error", "base"},
    "backend/posix": {"backend", "transport", "lifecycle", "net", "error", "base"},
    "backend/wasi": {"backend", "transport", "lifecycle", "net", "error", "base"},
    "backend/sim": {"backend", "backend/posix", "transport", "lifecycle", "net", "error", "base"},
    "socket": {"backend", "transport", "lifecycle", "net", "error", "base"},
    "readiness": {"socket", "backend", "transport", "lifecycle", "net", "error", "base"},
    "completion": {"readiness", "socket", "backend", "transport", "lifecycle", "net", "error", "base"},
    "coroutine": {"completion", "readiness", "socket", "backend", "transport", "lifecycle", "net", "error", "base"},
    "pool": {"net", "error", "base"},
    "store": {"pool", "net", "error", "base"},
    "store/sqlite": {"store", "pool", "net", "error", "base"},
}
# Headers of the system: only a backend talks to it, and a store of files.
SYSTEM = re.compile(r"(sys|netinet|arpa|net|linux|wasi)/|(unistd|poll|netdb|fcntl|signal|pthread|dlfcn|ifaddrs|sched)\.h$")

# Headers that need a library which estate does without: only they include it, and nobody else includes them.
OPTIONAL = {"nlohmann/": ("pool_json.hpp", "pool/json/", "store/etcd/etcd_", "store_etcd.hpp"),
            "sqlite3.h": ("store_sqlite.hpp", "store/sqlite/", "store_etcd.hpp"),
            "curl/": ("store/etcd/etcd_", "store_etcd.hpp"),
            "boost/asio": ("asio.hpp",)}

# What every client of these areas would pay for; the headers named are optional ones, included by programs that want them.
COSTLY = {"chrono", "iostream", "memory", "mutex", "string", "vector", "algorithm", "ranges", "functional",
          "optional", "variant", "map", "unordered_map", "set", "regex", "sstream", "thread"}
LEAN_AREAS = {"base", "error", "net", "lifecycle", "transport", "backend", "backend/posix", "backend/wasi", "socket"}
MAY_COST = {
    "net/ostream.hpp", "lifecycle/diagram.hpp", "error/category.hpp",
    "error/boost_error_code.hpp", "socket/recv_container.hpp", "socket/connect_any.hpp",
}


def area_of(path):
    """The area of a header named relative to estate/; the empty string for an umbrella header."""
    parts = path.split("/")
    if len(parts) == 1:
        return ""
    two = "/".join(parts[:2])
    return two if two in MAY_INCLUDE else parts[0]


def wants(path):
    """The optional libraries that a header of estate is for."""
    return {library for library, own in OPTIONAL.items() if path.startswith(own)}


def breaches(path, lines, known):
    """Yields (rule, line number, what) for one header."""
    area = area_of(path)
    text = "\n".join(lines)
    if len(lines) > LONGEST:
        yield "length", len(lines), f"{len(lines)} lines, at most {LONGEST}"
    for number, line in enumerate(lines, 1):
        if len(line) > WIDEST:
            yield "width", number, f"{len(line)} columns, at most {WIDEST}"
    if BAD_FOLDERS & set(path.split("/")[:-1]):
        yield "folder name", 1, "a folder is named after what is in it"
    if lines[:1] != [SPDX]:
        yield "SPDX line", 1, f"the first line is '{SPDX}'"
    if lines[1:2] != ["#pragma once"]:
        yield "#pragma once", 2, "the second line is '#pragma once'"
    if area and area not in MAY_INCLUDE:
        yield "include table", 1, f"area '{area}' has no row in the table"
        return
    if not area and path != "version.hpp" and not any(line.startswith("#include <estate/version.hpp>") for line in lines):
        yield "version", 1, "an umbrella header includes <estate/version.hpp>"
    in_block = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.S)
    for number, line in enumerate(in_block.split("\n"), 1):
        found = re.match(r"\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", line)
        if not found:
            continue
        bracket, name = found.groups()
        if bracket == '"':
            yield "quotes", number, f'write <estate/area/file.hpp>, not "{name}"'
            continue
        if not name.startswith("estate/"):
            if SYSTEM.match(name) and not area.startswith(("backend/", "store/")):
                yield "system header", number, f"<{name}> belongs in a backend"
            library = next((each for each in OPTIONAL if name.startswith(each)), "")
            if library and library not in wants(path):
                yield "optional library", number, f"<{name}> belongs in {' and '.join(OPTIONAL[library])}"
            if name in COSTLY and area in LEAN_AREAS and path not in MAY_COST:
                yield "costly header", number, f"<{name}> is paid for by every client of {area}/"
            continue
        target = name[len("estate/"):]
        if target not in known:
            yield "own header exists", number, f"there is no {name}"
            continue
        if wants(target) - wants(path):
            missing = ", ".join(sorted(wants(target) - wants(path)))
            yield "optional library", number, f"{name} needs {missing}, which its includer does without"
        other = area_of(target)
        if not area or other == area or other in MAY_INCLUDE[area]:
            continue
        yield "include table", number, f"{area}/ may not include {name}"


def check(root):
    """All breaches under root/estate as (path, rule, line, what), and how many headers there are."""
    base = os.path.join(root, "estate")
    headers = {}
    for folder, _, files in os.walk(base):
        for file in files:
            full = os.path.join(folder, file)
            path = os.path.relpath(full, base).replace(os.sep, "/")
            with open(full, encoding="utf-8") as text:
                headers[path] = text.read().split("\n")
            if headers[path][-1] == "":
                headers[path].pop()
    found = [(path, *breach) for path in sorted(headers) for breach in breaches(path, headers[path], headers)]
    return found, len(headers)


def self_test():
    head = [SPDX, "#pragma once"]
    umbrella = [*head, "#include <estate/version.hpp>"]
    good = {"error/a.hpp": head, "net/b.hpp": [*head, "#include <estate/error/a.hpp>"],
            "pool/c.hpp": [*head, "#include <mutex>"], "backend/posix/d.hpp": head, "socket/e.hpp": head,
            "version.hpp": head,
            "pool/json/f.hpp": [*head, "#include <nlohmann/json.hpp>"],
            "pool_json.hpp": [*umbrella, "#include <estate/pool/json/f.hpp>"],
            "all.hpp": [*umbrella, "#include <estate/pool/c.hpp>", "#include <estate/backend/posix/d.hpp>"]}
    bad = {
        "include table": {"pool/x.hpp": [*head, "#include <estate/socket/e.hpp>"]},
        "include table, the other way": {"socket/x.hpp": [*head, "  #  include <estate/pool/c.hpp>"]},
        "include table, a backend itself": {"socket/x.hpp": [*head, "#include <estate/backend/posix/d.hpp>"]},
        "include table, an umbrella": {"net/x.hpp": [*head, "#include <estate/all.hpp>"]},
        "include table, no row": {"extras/x.hpp": head},
        "system header": {"socket/x.hpp": [*head, "#include <sys/socket.h>"]},
        "system header, an umbrella": {"x.hpp": [*head, "#include <unistd.h>"]},
        "optional library": {"pool/x.hpp": [*head, "#include <nlohmann/json.hpp>"]},
        "optional library, by another header": {"x.hpp": [*head, "#include <estate/pool_json.hpp>"]},
        "costly header": {"net/x.hpp": [*head, "#include <vector>"]},
        "length": {"net/x.hpp": head + [""] * LONGEST},
        "width": {"net/x.hpp": [*head, "//" + "x" * WIDEST]},
        "folder name": {"net/utils/x.hpp": head},
        "#pragma once": {"net/x.hpp": [SPDX, "#ifndef X"]},
        "SPDX line": {"net/x.hpp": ["#pragma once"]},
        "quotes": {"net/x.hpp": [*head, '#include "b.hpp"']},
        "version": {"x.hpp": [*head, "#include <estate/pool/c.hpp>"]},
        "own header exists": {"net/x.hpp": [*head, "#include <estate/net/none.hpp>"]},
    }
    failed = 0
    for name, files in [("nothing", {}), *bad.items()]:
        with tempfile.TemporaryDirectory() as root:
            for path, lines in {**good, **files}.items():
                full = os.path.join(root, "estate", path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as file:
                    file.write("\n".join(lines) + "\n")
            rules = {rule for _, rule, _, _ in check(root)[0]}
        seen = not rules if name == "nothing" else name.split(",")[0] in rules
        failed += not seen
        print(f"{'ok     ' if seen else 'FAILED '} {name}: {', '.join(sorted(rules)) or 'no breach'}")
    print(f"{len(bad) + 1 - failed} passed, {failed} failed")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, os.pardir, os.pardir, "include")
    found, count = check(root)
    for path, rule, line, what in found:
        print(f"include/estate/{path}:{line}: {rule}: {what}")
    failed = len({path for path, *_ in found})
    if count == 0:
        print("no headers")
        failed = 1
    print(f"{max(count - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
