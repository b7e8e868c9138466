#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""doxygen_filter.py FROM TO: copies the headers below FROM, for Doxygen to read. The fields of their comments
(`/// Errors  ...`) become titled paragraphs, and `<chrono>` or `::1` are text and neither markup nor links. Lines stay
where they are. (As its INPUT_FILTER this would be started for each header, which takes longer than all else.)"""

import re
import sys
from pathlib import Path

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


source, copy = map(Path, sys.argv[1:])
for path in source.rglob("*.hpp"):
    to = copy / path.relative_to(source)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("".join(map(filtered, path.read_text(encoding="utf-8").splitlines(True))), encoding="utf-8")
