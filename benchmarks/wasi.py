#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Round trips through a component that uses estate against one in plain C on the bindings.

  wasi.py --raw COMPONENT --estate COMPONENT [--gate] --host COMMAND...

Both run on the same host in one run, in turn, in rounds; each round gives the ratio of its two rates, and the median
of the ratios is what counts. With --gate the exit code is 1 where estate is more than 5 % slower.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time

ROUNDS = 11
TRIPS = 1000
SIZE = 64
LEAST = 0.95


def rate(host, component):
    """Round trips a second over one connection."""
    with subprocess.Popen([*host, component], stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            port = int(re.search(r":(\d+)$", server.stdout.readline().strip()).group(1))
            with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ball = bytes(SIZE)

                def trips(count):
                    for _ in range(count):
                        client.sendall(ball)
                        left = SIZE
                        while left:
                            left -= len(client.recv(left))

                trips(TRIPS // 10)  # warm
                start = time.perf_counter()
                trips(TRIPS)
                return TRIPS / (time.perf_counter() - start)
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--raw", required=True)
    parser.add_argument("--estate", required=True)
    parser.add_argument("--gate", action="store_true")
    parser.add_argument("--host", nargs=argparse.REMAINDER, required=True)
    arguments = parser.parse_args()
    rates = {"raw": [], "estate": []}
    ratios = []
    for number in range(ROUNDS):
        order = ("raw", "estate") if number % 2 else ("estate", "raw")
        both = {which: rate(arguments.host, getattr(arguments, which)) for which in order}
        ratios.append(both["estate"] / both["raw"])
        for which, value in both.items():
            rates[which].append(value)
    ratio = statistics.median(ratios)
    print(f"round trips a second: plain C {statistics.median(rates['raw']):.0f}, "
          f"estate {statistics.median(rates['estate']):.0f}; estate is at {ratio:.3f} of plain C, at least {LEAST}")
    return 1 if arguments.gate and ratio < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
