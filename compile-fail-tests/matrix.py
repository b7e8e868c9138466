#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes every call of the matrix once for real: what the table does not list must not compile.

  matrix.py --compiler g++ [--jobs N] [--include DIR]... [--table COMMAND...]

print_table.cpp says which calls there are and which are legal; COMMAND runs it where it cannot be run as it is.
Per transport there is one translation unit of all legal calls, which must compile without a word, and one with a
line for each of

  absent    an operation that the table does not list for the state
  overload  a form of a listed operation that this transport or hold does not have
  option    an option that has no effect in the state, or that transport or platform do not have
  lvalue    a transition without std::move
  ignored   a legal call whose result is dropped
  reused    Clang: a second call after a transition, with -Wconsumed

each of which must give exactly one error, at its own line. A line without its error is unproved. The
diagnostic of an absent operation has at most 4 lines, unless the compiler adds the name that it thinks was
meant.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

from driver import CONSUMED, HERE, POINTER, Compiler, diagnostics

TABLE_TIMEOUT = 300
ABSENT_LINES = 4
KINDS = ("absent", "overload", "option", "lvalue", "ignored", "reused")
PREAMBLE = '#include "{probes}"\nusing probes::Arguments;\n'
Cell = collections.namedtuple("Cell", "transport state operation legal consumes call")
Line = collections.namedtuple("Line", "kind cell source")


def make_table(compiler, includes, folder):
    """The command that prints the table."""
    program = os.path.join(folder, "print_table")
    subprocess.run([compiler.command, "-std=c++20", "-O0", *includes, os.path.join(HERE, "print_table.cpp"),
                    "-o", program], check=True, timeout=TABLE_TIMEOUT)
    return [program]


def read_table(command):
    """The cells, as print_table.cpp prints them."""
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=TABLE_TIMEOUT).stdout
    cells = []
    for line in output.splitlines():
        transport, state, operation, legal, manner, call = line.split("\t")
        cells.append(Cell(transport, state, operation, legal == "legal", manner == "consumes", call))
    return cells


def socket_of(cell):
    protocol, _, family = cell.transport.rstrip(">").partition("<")
    transport = f"{protocol}<estate::{family}>" if family else protocol
    return f"estate::Socket<estate::{cell.state}, estate::{transport}>", family or "Unix"


def function(cell, body, reference="&"):
    """A function of one line around the statement body."""
    socket, family = socket_of(cell)
    return f"void probe({socket}{reference} socket, [[maybe_unused]] Arguments<estate::{family}>& a) {{ {body} }}"


def broken_lines(cells):
    """Every line that must not compile."""
    listed = {(cell.state, cell.operation) for cell in cells if cell.legal}
    for cell in cells:
        moved = "std::move(socket)." if cell.consumes else "socket."
        if not cell.legal:
            kind = "absent" if (cell.state, cell.operation) not in listed else \
                "option" if cell.operation == "set" else "overload"
            yield Line(kind, cell, function(cell, f"(void){moved}{cell.call};"))
            continue
        yield Line("ignored", cell, function(cell, f"{moved}{cell.call};"))
        if cell.consumes:
            yield Line("lvalue", cell, function(cell, f"(void)socket.{cell.call};"))
        if cell.consumes:
            twice = f"(void){moved}{cell.call}; (void){moved}{cell.call};"
            yield Line("reused", cell, function(cell, twice, reference=""))


def write_unit(path, sources):
    """One function a line, each in a namespace of its own; the number of the first such line."""
    probes = os.path.join(HERE, os.pardir, "tests", "lifecycle", "probes.hpp")
    preamble = PREAMBLE.format(probes=os.path.normpath(probes))
    with open(path, "w", encoding="utf-8") as file:
        file.write(preamble)
        for number, source in enumerate(sources):
            file.write(f"namespace cell_{number} {{ {source} }}\n")
    return preamble.count("\n") + 1


def compile_unit(compiler, path, includes, extra):
    limit = "-ferror-limit=0" if compiler.kind == "clang" else "-fmax-errors=0"
    return compiler.run(path, [*includes, limit, *extra])


def screen_lines(output, path, compiler):
    """What each error puts on a user's screen, by the line of the unit that it belongs to: how many lines, and
    whether it, or one before it at that line, suggests another name.

    GCC's begins with "In function" and is told apart by that; Clang ends with "1 error generated.".
    """
    screens, at, length, suggests = {}, None, 0, False
    begins = re.compile(re.escape(path) + r": In " if compiler.kind == "gcc" else r"\S+: error: ")
    trailer = 0 if compiler.kind == "gcc" else 1
    for text in output.splitlines():
        if re.match(r"\d+ errors? generated|cc1plus: ", text):
            continue
        if begins.match(text):
            at, length, suggests = None, 0, False
        length += 1
        suggests = suggests or "did you mean" in text
        pointer = POINTER.match(text)
        if at is None and pointer and pointer["file"] == path:
            at = int(pointer["line"])
        if at is not None:
            screens[at] = (length + trailer, suggests or (at in screens and screens[at][1]))
    return screens


def check_transport(transport, cells, compiler, includes, folder):
    """Problems of one transport; (kind, lines of its diagnostic, cell, has a suggestion) of each proved line; how
    many calls are legal.
    """
    problems = []
    stem = re.sub(r"\W", "", transport).lower()

    legal = os.path.join(folder, f"{stem}_legal.cpp")
    write_unit(legal, [function(cell, f"(void){'std::move(socket).' if cell.consumes else 'socket.'}{cell.call};")
                       for cell in cells if cell.legal])
    code, output = compile_unit(compiler, legal, includes, [])
    if code != 0 or output.strip():
        problems.append(f"{transport}: the legal calls do not compile in silence:\n{output[:4000]}")

    proved = []
    lines = list(broken_lines(cells))
    # Clang runs its analysis of use after move in units without other errors only.
    units = [("broken", [line for line in lines if line.kind != "reused"], [])]
    if compiler.kind == "clang":
        units.append(("reused", [line for line in lines if line.kind == "reused"], CONSUMED))
    for name, part, extra in units:
        path = os.path.join(folder, f"{stem}_{name}.cpp")
        first = write_unit(path, [line.source for line in part])
        code, output = compile_unit(compiler, path, includes, extra)
        errors = collections.Counter(located_errors(output, path))
        if code != 1 or any(not first <= number < first + len(part) for number in errors):
            problems.append(f"{transport}: exit code {code}, or errors outside all cells:\n{output[:4000]}")
        screens = screen_lines(output, path, compiler)
        for number, line in enumerate(part, first):
            length, suggests = screens.get(number, (0, False))
            if errors[number] == wanted_errors(line, compiler, suggests):
                proved.append((line.kind, length, line.cell, suggests))
                if line.kind == "absent" and length > ABSENT_LINES and not suggests and errors[number] == 1:
                    problems.append(f"long: {transport} {line.cell.state} {line.cell.call}: {length} lines")
            else:
                problems.append(f"unproved: {transport} {line.cell.state}, {line.kind} {line.cell.call}: "
                                f"{errors[number]} errors")
    return problems, proved, sum(1 for cell in cells if cell.legal)


def wanted_errors(line, compiler, suggests):
    """One. But behind an absent name GCC reads `<` as less-than and stumbles at `>`, and at `)` if it follows `(`; a
    name that Clang suggests for that of a template is refused in turn, with what stands behind it.
    """
    if line.kind != "absent" or "template " not in line.cell.call:
        return 1
    if compiler.kind == "clang":
        return 2 if suggests else 1
    return 3 if line.cell.call.endswith("()") else 2


def located_errors(output, path):
    """For each error the line of the unit it belongs to: its own, or that of the next diagnostic that has one."""
    waiting = 0
    for line in output.splitlines():
        pointer = POINTER.match(line)
        if not pointer:
            continue
        is_error = bool(diagnostics(line)) and diagnostics(line)[0]["kind"] not in ("note", "warning")
        if pointer["file"] == path:
            if is_error:
                yield int(pointer["line"])
            while waiting:
                waiting -= 1
                yield int(pointer["line"])
        elif is_error:
            waiting += 1
    yield from [0] * waiting


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--include", action="append", default=[], help="include directory; default ../include")
    parser.add_argument("--table", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    compiler = Compiler(options.compiler)
    includes = [f"-I{path}" for path in options.include or [os.path.normpath(os.path.join(HERE, os.pardir, "include"))]]

    with tempfile.TemporaryDirectory() as folder:
        cells = read_table(options.table or make_table(compiler, includes, folder))
        by_transport = collections.defaultdict(list)
        for cell in cells:
            by_transport[cell.transport].append(cell)
        with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
            answers = list(pool.map(
                lambda item: check_transport(item[0], item[1], compiler, includes, folder), by_transport.items()))

    problems = [each for answer in answers for each in answer[0]]
    proved = [each for answer in answers for each in answer[1]]
    for each in problems:
        print(each)
    print(f"{compiler.name}: {sum(answer[2] for answer in answers)} legal calls compile")
    for kind in KINDS:
        found = [each for each in proved if each[0] == kind]
        if found:
            _, longest, cell, _ = max(found, key=lambda each: each[1])
            mean = sum(each[1] for each in found) / len(found)
            suggesting = sum(1 for each in found if each[3])
            print(f"{compiler.name}: {len(found)} {kind} refused; diagnostics: longest {longest} lines "
                  f"({cell.transport} {cell.state} {cell.call}), mean {mean:.2f}"
                  + (f"; {sum(1 for each in found if each[1] > ABSENT_LINES)} have more than {ABSENT_LINES}"
                     if kind == "absent" else "")
                  + (f"; {suggesting} suggest another name" if suggesting else ""))
    print(f"unproved cells: {sum(1 for each in problems if each.startswith('unproved'))}")
    print(f"{len(proved)} passed, {len(problems)} failed")
    return 1 if problems or not proved else 0


if __name__ == "__main__":
    sys.exit(main())
