#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes doc/errors.md: for each mistake the broken line, what the compilers say, and the mended line.

  make_errors_md.py [--check | --search] [--json DATA]... [--gcc g++] [--clang clang++-19] [--jobs N] [--include DIR]...

DATA is what `driver.py --json` wrote for a compiler; without any, the rule files are compiled here.
--search does what a reader does: takes the first error of each mistake in the page's first table, and looks for its
words and names there. --check writes nothing and fails when the page is stale. Other versions of a compiler say it in other
words, so there it prints why it skips.
"""

import argparse
import difflib
import fnmatch
import glob
import json
import os
import re
import sys
import tempfile
import textwrap

import driver
import phrases

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(driver.HERE, os.pardir, "doc", "generate"))
import headers  # noqa: E402

PAGE = os.path.normpath(os.path.join(driver.HERE, os.pardir, "doc", "errors.md"))
# Every rule file is in exactly one chapter: by its name, or by a pattern.
CHAPTERS = (
    ("Calls in the wrong state",
     "accept_before_listen accept_on_a_connection backlog_before_listen bind_twice close_twice connect_after_failure "
     "connect_twice connect_while_connecting finish_after_shutdown_receive finish_connect_without_asking "
     "listen_before_bind listen_twice listener_* local_addr_before_bind peek_at_* recv_after_* remote_addr_of_a_listener "
     "send_after_* send_before_connect send_while_connecting udp_connect_before_bind udp_send_before_bind "
     "udp_batch_without_peers udp_destination_* udp_recv_from_with_segments udp_send_segments_without_them "
     "udp_send_to_after_connect udp_send_to_from_* udp_send_without_peer"),
    ("Transitions consume the socket", "*_on_an_lvalue transition_in_a_lambda_without_mutable transition_of_a_const_socket"),
    ("TCP calls on UDP, UDP calls on TCP", "tcp_* udp_accept udp_listen udp_send_all udp_shutdown"),
    ("Arguments of calls",
     "backlog_is_a_number bind_to_* connect_to_* deadline_* recv_container_* recv_into_* send_a_* send_of_* send_to_* "
     "waker_*"),
    ("Results and errors", "*_ignored error_* errc_of_* result_compared_* result_taken_* "
     "result_used_as_a_socket try_in_* try_without_braces void_result_*"),
    ("Headers that are missing", "address_written_* pool_without_* resolve_without_* try_without_its_header"),
    ("Use after a socket or lease has moved on", "use_after_* second_transition lease_used_* prefix_lease_used_*"),
    ("Making, copying and converting sockets", "adopted_* connect_any_* socket_* state_*"),
    ("Options", "option_*"),
    ("Addresses, ports and ranges",
     "address_families_* address_from_* address_list_* both_families_* endpoint_* family_* interface_* literal_* port_* "
     "range_length_*"),
    ("Leases and pools",
     "address_given_* binding_* connect_with_* hold_* lease_constructed_* lease_cop* lease_given_* lease_name_* "
     "lease_of_* lease_released_* magazine_* name_* pool_copied pool_range_* pool_temporary pool_text_* "
     "prefix_lease_co* prefix_lease_of_* prefix_lease_released_* prefix_pool_temporary resource_* "
     "selection_* static_pool_left_* static_pool_of_* static_pool_t* static_ranges_* wrong_family_*"),
    ("Sockets that never wait, and pollers", "asio_* nonblocking_* poller_*"),
    ("Operations in flight, in rings", "ring_*"),
    ("Coroutines", "coroutine_*"),
    ("Halves of connections", "half_*"),
    ("Unix-domain sockets, and sockets that are passed", "unix_*"),
    ("Lifecycle tables of one's own",
     "failure_in_* members_made_* one_of_* operation_made_* options_that_* table_*"),
)
MOST_HITS = 5  # rows that the words of one error may lead to
# Calls that a stream has in the same states.
TOGETHER = (("send", "send_all", "send_vectored"), ("recv", "recv_exact", "recv_vectored"),
            ("connect", "begin_connect"))
CASCADE = """\
#include <estate/estate.hpp>

estate::result<void> serve(estate::BoundSocket<estate::Tcp<estate::V4>>& bound) {
    BOOST_OUTCOME_TRY(auto peer, bound.accept());
    BOOST_OUTCOME_TRY(peer.send_all("hello"));
    return estate::success();
}
"""
INTRO = """\
# What the compiler says, and what to write instead

<!-- Made by compile-fail-tests/make_errors_md.py from compile-fail-tests/rules/; do not edit. -->
<!-- Compilers: {compilers}. -->

Read the first error: the others, and the notes, follow from it. Then look for its words in the table: `...` stands for
types, which are those of your program, and of a long signature only the name of the call is left. A type that begins with
`result` or `basic_result` is a result whose value was not taken out, whatever the message says of it: see
[result_used_as_a_socket](#result_used_as_a_socket). The table has the mistakes that everybody makes first; the chapters
below it have all of them, and can be searched in the same way: `no member named 'accept'`, `deleted member function 'listen'`, `could not convert`.

{table}
Messages stand as {compilers} print them with `LC_ALL=C`, without file names; in another locale GCC writes ‘ and ’
for '. Every entry is a test: the broken line is refused with this message, and the mended line beside it compiles.
A message with `-Werror` in it is an error if `-Wall -Werror` is given, and a warning otherwise. Use after a move is seen by Clang alone, with
`-Wconsumed`.

One mistake inside `BOOST_OUTCOME_TRY`, a bound socket that accepts, is {errors} errors in {lines} lines of {gcc}:

```cpp
{cascade}
```

```text
{told}
```

The first of them is the entry [{anchor_title}](#{anchor}).
"""


def chapter_of(name):
    """The number of the chapter of a rule file."""
    stem = os.path.splitext(name)[0]
    found = [number for number, (_, patterns) in enumerate(CHAPTERS)
             if any(fnmatch.fnmatchcase(stem, each) for each in patterns.split())]
    if len(found) != 1:
        raise SystemExit(f"{name} is in {len(found)} chapters, not in one: see CHAPTERS in make_errors_md.py")
    return found[0]


def prose(text):
    """Markdown takes <V4> for a tag."""
    return text.replace("<", "\\<")


def heading(record):
    """The short name by which an entry is found and linked: that of its file."""
    return os.path.splitext(record["file"])[0]


def anchor(text):
    """What code hosts call a heading."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def forms():
    """{name of a call: the other names of its operation}."""
    found = {}
    for variants in headers.operations().values():
        names = {re.search(r"\.(\w+)[<(]", call)[1] for _, _, calls in variants for call, _ in calls}
        found.update({name: sorted(names - {name}) for name in names})
    return found


def searches(by_compiler, other_names):
    """The same messages for the calls that are refused for the same reason."""
    lines = []
    for record in by_compiler.values():
        for each in record["messages"]:
            found = re.search(r"(no member named|deleted member function) '(\w+)'", each["text"])
            if each["kind"] != "error" or not found:
                continue
            phrase, name = found.groups()
            others = list(other_names.get(name, []))
            if phrase == "no member named" and "estate::Tcp<" in each["text"]:
                others += [other for group in TOGETHER if name in group for other in group if other != name]
            lines += [f"`{phrase} '{other}'`" for other in others]
    return list(dict.fromkeys(lines))


def dedented(lines):
    return textwrap.dedent("\n".join(lines)).strip("\n")


def messages(record):
    """The error, and what has what the rule expects and the error lacks: notes, or GCC's second error."""
    told = [f"error: {each['text']}" for each in record["messages"] if each["kind"] == "error"][:1]
    for text in record["expects"]:
        note = next((f"{each['kind']}: {each['text'].strip()}" for each in record["messages"]
                     if text in each["text"]), "")
        if note and not any(text in line for line in told):
            told.append(note)
    return "\n".join(told)


def entry(name, by_compiler, other_names):
    """One mistake, as Markdown."""
    any_record = next(iter(by_compiler.values()))
    rule = prose(any_record["rule"].rstrip("."))
    if not re.match(r"\w+\(", rule):  # the name of a call stays as it is
        rule = rule[0].upper() + rule[1:]
    parts = [f"### {heading(any_record)}\n",
             f"{rule}.\n",
             "```cpp\n" + dedented(any_record["broken"]) + "\n```\n"]
    for compiler, record in by_compiler.items():
        if record["skip"]:
            parts.append(f"{compiler} does not refuse it: {record['skip']}.\n")
        else:
            parts.append(f"{compiler}:\n\n```text\n{messages(record)}\n```\n")
    if same := searches(by_compiler, other_names):
        parts.append("The same: " + ", ".join(same) + ".\n")
    parts.append("Instead:\n\n```cpp\n" + dedented(any_record["mended"]) + "\n```\n")
    parts.append(f"Remedy: {prose(any_record['remedy'])} ([{name}](../compile-fail-tests/rules/{name}))\n")
    return "\n".join(parts)


def first_error(record):
    return next((each["text"] for each in record["messages"] if each["kind"] == "error"), "")


def first_table(records, compilers):
    """The mistakes of the first hour, each with the words of each compiler."""
    lines = [f"| you wrote | {' | '.join(f'{name} says' for name in compilers)} | see |", f"|{'---|' * (len(compilers) + 2)}"]
    chosen = [each for each in records.values() if next(iter(each.values()))["wrote"]]
    for by_compiler in sorted(chosen, key=lambda each: next(iter(each.values()))["wrote"].lower()):
        any_record = next(iter(by_compiler.values()))
        cells = [phrases.phrase(first_error(by_compiler[name])) if not by_compiler[name]["skip"] else "nothing" for name in compilers]
        title = heading(any_record)
        wrote = any_record["wrote"]
        cells = [f"`{wrote}`" if re.search(r"[(;=<]", wrote) else wrote, *map(prose, cells)]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + f" | [{title}](#{anchor(title)}) |")
    return "\n".join(lines) + "\n"


def as_made_with_other_calls(record):
    """The first error; of a result that is used as a socket, also that of each other call."""
    error = first_error(record)
    yield error
    if heading(record) == "result_used_as_a_socket":
        for call in ("connect", "listen", "accept", "send_all", "recv", "close"):
            yield error.replace("member named 'bind'", f"member named '{call}'")


def search(options):
    """Looks every mistake up by its error, as a reader would; the exit code."""
    with open(PAGE, encoding="utf-8") as file:
        page_text = file.read().replace("\\<", "<")
    table = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page_text.split("\n## ")[0].splitlines()
             if line.startswith("| ")]
    head, rows = table[0], table[1:]
    passed = failed = 0
    for each in read_data(options):
        if f"{each['compiler']} says" not in head:
            print(f"skipped: the page has no column for {each['compiler']}")
            continue
        column = head.index(f"{each['compiler']} says")
        for record in each["rules"]:
            if not record["wrote"] or record["skip"]:
                continue
            for error in as_made_with_other_calls(record):
                hits = [row[-1] for row in rows if phrases.is_found(error, row[column])]
                is_there = any(f"[{heading(record)}]" in hit for hit in hits)
                if is_there and len(hits) <= MOST_HITS:
                    passed += 1
                else:
                    failed += 1
                    print(f"{heading(record)}, {each['compiler']}: {len(hits)} rows{'' if is_there else ', none of them right'}: {error}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def cascade(compiler, includes):
    """What GCC says when a call inside BOOST_OUTCOME_TRY is refused: (errors, lines, the located diagnostics)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "serve.cpp")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CASCADE)
        _, output = compiler.run(path, [f"-I{include}" for include in includes])
    told = [line.replace(path, "serve.cpp") for line in output.splitlines()]
    shown = [line for line in told if re.match(r"serve\.cpp:\d+:\d+: ", line)]
    return sum(": error: " in line for line in shown), len(told), "\n".join(shown)


def page(data, gcc, includes):
    """The page made of the driver's data of each compiler."""
    records = {}
    for each in data:
        for record in each["rules"]:
            if record["fault"]:
                raise SystemExit(f"{record['file']} is not proved with {each['compiler']}: {record['fault']}")
            records.setdefault(record["file"], {})[each["compiler"]] = record
    first = heading(next(iter(records["accept_before_listen.cpp"].values())))
    errors, lines, told = cascade(gcc, includes)
    text = [INTRO.format(compilers=" and ".join(each["compiler"] for each in data), gcc=gcc.name, errors=errors,
                         lines=lines, cascade=CASCADE.rstrip(), told=told, anchor_title=first, anchor=anchor(first),
                         table=first_table(records, [each["compiler"] for each in data]))]
    other_names = forms()
    for number, (title, _) in enumerate(CHAPTERS):
        text.append(f"## {title}\n")
        text += [entry(name, records[name], other_names) for name in sorted(records) if chapter_of(name) == number]
    return "\n".join(text)


def includes_of(options):
    return options.include or [os.path.normpath(os.path.join(driver.HERE, os.pardir, "include"))]


def made(options):
    return page(read_data(options), driver.Compiler(options.gcc), includes_of(options))


def read_data(options):
    """What the driver knows, from files or from a run of it."""
    if options.json:
        data = []
        for name in options.json:
            with open(name, encoding="utf-8") as file:
                data.append(json.load(file))
        return sorted(data, key=lambda each: each["compiler"], reverse=True)
    includes = includes_of(options)
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
    fresh = made(options)
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
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--json", action="append", default=[])
    parser.add_argument("--gcc", default="g++")
    parser.add_argument("--clang", default="clang++-19")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--include", action="append", default=[])
    options = parser.parse_args()
    if options.search:
        return search(options)
    if options.check:
        return check(options)
    text = made(options)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
