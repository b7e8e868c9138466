# SPDX-License-Identifier: BSL-1.0
"""What a reader takes from a compiler's error to search for: its words without the types, and the name of the call."""

import re


# A result in the place of what it holds is told by this, whatever is called on it.
RESULT = re.compile(r"(?:class )?[\w:]*\b(?:basic_)?result<")


def called(text):
    """Of a quoted signature, expression or type: the name that is called in it, or nothing."""
    text = re.sub(r"\[with .*|\{aka .*", "", text)
    while (fewer := re.sub(r"<[^<>]*>", "", text)) != text:
        text = fewer
    found = re.search(r"(operator(?:\"\"\w+|[^\w\s(]+)|~?\w+)\s?\(", text)
    return found[1] if found else ""


def phrase(error):
    """"no matching function for call to ‘connect’": quoted names as they are, of what is longer the name that it calls."""
    error = re.sub(r" \{?\(?aka '[^']*'\)?\}?", "", error)
    error = re.sub(r"^could not convert '[^']*'", "could not convert ...", error)
    error = re.sub(r" \(operand types are .*|; did you mean .*| \[-W.*?\]$| due to requirement '.*?'(?=:)", "", error)

    def short(quoted):
        text = quoted[1]
        if RESULT.match(text) and "no member named" in error:
            return "'result'"
        if re.fullmatch(r"[\w~]+|operator.{1,6}|[^\w\s]{1,3}|\?:", text):
            return f"'{text}'"
        name = called(text)
        return f"'{name}'" if name else "..."

    return re.sub(r"'((?:operator\"\"\w+)|[^']*)'", short, error)


def is_found(error, cell):
    """Whether somebody who has this error finds the cell: the longest run of its words, and the first name that it quotes."""
    plain = re.sub(r" \(operand types are.*| \[-W[^\]]*\]$| \{aka .*?'\}| \(aka .*?'\)", "", error)
    words = max(re.split(r"'[^']*'|\(", plain), key=len).strip(" ;:(),")
    quotes = re.findall(r"'([^']*)'", plain)
    if "no member named" in words and any(map(RESULT.match, quotes)):
        return words in cell and "'result'" in cell
    names = [quoted if re.fullmatch(r"\w+|operator\S+", quoted) else called(quoted) for quoted in quotes]
    named = [name for name in names if name][:1] if not error.startswith("could not convert") else []
    return words in cell and all(f"'{name}'" in cell for name in named)
