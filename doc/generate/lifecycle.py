# SPDX-License-Identifier: BSL-1.0
"""What the lifecycle tables say: print_lifecycle.cpp asks them, this reads its answer and makes Markdown of it."""

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import headers

sys.path.insert(0, str(headers.ROOT / "tests" / "structure"))
import include_table as include_rules  # noqa: E402

Row = namedtuple("Row", "state operation next left yields consumes fact")
FACTS = {"plain": " without a hold", "held": " with a hold", "nonblocking": " that never waits", "blocking": " that waits",
         "whole": " without segments", "segments": " with segments",
         "bare": " without packet information", "packet_info": " with packet information"}


def compiler():
    for name in (os.environ.get("CXX"), "g++", "clang++-19", "clang++-14", "clang++", "c++"):
        if name and shutil.which(name):
            return name
    raise SystemExit("make_docs: no C++ compiler; install g++ or set CXX")


FOLDER = tempfile.TemporaryDirectory()  # lives as long as this run


@functools.cache
def program(path):
    """The program of one source, of the build folder ESTATE_BUILT where that has it; else it is built here."""
    stem = path.removesuffix(".cpp")
    inside = stem.removeprefix("examples/")
    built = f"tests/{Path(stem).name}" if inside == stem else "examples/" + inside.replace("/", "_")
    built = Path(os.environ.get("ESTATE_BUILT", os.devnull)) / built
    if built.exists():
        return built
    made = Path(FOLDER.name) / Path(path).stem
    done = subprocess.run([compiler(), "-std=c++20", "-I", str(headers.ROOT / "include"), str(headers.ROOT / path), "-o",
                           str(made), "-pthread"], capture_output=True, text=True)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        raise SystemExit("\n".join([f"make_docs: {Path(path).name} does not compile", *errors[:5]]))
    return made


class Lifecycle:
    """One transport's table."""

    def __init__(self):
        self.states, self.rows, self.settings, self.mermaid, self.dot = [], [], {}, [], []
        self.overloads, self.drops, self.found, self.absent = [], {}, [], []
        self.watches, self.never_waits = {}, None  # the latter is of the same transport's sockets that never wait

    @property
    def live_states(self):
        return [state for state in self.states if any(row.state == state for row in self.rows)]

    def diagram(self, without=()):
        """Mermaid; operations between the same two states share an arrow."""
        lines, arrows = [], {}
        for line in self.mermaid:
            if " : " not in line:
                lines.append(line)
                continue
            arrow, label = line.split(" : ")
            if label.split(",")[0].split()[0] not in without and label.split(", ")[-1] not in FACTS:
                arrows.setdefault(arrow, []).append(label)
        lines += [f"{arrow} : {', '.join(labels)}" for arrow, labels in arrows.items()]
        return "```mermaid\n" + "\n".join(lines) + "\n```\n"

    def ways(self, operation):
        """[(from states, next, left, yields)], states with one outcome together."""
        grouped = {}
        for row in self.rows:
            if row.operation == operation:
                left = "does not fail" if row.left == "never" else row.left
                key = ("stays", "stays", row.yields) if row.consumes == "stays" else (row.next, left, row.yields)
                grouped.setdefault(key, []).append(row.state + " and".join(FACTS.get(fact, "") for fact in row.fact.split(",")))
        return [(froms, *outcome) for outcome, froms in grouped.items()]

    def dropped(self, state):
        """What the destructor does in a state."""
        always = self.drops.get((state, "-"), [])
        held = [f"{effect} (if it holds one)" for effect in self.drops.get((state, "held"), [])]
        return "; ".join(always + held) or "nothing"


def read():
    """{transport: Lifecycle}"""
    answer = subprocess.run([program("doc/generate/print_lifecycle.cpp")], check=True, capture_output=True, text=True)
    transports = {}
    for line in answer.stdout.splitlines():
        kind, transport, rest = line.split(" ", 2)
        if never_waits := re.fullmatch(r"NonBlocking<(\w+)>", transport):
            life = transports[never_waits[1]].never_waits = transports[never_waits[1]].never_waits or Lifecycle()
        else:
            life = transports.setdefault(transport, Lifecycle())
        if kind == "state":
            life.states.append(rest)
        elif kind == "row":
            life.rows.append(Row(*rest.split()))
        elif kind == "overload":
            life.overloads.append(tuple(rest.split()))
        elif kind == "drop":
            state, fact, text = rest.split(" ", 2)
            life.drops.setdefault((state, fact), []).append(text)
        elif kind in ("found", "absent"):
            getattr(life, kind).append(rest)
        elif kind in ("setting", "watch"):
            name, *where = rest.split()
            (life.settings if kind == "setting" else life.watches)[name] = where
        else:
            getattr(life, kind).append(rest)
    meant = list(headers.states())
    for life in [*transports.values(), *never_waiting(transports).values()]:
        life.states.sort(key=meant.index)
    return transports


def never_waiting(transports):
    """{transport: Lifecycle} of the sockets that never wait."""
    return {name: life.never_waits for name, life in transports.items() if life.never_waits}


def table(head, lines):
    text = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join(text + [f"| {' | '.join(line)} |" for line in lines]) + "\n"


def in_order(transports):
    """The operations as transport/operation.hpp lists them."""
    text = (headers.INCLUDE / "transport" / "operation.hpp").read_text()
    names = [line.split("(")[1].split(")")[0] for line in text.splitlines() if line.startswith("ESTATE_OPERATION(")]
    return [name for name in names if any(life.ways(name) for life in transports.values())]


def after(target, yields):
    target = re.sub(r"\+(\w+)", lambda fact: FACTS[fact[1]], target.replace("|", " or "))
    return (target + (f", yields {yields}" if yields != "-" else "")).replace("@", " of ")


def ways_of(transports, operation):
    """Rows (transport, from, success, failure, what dropping it then does); one row if the transports agree."""
    found = {}
    for transport, life in transports.items():
        for froms, goes, left, yields in life.ways(operation):
            if set(froms) == set(life.live_states) - {"Closed"}:
                froms = ["every state but Closed"]
            state, _, other = goes.split("+")[0].partition("@")
            dropped = "" if goes == "stays" else transports.get(other, life).dropped(state)
            found.setdefault((", ".join(froms), after(goes, yields), after(left, "-"), dropped), []).append(transport)
    return [[", ".join(transports_of), *way] for way, transports_of in found.items()]


def overview(transports):
    lines = []
    for name in in_order(transports):
        for number, way in enumerate(ways_of(transports, name)):
            lines.append([f"[`{name}`](#{name})" if number == 0 else "", *way[:-1]])
    return table(["operation", "transport", "from", "after success", "after failure"], lines)


def details(transports):
    said = headers.operations()
    text = []
    for name in in_order(transports):
        if name not in said:
            raise SystemExit(f"make_docs: no comment for op::{name} in include/estate/socket/operation/")
        text.append(f"### {name}\n")
        for variant, comment, calls in said[name]:
            title = f"*{variant}.* " if variant else ""
            said_first = headers.code(" ".join(comment[""].split()))
            text.append(title + said_first[0].upper() + said_first[1:] + "\n")
            text.append("```cpp\n" + "\n".join((f"// {remark}\n" if remark else "") + call for call, remark in calls) + "\n```\n")
            for field in ("Yields", "Returns", "Errors", "Leaves", "Source"):
                if field in comment:
                    text.append(f"- {field}: {headers.code(comment[field])}")
            text.append("")
        while text[-1] == "":
            text.pop()
        text.append("")
        text.append(table(["transport", "from", "after success", "after failure", "dropping what success gives"],
                          ways_of(transports, name)))
    return "\n".join(text).replace("\n\n\n", "\n\n")


def whole(transports):
    """Without the halves of connections."""
    return {transport: life for transport, life in transports.items() if not transport.endswith("Half")}


def settable_in(life, key):
    states = life.settings.get(key, ["-"])
    return "every state but Closed" if set(states) == set(life.live_states) - {"Closed"} else ", ".join(states)


def options(transports):
    lines = []
    for name, key, comment, (written, remark) in headers.options():
        where = [settable_in(life, key) for life in whole(transports).values()]
        meaning = " ".join(comment[""].split())
        source = comment.get("Source", "").rstrip(".")
        extra = " ".join(f"{field}: {comment[field]}" for field in ("Units", "Range", "Errors") if field in comment)
        lines.append([f"`{written}`" + (f" ({remark})" if remark else ""), headers.code(f"{meaning} {extra}".strip()), *where, source])
    return table(["option", "meaning", *(f"{transport}: settable in" for transport in whole(transports)), "source"], lines)


def errors():
    return table(["error", "when", "equals"],
                 [[f"`{name}`", meaning.replace("|", "\\|"), f"`{posix}`" if posix != "0" else ""]
                  for name, meaning, posix in headers.own_errors()])


def pool(_):
    text = []
    for what, variable, path, name in (("A pool", "pool", "pool/ip_pool.hpp", "IpPool"),
                                       ("Its ranges", "pool", "pool/pool_ranges.hpp", "PoolRanges"),
                                       ("Its tenants and who has what", "pool", "pool/pool_bindings.hpp", "PoolBindings"),
                                       ("The leases that it keeps", "pool", "pool/pool_keeping.hpp", "PoolKeeping"),
                                       ("A magazine", "magazine", "pool/magazine.hpp", "Magazine"),
                                       ("A lease", "lease", "pool/lease.hpp", "BasicLease"),
                                       ("A binding", "binding", "pool/binding.hpp", "BasicBinding"),
                                       ("A pool of prefixes", "prefixes", "pool/prefix_pool.hpp", "PrefixPool"),
                                       ("A prefix lease", "prefix", "pool/prefix_lease.hpp", "PrefixLease")):
        lines = []
        last = None
        for call, comment in headers.members_of_class(path, name):
            told = comment is not last
            last = comment
            lines.append(["`" + call.replace("X.", variable + ".").replace("(X)", f"({variable})").replace("|", "\\|") + "`",
                          headers.code(" ".join(comment[""].split())) if told else "as above" if comment[""] else "",
                          headers.code(comment.get("Errors", "")) if told else ""])
        text.append(f"### {what}\n\n" + table(["call", "does", "errors"], lines))
        if name == "IpPool":
            counts = headers.members_of_struct("pool/stats.hpp", "PoolStats")
            text.append("`pool.stats()` gives a `PoolStats`, the counts of one moment:\n\n" + table(
                ["member", "counts"], [[f"`{member}`", headers.code(remark)] for _, member, remark in counts]))
    return "\n".join(text)


def include_table(_):
    """Who may include whom, as tests/structure/include_table.py enforces it."""
    return table(["area", "may include"],
                 [[f"`{area}`", ", ".join(f"`{other}`" for other in sorted(others)) or "nothing"] for area, others in areas()]
                 + [["umbrella headers", "anything"]])


def include_arrows(_):
    """The same as a diagram."""
    lines = [f"    {area.replace('/', '_') + f'[{area}]' if '/' in area else area} --> {' & '.join(sorted(others))}"
             for area, others in areas() if others]
    return "```mermaid\nflowchart LR\n" + "\n".join(lines) + "\n```\n"


def areas():
    """[(area, the areas it may include)] of the areas that there are."""
    return [(area, others) for area, others in include_rules.MAY_INCLUDE.items() if (headers.INCLUDE / area).is_dir()]


def matrix(life):
    names = list(dict.fromkeys(row.operation for row in life.rows))
    legal = {(row.state, row.operation): row for row in life.rows}
    lines = []
    for name in names:
        cells = []
        for state in life.live_states:
            row = legal.get((state, name))
            goes = "" if row is None else "stays" if row.consumes == "stays" else after(f"→ {row.next}", "-")
            cells.append(goes if row is None else goes + after("", row.yields))
        lines.append([f"`{name}`", *cells])
    return table(["", *life.live_states], lines)


def absent(transports):
    """What WASI's sockets do not have, as their lifecycles say."""
    return table(["transport", "operations that its sockets do not have on WASI"],
                 [[transport, ", ".join(f"`{name}`" for name in life.absent) or "all: there are none"]
                  for transport, life in whole(transports).items()])


def failures(life):
    names = dict.fromkeys(row.operation for row in life.rows)
    sure = dict.fromkeys(row.operation for row in life.rows if row.left == "never")
    return [table(["operation that fails", "from", "leaves"],
                  [[f"`{name}`", ", ".join(froms), left.replace("|", " or ")] for name in names
                   for froms, goes, left, _ in life.ways(name) if goes != "stays" and left != "does not fail"]),
            (f"{' and '.join(f'`{name}`' for name in sure)} cannot fail. " if sure else "") + "Operations that are not listed leave the"
            " state as it is.\n"]


def awaited_in(life, transport, state):
    """[(name, comment, [call])] of the members of an Async in one state, whose socket never waits."""
    if not any(state in where for interest, where in life.watches.items() if interest != "answered"):
        return []
    legal = {row.operation for row in life.rows if row.state == state}
    found = {}
    for needs, only_streams, name, comment, call in headers.awaited():
        if needs in legal and not (only_streams and transport not in headers.FORMS["Streams"]):
            found.setdefault(name, (comment, []))[1].append(call)
    return [(name, comment, calls) for name, (comment, calls) in found.items()]


def never_waits(transport, life):
    """What states.md says of the sockets of a transport that never wait."""
    quiet = life.never_waits
    watched = [state for state in quiet.live_states if any(state in where for where in quiet.watches.values())]
    awaited = {state: [name for name, _, _ in awaited_in(quiet, transport, state)] for state in watched}
    names = dict.fromkeys(name for each in awaited.values() for name in each)
    return [f"### {transport}: sockets that never wait\n",
            "`set_nonblocking` makes one, of the transport `NonBlocking<T>`; a call that would block says so by its value. What only"
            " waiting can do is no member. Dropping one does what the table above says, and options are settable in the same states.\n",
            matrix(quiet), *failures(quiet),
            f"What a poller can watch (`interest::`), and which calls of an `Async` a coroutine can await:\n",
            table(["", *watched],
                  [[f"watched: `{name}`", *("yes" if state in where else "" for state in watched)] for name, where in quiet.watches.items()]
                  + [[f"awaited: `{name}`", *("yes" if name in awaited[state] else "" for state in watched)] for name in names])]


def states_page(transports):
    meanings = headers.states()
    text = ["<!-- Made by scripts/make_docs from include/estate/transport/; do not edit. -->\n",
            "# The states of a socket\n",
            "Each state is a type; an operation is a member exactly in the states that have an entry here. Everything on"
            " this page comes from the tables in `include/estate/transport/tcp.hpp`, `udp.hpp`, `local.hpp` and `halves.hpp`,"
            " which are all that the library itself knows about it.\n",
            "On WASI there are no Unix-domain sockets, and others have no " + ", ".join(f"`{name}`" for name in dict.fromkeys(
                name for life in transports.values() for name in life.absent)) +
            ", and fewer options: [WASI.md](WASI.md) says which and why. The rest of this page holds there too.\n"]
    for transport, life in transports.items():
        text.append(f"## {transport}\n")
        text.append(life.diagram(without=("close", "release", "detach_hold")))
        closes = ", ".join(row.state for row in life.rows if row.operation == "close")
        turns = ", ".join(f"`{name}`" for name in ("detach_hold", "set_nonblocking", "with_segments", "with_packet_info")
                          if any(row.operation == name for row in life.rows))
        released = " and `release` (to Released)" if any(row.operation == "release" for row in life.rows) else ""
        text.append(f"Not drawn: `close` (to Closed){released} from {closes}; {turns + '; ' if turns else ''}failures.\n")
        text.append("Dropped, an object does what the last column says; its errors are lost, which `close` reports.\n")
        text.append(table(["state", "means", "found by `adopt`", "dropping it"],
                          [[state, headers.code(meanings[state]), "yes" if state in life.found else "",
                            life.dropped(state)] for state in life.states]))
        text.append(f"### {transport}: what can be done in which state\n")
        text.append("An empty cell does not compile.\n")
        text.append(matrix(life))
        text.append(f"### {transport}: what a failure leaves\n")
        text += failures(life)
        text.append("".join(f"A form of `{operation}` gives the socket a hold: {state} becomes {after(goes, '-')}, and a"
                            f" failure leaves {after(left, '-')}.\n"
                            for state, operation, goes, left in life.overloads).replace("+held", " with the hold"))
        text.append(f"### {transport}: options\n")
        settable = [state for state in life.live_states if any(state in where for where in life.settings.values())]
        text.append("Where an option has an effect, it can be set; elsewhere setting it does not compile. Reading compiles in"
                    " every state that has `get`.\n")
        text.append(table(["", *settable], [[f"`{name}`", *("set" if state in where else "" for state in settable)]
                                            for name, where in life.settings.items()]))
        text += never_waits(transport, life) if life.never_waits else []
        text.append(f"### {transport}: Graphviz\n")
        text.append("Failures are dashed, yields are dotted, what leads into another lifecycle is bold.\n")
        text.append("```dot\n" + "\n".join(life.dot) + "\n```\n")
    return "\n".join(text)


def measured(_):
    """The figures of doc/costs.md that a reader wants first."""
    text = (headers.ROOT / "doc" / "costs.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]

    def row(start):
        return next(cells for cells in rows if cells[0].startswith(start))

    lines = []
    for start, name in (("round trip", "instructions of a round trip over TCP, 64 bytes, g++ and clang"),
                        ("send_to and recv_from", "instructions of a datagram sent and received, g++ and clang"),
                        ("connect, accept", "instructions of connect, accept and both closes, g++ and clang")):
        _, raw, estate, _, asio = row(start)
        lines.append([name, raw, estate, asio])
    compile_times = [cell.split(", ") for cell in row("CPU seconds")[1:]]
    lines.append(["CPU seconds to compile a small client, g++ and clang", "",
                  ", ".join(pair[0] for pair in compile_times), ", ".join(pair[1] for pair in compile_times)])
    lines.append(["bytes of a socket", "4", "4", ""])
    return table(["", "raw POSIX", "estate", "Boost.Asio"], lines)


def concepts(_):
    """The public concepts of streams, sockets and holds, as the headers have them."""
    text = []
    for path in ("net/address_hold.hpp", "socket/concepts.hpp", "socket/nonblocking_concepts.hpp"):
        source = (headers.INCLUDE / path).read_text()
        found = re.findall(r"((?:^///[^\n]*\n)+template <[^\n]*>\nconcept \w+ =.*?;)\n(?=\n)", source, re.S | re.M)
        if len(found) != len(re.findall(r"^concept ", source, re.M)) or any(c.count("{") != c.count("}") for c in found):
            raise SystemExit(f"make_docs: not every concept of {path} was read to its end")
        text += [f"// <estate/{path}>\n" + "\n\n".join(found)]
    return "```cpp\n" + "\n\n".join(text) + "\n```\n"


def members_in(life, transport, state, said=None):
    """[(operation, first sentence, [(call, remark)], after success, after failure)] of the members in one state. What is said
    of the operations is headers.operations(), or else what is given."""
    said, found = said or headers.operations(), []
    for name in in_order({transport: life}):
        rows = [row for row in life.rows if row.operation == name and row.state == state]
        if not rows:
            continue
        if name not in said:
            raise SystemExit(f"make_docs: no comment for op::{name} in include/estate/socket/operation/")
        variants = headers.forms_for(said[name], transport)
        comment = variants[0][1]
        sentence = re.split(r"(?<=\.)\s", " ".join(comment[""].split()))[0]
        goes = "stays" if rows[0].consumes == "stays" else after(rows[0].next, rows[0].yields)
        left = "cannot fail" if rows[0].left == "never" else "stays" if rows[0].consumes == "stays" else after(rows[0].left, "-")
        if rows[0].consumes == "stays" and rows[0].yields != "-":
            goes += f", yields {rows[0].yields}"
        found.append((name, sentence, [call for _, _, calls in variants for call in calls], goes, left))
    return found


def meaning_of(state, transport):
    """What the state means, in one sentence where it means different things for TCP and UDP."""
    meaning = headers.states().get(state, "")
    kind = "UDP" if transport in ("UDP", "UnixDatagram") else "" if transport.endswith("Half") else "TCP"
    own = re.search(rf"\b{kind}: ([^;.]+)", meaning) if kind else None
    return f"{own[1][0].upper()}{own[1][1:]}." if own else meaning


def cheat(transports):
    """Each state of TCP and UDP with its calls, on one page: what many states have is said once, below."""
    text = []
    for transport, life in [(name, transports[name]) for name in ("TCP", "UDP")]:
        members = {state: [(name, goes) for name, _, _, goes, _ in members_in(life, transport, state)] for state in life.live_states}
        everywhere = set.intersection(*(set(each) for state, each in members.items() if state != "Closed"))
        common = [f"`{name}`" for name, _ in next(iter(members.values())) if name in {name for name, _ in everywhere}]
        lines, same = [], {}  # the latter: what changes another fact than the state
        for state in life.live_states:
            by_end = {}
            for name, goes in members[state]:
                if (name, goes) in everywhere:
                    continue
                if re.match(rf"{state} (?=with|that)", goes):
                    same.setdefault((name, goes.removeprefix(state)), []).append(state)
                else:
                    by_end.setdefault(goes, []).append(f"`{name}`")
            stays = ", ".join(by_end.pop("stays", []))
            leads = "; ".join(f"{', '.join(names)} → {goes}" for goes, names in by_end.items())
            lines.append([f"`{state}`", meaning_of(state, transport), stays, leads])
        also = "; ".join(f"`{name}` of {', '.join(states)} → the same{fact}" for (name, fact), states in same.items())
        text.append(f"### {transport}\n\n" + table(["state", "means", "stays in it", "leads to"], lines)
                    + f"\nIn every state but Closed: {', '.join(common)}. {also}.\n")
    return "\n".join(text)
