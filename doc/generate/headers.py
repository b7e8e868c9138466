# SPDX-License-Identifier: BSL-1.0
"""What the headers' comments say, for the pages that are made from them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include" / "estate"
FIELDS = ("From", "Leaves", "Yields", "Returns", "Pre", "Units", "Range", "Errors", "Source")


def code(text):
    """Names of errors, options and calls in code font."""
    text = re.sub(r"\w+\.get<option::\w+>\(\)", r"`\g<0>`", text)
    text = re.sub(r"(?<![\w`:<])((?:\w*errc|option)::\w+|[a-z]+(?:_[a-z0-9]+)+(?:\(\))?|[a-z]\w*\(\))(?![\w`])", r"`\1`", text)
    return text.replace("|", "\\|")


def named_errors(text):
    """The names of estate's own errors with their enumeration. `errc::a, b` means that b is one as well, up to the next
    semicolon; invalid_argument is also one of std::errc, so elsewhere it stays as it is."""
    own = {name.split("::")[1]: name for name, _, _ in own_errors()}
    clauses = []
    for clause in text.split(";"):
        seen = False

        def full(match):
            nonlocal seen
            seen = seen or bool(match[1])
            is_own = match[2] in own and (seen or match[2] != "invalid_argument")
            return own[match[2]] if is_own else match[0]

        clauses.append(re.sub(r"(?<![\w:.])(\w*errc::)?([a-z]\w*)(?![\w(:])", full, clause))
    return ";".join(clauses)


def parse_comment(block):
    """A block of /// lines as {"": free text, "From": ..., ...}."""
    found = {"": ""}
    current = ""
    for line in block.splitlines():
        line = line.strip().removeprefix("///").removeprefix(" ")
        start = re.match(rf"({'|'.join(FIELDS)})\s{{2,}}(.*)", line)
        if start:
            current = start[1]
            found[current] = start[2]
        elif current and not line.startswith("  "):
            current = ""
            found[""] += "\n" + line
        else:
            found[current] += ("\n" if not current else " ") + (line.strip() if current else line)
    # Fields may also follow in a line of free text: "... Source  socket(7) SO_SNDBUF."
    free = found[""]
    for name in ("Source", "Errors"):
        inline = re.search(rf"{name}\s{{2,}}(.*?)(?=(?:\n\n)|$|\s(?:{'|'.join(FIELDS)})\s{{2,}})", free, re.S)
        if inline and name not in found:
            found[name] = " ".join(inline[1].split())
            free = free[: inline.start()] + free[inline.end() :]
    for name in FIELDS:
        if name in found:
            for other in FIELDS:
                parts = re.split(rf"\s+{other}\s{{2,}}", found[name], maxsplit=1)
                if len(parts) == 2 and other not in found:
                    found[name], found[other] = parts
    found[""] = free.strip()
    if "Errors" in found:
        found["Errors"] = named_errors(found["Errors"])
    return found


def calls_of(body):
    """(call, remark) of each public member that ESTATE_CONSUMES or ESTATE_USES marks."""
    calls = []
    for mark in re.finditer(r"((?:[ \t]*///[^\n]*\n)*)((?:[ \t]*(?:template|requires)[^\n]*\n)*)[ \t]*ESTATE_(?:CONSUMES|USES)\s", body):
        rest = body[mark.end() :]
        opening = rest.index("(")
        name = re.search(r"(\w+)$", rest[:opening])[1]
        depth = 0
        for at in range(opening, len(rest)):
            depth += {"(": 1, ")": -1}.get(rest[at], 0)
            if depth == 0:
                break
        consumes = rest[at + 1 :].lstrip().startswith("&&")
        parameters = " ".join(rest[opening : at + 1].split()).replace("( ", "(")
        if re.search(r"using Peer = typename T::address", body):
            parameters = re.sub(r"\bPeer\b", "SocketAddress<F>", parameters)
        option = "<Option>" if name == "get" else ""
        remark = parse_comment(mark[1]).get("", "") if mark[1] else ""
        calls.append((("std::move(socket)." if consumes else "socket.") + name + option + parameters, " ".join(remark.split())))
    return calls


# Which transports a form of an operation is for; another form names its transport.
FORMS = {"TCP": {"TCP", "ReadHalf", "WriteHalf"},
         "Streams": {"TCP", "UnixStream", "ReadHalf", "WriteHalf", "UnixReadHalf", "UnixWriteHalf"},
         "Datagrams": {"UDP", "UnixDatagram", "UnixSeqpacket"},
         "Unix-domain": {"UnixStream", "UnixDatagram", "UnixSeqpacket", "UnixReadHalf", "UnixWriteHalf"}}


def transports_of(variant):
    return FORMS.get(variant, {variant})


def forms_for(variants, transport):
    """The forms of an operation that a transport has: its own, or else those of every transport."""
    own = [each for each in variants if transport in transports_of(each[0])]
    return own or [each for each in variants if each[0] == ""]


def operations_in(folder, self_type):
    """{operation: [(variant, comment, calls)]} from the headers of a folder."""
    found = {}
    pattern = re.compile(
        rf"((?:^///[^\n]*\n)+)^template <class S, (\w+) T(?:, class H)?>\s*^struct ESTATE_CONSUMABLE lifecycle::operation<op::(\w+), {self_type}>\s*: detail::SocketPart<[^{{]*> \{{\n(.*?)^\}};",
        re.S | re.M)
    for path in sorted(folder.glob("*.hpp")):
        for block, concept, name, body in pattern.findall(path.read_text()):
            comment = parse_comment(block)
            variant = {"Stream": "Streams", "Datagram": "Datagrams", "InternetStream": "TCP", "InternetDatagram": "UDP",
                       "Local": "Unix-domain"}.get(concept, "")
            comment[""] = re.sub(r"^[\w(), ]+?(?:, (?:TCP|UDP))?: ", "", comment[""])
            found.setdefault(name, []).append((variant, comment, calls_of(body)))
    return found


def operations():
    """{operation: [(variant, comment, calls)]} from socket/operation/."""
    return operations_in(INCLUDE / "socket" / "operation", r"Socket<[^>]*>")


def nonblocking_operations():
    """The same of those operations that sockets which never wait have in a form of their own. One comment of a header is for
    all of its forms."""
    found = operations_in(INCLUDE / "socket" / "operation" / "nonblocking", r"Socket<S, (?:NonBlocking<T>|T), H>")
    for path in (INCLUDE / "socket" / "operation" / "nonblocking").glob("*.hpp"):
        if path.stem not in found:
            raise SystemExit(f"make_docs: the operation of {path.relative_to(ROOT)} cannot be read")
    return {name: [("", comment, calls) for _, comment, calls in forms] for name, forms in found.items()}


def awaited():
    """[(operation that the socket's table has, whether only streams have it, name, comment, call)] of the members of Async; a
    comment covers the overloads that follow without one."""
    body = re.search(r"^class ESTATE_CONSUMABLE Async \{.*?^public:\n(.*?)^private:", (INCLUDE / "coroutine" / "async.hpp").read_text(),
                     re.S | re.M)[1]
    found, comment = [], {"": ""}
    for said, needs, streams, name, parameters in re.findall(
            r"((?:^    ///[^\n]*\n)*)^    template <[^\n]*>\n^        requires Allows<S, op::(\w+)>( && Stream<T>)?\n"
            r"^    (?:ESTATE_INLINE )?ESTATE_USES auto (\w+)\(([^{]*)\) const noexcept \{", body, re.M):
        comment = parse_comment(said) if said else comment
        parameters = re.sub(r"const std::type_identity_t<Peer>&", "const SocketAddress<F>&", parameters.replace("Room&&", "MutableBuffer"))
        parameters = re.sub(r"(, )?Until\.\.\. until$", r"[\1Deadline until]", parameters)
        found.append((needs, bool(streams), name, comment, f"co_await socket.{name}({parameters})"))
    if len(found) != body.count("requires Allows<"):
        raise SystemExit("make_docs: not every member of coroutine/async.hpp was read")
    return found


def members_of_class(path, name):
    """(call, comment) of the public members of a class; a comment covers the overloads that follow without one."""
    text = (INCLUDE / path).read_text()
    body = text[re.search(rf"^class (?:\w+ )?{name}\b[^;]*?\{{", text, re.M).end() :]
    body = body[: body.index("\n};")]
    body = re.split(r"\n(?:private|protected):", body)[0]
    found = []
    comment, commented = {}, ""
    for mark in re.finditer(r"((?:^    ///[^\n]*\n)*)((?:^    (?:template|requires)[^\n]*\n)*)^    ([^\s/}][^\n(]*\()", body, re.M):
        declared = re.search(r"(\w+)\($", mark[3])
        if mark[1]:
            comment, commented = parse_comment(mark[1]), declared and declared[1]
        elif declared is None or declared[1] != commented:
            comment, commented = {"": ""}, ""
        rest = body[mark.end() - 1 :]
        depth = 0
        for at, letter in enumerate(rest):
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth == 0:
                break
        tail = rest[at + 1 :].split("{")[0].split(";")[0]
        if declared is None or declared[1] in (name, "static_assert") or "delete" in tail or re.match(r"friend|using|.*operator", mark[3]):
            continue
        call = declared[1] + " ".join(rest[: at + 1].split()).replace("( ", "(")
        found.append((f"std::move(X).{call}" if tail.lstrip().startswith("&&") else f"X.{call}", comment))
    return found


def fields(body):
    """[(type, name, remark)] of the data members."""
    return re.findall(r"^    (?!using|static|friend|return)([\w:<>]+) (\w+)(?:\[[^\]]*\])?(?: = [^;]*|\{\})?;"
                      r"(?:\s*///< (.*))?$", body, re.M)


def sample(name, template, body):
    """An option as a program writes it."""
    if made := re.search(rf"static constexpr result<{name}> (\w+)\(std::string_view", body):
        return f'{name}::{made[1]}("lo")', "a result"
    values = {"bool": "true", "int": "n", "Seconds": "5s"}
    members = [(values.get(kind, member), member) for kind, member, _ in fields(body)]
    written = f"{name}{'<F>' if template else ''}{{{', '.join(value for value, _ in members)}}}"
    named = [f"`{member}`" for value, member in members if member not in ("value", value)]
    return written, f"member{'s'[: len(named) > 1]} {', '.join(named)}" if named else ""


def options():
    """[(name, key, comment, (how it is written, remark))] from socket/option/."""
    found = []
    pattern = re.compile(r"((?:^///[^\n]*\n)+)(^template[^\n]*\n)?^struct (\w+) \{\n    using key = (\w+);\n(.*?)^\};",
                         re.M | re.S)
    for path in sorted((INCLUDE / "socket" / "option").glob("*.hpp")):
        found += [(name, key, parse_comment(block), sample(name, template, body))
                  for block, template, name, key, body in pattern.findall(path.read_text())]
    return found


def members_of_struct(path, name):
    """[(type, name, remark)] of a plain struct."""
    text = (INCLUDE / path).read_text()
    return fields(re.search(rf"^struct {name} \{{\n(.*?)^\}};", text, re.M | re.S)[1])


def states():
    """{state: what it means} from transport/state.hpp."""
    text = (INCLUDE / "transport" / "state.hpp").read_text().split("namespace fact")[0]
    return {name: " ".join(line.strip().removeprefix("///").strip() for line in block.splitlines())
            for block, name in re.findall(r"((?:^///[^\n]*\n)+)^struct (\w+)", text, re.M)}


def own_errors():
    """[(name, meaning, errno)] of the domains of errors that sockets have."""
    found = []
    for path in ("error/errc.hpp", "net/unix_errc.hpp"):
        text = (INCLUDE / path).read_text()
        meanings = dict(re.findall(r"^    (\w+)(?: = 1)?,\s+///<\s*(.*)$", text, re.M))
        guarded = dict(re.findall(r"constexpr int (\w+) = (E\w+);", text))  # what not every platform has
        found += [(f"{domain}::{name}", meanings[name], guarded.get(posix, posix)) for domain, name, posix in
                  re.findall(r'\{(\w+)::(\w+), "\w+", "[^"]*",\s+(\w+)\}', text)]
    return found
