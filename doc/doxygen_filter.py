#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Doxygen's input filter: the fields of the comments (`/// Errors  ...`) become titled paragraphs, and `<chrono>`
or `::1` are text and neither markup nor links. Lines stay where they are."""

import re
import sys

FIELDS = "From|Leaves|Yields|Returns|Pre|Units|Range|Errors|Source|Threads"


def plain(text):
    parts = text.split("`")
    for index in range(0, len(parts), 2):  # the odd ones are code
        parts[index] = re.sub(r"<(?=[A-Za-z/])", r"\\<", parts[index])
        parts[index] = re.sub(r"(?<!\w)::", r"\\::", parts[index])
    return "`".join(parts)


def filtered(line):
    found = re.match(r"(.*?//[/!]<? ?)(.*)$", line, re.S)
    if not found or '"' in found.group(1):
        return line
    start, text = found.groups()
    return start + re.sub(rf"^({FIELDS}) {{2,}}", r"@field{\1} ", plain(text))


with open(sys.argv[1], encoding="utf-8") as file:
    sys.stdout.writelines(map(filtered, file))
