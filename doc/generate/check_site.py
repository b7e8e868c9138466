#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Looks at every link of a built site: check_site.py FOLDER. A link leads to a page and a heading that are there, and
nothing that a page loads comes from another host. The last line is `N links, N dead`."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.loads, self.names = [], [], set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names.update(filter(None, (given.get("id"), given.get("name"))))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.loads.append(given["src"])
        elif tag == "link" and given.get("href") and given.get("rel") not in ("canonical", "prev", "next"):
            self.loads.append(given["href"])


def main():
    folder = Path(sys.argv[1]).resolve()
    read = {}
    for page in sorted(folder.rglob("*.html")):
        reader = Reader()
        reader.feed(page.read_text())
        read[page] = reader
    links = dead = 0
    for page, reader in read.items():
        for link in [*reader.links, *reader.loads]:
            parts = urlsplit(link)
            if parts.scheme in ("mailto", "data", "javascript"):
                continue
            links += 1
            if parts.scheme or parts.netloc:
                if link in reader.loads:
                    dead += 1
                    print(f"{page.relative_to(folder)} loads {link}")
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target = target / "index.html"
            known = target.exists() and (not parts.fragment or target not in read or parts.fragment.startswith("__")
                                         or unquote(parts.fragment) in read[target].names)
            if not known and page.name != "404.html":
                dead += 1
                print(f"{page.relative_to(folder)}: dead link: {link}")
    print(f"{len(read)} pages, {links} links, {dead} dead")
    return 1 if dead or not links else 0


sys.exit(main())
