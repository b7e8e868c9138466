# SPDX-License-Identifier: BSL-1.0
"""The reference as Markdown: classes, functions and concepts from Doxygen's XML, and the members of a socket in each state
from the tables, which Doxygen cannot know."""

import re
import xml.etree.ElementTree as ElementTree

import headers
import lifecycle

# Page, title, and whether a header belongs to it. The first that fits has it.
PAGES = (
    ("errors", "Errors and results", "error/"),
    ("addresses", "Addresses, ports and ranges", "net/"),
    ("time", "Time and numbers", "base/"),
    ("lifecycle", "Lifecycles of one's own", "lifecycle/"),
    ("options", "Socket options", "socket/option/"),
    ("sockets", "Sockets: making, adopting, waiting, concepts",
     "socket/ transport/ connect_any.hpp asio.hpp backend/accept_failure.hpp backend/accepted_from.hpp backend/until.hpp"),
    ("readiness", "Waiting for many sockets", "readiness/ readiness.hpp backend/poll_mechanism.hpp"),
    ("rings", "Operations in flight", "completion/ completion.hpp backend/completion_mechanism.hpp"),
    ("coroutines", "Coroutines", "coroutine/ coroutines.hpp ring_coroutines.hpp"),
    ("pool", "Address pools", "pool/"),
    ("store", "Pools that outlive the process", "store/ store_sqlite.hpp store_etcd.hpp"),
    ("simulation", "The simulated network", "backend/sim/ sim_testing.hpp"),
    ("backends", "Backends of one's own", "backend/"),
)
HIDDEN = re.compile(r"(^|::)(detail|machinery|op|fact|drop|wasi|posix)(::|$)|^std::|^boost::|^estate::lifecycle::operation")
INSIDE = re.compile(r"/detail/|^estate/backend/(wasi|posix)/")
# Of the simulation, what pages and examples name, and the types of its members; the rest is its inside.
SIMULATION = {"Event", "Finding", "Limits", "Link", "Schedule", "Trace", "Weather"} | {
    name for place in ("README.md", "doc/**/*.md", "examples/**/*.?pp") for path in headers.ROOT.glob(place)
    for name in re.findall(r"\bsim::(\w+)", path.read_text())}


def inline(element):
    """Text with code in code font."""
    parts = [escaped(element.text or "")]
    for child in element:
        if child.tag == "computeroutput":
            parts.append("`" + "".join(child.itertext()) + "`")
        elif child.tag in ("itemizedlist", "orderedlist"):
            parts.append("\n\n" + "\n".join("- " + " ".join(inline(item).split()) for item in child) + "\n\n")
        elif child.tag in ("programlisting", "verbatim", "preformatted"):
            lines = ["".join(" " if each.tag == "sp" else (each.text or "") + (each.tail or "") for each in line.iter()
                             if each.tag in ("highlight", "sp", "ref")) for line in child.iter("codeline")]
            parts.append("\n\n```cpp\n" + ("\n".join(lines) or "".join(child.itertext())).strip("\n") + "\n```\n\n")
        elif child.tag == "simplesect":
            title = child.findtext("title") or child.get("kind", "")
            parts.append(f"\n\n**{title.strip()}** " + " ".join(inline(para).strip() for para in child.findall("para")) + "\n\n")
        else:
            parts.append(inline(child))
        parts.append(escaped(child.tail or ""))
    return "".join(parts)


def escaped(text):
    return text.replace("<", "&lt;").replace("*", "\\*")


def description(element):
    paragraphs = [inline(para).strip() for tag in ("briefdescription", "detaileddescription") for para in element.findall(f"{tag}/para")]
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(paragraph for paragraph in paragraphs if paragraph))


def text_of(element):
    return "" if element is None else "".join(element.itertext()).strip()


def template_of(element):
    params = element.find("templateparamlist")
    if params is None or not len(params):
        return ""
    return "template <" + ", ".join(" ".join(filter(None, (text_of(p.find("type")), text_of(p.find("declname")))))
                                    + (f" = {text_of(p.find('defval'))}" if p.find("defval") is not None else "") for p in params) + ">\n"


def signature(member):
    kind = member.get("kind")
    if kind == "enum":
        values = ", ".join(text_of(value.find("name")) for value in member.findall("enumvalue"))
        return f"enum class {member.findtext('name')} {{ {values} }};"
    type_, name, rest = text_of(member.find("type")), member.findtext("name"), text_of(member.find("argsstring"))
    if kind == "typedef":
        return f"{template_of(member)}using {name} = {type_};"
    static = "static " if member.get("static") == "yes" and kind == "function" else ""
    constraint = text_of(member.find("requiresclause"))
    return f"{template_of(member)}{static}{type_} {name}{rest}{' requires ' + constraint if constraint else ''};".replace("  ", " ").replace("\n ", "\n")


def members(compound, level):
    """Overloads that share one comment stand in one block, and members in a row that have none."""
    out, block, told, last = [], [], "", ""
    for section in compound.findall("sectiondef"):
        if section.get("kind", "").startswith(("private", "protected")):
            continue
        for member in section.findall("memberdef"):
            if member.get("prot") not in ("public", None) or HIDDEN.search(member.findtext("name") or ""):
                continue
            if "= delete" in text_of(member.find("argsstring")) or member.get("kind") == "friend" and "operator" not in (member.findtext("name") or ""):
                continue
            said = description(member)
            name = member.findtext("name")
            if block and (said or told and name != last):
                out.append("```cpp\n" + "\n".join(block) + f"\n```\n\n{told}\n")
                block = []
            if not block:
                told = said
            last = name
            block.append(signature(member))
    if block:
        out.append("```cpp\n" + "\n".join(block) + f"\n```\n\n{told}\n")
    return "\n".join(out)


def short(name):
    return name.removeprefix("estate::")


def page_of(path):
    for page, _, places in PAGES:
        if any(path.startswith("estate/" + place) for place in places.split()):
            return page
    raise SystemExit(f"site: what {path} declares has no page of the reference: see PAGES in reference.py")


def reference(folder):
    """{page: Markdown} of Doxygen's XML. Whatever is public has a place on one of them."""
    found = {page: [] for page, _, _ in PAGES}
    index = ElementTree.parse(folder / "index.xml").getroot()
    for entry in index:
        name = entry.findtext("name")
        if entry.get("kind") not in ("class", "struct", "concept") or HIDDEN.search(name):
            continue
        if name.startswith("estate::sim::") and name.split("::")[2] not in SIMULATION:
            continue
        compound = ElementTree.parse(folder / f"{entry.get('refid')}.xml").getroot()[0]
        where = text_of(compound.find("includes")) or compound.find("location").get("file")
        is_special = name.endswith(">")
        if INSIDE.search(where) or is_special and not description(compound):  # as the template, then
            continue
        page = page_of(where)
        if compound.get("kind") == "concept":
            body = "```cpp\n" + re.sub(r"\bestate::(?=\w+ =)", "", text_of(compound.find("initializer"))) + ";\n```\n"
        else:
            template = "template <>\n" if is_special else template_of(compound)
            body = f"```cpp\n{template}{compound.get('kind')} {short(name).split('::')[-1]};\n```\n\n" + members(compound, 3)
        title = escaped(short(name).replace("< ", "<").replace(" >", ">"))
        found[page].append((title, f"## {title}\n\n`#include <{where}>`\n\n{description(compound)}\n\n{body}"))
    for entry in index:  # free functions, aliases, enumerations
        if entry.get("kind") != "namespace" or HIDDEN.search(entry.findtext("name") + "::"):
            continue
        compound = ElementTree.parse(folder / f"{entry.get('refid')}.xml").getroot()[0]
        groups = {}
        for member in compound.iter("memberdef"):
            where = member.find("location").get("file")
            if INSIDE.search(where):
                continue
            page = page_of(where)
            if not re.match(r"operator\b(?!\"\")", member.findtext("name")) and not (
                    page == "simulation" and member.findtext("name") not in SIMULATION):
                groups.setdefault((page, short(entry.findtext("name")), member.findtext("name"), where), []).append(member)
        for (page, space, name, where), group in groups.items():
            title = name if space == "estate" else f"{space}::{name}"
            said = "\n\n".join(dict.fromkeys(filter(None, map(description, group))))
            signatures = "\n".join(dict.fromkeys(map(signature, group)))
            found[page].append((title, f"## {title}\n\n`#include <{where}>`\n\n```cpp\n{signatures}\n```\n\n{said}\n"))
    titles = {page: title for page, title, _ in PAGES}
    return {page: f"# {titles[page]}\n\n" + "\n".join(text for _, text in sorted(parts, key=lambda each: each[0].lower()))
            for page, parts in found.items() if parts}


NEVER, AWAITED = " that never waits", " in coroutines"


def folder_of(kind):
    """Where the pages of a kind of sockets are: "TCP", "TCP that never waits", "TCP in coroutines"."""
    return kind.lower().replace(NEVER, "_nonblocking").replace(AWAITED, "_async")


def type_of(transport, state, wrapped="{}", around="{}"):
    """The line in which a program names a socket of the transport, which may be wrapped, as may be the socket."""
    bare, remark = f"estate::{transport}", ""
    if transport in ("TCP", "UDP"):
        bare, remark = f"estate::{transport.capitalize()}<F>", "  // F is V4, V6 or V46"
    elif transport.endswith("Half"):
        half = transport.removeprefix("Unix")
        bare = f"estate::{half}<estate::UnixStream>" if half != transport else f"estate::{half}<estate::Tcp<F>>"
    return around.format(f"estate::{state}Socket<{wrapped.format(bare)}>") + f" socket;{remark}"


def block(calls, transport):
    text = "\n".join((f"// {remark}\n" if remark else "") + call for call, remark in calls)
    return "```cpp\n" + (text.replace("SocketAddress<F>", "UnixAddress") if transport.startswith("Unix") else text) + "\n```\n"


def capital(sentence):
    text = headers.code(" ".join(sentence.split()))
    return text[0].upper() + text[1:]


def fields(comment):
    """What the comment of an operation says under its fields."""
    return "".join(f"- {field}: {headers.code(comment[field])}\n" for field in ("Yields", "Returns", "Errors", "Leaves", "Source") if field in comment)


def options_of(life, state):
    settable = sorted(key for key, where in life.settings.items() if state in where)
    return ["## Options\n\n`socket.set(...)`: " + ", ".join(f"`option::{key}`" for key in settable) + "\n"] if settable else []


def listed(text, found):
    """A page's table of members, and its lines about each."""
    text.append(lifecycle.table(["member", "after success", "after failure"],
                                [[f"[`{name}`](#{name})", goes, left] for name, _, goes, left in found]))
    for name, about, goes, left in found:
        text += [f"## {name}\n", *about, f"After success: {goes}. After failure: {left}.\n"]


def own_page(transport, life, state):
    text = [f"# {transport}: {state}\n", f"{lifecycle.meaning_of(state, transport)}\n",
            f"```cpp\n{type_of(transport, state)}\n```\n"]
    others = [f"[{what}](../{folder_of(transport + kind)}/{state}.md)" for kind, what in ((NEVER, "that never wait"), (AWAITED, "in coroutines"))
              if kind_has(life, transport, kind, state)]
    text += [f"The same state of sockets {', and '.join(others)}.\n"] if others else []
    listed(text, [(name, [f"{capital(sentence)}\n", block(calls, transport),
                          f"[All about it](../../SOCKET_QUICK_REFERENCE.md#{name})\n"], goes, left)
                  for name, sentence, calls, goes, left in lifecycle.members_in(life, transport, state)])
    return "\n".join(text + options_of(life, state))


def kind_has(life, transport, kind, state):
    quiet = life.never_waits
    if quiet is None or state not in quiet.live_states:
        return False
    return kind == NEVER or bool(lifecycle.awaited_in(quiet, transport, state))


def never_waits_page(transport, life, state):
    """A call is described by its own comment where it has one, else by that of the call that waits."""
    quiet, own = life.never_waits, headers.nonblocking_operations()
    text = [f"# {transport}{NEVER}: {state}\n", f"{lifecycle.meaning_of(state, transport)} No call of it waits: one that would block"
            " returns at once, and its value says so (`Attempt`, `<estate/nonblocking.hpp>`).\n",
            f"```cpp\n{type_of(transport, state, 'estate::NonBlocking<{}>')}\n```\n"]
    makes = any(row.state == state and row.operation == "set_nonblocking" for row in life.rows)
    said = [f"`set_nonblocking()` of [one that waits](../{folder_of(transport)}/{state}.md) makes one."] if makes else []
    watched = [f"`interest::{name}`" for name, where in quiet.watches.items() if state in where]
    said += [f"A [poller](../../readiness.md) can watch it for {', '.join(watched)}."] if watched else []
    if lifecycle.awaited_in(quiet, transport, state):
        said.append(f"Its calls can be awaited [in coroutines](../{folder_of(transport + AWAITED)}/{state}.md).")
    text.append(" ".join(said) + "\n")
    listed(text, [(name, [f"{capital(sentence)}\n", block(calls, transport), fields(own[name][0][1]) if name in own else
                          f"[All about it](../../SOCKET_QUICK_REFERENCE.md#{name})\n"], goes, left)
                  for name, sentence, calls, goes, left in lifecycle.members_in(quiet, transport, state, headers.operations() | own)])
    return "\n".join(text + options_of(quiet, state))


def awaited_page(transport, life, state):
    quiet = life.never_waits
    around = "estate::Async<{}>"
    text = [f"# {transport}{AWAITED}: {state}\n", f"{lifecycle.meaning_of(state, transport)} A coroutine awaits its calls"
            " (`<estate/coroutines.hpp>`).\n", f"```cpp\n{type_of(transport, state, 'estate::NonBlocking<{}>', around)}\n```\n",
            f"`loop.watch(std::move(socket))` of [one that never waits](../{folder_of(transport + NEVER)}/{state}.md) makes one, and"
            " `loop.unwatch(std::move(watched))` gives the socket back for a transition. No call changes the state."
            " `socket.socket()` is the socket itself, for options and addresses. [All about coroutines](../../readiness.md#coroutines)\n"]
    found = lifecycle.awaited_in(quiet, transport, state)
    said = {name: escaped(capital(comment[""])) for name, comment, _ in found}
    text.append(lifecycle.table(["member", "gives"], [[f"[`{name}`](#{name})", re.split(r"[.:;](?=\s|$)", about)[0]] for name, about in said.items()]))
    for name, _, calls in found:
        text.append(f"## {name}\n\n{said[name]}\n\n" + block([(call, "") for call in calls], transport))
    return "\n".join(text)


def state_pages(transports):
    """{(kind, state): Markdown}: what a socket can do in each state."""
    pages = {}
    for transport, life in transports.items():
        pages |= {(transport, state): own_page(transport, life, state) for state in life.live_states}
        for kind, page in ((NEVER, never_waits_page), (AWAITED, awaited_page)):
            pages |= {(transport + kind, state): page(transport, life, state)
                      for state in (life.never_waits.live_states if life.never_waits else []) if kind_has(life, transport, kind, state)}
    return pages
