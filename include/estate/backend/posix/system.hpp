// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace estate::posix {

/// The `until` of poll() that never comes.
inline constexpr std::int64_t never = INT64_MAX;

/// The seam: every call that this backend makes on a socket is `system.call(...)` on a value of such a type.
///
/// It is empty where one system is all there is, and its functions are static then; a simulated host is a pointer
/// to it. A handle keeps its system, and what is accepted has that of its listener. The calls are those of
/// POSIX.1-2024 of the same names, with the numbers (flags, options, addresses, errors) of the platform that is
/// compiled for, and answer as those do: -1, and error() says why until the next call. None throws. What differs
/// from one system to the next, and is thus the system's to do:
///
///   socket, accept     what they make is closed on exec, blocks, and never raises SIGPIPE. accept() fills in
///                      the peer's address unless both pointers are null.
///   accept_nonblocking (optional) as accept(), and what it makes does not block.
///   send and its like  never raise SIGPIPE.
///   set_nonblocking    sets or clears O_NONBLOCK on the open file, whatever it was; 0 or -1.
///   nonblocking        1, 0, or -1.
///   poll               until a point of now(), not for a time; `never` is no end, and a point that has passed, 0 or
///                      less among them, looks once. May answer 0 early, -1 with EINTR as usual.
///   now                nanoseconds of the clock that std::chrono::steady_clock reads.
///   open_event         a descriptor that poll() finds readable while it is raised; closed by close(). raise_event()
///                      may be called in a signal handler, so it leaves errno as it was.
template <class S>
concept System =
    std::is_trivially_copyable_v<S> && std::is_default_constructible_v<S> &&
    requires(const S& system, int number, const sockaddr* from, sockaddr* to, socklen_t size, socklen_t* size_to,
             const void* out, void* in, std::size_t length, const msghdr* gather, msghdr* scatter, pollfd* descriptors,
             std::int64_t until) {
        { system.socket(number, number, number) } -> std::same_as<int>;  // domain, type, protocol
        { system.bind(number, from, size) } -> std::same_as<int>;
        { system.listen(number, number) } -> std::same_as<int>;
        { system.accept(number, to, size_to) } -> std::same_as<int>;
        { system.connect(number, from, size) } -> std::same_as<int>;
        { system.getsockname(number, to, size_to) } -> std::same_as<int>;
        { system.getpeername(number, to, size_to) } -> std::same_as<int>;
        { system.getsockopt(number, number, number, in, size_to) } -> std::same_as<int>;
        { system.setsockopt(number, number, number, out, size) } -> std::same_as<int>;
        { system.shutdown(number, number) } -> std::same_as<int>;
        { system.close(number) } -> std::same_as<int>;
        { system.send(number, out, length, number) } -> std::same_as<ssize_t>;
        { system.recv(number, in, length, number) } -> std::same_as<ssize_t>;
        { system.sendto(number, out, length, number, from, size) } -> std::same_as<ssize_t>;
        { system.recvfrom(number, in, length, number, to, size_to) } -> std::same_as<ssize_t>;
        { system.sendmsg(number, gather, number) } -> std::same_as<ssize_t>;
        { system.recvmsg(number, scatter, number) } -> std::same_as<ssize_t>;
        { system.set_nonblocking(number, true) } -> std::same_as<int>;
        { system.nonblocking(number) } -> std::same_as<int>;
        { system.poll(descriptors, length, until) } -> std::same_as<int>;
        { system.now() } -> std::same_as<std::int64_t>;
        { system.error() } -> std::same_as<int>;
        { system.open_event() } -> std::same_as<int>;
        { system.raise_event(number) };
        { system.lower_event(number) };
    };

/// Can also take over a descriptor that was made elsewhere, which from then on is closed on exec: what adopt() needs.
template <class S>
concept AdoptingSystem = System<S> && requires(const S& system, int number) {
    { system.set_close_on_exec(number) } -> std::same_as<int>;
};

/// Can also make a second descriptor of an open file: what op::split needs.
template <class S>
concept DuplicatingSystem = System<S> && (std::is_empty_v<S> || std::equality_comparable<S>) &&
                            requires(const S& system, int number) {
    { system.duplicate(number) } -> std::same_as<int>;
};

}  // namespace estate::posix
