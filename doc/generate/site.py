#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes the pages that MkDocs turns into the site: site.py XML-OF-DOXYGEN OUTPUT

The pages of doc/ as they are, README as the first one, the reference, and the files that pages link to: in the site each
is a page of its own, so that no link leads out of it."""

import json
import re
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import lifecycle  # noqa: E402
import reference  # noqa: E402
from headers import ROOT  # noqa: E402

LANGUAGES = {".cpp": "cpp", ".hpp": "cpp", ".py": "python", ".cmake": "cmake", ".txt": "text", ".json": "json", "": "sh"}
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n"  # a source has the words of every page


class Site:
    def __init__(self, out):
        self.out, self.sources = out, set()

    def place(self, path):
        """Where a file of the repository stands in the site."""
        name = path.relative_to(ROOT).as_posix()
        if name == "README.md":
            return "index.md"
        if name.startswith("doc/") and name.endswith(".md"):
            return name.removeprefix("doc/").replace("README.md", "index.md")
        if name.endswith(".md"):
            return name
        return f"source/{name}.md"

    def convert(self, path, text):
        here = self.place(path)
        up = "../" * here.count("/")

        def link(found):
            target, _, anchor = found[2].partition("#")
            if "://" in found[2] or not target:
                return found[0]
            file = (path.parent / target).resolve()
            if not file.is_relative_to(ROOT) or not file.exists():
                raise SystemExit(f"site: {path}: {found[2]} is not there")
            if file.suffix != ".md":
                self.sources.add(file)
            return f"{found[1]}({up}{self.place(file)}{'#' + anchor if anchor else ''})"

        parts = re.split(r"(^```.*?^```$)", text, flags=re.S | re.M)  # links are not in code
        for number in range(0, len(parts), 2):
            parts[number] = re.sub(r"(\])\(([^)\s]+)\)", link, parts[number])
        return re.sub(r"^<!-- .*? -->\n", "", "".join(parts), flags=re.M)

    def write(self, place, text):
        file = self.out / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def source(self, file):
        name = file.relative_to(ROOT).as_posix()
        if file.is_dir():
            inside = sorted(each for each in file.iterdir() if each.suffix in (".cpp", ".hpp"))
            self.sources.update(inside)
            up = "../" * (name.count("/") + 1)
            return f"{UNSEARCHED}# {name}/\n\n" + "\n".join(f"- [{each.name}]({up}{self.place(each)})" for each in inside) + "\n"
        language = LANGUAGES.get(file.suffix, "text")
        return f"{UNSEARCHED}# {name}\n\n````{language}\n{file.read_text(errors='replace').rstrip()}\n````\n"


def nav_title(text):
    return re.sub(r"[`\\]", "", re.search(r"^# (.*)$", text, re.M)[1]).strip()


def main():
    xml, out = map(Path, sys.argv[1:])
    shutil.rmtree(out, ignore_errors=True)
    site = Site(out)
    pages = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
    pages += [page for page in sorted((ROOT / "doc").rglob("*.md")) if "site" not in page.relative_to(ROOT).parts]
    titles = {}
    for page in pages:
        text = page.read_text()
        titles[site.place(page)] = nav_title(text)
        site.write(site.place(page), site.convert(page, text))

    states = reference.state_pages(lifecycle.read())
    kinds = list(dict.fromkeys(kind for kind, _ in states))
    pages_of = {kind: {s: f"reference/{reference.folder_of(kind)}/{s}.md" for k, s in states if k == kind} for kind in kinds}
    for (kind, state), text in states.items():
        site.write(pages_of[kind][state], text)
    found = reference.reference(xml)
    for name, text in found.items():
        site.write(f"reference/{name}.md", text)
    index = "# Reference\n\nWhat a socket can do in each state:\n\n"
    for kind in kinds:
        index += f"- {kind}: " + ", ".join(f"[{s}]({place.removeprefix('reference/')})" for s, place in pages_of[kind].items()) + "\n"
    index += "\nTypes and functions by area:\n\n" + "\n".join(f"- [{nav_title(text)}]({name}.md)" for name, text in found.items()) + "\n"
    site.write("reference/index.md", index)

    done = set()
    while todo := site.sources - done:
        for file in sorted(todo):
            site.write(site.place(file), site.source(file))
        done |= todo

    def listed(folder, first=()):
        names = [*first, *sorted((name for name in titles if name.startswith(folder) and name not in first),
                                 key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])]
        return [name if name.endswith("index.md") else {titles[name]: name} for name in names]

    top = [name for name in titles if "/" not in name and name not in ("index.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
                                                                       "cheat_sheet.md", "glossary.md", "errors.md")]
    nav = [{"estate": "index.md"}, {"Tutorial": listed("tutorial/", ["tutorial/index.md"])},
           {"Guides": listed("guides/", ["guides/index.md"])}, {"Compiler messages": "errors.md"},
           {"Cheat sheet": "cheat_sheet.md"}, {"Glossary": "glossary.md"},
           {"Reference": ["reference/index.md",
                          *[{kind: [{s: place} for s, place in pages_of[kind].items()]} for kind in kinds],
                          *[{nav_title(text): f"reference/{name}.md"} for name, text in found.items()]]},
           {"Documents": [{titles[name]: name} for name in top]},
           {"Project": [{"Changelog": "CHANGELOG.md"}, {"Contributing": "CONTRIBUTING.md"}, {"Security": "SECURITY.md"}]}]
    (out.parent / "nav.yml").write_text("INHERIT: " + json.dumps(str(ROOT / "doc" / "site" / "mkdocs.yml")) + "\nnav: " + json.dumps(nav)
                                        + "\ndocs_dir: pages\nsite_dir: html\nvalidation: {anchors: warn, nav: {omitted_files: ignore}}\n")
    assets = out / "assets"
    assets.mkdir(parents=True)
    for name in ("site.css", "favicon.svg"):
        shutil.copy(ROOT / "doc" / "site" / name, assets / name)
    print(f"site: {sum(1 for _ in out.rglob('*.md'))} pages")


main()
