#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Three members of etcd and hosts that share a pool. A host is killed, and its block comes back after its time; one is
stopped beyond its fence, and one is cut off, and neither uses what another host has meanwhile; members are stopped, cut
off and killed, and the hosts go on, without a fence where one is gone that leads none, until no majority is left. At last a new host can have every block.

    scripts/demo_hosts.py PROGRAM     PROGRAM is examples/pool_hosts; scripts/demo hosts builds it and runs this

Each has a network namespace of its own where that is allowed (root, iproute2); else all are on loopback, what a host and
the members say to each other goes through a relay that can fall silent, and members are not cut off from each other.
Exit 1 when something is not as it should be, 77 when etcd is not installed.
"""

import base64
import collections
import json
import os
import platform
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

PATIENCE = 60  # seconds, for each thing that is waited for
SESSION, FLUSH = 3, 1  # seconds, of examples/pool_hosts.cpp
INSIDE = "ESTATE_DEMO_NAMESPACE"
# etcd starts on a processor that its makers do not test on only if it is named, by Go's name.
UNTESTED = {"aarch64": "arm64", "armv7l": "arm", "i686": "386", "ppc64le": "ppc64le", "riscv64": "riscv64", "s390x": "s390x"}


def command(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Namespaces:
    """A bridge, and on it a namespace for each node, whose link goes down when it is cut off."""

    what = "each in a network namespace of its own"
    cuts_members = True

    def __init__(self):
        Path("/run/netns").mkdir(parents=True, exist_ok=True)
        command("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
        for words in ("link set lo up", "link add estate0 type bridge", "link set estate0 up"):
            command("ip", *words.split())
        self.nodes = []

    def add(self, node):
        self.nodes.append(node)
        address = f"10.77.1.{len(self.nodes)}"
        command("ip", "netns", "add", node)
        command("ip", "link", "add", f"v-{node}", "type", "veth", "peer", "name", "eth0", "netns", node)
        command("ip", "link", "set", f"v-{node}", "master", "estate0", "up")
        for words in (f"addr add {address}/24 dev eth0", "link set eth0 up", "link set lo up"):
            command("ip", "-n", node, *words.split())
        return address

    def member(self, node):
        address = self.add(node)
        return f"http://{address}:2379", f"http://{address}:2380"

    def host(self, node, endpoints):
        self.add(node)
        return endpoints

    def run(self, node, *words):
        return ["ip", "netns", "exec", node, *words]

    def cut(self, node):
        command("ip", "link", "set", f"v-{node}", "down")

    def heal(self, node):
        command("ip", "link", "set", f"v-{node}", "up")


class Relay:
    """Hands on what arrives at a port of its own, unless it is silent: then nothing, and no end either."""

    def __init__(self, target):
        self.target, self.is_silent = target, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.hand_on, args=(source, sink), daemon=True).start()

    def hand_on(self, source, sink):
        try:
            while data := source.recv(65536):
                while self.is_silent:
                    time.sleep(0.02)
                sink.sendall(data)
        except OSError:
            pass
        for each in (source, sink):
            each.close()


class Loopback:
    what = "on loopback"
    cuts_members = False

    def __init__(self):
        self.relays = collections.defaultdict(list)

    def member(self, _):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        urls = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets]
        for each in sockets:
            each.close()
        return urls

    def host(self, node, endpoints):
        for url in endpoints:
            address, port = url.removeprefix("http://").split(":")
            self.relays[node].append(Relay((address, int(port))))
        return [relay.url for relay in self.relays[node]]

    def run(self, _, *words):
        return list(words)

    def cut(self, node, silent=True):
        for relay in self.relays[node]:
            relay.is_silent = silent

    def heal(self, node):
        self.cut(node, False)


class Host:
    """What a host said, and from when to when it used each address."""

    def __init__(self, world, name, blocks, leases=3):
        self.name, self.lines, self.uses, self.now = name, [], [], {}
        self.lock = threading.Lock()
        endpoints = world.network.host(f"host-{name}", world.order(name))
        self.process = subprocess.Popen(
            world.network.run(f"host-{name}", world.program, name, world.folder / f"{name}.db", ",".join(endpoints),
                              str(blocks), str(leases)), stdout=subprocess.PIPE, text=True)
        world.started.append(self.process)
        world.hosts.append(self)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            when, line = time.monotonic(), line.strip()
            with self.lock:
                self.lines.append((when, line))
                if found := re.search(r": leased ([0-9.]+)", line):
                    self.now[found[1]] = when
                elif found := re.search(r": stopped ([0-9.]+)", line):
                    self.end(found[1], when)
            print("   ", line, flush=True)

    def end(self, address, when):
        if (since := self.now.pop(address, None)) is not None:
            self.uses.append((address, since, when))

    def said(self, pattern):
        return [found for _, line in list(self.lines) if (found := re.search(pattern, line))]

    def blocks(self):
        """Those that it gained, and was not told to have lost."""
        has = set()
        for _, line in list(self.lines):
            if found := re.search(r": (block|lost) (\S+)", line):
                has.add(found[2]) if found[1] == "block" else has.discard(found[2])
        return has

    def kill(self):
        self.process.kill()
        self.process.wait()
        with self.lock:
            for address in list(self.now):
                self.end(address, time.monotonic())

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)
        with self.lock:
            self.paused = dict(self.now)
            for address in list(self.now):  # it does nothing with them
                self.end(address, time.monotonic())

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)
        when = time.monotonic()
        time.sleep(FLUSH)
        with self.lock:
            for address in self.paused:  # what it does not stop in time, it uses
                if not any(line.endswith(f"stopped {address}") for at, line in self.lines if at >= when):
                    self.now.setdefault(address, when)


def until(what, holds, most=PATIENCE):
    begun = time.monotonic()
    while not holds():
        if time.monotonic() > begun + most:
            raise SystemExit(f"demo: not so within {most} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - begun


class World:
    def __init__(self, program, folder, network):
        self.program, self.folder, self.network = program, folder, network
        self.started, self.hosts, self.members = [], [], []
        urls = [network.member(f"m{i}") for i in range(3)]
        self.endpoints = [client for client, _ in urls]
        peers = ",".join(f"m{i}={peer}" for i, (_, peer) in enumerate(urls))
        self.words = [["etcd", "--name", f"m{i}", "--data-dir", folder / f"m{i}", "--listen-client-urls", client,
                       "--advertise-client-urls", client, "--listen-peer-urls", peer,
                       "--initial-advertise-peer-urls", peer, "--initial-cluster", peers, "--initial-cluster-state", "new",
                       "--heartbeat-interval", "100", "--election-timeout", "1000"] for i, (client, peer) in enumerate(urls)]
        for i in range(3):
            self.members.append(None)
            self.start_member(i)

    def start_member(self, i):
        machine = UNTESTED.get(platform.machine())
        environment = {**os.environ, **({"ETCD_UNSUPPORTED_ARCH": machine} if machine else {})}
        self.members[i] = subprocess.Popen(self.network.run(f"m{i}", *self.words[i]), stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL, env=environment)
        self.started.append(self.members[i])

    def follower(self):
        """A member after whom no other leader is elected. While they elect one, none is named."""
        asks = "import sys, urllib.request as r; print(r.build_opener(r.ProxyHandler({})).open(sys.argv[1], b'{}').read().decode())"
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for i, url in enumerate(self.endpoints):
                status = json.loads(command(*self.network.run(f"m{i}", sys.executable, "-c", asks, f"{url}/v3/maintenance/status")))
                if status.get("leader", status["header"]["member_id"]) != status["header"]["member_id"]:
                    return i
            time.sleep(0.2)
        raise SystemExit("demo: the members elect no leader within 20 s")

    def order(self, name):
        first = ord(name[0]) % 3
        return self.endpoints[first:] + self.endpoints[:first]

    def check(self):
        """No address was two hosts' at a time."""
        now = time.monotonic()
        uses = collections.defaultdict(list)
        for host in self.hosts:
            with host.lock:
                for address, since, end in host.uses + [(each, since, now) for each, since in host.now.items()]:
                    uses[address].append((since, end, host.name))
        for address, spans in uses.items():
            spans.sort()
            for one, other in zip(spans, spans[1:]):
                if other[0] < one[1]:
                    raise SystemExit(f"demo: {address} was used by {one[2]} and {other[2]} at one time")

    def every_host_leases(self, *hosts):
        return all(len(host.now) == 3 for host in hosts)

    def end(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()


def say(what):
    print(f"demo: {what}", flush=True)


def run(world):
    a, b, c = (Host(world, name, 1) for name in "abc")
    until("each host has a block and three leases", lambda: world.every_host_leases(a, b, c))
    world.check()

    say("host a is killed; d wants every block that is left, and a's comes back after its time")
    block = next(iter(a.blocks()))
    killed = time.monotonic()
    a.kill()
    d = Host(world, "d", 14)
    until("d has the block of a", lambda: block in d.blocks())
    took = next(when for when, line in d.lines if f"block {block} " in line) - killed
    say(f"{block} had another owner after {took:.1f} s: session {SESSION} s, quarantine {SESSION + FLUSH} s")
    if took < SESSION + FLUSH:  # the quarantine is whole, and of the session a third may have gone by
        raise SystemExit("demo: that was too soon")
    world.check()

    say("host b is stopped beyond its fence; e wants a block, and there is none but b's")
    block = next(iter(b.blocks()))
    b.stop()
    e = Host(world, "e", 1)
    took = until("e has the block of b", lambda: block in e.blocks())
    until("e leases", lambda: world.every_host_leases(e))
    say(f"e has it after {took:.1f} s; b goes on, and stops what it had")
    b.go_on()
    until("b stops what it had, and is in touch again", lambda: not b.now and b.said("in touch"))
    world.check()
    b.kill()  # it wants a block, too

    say("host c is cut off; f wants a block, and there is none but c's")
    block = next(iter(c.blocks()))
    world.network.cut("host-c")
    until("c stops at its fence", lambda: not c.now)
    f = Host(world, "f", 1)
    until("f has the block of c", lambda: block in f.blocks())
    world.network.heal("host-c")
    until("c is in touch again", lambda: c.said("in touch"))
    world.check()
    c.kill()

    running = (d, e, f)
    leases = lambda: world.every_host_leases(*running)
    for i, member in enumerate(world.members):
        say(f"member {i} is stopped for {2 * SESSION} s, and the hosts go on")
        member.send_signal(signal.SIGSTOP)
        time.sleep(2 * SESSION)
        until("every host leases without a member", leases)
        member.send_signal(signal.SIGCONT)
        if i == 0 and world.network.cuts_members:
            say("member 1 is cut off from the others, and the hosts go on")
            world.network.cut("m1")
            time.sleep(2 * SESSION)
            until("every host leases without a member", leases)
            world.network.heal("m1")
        elif i == 0:
            say("skipped: a member that is cut off from the others, which wants root and iproute2")
        if i == 1:
            break
    until("every host leases", leases)
    world.check()

    fences = lambda: {host.name: len(host.said("fence")) for host in running}
    until("every host is in touch", lambda: all(len(host.said("fence")) == len(host.said("in touch")) for host in running))
    say("a member that leads none is killed, and the hosts go on: who asked it asks another one before the fence")
    killed = world.follower()
    before = fences()
    world.members[killed].kill()
    world.members[killed].wait()
    time.sleep(4 * SESSION)
    if fences() != before:  # on a machine that does too much at once it may be
        say(f"a member was gone, and there was a fence: {before} and then {fences()}")
    until("every host leases", leases)
    before = fences()
    world.check()
    say("another one is: no majority, and each host stops when its fence comes")
    other = (killed + 1) % 3
    world.members[other].kill()
    world.members[other].wait()
    until("every host has stopped", lambda: all(len(host.said("fence")) > before[host.name] and not host.now
                                                for host in running), SESSION + FLUSH + PATIENCE)
    world.check()

    say("both members are started again; every host is killed, and a new one wants all blocks")
    for host in world.hosts:
        host.kill()
    for i in (killed, other):
        world.start_member(i)
    g = Host(world, "g", 16)
    took = until("the new host has all 16 blocks", lambda: len(g.blocks()) == 16)
    say(f"it has all 16 after {took:.1f} s: nothing was leased twice, nothing is lost")
    world.check()


def secured(program, folder):
    """A member that wants TLS, a name and a password."""
    if shutil.which("openssl") is None:
        say("skipped: a member with TLS and passwords, openssl is not installed")
        return
    say("a member that wants TLS, a name and a password")
    certificate, key = folder / "member.crt", folder / "member.key"
    command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    client, peer = (url.replace("http:", "https:") for url in Loopback().member("tls"))
    words = ["etcd", "--name", "tls", "--data-dir", folder / "tls", "--listen-client-urls", client,
             "--advertise-client-urls", client, "--listen-peer-urls", peer.replace("https:", "http:"),
             "--initial-advertise-peer-urls", peer.replace("https:", "http:"),
             "--initial-cluster", "tls=" + peer.replace("https:", "http:"), "--cert-file", certificate, "--key-file", key]
    machine = UNTESTED.get(platform.machine())
    environment = {**os.environ, **({"ETCD_UNSUPPORTED_ARCH": machine} if machine else {})}
    started = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)]
    trusts = ssl.create_default_context(cafile=certificate)

    def post(path, body):
        request = urllib.request.Request(f"{client}/v3/{path}", json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusts))
        return json.load(opener.open(request, timeout=5))

    def answers():
        try:
            return "header" in post("kv/range", {"key": base64.b64encode(b"x").decode()})
        except OSError:
            return False

    try:
        until("the member answers", answers)
        for name, role in (("root", "root"), ("pool", "hosts")):
            post("auth/user/add", {"name": name, "password": f"secret of {name}"})
            post("auth/role/add", {"name": role})
            post("auth/user/grant", {"user": name, "role": role})
        post("auth/role/grant", {"name": "hosts", "perm": {"permType": "READWRITE", "key": base64.b64encode(b"pool/").decode(),
                                                           "range_end": base64.b64encode(b"pool0").decode()}})
        post("auth/enable", {})
        secret = {"ESTATE_ETCD_CA": str(certificate), "ESTATE_ETCD_USER": "pool", "ESTATE_ETCD_PASSWORD": "secret of pool"}
        for wrong in (None, "ESTATE_ETCD_PASSWORD", "ESTATE_ETCD_CA"):
            known = {name: value for name, value in secret.items() if name != wrong}
            host = subprocess.Popen([program, f"s{wrong}", folder / f"s{wrong}.db", client, "1", "1"], stdout=subprocess.PIPE,
                                    text=True, env={**os.environ, **known})
            started.append(host)
            said = []
            threading.Thread(target=lambda: said.extend(iter(host.stdout.readline, "")), daemon=True).start()
            if wrong is None:
                until("a host with name and password leases", lambda: any("leased" in line for line in said))
                continue
            time.sleep(SESSION)
            if said:
                raise SystemExit(f"demo: without {wrong} a host had an answer: {said}")
        say("a host with both leases, one without the password or the certificate does not")
    finally:
        for process in started:
            process.kill()
            process.wait()


def may_have_namespaces():
    if os.geteuid() != 0 or shutil.which("ip") is None or shutil.which("unshare") is None:
        return False
    tried = "mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip link add estate0 type bridge && ip netns add estate"
    return subprocess.run(["unshare", "--net", "--mount", "sh", "-c", tried], capture_output=True).returncode == 0


def main():
    helps = sys.argv[1:] in (["-h"], ["--help"])
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__.strip(), file=sys.stdout if helps else sys.stderr)
        return 0 if helps else 2
    if shutil.which("etcd") is None:
        print("skipped: etcd is not installed (Debian: etcd-server); scripts/setup all installs it as root")
        return 77
    is_inside = os.environ.get(INSIDE) == "1"
    if not is_inside and may_have_namespaces():
        sys.stdout.flush()
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory() as folder:
        network = Namespaces() if is_inside else Loopback()
        say(f"three members of etcd, {network.what}")
        world = World(Path(sys.argv[1]).resolve(), Path(folder), network)
        try:
            run(world)
        finally:
            world.end()
        secured(Path(sys.argv[1]).resolve(), Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
