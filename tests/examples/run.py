#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""curl, nc, socat, systemd and Python talk to the examples.

    run.py --programs DIR [NAME...]     runs the checks (all, or those named) against the programs in DIR;
                                        the last line is `N passed, N failed`
    run.py --list                       prints the names of the checks

Exit 77 when every check that was asked for was skipped.
"""

import argparse
import concurrent.futures
import inspect
import os
import platform
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

TIMEOUT = 20
PROGRAMS = Path()


class Skipped(Exception):
    pass


def need(tool):
    if not shutil.which(tool):
        raise Skipped(f"{tool} is not installed")


def need_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        raise Skipped(f"no IPv6 loopback: {error}") from error


class Program:
    """A running example. Leaving the block ends it."""

    def __init__(self, name, *arguments, **options):
        self.process = subprocess.Popen([PROGRAMS / name, *map(str, arguments)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def address(self):
        """Where it says that it listens."""
        line = self.process.stdout.readline()
        found = re.search(r"listening on (?:http://)?(?:\[([0-9a-f:]+)\]|([0-9.]+)):(\d+)", line)
        assert found, f"expected an address, got {line!r}, {self.process.stderr.read() if not line else ''}"
        return found[1] or found[2], int(found[3])

    def end(self, code=0):
        """What it still printed, and that it ended with the code."""
        out, err = self.process.communicate(timeout=TIMEOUT)
        assert self.process.returncode == code, f"exit {self.process.returncode}, not {code}: {out}{err}"
        return out + err


def run(name, *arguments, code=0, **options):
    with Program(name, *arguments, **options) as program:
        return program.end(code)


def tool(*command, given=None, code=0):
    done = subprocess.run(list(map(str, command)), input=given, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == code, f"{command[0]}: exit {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def dial(address):
    return socket.create_connection(address, timeout=TIMEOUT)


def port_of_nobody(ip):
    """A free port that no other test is given meanwhile: below those that the system chooses from."""
    for port in range(10000 + os.getpid() % 20000, 32768):
        with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as probe:
            try:
                probe.bind((ip, port))
            except OSError:
                continue
            return port
    raise Skipped(f"no free port on {ip} from 10000 to 32767")


def read_all(connection):
    data = b""
    while more := connection.recv(65536):
        data += more
    return data


def serve(handle, family=socket.AF_INET, kind=socket.SOCK_STREAM, ip="127.0.0.1"):
    """A Python server for one client, in a thread: (its address, the thread)."""
    server = socket.socket(family, kind)
    server.settimeout(TIMEOUT)
    server.bind((ip, 0))
    if kind == socket.SOCK_STREAM:
        server.listen()

    def work():
        with server:
            if kind == socket.SOCK_DGRAM:
                handle(server)
                return
            connection, _ = server.accept()
            with connection:
                connection.settimeout(TIMEOUT)
                handle(connection)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return server.getsockname()[:2], thread


# http_skeleton


def curl(address, *arguments):
    need("curl")
    ip = f"[{address[0]}]" if ":" in address[0] else address[0]
    return tool("curl", "-gsS", "--noproxy", "*", "-m", TIMEOUT, *arguments, f"http://{ip}:{address[1]}/")


def curl_gets_the_page():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 1) as server:
        answer = curl(server.address(), "-i")
        assert answer.startswith("HTTP/1.1 200 OK\n") or answer.startswith("HTTP/1.1 200 OK\r\n"), answer
        assert answer.endswith("a socket's state is its type\n"), answer
        assert "GET / HTTP/1.1 -> 200 OK" in server.end()


def curl_gets_the_page_over_ipv6():
    need_ipv6()
    with Program("http_skeleton", "::1", 0, "--once", 1) as server:
        assert curl(server.address()) == "a socket's state is its type\n"
        server.end()


def curl_gets_a_head_without_a_body():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 1) as server:
        assert "Content-Length: 29" in curl(server.address(), "-I")
        server.end()


def curl_is_told_what_is_not_there_and_not_allowed():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 2) as server:
        address = server.address()
        code = ("-o", os.devnull, "-w", "%{http_code}")
        assert curl(address, *code, "--request-target", "/other") == "404"
        assert curl(address, *code, "-d", "x=1") == "405"
        server.end()


def a_large_upload_does_not_destroy_the_answer():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 1) as server, dial(server.address()) as client:
        client.sendall(b"PUT / HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n" + b"x" * 4000000)
        client.shutdown(socket.SHUT_WR)
        assert read_all(client).startswith(b"HTTP/1.1 405 ")
        server.end()


def what_is_no_request_gets_its_status():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 3) as server:
        address = server.address()
        for request, status in ((b"hello\r\n\r\n", b"400"), (b"GET /\r\n\r\n", b"400"), (b"x" * 8192, b"431")):
            with dial(address) as client:
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                answer = read_all(client)
                assert answer.startswith(b"HTTP/1.1 " + status), (request[:20], answer)
        server.end()


def bytes_of_a_peer_do_not_reach_the_terminal():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 1) as server, dial(server.address()) as client:
        client.sendall(b"GET /\x1b[2J\nforged HTTP/1.1\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        read_all(client)
        said = server.end()
        assert "\\x1b[2J\\x0aforged" in said and "\x1b" not in said, said


def a_request_may_come_byte_by_byte():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 1) as server, dial(server.address()) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"GET / HTTP/1.1\r\n\r\n":
            client.send(bytes([byte]))
        client.shutdown(socket.SHUT_WR)
        assert read_all(client).startswith(b"HTTP/1.1 200 ")
        server.end()


def a_client_that_says_nothing_is_told_so_in_time():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 1) as server, dial(server.address()) as client:
        start = time.monotonic()
        assert read_all(client).startswith(b"HTTP/1.1 408 ")
        assert 4 < time.monotonic() - start < 15
        server.end()


def a_client_that_resets_does_not_end_the_server():
    with Program("http_skeleton", "127.0.0.1", 0, "--once", 2) as server:
        address = server.address()
        with dial(address) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert curl(address) == "a socket's state is its type\n"
        server.end()


def a_signal_ends_the_server_well():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Program("http_skeleton", "127.0.0.1", 0) as server:
            server.address()
            server.process.send_signal(number)
            server.end()


# tcp_echo


def nc_is_echoed():
    need("nc")
    with Program("tcp_echo", "server", "127.0.0.1", 0, "--once") as server:
        assert tool("nc", "-N", *server.address(), given="hello\nthere\n") == "hello\nthere\n"
        assert "echoed 12 bytes" in server.end()


def socat_is_echoed():
    need("socat")
    with Program("tcp_echo", "server", "127.0.0.1", 0, "--once") as server:
        ip, port = server.address()
        said = "".join(f"{line}\n" for line in range(10_000))
        assert tool("socat", "-t", TIMEOUT, "-", f"TCP:{ip}:{port}", given=said) == said
        assert f"echoed {len(said)} bytes" in server.end()


def socat_serves_the_tcp_client():
    need("socat")
    port = port_of_nobody("127.0.0.1")
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr"
    with subprocess.Popen(["socat", "-d", "-d", "-t", str(TIMEOUT), listen, "EXEC:cat"], stderr=subprocess.PIPE,
                          text=True) as server:
        try:
            assert any("listening on" in line for line in server.stderr), "socat does not listen"
            assert run("tcp_echo", "client", "127.0.0.1", port, "to and fro") == "to and fro\n"
        finally:
            server.kill()


def talk_at_once(address, count):
    """All have sent before the first is answered; who came last ends first."""
    clients = [dial(address) for _ in range(count)]
    for number, client in enumerate(clients):
        client.sendall(b"%d" % number)
    for number, client in reversed(list(enumerate(clients))):
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b"%d" % number
        client.close()


def read_late(client):
    """More is sent than fits in between before anything is read."""
    sent = os.urandom(8 << 20)

    def send():
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    sender.join(0.5)  # by then it waits for room
    got = read_all(client)
    sender.join()
    assert got == sent, f"{len(got)} bytes of {len(sent)}"


def many_python_clients_are_echoed_at_a_time():
    with Program("tcp_echo", "server", "127.0.0.1", 0) as server:
        talk_at_once(server.address(), 20)


def one_thread_echoes_to_many_and_gives_the_silent_up():
    with Program("ready_echo", 0, 1) as server:
        address = server.address()
        silent = dial(address)
        talk_at_once(address, 200)
        assert silent.recv(1) == b""
        silent.close()


def ways_of(program):
    """The ways to serve that there are here: by a ring, by a poller."""
    with Program(program, 0, 1) as server, dial(server.address()) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        server.process.kill()
        said = server.process.stderr.read()
    if "by a poller" in said:
        print(f"skipped: the ring, {said.strip()}")
        return ["poller"]
    return ["ring", "poller"]


def by_ring_or_poller_one_thread_echoes_to_many_and_gives_the_silent_up():
    for way in ways_of("ring_echo"):
        with Program("ring_echo", 0, 1, way) as server:
            address = server.address()
            silent = dial(address)
            talk_at_once(address, 200)
            assert silent.recv(1) == b""
            silent.close()


def by_ring_or_poller_megabytes_reach_a_client_that_reads_late():
    for way in ways_of("ring_echo"):
        with Program("ring_echo", 0, 20, way) as server, dial(server.address()) as client:
            read_late(client)


def http_is_served_to_many_at_once():
    with Program("http_many", 0, 600) as server:
        address = server.address()
        slow = dial(address)
        slow.sendall(b"GET / HTTP/1.1\r\n")
        clients = [dial(address) for _ in range(100)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        for client in reversed(clients):
            answer = read_all(client)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\nhello\n"), answer
            client.close()
        for request, status in ((b"GET /x HTTP/1.1\r\n\r\n", b"404"), (b"nonsense\r\n\r\n", b"400"), (b"x" * 2048, b"400")):
            with dial(address) as client:
                client.sendall(request)
                assert read_all(client).split(b" ")[1] == status
        with dial(address) as client:
            client.sendall(b"HEAD / HTTP/1.1\r\n\r\n")
            assert read_all(client).endswith(b"\r\n\r\n")
        slow.sendall(b"\r\n")
        assert read_all(slow).endswith(b"hello\n")
        slow.close()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(TIMEOUT) == 0


def http_gives_up_who_is_silent_and_who_is_slow():
    with Program("http_many", 0, 1) as server:
        address = server.address()
        with dial(address) as silent, dial(address) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")
            assert silent.recv(1) == b"" and slow.recv(1) == b""


class LineServer:
    """Answers each line of each connection, one after the other, with what answer(line, peer) gives."""

    def __init__(self, answer):
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.peers = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def port(self):
        return self.listener.getsockname()[1]

    def serve(self):
        while True:
            try:
                peer, where = self.listener.accept()
            except OSError:
                return
            self.peers.append(where[0])
            threading.Thread(target=self.talk, args=(peer, where[0]), daemon=True).start()

    def talk(self, peer, where):
        try:
            with peer, peer.makefile("rb") as lines:
                for line in lines:
                    answer = self.answer(line, where)
                    if answer is None:
                        return
                    peer.sendall(answer)
        except ConnectionResetError:
            pass  # the client had enough


def a_line_has_a_deadline():
    def answer(line, _):
        return {b"hold\n": b"no end", b"bye\n": None, b"long\n": b"x" * 2000}.get(line, b"you said " + line)

    server = LineServer(answer)

    def client(seconds, *lines):
        return subprocess.run([PROGRAMS / "line_client", "127.0.0.1", str(server.port()), str(seconds), *lines],
                              capture_output=True, text=True, timeout=TIMEOUT)

    came = client(TIMEOUT, "one", "two")
    assert (came.returncode, came.stdout) == (0, "you said one\nyou said two\n"), came
    came = client(1, "hold", "two")
    assert came.returncode == 1 and came.stdout == "" and "deadline" in came.stderr, came
    came = client(TIMEOUT, "bye")
    assert came.returncode == 1 and "closed" in came.stderr, came
    came = client(TIMEOUT, "long")
    assert came.returncode == 1 and "long" in came.stderr.lower(), came
    server.listener.close()


def sources_are_rotated():
    server = LineServer(lambda _, where: b"you are " + where.encode() + b"\n")
    came = subprocess.run([PROGRAMS / "address_rotator", "127.0.0.1", str(server.port()), "127.0.1.0/29", "12"],
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert came.returncode == 0, came
    lines = [line.split() for line in came.stdout.splitlines()]
    assert len(lines) == 12 and all(line[0] == line[3] for line in lines), came.stdout
    assert set(server.peers) == {f"127.0.1.{number}" for number in range(1, 7)}, server.peers
    server.listener.close()
    server = LineServer(lambda _, where: b"x" * 255 + b"y")  # as much as there is room for, and no end of a line
    came = subprocess.run([PROGRAMS / "address_rotator", "127.0.0.1", str(server.port()), "127.0.1.0/29", "1"],
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert came.returncode == 0 and came.stdout.endswith(" " + "x" * 255 + "y\n"), came
    server.listener.close()


def echo_to_many_until_interrupted(program):
    """Its silent peers are let go after a second; the others, where it is interrupted."""
    with Program(program, 0, 1) as server:
        address = server.address()
        silent = dial(address)
        talk_at_once(address, 100)
        assert silent.recv(1) == b""
        silent.close()
        waiting = dial(address)
        waiting.sendall(b"x")
        assert waiting.recv(1) == b"x"
        server.process.send_signal(signal.SIGINT)
        assert waiting.recv(1) == b""
        waiting.close()
        assert server.process.wait(TIMEOUT) == 0


def coroutines_echo_to_many_and_end_where_they_are_interrupted():
    echo_to_many_until_interrupted("coroutine_echo")


def coroutines_over_a_ring_echo_to_many_and_end_where_they_are_interrupted():
    if "ring" not in ways_of("ring_echo"):
        raise Skipped("there is no ring")
    echo_to_many_until_interrupted("ring_coroutine_echo")
    with Program("ring_coroutine_echo", 0, 20) as server, dial(server.address()) as client:
        read_late(client)


def one_thread_echoes_megabytes_to_a_client_that_reads_late():
    with Program("ready_echo", 0, 20) as server, dial(server.address()) as client:
        read_late(client)


def what_one_says_all_others_hear():
    with Program("ready_chat", 0) as server:
        address = server.address()
        clients = [dial(address) for _ in range(3)]
        said = [b"ann: hello\n", b"bob: hi\n", b"cat: how are you?\n"]
        for client, wanted in reversed(list(zip(clients, said))):  # the last is heard when all are accepted
            client.sendall(wanted)
            for other in clients:
                if other is not client:
                    heard = b""
                    while not heard.endswith(b"\n"):
                        heard += other.recv(1)
                    assert heard == wanted, heard
        for client in clients:
            client.close()


def a_megabyte_is_echoed():
    with Program("tcp_echo", "server", "127.0.0.1", 0, "--once") as server, dial(server.address()) as client:
        sent = os.urandom(1 << 20)

        def send():
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        assert read_all(client) == sent
        sender.join()
        server.end()


def a_python_server_serves_the_tcp_client():
    def echo(connection):
        connection.sendall(read_all(connection))

    address, thread = serve(echo)
    assert run("tcp_echo", "client", *address, "to and fro") == "to and fro\n"
    thread.join()


def a_python_server_serves_the_tcp_client_over_ipv6():
    need_ipv6()
    address, thread = serve(lambda connection: connection.sendall(read_all(connection)), socket.AF_INET6, ip="::1")
    assert run("tcp_echo", "client", *address, "to and fro") == "to and fro\n"
    thread.join()


def the_tcp_client_fails_loudly():
    for answer, message in ((b"something", "not what was sent"), (b"short", "closed its sending half")):
        address, thread = serve(lambda connection, reply=answer: (read_all(connection), connection.sendall(reply)))
        assert message in run("tcp_echo", "client", *address, "what else", code=1)
        thread.join()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert "refused" in run("tcp_echo", "client", *free.getsockname(), "hello", code=1)


def client_and_server_understand_each_other():
    for ip in ("127.0.0.1", "::1"):
        if ip == "::1":
            need_ipv6()
        with Program("tcp_echo", "server", ip, 0, "--once") as server:
            assert run("tcp_echo", "client", *server.address(), "hello") == "hello\n"
            server.end()
        with Program("udp_ping", "server", ip, 0, "--once", 3) as server:
            assert run("udp_ping", "client", *server.address()).count("answered in") == 3
            server.end()


# udp_ping


def a_python_client_is_answered_over_udp():
    with Program("udp_ping", "server", "127.0.0.1", 0, "--once", 3) as server:
        address = server.address()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(TIMEOUT)
            for datagram in (b"", b"one", b"x" * 1500):
                client.sendto(datagram, address)
                assert client.recvfrom(2000) == (datagram, address)
        server.end()


def nc_is_answered_over_udp():
    need("nc")
    with Program("udp_ping", "server", "127.0.0.1", 0, "--once", 1) as server:
        assert tool("nc", "-u", "-w", 1, *server.address(), given="hello") == "hello"
        server.end()


def a_python_server_answers_the_udp_client():
    def answer_three(server):
        for _ in range(3):
            data, sender = server.recvfrom(2000)
            server.sendto(b"an old answer", sender)
            server.sendto(data, sender)

    address, thread = serve(answer_three, kind=socket.SOCK_DGRAM)
    assert run("udp_ping", "client", *address, 3).count("answered in") == 3
    thread.join()


def a_ping_without_an_answer_fails_loudly():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        address = silent.getsockname()
        assert "deadline" in run("udp_ping", "client", *address, 1, code=1)
        silent.connect(address)  # from now on it hears itself alone
        assert "refused" in run("udp_ping", "client", *address, 1, code=1)


# pool_metrics


def exposition(text):
    """{metric: (type, {labels: value})} of the text format of Prometheus; what it does not allow is an error."""
    metrics = {}
    assert text.endswith("\n") and "\n\n" not in text, text
    name = None
    for line in text.splitlines():
        if found := re.fullmatch(r"# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+", line):
            name = found[1]
            assert name not in metrics, f"{name} comes twice"
            metrics[name] = ("untyped", {})
        elif found := re.fullmatch(r"# TYPE (\S+) (counter|gauge)", line):
            assert found[1] == name and not metrics[name][1], f"the type of {found[1]} comes late"
            metrics[name] = (found[2], {})
        else:
            label = r'[a-zA-Z_]\w*="(?:[^"\\]|\\[\\"n])*"'
            found = re.fullmatch(rf"(\S+?)\{{({label}(?:,{label})*)\}} ([0-9.e+]+)", line)
            assert found and found[1] == name, f"no sample of {name}: {line!r}"
            pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2])
            plain = tuple((key, re.sub(r"\\(.)", lambda one: "\n" if one[1] == "n" else one[1], value)) for key, value in pairs)
            assert plain not in metrics[name][1], f"{line!r} comes twice"
            metrics[name][1][plain] = float(found[3])
    return metrics


def scrape(address, path="/metrics"):
    """(head, body) of one request."""
    with dial(address) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: pool\r\nAccept: text/plain\r\n\r\n".encode())
        head, body = read_all(client).decode().split("\r\n\r\n", 1)
    assert f"Content-Length: {len(body.encode())}" in head, head
    return head, body


def prometheus_reads_the_pool():
    with Program("pool_metrics", "127.0.0.1", 0, "--once") as server:
        head, body = scrape(server.address())
        server.end()
    assert head.startswith("HTTP/1.1 200 OK") and "Content-Type: text/plain; version=0.0.4" in head, head
    metrics = exposition(body)
    front = (("pool", "front"),)
    counts = {name: metrics[f"estate_pool_{name}"][1][front] for name in ("capacity", "in_use", "held", "cooling", "free")}
    assert counts == {"capacity": 14, "in_use": 4, "held": 1, "cooling": 1, "free": 8}, counts
    odd = 'a "quoted\\name"\nof two lines'
    kind, tenants = metrics["estate_tenant_in_use"]
    assert kind == "gauge" and tenants == {(*front, ("tenant", "red")): 3, (*front, ("tenant", odd)): 1}, tenants
    assert metrics["estate_tenant_quota"][1] == {(*front, ("tenant", "red")): 3}, metrics
    kind, events = metrics["estate_pool_events_total"]
    events = {labels[1][1]: value for labels, value in events.items()}
    assert kind == "counter" and events == {"allocated": 5, "released": 1, "expired": 0, "refused": 1}, events


def what_is_no_scrape_is_told_so():
    with Program("pool_metrics", "127.0.0.1", 0, "--once") as server:
        head, body = scrape(server.address(), "/")
        assert head.startswith("HTTP/1.1 404 ") and body == "GET /metrics\n", head + body
        server.end()


# the others


def the_program_in_posix_and_in_estate_does_the_same():
    said = []
    for name in ("raw_posix_echo", "estate_echo"):
        with Program(name) as server, dial(server.address()) as client:
            client.sendall(b"the same")
            client.shutdown(socket.SHUT_WR)
            said.append((read_all(client), server.end()))
        said[-1] += (run(name, "70000", code=2).replace(name, "NAME"),)
    assert said[0][:2] == said[1][:2] == (b"the same", "echoed 8 bytes\n"), said
    assert said[0][2] == said[1][2] == "usage: NAME [port of 0 to 65535]\n", said


def greeter_greets():
    port = port_of_nobody("127.20.0.1")
    with Program("greeter", port) as server:
        for attempt in range(100):
            try:
                with dial(("127.20.0.1", port)) as client:
                    assert read_all(client) == b"hello\n"
                break
            except ConnectionRefusedError:
                assert attempt < 99 and server.process.poll() is None, server.process.stderr.read()
                time.sleep(0.05)
        server.end()


def systemd_activates_the_service():
    need("systemd-socket-activate")
    for ip in ("127.0.0.1", "::1"):
        if ip == "::1":
            need_ipv6()
        port = port_of_nobody(ip)
        listen = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
        manager = subprocess.Popen(["systemd-socket-activate", "-l", listen, "--fdname=capitals",
                                    PROGRAMS / "adopt_activation"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for attempt in range(100):
                try:
                    with dial((ip, port)) as client:
                        client.sendall(b"abc")
                        assert client.recv(10) == b"ABC"
                    break
                except ConnectionRefusedError:
                    assert attempt < 99 and manager.poll() is None
                    time.sleep(0.05)
            out, err = manager.communicate(timeout=TIMEOUT)
            assert manager.returncode == 0 and 'passed "capitals", which is Listening' in out, out + err
        finally:
            manager.kill()


def pass_socket(passed, **environment):
    """A Python service manager: the socket becomes descriptor 3 of the service."""

    def before_exec():
        os.dup2(passed.fileno(), 3)
        os.set_inheritable(3, True)  # where it was 3 already
        os.environ.update({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", **environment})

    # close_fds would close 3 after before_exec; the environment is that of the child.
    return Program("adopt_activation", close_fds=False, preexec_fn=before_exec)


def python_activates_the_service():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with pass_socket(listener) as service, dial(listener.getsockname()) as client:
            client.sendall(b"abc")
            assert client.recv(10) == b"ABC"
            client.close()
            service.end()


def what_is_no_listener_is_not_adopted():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram, pass_socket(datagram) as service:
        assert "another transport" in service.end(1)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pass_socket(bound) as service:
            assert "which is Bound" in service.end(1)
    with socket.socket() as listener, pass_socket(listener, LISTEN_FDS="many") as service:
        assert "malformed" in service.end(1)


def served_by(address):
    with dial(address) as client:
        return int(read_all(client).decode().removeprefix("served by process "))


def hand_over(path, **options):
    """The listener of one process goes on serving in another, started with the options; a client that waits meanwhile
    is served by the second. The first says to whom it gave it."""
    with Program("handover", "serve", path) as old:
        address = old.address()
        assert served_by(address) == old.process.pid
        with Program("handover", "take", path, 2, **options) as new:
            assert new.address() == address
            told = old.end()
            assert f"given to process {new.process.pid} of user" in told, told
            assert not os.path.exists(path), "the file goes with the server that bound it"
            assert served_by(address) == served_by(address) == new.process.pid
            new.end()
    return told


def a_listener_goes_on_serving_in_another_process():
    with tempfile.TemporaryDirectory() as folder:
        hand_over(f"{folder}/door")


def a_listener_goes_on_serving_under_another_user():
    global PROGRAMS
    if os.getuid() != 0:
        raise Skipped("only root can start a program as another user")
    nobody, real = 65534, PROGRAMS
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        shutil.copy(real / "handover", folder)  # nobody may not reach where it was built
        PROGRAMS = Path(folder)
        try:
            def become_nobody():
                os.setgroups([])
                os.setgid(nobody)
                os.setuid(nobody)

            assert f"of user {nobody}" in hand_over(f"{folder}/door", preexec_fn=become_nobody)
        finally:
            PROGRAMS = real


def python_takes_and_gives_a_listener():
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS)
    with tempfile.TemporaryDirectory() as folder:
        with Program("handover", "serve", f"{folder}/door") as old, socket.socket(socket.AF_UNIX) as peer:
            address = old.address()
            peer.settimeout(TIMEOUT)
            peer.connect(f"{folder}/door")
            data, control, _, _ = peer.recvmsg(16, socket.CMSG_SPACE(4))
            assert data == b"\0" and control[0][:2] == rights, (data, control)
            old.end()
            with socket.socket(fileno=struct.unpack("i", control[0][2])[0]) as listener, dial(address):
                listener.settimeout(TIMEOUT)
                listener.accept()[0].close()

        with socket.socket(socket.AF_UNIX) as door, socket.socket() as listener:
            for one, at in ((door, f"{folder}/python"), (listener, ("127.0.0.1", 0))):
                one.settimeout(TIMEOUT)
                one.bind(at)
                one.listen()
            with Program("handover", "take", f"{folder}/python", 1) as new:
                peer, _ = door.accept()
                with peer:
                    peer.sendmsg([b"x"], [(*rights, struct.pack("i", listener.fileno()))])
                assert served_by(new.address()) == new.process.pid
                new.end()
            with Program("handover", "take", f"{folder}/python") as new:
                peer, _ = door.accept()
                with peer:
                    peer.sendall(b"x")  # and no socket
                assert "without a socket" in new.end(1)


def a_door_of_a_living_server_is_not_taken():
    with tempfile.TemporaryDirectory() as folder:
        with Program("handover", "serve", f"{folder}/door") as first:
            first.address()
            assert "ddress" in run("handover", "serve", f"{folder}/door", code=1)
            first.process.kill()
            first.process.wait()
            assert os.path.exists(f"{folder}/door")
        with Program("handover", "serve", f"{folder}/door") as second:  # it was stale
            second.address()


def the_ledger_draws_itself():
    drawn = run("own_protocol", "--dot")
    assert drawn.startswith('digraph "ledger" {') and drawn.endswith("}\n"), drawn
    assert 'Ended -> TCP_Connected [label="take_stream", style=bold]' in drawn, drawn
    if shutil.which("dot"):
        tool("dot", "-Tsvg", given=drawn)


def the_sensor_goes_through_fault_and_recovery():
    said = run("own_device")
    assert "the first power-up failed" in said and "the self test failed" in said, said
    assert "a running sensor is found Warming" in said and "switched the heater off: yes" in said, said
    drawn = run("own_device", "--mermaid")
    assert drawn.startswith("stateDiagram-v2\n    [*] --> Off\n") and "Ready --> Faulted : self_test fails" in drawn, drawn


def a_lifecycle_is_traced_and_a_packet_dropped():
    need_program("lifecycle_trace")
    whole = run("lifecycle_trace", "echo")
    assert "client 3, TCP    Created -begin_connect-> Connecting -finish_connect-> Connected -close-> Closed" in whole, whole
    assert "\033" not in whole  # no colours in a file
    dropped = run("lifecycle_trace", "echo", "--drop", "4")
    assert "(dropped by the test)" in dropped and dropped.count("  data ") > whole.count("  data "), dropped
    assert run("lifecycle_trace", "echo", "--drop", "4") == dropped
    refused = run("lifecycle_trace", "refused")
    assert "-begin_connect-> Connecting -finish_connect fails-> Closed" in refused, refused
    diagram = run("lifecycle_trace", "datagrams", "--format", "mermaid")
    assert diagram.startswith("sequenceDiagram") and "Bound --> Connected: 2 connect" in diagram, diagram


def programs_as_they_are_run_in_a_simulated_network():
    need_program("lifecycle_trace")  # so Boost.Context is here
    watch = Path(__file__).resolve().parents[2] / "scripts" / "watch"

    def watched(*arguments):
        done = subprocess.run([watch, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done

    echo = ("tcp_echo", "server", "10.0.0.1", 7007, "--", "tcp_echo", "client", "10.0.0.1", 7007, "hello")
    ping = ("udp_ping", "server", "10.0.0.1", "+", "udp_ping", "client", "10.0.0.1", 7008, 1)
    drop = ("--drop", 4, *echo)
    with concurrent.futures.ThreadPoolExecutor() as beside:  # of a fresh clone all compile what they share
        all_at_once = [beside.submit(watched, *each) for each in (echo, drop, drop, ("--format", "mermaid", *echo), ("--seed", 2, *ping))]
    whole, dropped, again, drawn, pings = (done.result() for done in all_at_once)
    assert "echoed 5 bytes\n" in whole.stderr and "hello\n" in whole.stderr, whole.stderr  # a thread of the server did
    assert "client 3, TCP    Created -begin_connect-> Connecting -finish_connect-> Connected -shutdown_send->" in whole.stdout
    assert "\033" not in whole.stdout
    assert dropped.stdout.count("(dropped by the test)") == 1 and "(again)" in dropped.stdout, dropped.stdout
    assert again.stdout == dropped.stdout
    assert drawn.stdout.startswith("sequenceDiagram\n")
    assert "ping 1 answered in 20 us" in pings.stderr, pings.stderr  # over loopback
    # A waker that is made before main(), as no host is there; the third program interrupts the first.
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "interrupt.cpp"
        rest = "std::this_thread::sleep_for(std::chrono::seconds(1));"
        source.write_text("#include <chrono>\n#include <csignal>\n#include <thread>\n"
                          f"int main() {{ {rest} std::raise(SIGINT); {rest} }}\n")
        woken = watched("coroutine_echo", 7009, "+", "tcp_echo", "client", "127.0.0.1", 7009, "hello", "+", source)
    assert "raise_event(3) = 0\n" in woken.stdout and "hello\n" in woken.stderr, woken
    assert "coroutine_echo: " not in woken.stderr, woken.stderr  # it ended as it does when it is interrupted
    for wrong in ((), ("--drop", "x", *echo), ("no_such_example",), ("tcp_echo", "--", "--"), ("--nonsense", "1")):
        assert subprocess.run([watch, *map(str, wrong)], capture_output=True).returncode == 2, wrong


def one_seed_of_a_trial_is_played_again():
    need_program("sim_testing")
    told = run("sim_testing", "--seed", "1", "--weather", "short")
    assert told.startswith("time ") and told.endswith("short, seed 1: the answer is '1'\n"), told


def wrong_arguments_are_explained():
    for name, arguments in (("tcp_echo", ()), ("tcp_echo", ("serve",)), ("tcp_echo", ("client", "127.0.0.1", "7")),
                            ("udp_ping", ("client", "127.0.0.1")), ("http_skeleton", ("1", "2", "3")), ("pool_metrics", ("1", "2", "3"))):
        assert "usage: " in run(name, *arguments, code=2)
    for name, arguments in (("tcp_echo", ("server", "127.0.0.256", "0")), ("udp_ping", ("server", "::1", "65536")),
                            ("http_skeleton", ("127.1", "0")), ("pool_metrics", ("::1", "x")), ("greeter", ("-1",))):
        said = run(name, *arguments, code=2)
        assert "not a" in said and f"usage: {name}" in said, said


def programs_with_arguments():
    """Those that are built, by what their sources say."""
    folder = Path(__file__).resolve().parents[2] / "examples"
    for source in sorted(folder.rglob("*.cpp")):
        name = "_".join(source.relative_to(folder).with_suffix("").parts)
        if (PROGRAMS / name).exists() and re.search(r"^int main\(int \w+, char\*\* \w+\)", source.read_text(), re.M):
            yield name


def each_program_that_takes_arguments_explains_them():
    names = list(programs_with_arguments())
    assert {"tcp_echo", "udp_ping", "greeter"} <= set(names), names
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            for arguments, code in ((("--help",), 0), (("-h",), 0), (("--nonsense",) * 9, 2)):
                with Program(name, *arguments, stdin=subprocess.DEVNULL, cwd=folder) as program:
                    streams = program.process.communicate(timeout=TIMEOUT)
                said, silent = streams if code == 0 else reversed(streams)
                assert program.process.returncode == code, f"{name} {arguments[0]}: exit {program.process.returncode}: {streams}"
                # Newer releases of CLI11 leave the word out where they know the name.
                explains = re.search(r"usage: |^\S*%s \[OPTIONS\]" % name, said, re.I | re.M)
                assert explains and not silent, f"{name} {arguments[0]}: {streams}"
                assert not os.listdir(folder), f"{name} {arguments[0]} leaves {os.listdir(folder)}"


def on_a_terminal(name, *arguments):
    """What the program writes to a terminal."""
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        raise Skipped(f"no terminals here: {error}") from error
    try:
        with subprocess.Popen([PROGRAMS / name, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=theirs,
                              stderr=subprocess.DEVNULL) as process:
            os.close(theirs)
            said = b""
            try:
                while part := os.read(ours, 4096):
                    said += part
            except OSError:  # EIO: the program has ended
                pass
            assert process.wait(TIMEOUT) == 0, said
        return said
    finally:
        os.close(ours)


def bytes_of_a_server_are_data_in_a_pipe_and_escaped_on_a_terminal():
    evil = b"\x1b[2Jcleared\x07\nsecond line\n"

    def answer(connection):
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += connection.recv(1000)
        connection.sendall(evil)

    for asks in (lambda *where: tool(PROGRAMS / "tcp_fetch", *where).encode(), lambda *where: on_a_terminal("tcp_fetch", *where)):
        address, thread = serve(answer)
        said = asks(*address)
        thread.join()
        assert said in (evil, b"\\x1b[2Jcleared\\x07\r\nsecond line\r\n"), said
        assert (said == evil) == (b"\x1b" in said)
    assert said != evil, "the last was a terminal"
    address, thread = serve(lambda connection: connection.sendall(read_all(connection)))
    assert on_a_terminal("tcp_echo", "client", *address, "\x1b]0;title\x07") == b"\\x1b]0;title\\x07\r\n"
    thread.join()


def the_solutions_of_the_tutorial_print_what_they_should():
    need_program("tutorial_solutions_in_range")
    said = run("tutorial_solutions_in_range", "10.0.0.0/8", "10.1.2.3", "11.0.0.1", "10.1")
    assert said == "10.1.2.3: yes\n11.0.0.1: no\n10.1: not an IP address\n", said
    said = run("tutorial_solutions_one_port")
    assert said == "one port on 127.21.0.1 and 127.21.0.2: yes\n", said


def a_datagram_from_port_0_does_not_end_the_udp_server():
    try:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    except PermissionError as error:
        raise Skipped(f"a raw socket needs CAP_NET_RAW: {error}") from error
    with raw, Program("udp_ping", "server", "127.0.0.1", 0, "--once", 1) as server:
        address = server.address()
        raw.sendto(struct.pack("!HHHH", 0, address[1], 12, 0) + b"zero", address)
        assert run("udp_ping", "client", *address, 1).count("answered in") == 1
        said = server.end()
        assert "not answered: 127.0.0.1:0: port 0 cannot be a destination" in said and "answered 6 bytes" in said, said


def a_datagram_that_was_cut_is_no_answer():
    with Program("udp_ping", "server", "127.0.0.1", 0, "--once", 1) as server:
        address = server.address()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(TIMEOUT)
            client.sendto(b"x" * 1501, address)
            client.sendto(b"whole", address)
            assert client.recvfrom(2000) == (b"whole", address)
        assert "not answered: more than 1500 bytes" in server.end()


def a_page_is_fetched_by_the_name_of_its_host():
    def answer(connection):
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += connection.recv(1000)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + request)

    address, thread = serve(answer)
    with Program("tcp_fetch", "localhost", address[1], "/page") as client:
        out, err = client.process.communicate(timeout=TIMEOUT)
    thread.join()
    assert client.process.returncode == 0, out + err
    assert out == "HTTP/1.0 200 OK\n\nGET /page HTTP/1.0\nHost: localhost\n\n", out


def each_address_that_fails_is_told_in_words():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        said = run("tcp_fetch", "localhost", port, code=1)
        assert f"127.0.0.1:{port}: Connection refused" in said, said
    for host, service, words, code in (("nowhere.invalid", "http", r"is not known|for now", 1), ("127.1", "http", "not an IP address", 2),
                                       ("127.0.0.1", "99999", "not a port", 2), ("::1", "no-such-service", "is not known", 1)):
        said = run("tcp_fetch", host, service, code=code)
        assert re.search(words, said) and f"{host} over IPv4: " in said, said


def a_count_that_is_none_is_explained():
    for name, arguments in (("udp_ping", ("server", "127.0.0.1", "0", "--once", "x")), ("udp_ping", ("client", "::1", "7", "0")),
                            ("http_skeleton", ("--once", "1x")), ("tcp_fetch", ())):
        assert "usage: " in run(name, *arguments, code=2)


def need_program(name):
    if not (PROGRAMS / name).exists():
        raise Skipped(f"{name} is not built: a library that it wants is not installed, or another preset tests its page")


def a_killed_program_finds_its_leases_again():
    need_program("durable_leases")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pool.db"
        with Program("durable_leases", file) as first:
            said = []
            while (line := first.process.stdout.readline().split()) and line[0] != "waiting":
                said.append(line)
            assert [words[0] for words in said] == ["ended", "leased", "leased", "leased"], said
            assert "has the store open under this name" in run("durable_leases", file, code=1)
            first.process.kill()  # SIGKILL
            first.process.wait()
        second = run("durable_leases", file, *[part for words in said for part in words[2:]]).splitlines()
    ended, *leased = said
    assert ended[2] == leased[0][2], "the address is leased again"
    assert second[0] == f"refused {ended[2]} {ended[3]}: the lease of this binding has ended", second
    for number, words in enumerate(leased):
        assert second[1 + 2 * number].split() == ["claimed", *words[1:]], second
        assert second[2 + 2 * number].startswith(f"listening on {words[2]}:"), second
    assert second[-1] == "released, for nobody asked for them: 0", second


def a_pool_in_a_file_is_run_by_hand():
    need_program("pool_command")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pool.db"

        def command(*arguments, code=0):
            return run("pool_command", file, *arguments, code=code)

        assert "No such file" in command("list", code=1)
        command("create", "192.0.2.0/29", "--quarantine", 60)
        with Program("pool_command", file, "watch", "--seconds", 2) as watch:
            assert watch.process.stderr.readline() == "watching\n"
            address, generation = command("allocate", "red", "web").split()
            assert address == "192.0.2.1", address
            command("allocate", "blue", "db", "--address", "192.0.2.5", "--seconds", 1000)
            seen = watch.end()
        assert "192.0.2.5\tleased\tblue\tdb" in seen, seen
        assert f"192.0.2.1\tleased\tred\tweb\tcustom\t{generation}\tcommand" in command("list")
        assert command("list", "--tenant", "blue").startswith("192.0.2.5\tleased\tblue\tdb"), "only that tenant"
        assert command("list", "--tenant", "db") == "", "that is a resource"
        assert "the address is leased" in command("allocate", "red", "x", "--address", "192.0.2.5", code=1)
        assert "capacity 6, in use 2" in command("stats")
        assert "another holder" in command("--holder", "other", "allocate", "a", "b", "--address", "192.0.2.5", code=1)
        command("release", "192.0.2.1")
        assert "192.0.2.1\tcooling" in command("list")
        assert "nobody holds" in command("release", "192.0.2.1", code=1)

        state = Path(folder) / "state.json"
        state.write_text('{"format": "estate pool", "version": 1, "family": "IPv4", "quarantine": {"least_ns": 0, '
                         '"when_cooling": "refuse"}, "ranges": [{"cidr": "198.51.100.0/24", "usable": "hosts", '
                         '"draining": false, "held": []}], "quotas": {}, "leases": [{"address": "198.51.100.7", '
                         '"tenant": "red", "resource": "web", "kind": "pod", "label": "", "generation": 9}]}')
        file = Path(folder) / "new.db"
        command("import", state)
        assert command("list").startswith("198.51.100.7\tleased\tred\tweb\tpod\t9"), "as it was"
        assert "invalid argument" in command("import", state, code=1), "it has leases already"


class Member:
    """A member of etcd that is a cluster of its own."""

    def __init__(self, folder):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.url, peer = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets)
        for each in sockets:
            each.close()
        # etcd starts on a processor that its makers do not test on only if it is named, by Go's name
        go = {"aarch64": "arm64", "armv7l": "arm", "i686": "386"}.get(platform.machine(), platform.machine())
        self.process = subprocess.Popen(
            ["etcd", "--name", "m", "--data-dir", Path(folder) / "etcd", "--listen-client-urls", self.url,
             "--advertise-client-urls", self.url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", f"m={peer}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **({} if go == "x86_64" else {"ETCD_UNSUPPORTED_ARCH": go})})
        end = time.monotonic() + 60
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            try:
                opener.open(f"{self.url}/health", timeout=5).read()
                return
            except OSError:
                assert time.monotonic() < end, "etcd does not answer"
                time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def a_pool_in_etcd_is_run_by_hand():
    need_program("pool_command")
    if shutil.which("etcd") is None:
        raise Skipped("etcd is not installed")
    with tempfile.TemporaryDirectory() as folder, Member(folder) as member:
        pool = f"etcd:{member.url}/demo"

        def command(*arguments, code=0):
            return run("pool_command", pool, *arguments, code=code)

        if "not supported" in run("pool_command", pool, "list", code=1):
            raise Skipped("pool_command was built without libcurl")
        assert "No such file" in command("list", code=1), "nobody has made it"
        secret = run("pool_command", f"etcd:{member.url.replace('//', '//name:secret@')}/none", "list", code=1)
        assert "pool_command: etcd: " in secret and "secret" not in secret, secret
        for times in (("--live", 0), ("--live", 10**11), ("--flush", 0), ("--flush", 10**11)):
            command("create", "192.0.2.0/28", "--block", 30, *times, code=2)
        assert "invalid argument" in command("create", "192.0.2.0/28", "--block", 30, "--live", 1, code=1), "its skew is 1 s"
        assert command("create", "192.0.2.0/28", "--block", 30, "--live", 2, "--flush", 1) == "4 blocks\n"
        command("create", "192.0.2.0/28", "--block", 30, "--live", 2, "--flush", 1)
        assert "other ranges" in command("create", "192.0.2.0/24", code=1)
        with Program("pool_command", pool, "watch", "--seconds", 6) as watch:
            assert watch.process.stderr.readline() == "watching\n"
            file = Path(folder) / "one.db"
            one = ("pool_command", pool, "--holder", "one", "--file", file)
            with Program(*one, "allocate", "red", "web", "--address", "192.0.2.5", "--seconds", 4) as leases:
                address, generation = leases.process.stdout.readline().split()
                assert address == "192.0.2.5", address
                owned = [line.split("\t") for line in command("list").splitlines()]
                assert ["192.0.2.4/30", "owned", "one"] in [words[:3] for words in owned], owned
                listed = command("--file", file, "list")
                assert f"192.0.2.5\tleased\tred\tweb\tcustom\t{generation}\tone" in listed, listed
                assert "waiting 0" in command("stats")
                refused = run("pool_command", pool, "--holder", "two", "--file", Path(folder) / "two.db", "allocate", "a",
                              "b", "--address", "192.0.2.6", code=1)
                assert "its block is of host one" in refused, refused
                leases.process.wait(timeout=60)
            assert "owned\tone" not in command("list"), "it left"
            seen = watch.end()
        assert "+ 192.0.2.4/30\towned\tone" in seen and "- 192.0.2.4/30\towned\tone" in seen, seen
        with Program(*one, "allocate", "red", "web", "--address", "192.0.2.5") as leases:
            leases.process.stdout.readline()
            leases.process.kill()
        assert "\tleased\tred\tweb" in command("--file", file, "list")
        run(*one, "release", "192.0.2.5")
        assert command("--file", file, "list") == "", "released"


CHECKS = {name: check for name, check in list(globals().items())
          if inspect.isfunction(check) and not inspect.signature(check).parameters and name not in ("need_ipv6", "programs_with_arguments", "main")}


def main():
    global PROGRAMS
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--programs", type=Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(CHECKS))
        return 0
    PROGRAMS = arguments.programs.resolve()
    passed = failed = 0
    for name in arguments.names or CHECKS:
        try:
            CHECKS[name]()
            passed += 1
            print(f"passed: {name}", flush=True)
        except Skipped as why:
            print(f"skipped: {name}: {why}", flush=True)
        except Exception as error:  # the next check shall run all the same
            failed += 1
            print(f"FAILED: {name}: {type(error).__name__}: {error}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0 if passed else 77


if __name__ == "__main__":
    sys.exit(main())
