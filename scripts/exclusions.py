# SPDX-License-Identifier: BSL-1.0
"""Lists of what may differ: a line has columns with ` | ` between them, of which the last one is the reason; `#` begins a
comment."""


def read(path, columns):
    """The lines, each as its parts; `columns` names them, as for example "FILE | TEXT | REASON"."""
    found = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split(" | ")]
            if len(parts) != len(columns.split(" | ")) or not all(parts):
                raise SystemExit(f"{path}:{number}: write {columns}")
            found.append(parts)
    return found
