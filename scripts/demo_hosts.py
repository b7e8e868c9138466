#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Three members of etcd and three hosts that share a pool, on loopback: one host is killed, and its block comes back after
its time; one member is killed, and the hosts go on; two are, and each host stops by itself when its fence comes.

    scripts/demo_hosts.py PROGRAM     PROGRAM is examples/pool_hosts; scripts/demo hosts builds it and runs this

Exit 1 when something is not as it should be, 77 when etcd is not installed.
"""

import collections
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PATIENCE = 60  # seconds, for each thing that is waited for
# etcd starts on a processor that its makers do not test on only if it is named, by Go's name.
UNTESTED = {"aarch64": "arm64", "armv7l": "arm", "i686": "386", "ppc64le": "ppc64le", "riscv64": "riscv64", "s390x": "s390x"}


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Host:
    def __init__(self, program, name, folder, endpoints, blocks):
        self.name, self.lines = name, []
        self.process = subprocess.Popen([program, name, folder / f"{name}.db", endpoints, str(blocks), "3"],
                                        stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.strip()))
            print("   ", line.strip(), flush=True)

    def said(self, pattern):
        return [found for _, line in list(self.lines) if (found := re.search(pattern, line))]


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"demo: not so within {PATIENCE} s: {what}")
        time.sleep(0.05)


def run(program, folder):
    started = []
    try:
        ports = free_ports(6)
        peers = ",".join(f"m{i}=http://127.0.0.1:{ports[3 + i]}" for i in range(3))
        print("demo: three members of etcd", flush=True)
        members = []
        machine = UNTESTED.get(platform.machine())
        environment = {**os.environ, **({"ETCD_UNSUPPORTED_ARCH": machine} if machine else {})}
        for i in range(3):
            client, peer = f"http://127.0.0.1:{ports[i]}", f"http://127.0.0.1:{ports[3 + i]}"
            members.append(subprocess.Popen(
                ["etcd", "--name", f"m{i}", "--data-dir", folder / f"m{i}", "--listen-client-urls", client,
                 "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                 "--initial-cluster", peers, "--initial-cluster-state", "new", "--heartbeat-interval", "200",
                 "--election-timeout", "2000"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment))
        started += members
        endpoints = [f"http://127.0.0.1:{port}" for port in ports[:3]]
        hosts = []
        for i, name in enumerate("abc"):
            order = endpoints[i:] + endpoints[:i]
            hosts.append(Host(program, name, folder, ",".join(order), 1))
            started.append(hosts[-1].process)
        a, b, c = hosts
        until("each host has a block and three leases", lambda: all(len(h.said(r": leased [0-9]")) == 3 for h in hosts))
        check(hosts)

        print("demo: host a is killed; d wants every block that is left, and a's comes back after its time", flush=True)
        block = a.said(r"block (\S+)")[0][1]
        killed = time.monotonic()
        a.process.send_signal(signal.SIGKILL)
        a.process.wait()
        d = Host(program, "d", folder, ",".join(endpoints), 14)
        started.append(d.process)
        until("d has the block of a", lambda: d.said(f"block {re.escape(block)} "))
        took = next(when for when, line in d.lines if f"block {block} " in line) - killed
        print(f"demo: {block} had another owner after {took:.1f} s: session 3 s, quarantine 4 s", flush=True)
        if took < 4:  # the quarantine is whole, and of the session a third may have gone by
            raise SystemExit("demo: that was too soon")
        check([b, c, d])

        print("demo: a member is killed, and the hosts go on", flush=True)
        members[0].kill()
        members[0].wait()
        time.sleep(6)  # two sessions
        # where it led the others, an election may have outlasted a fence: then the host has its blocks again
        until("every host has its blocks", lambda: all("fence" not in h.lines[-1][1] for h in (b, c, d)))
        check([b, c, d])
        print("demo: another one is: no majority, and each host stops when its fence comes", flush=True)
        before = {h.name: len(h.said("fence")) for h in (b, c, d)}
        members[1].kill()
        members[1].wait()
        until("every host has stopped", lambda: all(len(h.said("fence")) > before[h.name] for h in (b, c, d)))
        print("demo: nothing was leased twice")
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
                process.wait()


def check(hosts):
    """No address is two hosts', of those that run."""
    counts = collections.Counter(address for h in hosts for address in {found[1] for found in h.said(r": leased ([0-9.]+)")})
    twice = [address for address, count in counts.items() if count > 1]
    if twice:
        raise SystemExit(f"demo: leased twice: {twice}")


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    if shutil.which("etcd") is None:
        print("skipped: etcd is not installed (Debian: etcd-server); scripts/setup all installs it as root")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        run(Path(sys.argv[1]).resolve(), Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
