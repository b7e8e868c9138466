#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares what the comments of operations say of states with the tables: From, Leaves, Yields, "consumed".

    doc/generate/claims.py               one line for each comment that is false; the last is `N passed, N failed`
    doc/generate/claims.py --self-test   falsifies each kind of claim; none may pass unseen
"""

import re
import sys

sys.dont_write_bytecode = True
import headers  # noqa: E402
import lifecycle  # noqa: E402

EVERY = "every live state"


def states_in(text, names):
    return set(re.findall(rf"\b({'|'.join(sorted(names, key=len, reverse=True))})\b", text))


def faults(operation, variant, comment, transports):
    """What the comment of one operation says and its rows do not."""
    lives = [life for name, life in transports.items() if variant == "" or name in headers.transports_of(variant)]
    names = {state for life in lives for state in life.states}
    rows = [row for life in lives for row in life.rows if row.operation == operation]
    live = {state for life in lives for state in life.live_states} - {"Closed"}

    said = comment.get("From", "")
    legal = {row.state for row in rows}
    if (live if EVERY in said else states_in(said, names)) != legal:
        yield f"From says '{said}'; the table has it in {', '.join(sorted(legal))}"

    consumes = {row.consumes for row in rows} == {"consumes"}
    if consumes != ("consumed" in said):
        yield f"From says '{said}'; the operation {'consumes' if consumes else 'does not consume'} the socket"

    outcomes = {place.split("+")[0].split("@")[0] for row in rows for target in (row.next, row.left) for place in target.split("|")}
    left = outcomes - {"never"} if consumes else set()
    # "from SendClosed ..." in a Leaves names where it comes from, not what it leaves.
    told = re.sub(r"\bfrom \w+", "", comment.get("Leaves", ""))
    if states_in(told, names) != left and not (EVERY in told or "the same state" in told):
        yield f"Leaves says '{comment.get('Leaves', '')}'; the table leaves {', '.join(sorted(left)) or 'nothing'}"

    yields = {row.yields.split("@")[0] for row in rows} - {"-"}
    if states_in(comment.get("Yields", ""), names) != yields:
        yield f"Yields says '{comment.get('Yields', '')}'; the table yields {', '.join(sorted(yields)) or 'nothing'}"


def check(transports, operations, nonblocking):
    """[(operation, fault)] and how many comments there are."""
    found, count = [], 0
    for said, kind, lives in ((operations, "", transports), (nonblocking, "nonblocking ", lifecycle.never_waiting(transports))):
        for operation, variants in said.items():
            for variant, comment, _ in variants:
                count += 1
                found += [(kind + operation, fault) for fault in faults(operation, variant, comment, lives)]
    return found, count


def self_test(transports):
    """Each claim falsified alone must be found."""
    def falsified(operation, field, text, read=headers.operations):
        operations = read()
        for _, comment, _ in operations[operation]:
            comment[field] = text
        return operations

    cases = {
        "a state too many": falsified("send", "From", "Created, Connected, ReceiveClosed; stays."),
        "a state too few": falsified("abort", "From", "Connected or SendClosed; consumed."),
        "every live state, where it is not": falsified("listen", "From", "every live state; consumed."),
        "another state after success": falsified("shutdown_send", "Leaves", "Listening; on failure Closed."),
        "another state after failure": falsified("bind", "Leaves", "Bound. On failure Closed."),
        "consumed, though it stays": falsified("recv_from", "From", "Bound UDP; consumed."),
        "stays, though it is consumed": falsified("listen", "From", "Bound."),
        "another yield": falsified("accept", "Yields", "ReceiveClosed"),
        "no From at all": falsified("close", "From", ""),
    }
    never = headers.nonblocking_operations
    quiet = {
        "never waits: a state too many": falsified("send_to", "From", "Bound, Connected UDP; stays.", never),
        "never waits: another state after success": falsified("finish_connect", "Leaves", "Connected; on failure Closed.", never),
    }
    failed = bool(check(transports, headers.operations(), never())[0])
    checks = [(name, operations, never()) for name, operations in cases.items()]
    checks += [(name, headers.operations(), operations) for name, operations in quiet.items()]
    for name, operations, nonblocking in checks:
        seen = bool(check(transports, operations, nonblocking)[0])
        failed += not seen
        print(f"{'ok     ' if seen else 'FAILED '} {name}")
    print(f"{len(checks) + 1 - failed} passed, {int(failed)} failed")
    return failed


def main():
    transports = lifecycle.read()
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test(transports) else 0
    found, count = check(transports, headers.operations(), headers.nonblocking_operations())
    for operation, fault in found:
        print(f"{operation}: {fault}")
    failed = len({operation for operation, _ in found})
    print(f"{count - failed} passed, {failed} failed")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
