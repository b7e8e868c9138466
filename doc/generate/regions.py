# SPDX-License-Identifier: BSL-1.0
"""Marked regions of hand-written pages that are copied from tested programs or made from the tables.

    <!-- quote: examples/x.cpp name -->       the lines between //! [name] and //! [name]
    <!-- output: examples/x.cpp ARGUMENT... --> what the program prints; ports as PORT
    <!-- told: g++ 12 compile-fail-tests/x.cpp [N] --> what the compiler says to the wrong version of the file; N lines of it
    <!-- wrong: compile-fail-tests/x.cpp -->  the wrong line itself
    <!-- table: KIND [TRANSPORT] -->          overview, details, options, errors, pool, diagram, include_table,
                                              include_arrows, measured, concepts, cheat
    <!-- trace: examples/x.cpp ARGUMENT... --> a Mermaid diagram that the program prints
    <!-- /quote --> and so on end a region.
"""

import re
import shutil
import subprocess

import lifecycle
from headers import ROOT

CAN_DIFFER = []  # why regions were left as they are


def quote(path, name):
    lines = (ROOT / path).read_text().splitlines()
    marks = [number for number, line in enumerate(lines) if line.strip() == f"//! [{name}]"]
    if len(marks) != 2:
        raise SystemExit(f"make_docs: {path} has {len(marks)} marks //! [{name}], not 2")
    body = [line for line in lines[marks[0] + 1 : marks[1]] if not line.strip().startswith("//! [")]
    indent = min(len(line) - len(line.lstrip()) for line in body if line.strip())
    return "```cpp\n" + "\n".join(line[indent:] for line in body).strip("\n") + "\n```\n"


def printed(path, *arguments):
    return subprocess.run([lifecycle.program(path), *arguments], check=True, capture_output=True, text=True, timeout=60).stdout


def output(path, *arguments):
    text = re.sub(r"(?<=[\d\]]):\d{4,5}\b", ":PORT", printed(path, *arguments))
    return "```text\n" + text.rstrip("\n") + "\n```\n"


def trace(path, *arguments):
    return "```mermaid\n" + printed(path, *arguments).rstrip("\n") + "\n```\n"


def version_of(compiler):
    answer = subprocess.run([compiler, "-dumpversion"], capture_output=True, text=True)
    return answer.stdout.strip().split(".")[0]


def told(compiler, expected, path, most="0"):
    """expected  the compiler's major version that the page speaks of; most  how many lines are shown, 0 for all."""
    if not shutil.which(compiler) or version_of(compiler) != expected:
        CAN_DIFFER.append(f"what {compiler} says about {path}: {compiler} {expected} is not here")
        return None
    answer = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never", "-DESTATE_ILLEGAL",
                             "-Iinclude", path], cwd=ROOT, capture_output=True, text=True)
    if answer.returncode == 0:
        raise SystemExit(f"make_docs: {path} compiles with -DESTATE_ILLEGAL")
    lines = [re.sub(r"^\S*/([^/\s:]+:)", r"\1", line) for line in answer.stderr.splitlines()]
    lines = [line for line in lines if not re.match(r"\d+ errors? generated", line) and ": In function" not in line]
    if int(most) and len(lines) > int(most):
        lines[int(most):] = [f"({len(lines) - int(most)} more lines)"]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def wrong(path):
    body = re.search(r"#if defined\(ESTATE_ILLEGAL\)\n(.*?)\n#else", (ROOT / path).read_text(), re.S)[1]
    return "```cpp\n" + "\n".join(line.strip() for line in body.splitlines()) + "\n```\n"


def make_table(transports, kind, transport=None):
    if kind == "diagram":
        return transports[transport].diagram(without=("close", "release", "detach_hold"))
    if kind == "errors":
        return lifecycle.errors()
    return getattr(lifecycle, kind)(transports)


def renew(text, transports):
    """The page with all its regions made anew."""

    def region(match):
        kind, arguments, old = match[1], match[2].split(), match[3]
        made = {"quote": quote, "output": output, "trace": trace, "told": told, "wrong": wrong,
                "table": lambda *rest: make_table(transports, *rest)}[kind](*arguments)
        return f"<!-- {kind}: {match[2]} -->\n{old if made is None else made}<!-- /{kind} -->"

    return re.sub(r"<!-- (quote|output|trace|told|wrong|table): (.*?) -->\n(.*?)<!-- /\1 -->", region, text, flags=re.S)
