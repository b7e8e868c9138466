#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs every command of a page as it is printed, in a folder that holds nothing but a link `estate` to this repository.

    run_pages.py [PAGE...]      all pages that a reader types from, or these; the last line is `N passed, N failed`
    run_pages.py --list         their names

A comment before a block says what the test does with it:

    <!-- file: NAME -->                                    the block is saved as NAME
    <!-- given: COMMAND -->                                what the page takes for granted
    <!-- run [in DIR] -->                                  the lines of a shell block, one after the other
    <!-- run: prints TEXT -->                              and the last one prints TEXT
    <!-- run: fails, prints TEXT -->                       and the last one fails
    <!-- run: in the background, until port N is open -->  the last one is a server, which ends with the page
    <!-- needs: COMMAND -->                                not run, and said so, where that fails: a machine may forbid it
    <!-- not run: WHY -->                                  says so

A program that is quoted with its main() is saved under the name that the sentence before it gives: "Save it as `x.cpp`".
A shell block without such a comment is a failure: nothing that a reader types goes untested in silence.
The commands run in a network namespace of their own where this is permitted, so that the ports of the page are free.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 120  # seconds of one command


def pages():
    """Those with something to type."""
    candidates = [ROOT / "README.md", *sorted((ROOT / "doc" / "tutorial").glob("*.md")), *sorted((ROOT / "doc" / "guides").glob("*.md")),
                  ROOT / "doc" / "WASI.md"]
    return [path for path in candidates if "```sh" in path.read_text()]


def blocks(text):
    """(what stands before it, language, body) of each fenced block."""
    end = 0
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M):
        yield text[end : found.start()], found[1], found[2]
        end = found.end()


def marks(before):
    """The comments between the block before and this one."""
    found = re.findall(r"^<!-- (file|given|needs|run|not run)(?:: (.*?)| in (\S+))? -->$", before, re.M)
    return [(kind, what, where or ".") for kind, what, where in found]


def is_open(port):
    """Asks the kernel's list; a connection would be one of the server's."""
    wanted = f":{port:04X}"
    for name in ("tcp", "tcp6", "udp"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if local.endswith(wanted) and state in ("0A", "07"):
                return True
    return False


class Page:
    def __init__(self, path):
        self.path, self.servers, self.passed, self.faults = path, [], 0, []
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "estate").symlink_to(ROOT)
        (self.folder / "home" / ".cache").mkdir(parents=True)
        fetched = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "estate"
        if fetched.exists():  # what scripts/setup-wasi has put there stays there
            (self.folder / "home" / ".cache" / "estate").symlink_to(fetched)
        self.environment = dict(os.environ, HOME=str(self.folder / "home"))

    def fault(self, what):
        self.faults.append(f"{self.path.relative_to(ROOT)}: {what}")

    def shell(self, command, where):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder / where, env=self.environment, timeout=LIMIT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def run(self, body, how, where):
        commands = [line for line in re.sub(r"\\\n\s*", "", body).splitlines() if line.strip() and not line.startswith("#")]
        in_background = re.match(r"in the background, until port (\d+) is open", how)
        for command in commands[:-1] if in_background else commands[:]:
            is_last = command is commands[-1]
            code, text = self.shell(command, where)
            fails = is_last and how.startswith("fails")
            if (code != 0) != fails:
                return self.fault(f"`{command}` ends with {code}:\n{text}")
            wanted = how.partition("prints ")[2]
            if is_last and wanted and wanted not in text:
                return self.fault(f"`{command}` does not print '{wanted}', but:\n{text}")
        if in_background:
            server = subprocess.Popen(["bash", "-c", "exec " + commands[-1]], cwd=self.folder / where, env=self.environment,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.servers.append(server)
            until = time.monotonic() + 20
            while not is_open(int(in_background[1])):
                if time.monotonic() > until or server.poll() is not None:
                    return self.fault(f"`{commands[-1]}` opens no port {in_background[1]}")
                time.sleep(0.02)
        self.passed += len(commands)

    def block(self, before, language, body):
        said = marks(before)
        kinds = [kind for kind, _, _ in said]
        sentence = re.findall(r"[Ss]ave (?:it|this|the program|them) as\s+`([^`]+)`", before)
        if language == "cpp" and sentence and "int main(" in body:
            (self.folder / sentence[-1]).write_text(body)
        if language == "sh" and not {"run", "not run"} & set(kinds):
            self.fault(f"a block says neither `run` nor why not:\n{body}")
        for kind, what, where in said:
            if kind == "file":
                (self.folder / what).write_text(body)
            elif kind == "given":
                code, text = self.shell(what, ".")
                if code:
                    self.fault(f"given: `{what}` ends with {code}:\n{text}")
            elif kind == "needs":
                code, text = self.shell(what, ".")
                if code:
                    print(f"not checked: {self.path.relative_to(ROOT)}: {body.splitlines()[0]}: `{what}` ends with {code}: {text.strip()}")
                    return
            elif kind == "run":
                self.run(body, what, where)
            else:
                print(f"not run: {self.path.relative_to(ROOT)}: {body.splitlines()[0]}: {what}")

    def end(self):
        for server in self.servers:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)


def run(path):
    page = Page(path)
    try:
        for before, language, body in blocks(path.read_text()):
            page.block(before, language, body)
    except subprocess.TimeoutExpired as late:
        page.fault(f"`{late.cmd[-1]}` takes longer than {LIMIT} s")
    finally:
        page.end()
    return page


def alone():
    """Starts this again in a network namespace of its own, if that is permitted."""
    if os.environ.get("ESTATE_PAGES_ALONE") or not shutil.which("unshare"):
        return
    command = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*command, "sh", "-c", "ip link set lo up"], capture_output=True).returncode == 0:
        os.environ["ESTATE_PAGES_ALONE"] = "1"
        os.execvp(command[0], [*command, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, *sys.argv])
    print("not checked: the ports of the pages may be taken: no network namespace can be made here")


def main():
    known = {str(path.relative_to(ROOT)): path for path in pages() if path.exists()}
    if sys.argv[1:] == ["--list"]:
        print("\n".join(known))
        return 0
    chosen = sys.argv[1:] or list(known)
    if unknown := [name for name in chosen if name not in known]:
        raise SystemExit(f"run_pages: no page {', '.join(unknown)}; --list names them")
    for tool in ("g++", "nc"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            return 77
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "estate" / "wasi" / "python"
    if "doc/WASI.md" in chosen and not cache.exists():
        print("skipped: doc/WASI.md: scripts/setup-wasi has not run here")
        chosen.remove("doc/WASI.md")
        if not chosen:
            return 77
    alone()
    passed = failed = 0
    for name in chosen:
        page = run(known[name])
        passed, failed = passed + page.passed, failed + len(page.faults)
        for fault in page.faults:
            print(fault)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
