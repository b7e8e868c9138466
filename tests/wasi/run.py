#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Components in conversation: with native estate programs, with Python, and with hostile clients.

  run.py --list                                     the checks, `once` behind those that need no host
  run.py --programs DIR... --native DIR --wasm-tools TOOL --build-type TYPE CHECK [--host COMMAND...]
  run.py ... --compiler CXX --source DIR build_native

All traffic stays on the loopback interface. Exit code 77: skipped, and the output says why.
"""

import argparse
import http.client
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

CHECKS = {}
LOOPBACK = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
TEXT = "a socket's state is its type"
MOST_BYTES = 32 * 1024  # of the echo component, stripped
ROUNDS = int(os.environ.get("ESTATE_ROBUSTNESS", "10000"))
# What each example may import. Of wasi:cli only those that take arguments have the environment, which comes with them.
IO = {"wasi:io/error", "wasi:io/poll", "wasi:io/streams"}
NETWORK = {"wasi:sockets/network", "wasi:sockets/instance-network"}
TCP = {"wasi:sockets/tcp", "wasi:sockets/tcp-create-socket"}
UDP = {"wasi:sockets/udp", "wasi:sockets/udp-create-socket"}
OUTPUT = {"wasi:cli/stdout", "wasi:cli/stderr"}
CLOCK = {"wasi:clocks/monotonic-clock"}
# std::chrono's clocks are one function of the C library, which imports both.
CLOCKS = CLOCK | {"wasi:clocks/wall-clock"}
EXIT = {"wasi:cli/exit"}
ARGUMENTS = EXIT | {"wasi:cli/environment"}
# The pool hands addresses out in an order that nobody can guess: its key is random.
SECRET = {"wasi:random/random"}
ALLOWED = {
    "tcp_echo": IO | NETWORK | TCP | CLOCK | OUTPUT,
    "udp_ping": IO | NETWORK | UDP | CLOCKS | OUTPUT | ARGUMENTS,
    "http_skeleton": IO | NETWORK | TCP | CLOCKS | OUTPUT | ARGUMENTS,
    "ready_echo": IO | NETWORK | TCP | CLOCK | OUTPUT | ARGUMENTS,
    "ready_chat": IO | NETWORK | TCP | CLOCK | OUTPUT | ARGUMENTS,
    "coroutine_echo": IO | NETWORK | TCP | CLOCK | OUTPUT | ARGUMENTS,
    "socket_with_ip_pool": IO | NETWORK | TCP | UDP | CLOCKS | OUTPUT | EXIT | SECRET,
}


def check(function):
    CHECKS[function.__name__] = function
    return function


def once(function):
    function.once = True
    return check(function)


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def require(kept, what):
    if not kept:
        raise Failed(what)


def lacks(ip):
    """The machine has not this address."""
    try:
        with socket.socket(LOOPBACK[ip]) as probe:
            probe.bind((ip, 0))
        return False
    except OSError:
        print(f"skipped: {ip} is not available")
        return True


class Program:
    """A running program, native or a component; ended with the block."""

    def __init__(self, command):
        # A session of its own, so that whatever starts the host ends together with it.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        start_new_session=True)
        self.output = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.output += self.process.communicate()[0] or ""
        if "trap" in self.output:
            print(self.output)

    def listens(self):
        """The address that it says it listens on."""
        for line in self.process.stdout:
            self.output += line
            found = re.search(r"listening on (?:http://)?\[?([0-9a-f.:]+?)\]?:(\d+)/?$", line.strip())
            if found:
                threading.Thread(target=self.collect, daemon=True).start()
                return found.group(1), int(found.group(2))
        raise Failed("it ended without listening: " + self.output)

    def collect(self):
        for line in self.process.stdout:
            self.output += line

    def ends_well(self):
        code = self.process.wait(20)
        time.sleep(0.1)
        require(code == 0, f"exit code {code}: {self.output}")


class Stage:
    """Where the programs are."""

    def __init__(self, arguments):
        self.arguments = arguments

    def component(self, name):
        for folder in self.arguments.programs:
            path = os.path.join(folder, name + ".wasm")
            if os.path.exists(path):
                return path
        raise Failed(f"there is no {name}.wasm")

    def on_host(self, name, *arguments, limit=None):
        """limit: of descriptors, for the host."""
        limited = ["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh"] if limit else []
        return Program([*limited, *self.arguments.host, self.component(name), *arguments])

    def native(self, name, *arguments):
        return Program([os.path.join(self.arguments.native, name), *arguments])

    def need_law(self, name):
        """Skips what a host cannot do that skips this law."""
        with self.on_host("component_laws", name) as laws:
            output = laws.process.communicate(timeout=30)[0]
        if skipped := re.search(r"^skipped: (.*)$", output, re.M):
            raise Skipped(skipped.group(1))
        require("1 passed, 0 failed" in output, output)

    def answer(self, program):
        """What a program prints that ends by itself, and well."""
        with program:
            output = program.process.communicate(timeout=30)[0]
            require(program.process.returncode == 0, f"exit code {program.process.returncode}: {output}")
            return output


# What is true of the files.


@once
def the_echo_component_is_small(stage):
    if stage.arguments.build_type not in ("MinSizeRel", "Release"):
        raise Skipped("only a stripped component is measured")
    size = os.path.getsize(stage.component("tcp_echo"))
    print(f"tcp_echo.wasm: {size} bytes, at most {MOST_BYTES}")
    require(size <= MOST_BYTES, "too large")


@once
def components_import_only_what_they_need(stage):
    for name, allowed in ALLOWED.items():
        wit = subprocess.run([stage.arguments.wasm_tools, "component", "wit", stage.component(name)],
                             capture_output=True, text=True, check=True).stdout
        imports = set(re.findall(r"^  import ([a-z0-9:/-]+)@[0-9.]+;", wit, re.M))
        print(f"{name}: {', '.join(sorted(imports))}")
        require(imports, "there are imports to look at")
        require(imports <= allowed, f"{name} imports {sorted(imports - allowed)}")
        require("wasi_snapshot_preview1" not in wit, "no preview 1")


@once
def components_are_valid(stage):
    for name in ALLOWED:
        subprocess.run([stage.arguments.wasm_tools, "validate", stage.component(name)], check=True)
        module = open(stage.component(name), "rb").read()
        require(b"wasi_snapshot_preview1" not in module, "no preview 1")


@once
def components_without_a_heap_cannot_grow(stage):
    for name, has_heap in (("tcp_echo", False), ("no_heap", False), ("component_laws", True)):
        text = subprocess.run([stage.arguments.wasm_tools, "print", stage.component(name)],
                              capture_output=True, text=True, check=True).stdout
        require(("memory.grow" in text) == has_heap, f"an allocator in {name}: {has_heap}")


# Without a heap.


@check
def sockets_without_a_heap_are_sound(stage):
    require(stage.answer(stage.on_host("no_heap")) == "sound\n", "all of it")


@check
def a_list_beyond_the_arena_is_a_trap(stage):
    ran = subprocess.run([*stage.arguments.host, stage.component("no_heap"), "x" * 2000], capture_output=True, text=True,
                         timeout=30, check=False)
    require(ran.returncode == 134 and "`unreachable`" in ran.stderr, f"exit code {ran.returncode}")


# Conversations.


@check
def the_four_scenarios_run(stage):
    output = stage.answer(stage.on_host("socket_with_ip_pool"))
    print(output)
    require(output.rstrip().endswith("All four scenarios ran as they should."), "all four")


@check
def a_native_client_is_echoed(stage):
    with stage.on_host("tcp_echo") as server:
        ip, port = server.listens()
        for _ in range(3):
            require(TEXT in stage.answer(stage.native("tcp_echo", "client", ip, str(port), TEXT)), "the echo")


def converse(address, payload):
    """Sends payload from a thread of its own while the answer is read, up to as many bytes."""
    with socket.create_connection(address, timeout=20) as client:
        sender = threading.Thread(target=client.sendall, args=(payload,), daemon=True)
        sender.start()
        answer = b""
        while len(answer) < len(payload):
            part = client.recv(65536)
            if not part:
                break
            answer += part
        sender.join(5)
    return answer


@check
def a_python_client_is_echoed(stage):
    with stage.on_host("tcp_echo") as server:
        address = server.listens()
        for size in (1, 4095, 4096, 4097, 1 << 20):
            payload = random.Random(size).randbytes(size)
            require(converse(address, payload) == payload, f"{size} bytes come back as they were")


@check
def native_and_python_clients_reach_both_families(stage):
    for ip in LOOPBACK:
        if lacks(ip):
            continue
        with stage.on_host("tcp_peer", "serve", ip, "2") as server:
            _, port = server.listens()
            require(TEXT in stage.answer(stage.native("tcp_echo", "client", ip, str(port), TEXT)), f"native by {ip}")
            require(converse((ip, port), b"python") == b"python", f"Python by {ip}")
            server.ends_well()


@check
def a_component_reaches_native_servers_of_both_families(stage):
    for ip in LOOPBACK:
        if lacks(ip):
            continue
        with stage.native("tcp_echo", "server", ip, "0") as server:
            _, port = server.listens()
            require(stage.answer(stage.on_host("tcp_peer", "ask", ip, str(port), TEXT)).strip() == TEXT, ip)


@check
def a_component_reaches_python_servers_of_both_families(stage):
    for ip, family in LOOPBACK.items():
        if lacks(ip):
            continue
        with socket.create_server((ip, 0), family=family) as server:
            server.settimeout(20)

            def serve():
                peer = server.accept()[0]
                with peer:
                    while part := peer.recv(4096):
                        peer.sendall(part)

            threading.Thread(target=serve, daemon=True).start()
            port = server.getsockname()[1]
            require(stage.answer(stage.on_host("tcp_peer", "ask", ip, str(port), TEXT)).strip() == TEXT, ip)


@check
def datagrams_go_both_ways_in_both_families(stage):
    for ip, family in LOOPBACK.items():
        if lacks(ip):
            continue
        with stage.on_host("udp_ping", "server", ip, "0", "--once", "4") as server:
            _, port = server.listens()
            require(stage.answer(stage.native("udp_ping", "client", ip, str(port), "3")).count("answered") == 3,
                    f"native client by {ip}")
            with socket.socket(family, socket.SOCK_DGRAM) as client:
                client.settimeout(5)
                client.sendto(b"python", (ip, port))
                require(client.recvfrom(64)[0] == b"python", f"Python client by {ip}")
            server.ends_well()
        with stage.native("udp_ping", "server", ip, "0") as server:
            _, port = server.listens()
            require(stage.answer(stage.on_host("udp_ping", "client", ip, str(port), "3")).count("answered") == 3,
                    f"native server by {ip}")


@check
def http_is_spoken_in_both_families(stage):
    for ip in LOOPBACK:
        if lacks(ip):
            continue
        with stage.on_host("http_skeleton", ip, "0", "--once", "3") as server:
            _, port = server.listens()
            for method, path, status in (("GET", "/", 200), ("GET", "/none", 404), ("POST", "/", 405)):
                client = http.client.HTTPConnection(ip, port, timeout=10)
                client.request(method, path)
                answer = client.getresponse()
                require(answer.status == status, f"{method} {path}: {answer.status}")
                require(answer.read(), "there is a body")
                client.close()
            server.ends_well()


@check
def what_a_slow_peer_has_not_read_is_not_lost(stage):
    stage.need_law("tcp_ends/after_shutdown_send_the_reply_is_still_received<IPv4>")
    with stage.on_host("tcp_peer", "give", "127.0.0.1") as server:
        with socket.create_connection(server.listens(), timeout=20) as client:
            client.shutdown(socket.SHUT_WR)
            time.sleep(0.5)
            read = 0
            while part := client.recv(65536):
                read += len(part)
        server.ends_well()
        given = int(re.search(r"gave (\d+)", server.output).group(1))
        print(f"{given} bytes given, {read} read")
        require(given == read > 0, "what it gave has come")


# Many at once, in one thread, by a poller.


def talk_at_once(clients, dice):
    """Each says something before the first is heard, and hears that alone."""
    said = {client: dice.randbytes(dice.randrange(1, 3000)) for client in clients}
    for client in dice.sample(clients, len(clients)):
        client.sendall(said[client])
    for client in dice.sample(clients, len(clients)):
        heard = b""
        while len(heard) < len(said[client]):
            part = client.recv(65536)
            require(part, "nobody is turned away")
            heard += part
        require(heard == said[client], "what comes back is what was said")


def echo_to_many(stage, program):
    dice = random.Random(1)
    with stage.on_host(program, "0", "3") as server:
        address = server.listens()
        silent = socket.create_connection(address, timeout=20)
        clients = [socket.create_connection(address, timeout=20) for _ in range(150)]
        for _ in range(3):
            talk_at_once(clients, dice)
        require(silent.recv(1) == b"", "who says nothing is given up")
        for client in [silent, *clients]:
            client.close()
        talk_at_once([socket.create_connection(address, timeout=20) for _ in range(50)], dice)


@check
def one_thread_echoes_to_many_and_gives_the_silent_up(stage):
    echo_to_many(stage, "ready_echo")


@check
def coroutines_echo_to_many_and_give_the_silent_up(stage):
    echo_to_many(stage, "coroutine_echo")


def turn_away_more_than_a_table_holds(stage, program):
    with stage.on_host(program, "0", "30") as server:
        address = server.listens()
        clients = [socket.create_connection(address, timeout=20) for _ in range(300)]
        served = []
        for client in clients:
            try:
                client.sendall(b"x")
                if client.recv(1) == b"x":
                    served.append(client)
            except ConnectionError:
                pass
        print(f"{len(served)} of {len(clients)} are served")
        require(len(served) == 255, "its table is full")
        talk_at_once(served, random.Random(2))
        for client in clients:
            client.close()
        for _ in range(100):  # until it has seen that they are gone
            with socket.create_connection(address, timeout=20) as client:
                client.sendall(b"x")
                try:
                    if client.recv(1) == b"x":
                        return
                except ConnectionError:
                    pass
        raise Failed("places are free again")


@check
def more_than_a_poller_watches_are_turned_away_and_the_others_are_served(stage):
    turn_away_more_than_a_table_holds(stage, "ready_echo")


@check
def more_than_a_loop_watches_are_turned_away_and_the_others_are_served(stage):
    turn_away_more_than_a_table_holds(stage, "coroutine_echo")


def echo_megabytes(stage, program):
    payload = random.Random(3).randbytes(8 << 20)
    with stage.on_host(program, "0", "20") as server:
        with socket.create_connection(server.listens(), timeout=20) as client:
            sender = threading.Thread(target=client.sendall, args=(payload,), daemon=True)
            sender.start()
            time.sleep(1)
            heard = bytearray()
            while len(heard) < len(payload):
                part = client.recv(65536)
                require(part, "it goes on")
                heard += part
            require(heard == payload, "what comes back is what was sent")


@check
def one_thread_echoes_megabytes_to_a_client_that_reads_late(stage):
    echo_megabytes(stage, "ready_echo")


@check
def a_coroutine_echoes_megabytes_to_a_client_that_reads_late(stage):
    echo_megabytes(stage, "coroutine_echo")


@check
def what_one_says_all_others_hear(stage):
    with stage.on_host("ready_chat", "0") as server:
        address = server.listens()
        clients = [socket.create_connection(address, timeout=20) for _ in range(20)]
        for number, client in enumerate(reversed(clients)):  # the last is heard when all are accepted
            said = f"{number}: hello\n".encode()
            client.sendall(said)
            for other in clients:
                if other is client:
                    continue
                heard = b""
                while not heard.endswith(b"\n"):
                    part = other.recv(1)
                    require(part, "it is there")
                    heard += part
                require(heard == said, f"{heard} was heard")


# Hostility.


@check
def a_full_table_of_descriptors_is_no_end(stage):
    answer = stage.answer(stage.on_host("tcp_peer", "crowd", "127.0.0.1", limit=100))
    print(answer)
    require(0 < int(re.search(r"(\d+) connections fit", answer).group(1)) < 50, "the table was full")


def reset(client):
    """Closes by RST."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def hostile(address, dice):
    """One client that does what it likes; True where it was polite and was answered as it should."""
    client = socket.create_connection(address, timeout=20)
    manner = dice.randrange(6)
    try:
        if manner == 0:  # gone before it is accepted
            reset(client)
        elif manner == 1:  # half-open: says nothing, then is gone
            if dice.random() < 0.02:
                time.sleep(0.02)
            client.close()
        elif manner == 2:  # garbage, and a reset with the answer unread
            client.sendall(dice.randbytes(dice.randrange(1, 9000)))
            reset(client)
        elif manner == 3:  # garbage and an orderly end with the answer unread
            client.sendall(dice.randbytes(dice.randrange(1, 9000)))
            client.close()
        elif manner == 4:  # ends its half at once, then resets
            client.shutdown(socket.SHUT_WR)
            reset(client)
        else:
            payload = dice.randbytes(dice.randrange(1, 3000))
            client.sendall(payload)
            answer = b""
            while len(answer) < len(payload):
                part = client.recv(65536)
                if not part:
                    break
                answer += part
            client.close()
            require(answer == payload, "a polite client between hostile ones gets its echo")
            return True
    except (ConnectionError, BrokenPipeError):
        client.close()
    return False


def open_descriptors(process):
    """Of the host and whatever it started."""
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False)
    pids = [process.pid, *map(int, listing.stdout.split())]
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids if os.path.exists(f"/proc/{pid}/fd"))


def bear(server, rounds):
    """As many hostile clients; afterwards it serves, and its host has no more descriptors than before."""
    dice = random.Random(1)
    limit = time.monotonic() + 150
    address = server.listens()
    for _ in range(50):  # the host has then opened what it opens once
        hostile(address, dice)
    require(converse(address, b"warm") == b"warm", "it serves")
    time.sleep(0.3)
    before = open_descriptors(server.process)
    polite = made = 0
    while made < rounds and time.monotonic() < limit:
        polite += hostile(address, dice)
        made += 1
    require(converse(address, b"still here") == b"still here", "it serves at the end")
    require(server.process.poll() is None, "it runs at the end")
    for _ in range(50):
        time.sleep(0.1)
        after = open_descriptors(server.process)
        if after <= before:
            break
    print(f"{made} connections, {polite} of them polite; descriptors of the host: {before} before, {after} after")
    require(made == rounds, f"{rounds} connections within the time")
    require(after <= before, "no descriptor leaks")


@check
def hostile_clients_do_no_harm(stage):
    with stage.on_host("tcp_echo_counted") as server:
        bear(server, ROUNDS)
        handles = [int(number) for number in re.findall(r"^handle (\d+)\n(?:echoed|failed)", server.output, re.M)]
        print(f"after {len(handles)} of them the next free handle was {min(handles)} to {max(handles)}")
        require(len(handles) > ROUNDS / 2 and min(handles) == max(handles), "no handle leaks")


@check
def hostile_clients_do_a_poller_no_harm(stage):
    with stage.on_host("ready_echo", "0", "30") as server:
        bear(server, ROUNDS // 5)


@check
def hostile_clients_do_coroutines_no_harm(stage):
    with stage.on_host("coroutine_echo", "0", "30") as server:
        bear(server, ROUNDS // 5)


def build_native(stage):
    """The native ends of the conversations."""
    os.makedirs(stage.arguments.native, exist_ok=True)
    for name in ("tcp_echo", "udp_ping"):
        source = os.path.join(stage.arguments.source, "examples", name + ".cpp")
        subprocess.run([stage.arguments.compiler, "-std=c++20", "-O1", "-pthread",
                        "-I" + os.path.join(stage.arguments.source, "include"), source,
                        "-o", os.path.join(stage.arguments.native, name)], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--programs", nargs=2, default=[])
    parser.add_argument("--native")
    parser.add_argument("--wasm-tools")
    parser.add_argument("--build-type", default="")
    parser.add_argument("--compiler")
    parser.add_argument("--source")
    parser.add_argument("check", nargs="?")
    parser.add_argument("--host", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if arguments.list:
        for name, function in CHECKS.items():
            print(name + (" once" if getattr(function, "once", False) else ""))
        return 0
    try:
        {**CHECKS, "build_native": build_native}[arguments.check](Stage(arguments))
    except Skipped as why:
        print(f"skipped: {why}")
        return 77
    except (Failed, OSError, subprocess.SubprocessError) as why:
        print(f"not so: {why!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
