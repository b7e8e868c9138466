// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/estate.hpp>
#include <utility>

#include "faulty.hpp"
#include "sockets.hpp"

namespace estate::test {

inline std::array<std::byte, 4> waiting_room{};
inline const ConstBuffer two_parts[] = {as_buffer("ab"), as_buffer("cd")};
inline const MutableBuffer into[] = {waiting_room};

/// Calls check(call, run) with every call of this library that can wait: run(until) makes it on a socket where it would
/// succeed at once, and answers its error. `call` is the system call that moves bytes or makes the connection.
template <class Check>
void every_waiting_call(Check check) {
    const auto code = [](const auto& answer) {
        if (answer) return Error(errc::invalid_argument);  // it was to fail
        if constexpr (requires { answer.assume_error().code; }) {
            return answer.assume_error().code;
        } else {
            return answer.assume_error();
        }
    };
    const auto pair = connected_pair<V4, FaultySockets>();
    const auto& one = pair.client;
    const auto& other = pair.server;
    (void)one.send("abcdefgh").value();
    (void)other.send("abcdefgh").value();
    check(Call::send, [&](FaultyUntil until) { return code(one.send("x", until)); });
    check(Call::send, [&](FaultyUntil until) { return code(one.send_all("x", until)); });
    check(Call::sendmsg, [&](FaultyUntil until) { return code(one.send_vectored(two_parts, until)); });
    check(Call::recv, [&](FaultyUntil until) { return code(other.recv(waiting_room, until)); });
    check(Call::recv, [&](FaultyUntil until) { return code(other.recv_exact(waiting_room, until)); });
    check(Call::recvmsg, [&](FaultyUntil until) { return code(other.recv_vectored(into, until)); });
    check(Call::recv, [&](FaultyUntil until) {
        Faults::Pause pause;
        auto ending = connected_pair<V4, FaultySockets>();
        pause.end();
        return code(std::move(ending.client).finish(until));
    });

    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto client = connected_to(listener);
    check(Call::accept, [&](FaultyUntil until) { return code(listener.accept(until)); });

    auto datagrams = datagrams_on_loopback<V4, FaultySockets>();
    const auto self = datagrams.local_addr().value();
    (void)datagrams.send_to("abcd", self).value();
    check(Call::sendto, [&](FaultyUntil until) { return code(datagrams.send_to("x", self, until)); });
    check(Call::recvfrom, [&](FaultyUntil until) { return code(datagrams.recv_from(waiting_room, until)); });
    const auto fixed = std::move(datagrams).connect(self).value();
    check(Call::send, [&](FaultyUntil until) { return code(fixed.send("x", until)); });
    check(Call::recv, [&](FaultyUntil until) { return code(fixed.recv(waiting_room, until)); });
}

}  // namespace estate::test
