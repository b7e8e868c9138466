// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <estate/backend/posix/observe.hpp>
#include <estate/backend/posix/waker.hpp>
#include <estate/estate.hpp>

#include "faults.hpp"

namespace estate::test {

/// The kernel, whose calls are counted and go wrong as a Faults of the calling thread says.
struct Faulty : posix::Kernel {
    using Kernel = posix::Kernel;

    static int socket(int domain, int type, int protocol) noexcept {
        return pass(Call::socket, [&] { return Kernel::socket(domain, type, protocol); });
    }
    static int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
        return pass(Call::setsockopt, [&] { return Kernel::setsockopt(fd, level, name, value, size); });
    }
    static int getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept {
        return pass(Call::getsockopt, [&] { return Kernel::getsockopt(fd, level, name, value, size); });
    }
    static int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
        return pass(Call::bind, [&] { return Kernel::bind(fd, address, size); });
    }
    static int listen(int fd, int backlog) noexcept {
        return pass(Call::listen, [&] { return Kernel::listen(fd, backlog); });
    }
    static int accept(int fd, sockaddr* peer, socklen_t* size) noexcept {
        return pass(Call::accept, [&] { return Kernel::accept(fd, peer, size); });
    }
    static int accept_nonblocking(int fd, sockaddr* peer, socklen_t* size) noexcept {
        return pass(Call::accept, [&] { return Kernel::accept_nonblocking(fd, peer, size); });
    }
    static int connect(int fd, const sockaddr* peer, socklen_t size) noexcept {
        // Within a host one that was interrupted has not begun.
        const bool begins = peer->sa_family != AF_UNIX;
        return pass(Call::connect, [&] { return Kernel::connect(fd, peer, size); }, begins);
    }
    static int getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
        return pass(Call::getsockname, [&] { return Kernel::getsockname(fd, address, size); });
    }
    static int getpeername(int fd, sockaddr* address, socklen_t* size) noexcept {
        return pass(Call::getpeername, [&] { return Kernel::getpeername(fd, address, size); });
    }
    static int shutdown(int fd, int how) noexcept {
        return pass(Call::shutdown, [&] { return Kernel::shutdown(fd, how); });
    }
    static int set_nonblocking(int fd, bool on) noexcept {
        return pass(Call::set_nonblocking, [&] { return Kernel::set_nonblocking(fd, on); });
    }
    static int nonblocking(int fd) noexcept {
        return pass(Call::nonblocking, [&] { return Kernel::nonblocking(fd); });
    }
    static int set_close_on_exec(int fd) noexcept {
        return pass(Call::set_close_on_exec, [&] { return Kernel::set_close_on_exec(fd); });
    }
    static int poll(pollfd* descriptors, std::size_t count, std::int64_t until) noexcept {
        return pass(Call::poll, [&] { return Kernel::poll(descriptors, count, until); });
    }
    static int open_event() noexcept {
        return pass(Call::open_event, [&] { return Kernel::open_event(); });
    }
    static int duplicate(int fd) noexcept {
        return pass(Call::duplicate, [&] { return Kernel::duplicate(fd); });
    }
    static int close(int fd) noexcept {
        return pass(Call::close, [&] { return Kernel::close(fd); });
    }
    static ssize_t send(int fd, const void* bytes, std::size_t size, int flags) noexcept {
        return pass_bytes(Call::send, size, [&](std::size_t most) { return Kernel::send(fd, bytes, most, flags); });
    }
    static ssize_t recv(int fd, void* bytes, std::size_t size, int flags) noexcept {
        return pass_bytes(Call::recv, size, [&](std::size_t most) { return Kernel::recv(fd, bytes, most, flags); });
    }
    static ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* peer, socklen_t peer_size) noexcept {
        return pass_bytes(Call::sendto, size, [&](std::size_t most) { return Kernel::sendto(fd, bytes, most, flags, peer, peer_size); });
    }
    static ssize_t recvfrom(int fd, void* bytes, std::size_t size, int flags, sockaddr* peer, socklen_t* peer_size) noexcept {
        return pass_bytes(Call::recvfrom, size, [&](std::size_t most) { return Kernel::recvfrom(fd, bytes, most, flags, peer, peer_size); });
    }
    static ssize_t sendmsg(int fd, const msghdr* message, int flags) noexcept {
        return pass(Call::sendmsg, [&] { return Kernel::sendmsg(fd, message, flags); });
    }
    static ssize_t recvmsg(int fd, msghdr* message, int flags) noexcept {
        return pass(Call::recvmsg, [&] { return Kernel::recvmsg(fd, message, flags); });
    }
#if defined(__linux__)
    static int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
        return pass(Call::sendmsg, [&] { return Kernel::sendmmsg(fd, messages, count, flags); });
    }
    static int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
        return pass(Call::recvmsg, [&] { return Kernel::recvmmsg(fd, messages, count, flags); });
    }
#endif

private:
    using Kind = Fault::Kind;

    template <class Real>
    static auto pass(Call call, Real real, bool begins = false) noexcept -> decltype(real()) {
        const Fault* const fault = Faults::next(call);
        if (fault == nullptr) return real();
        if (fault->kind == Kind::answer) return fault->number;
        if (fault->kind == Kind::spoil || (fault->call == Call::any && has_effect(call, fault->number, begins))) (void)real();
        errno = fault->number;
        return -1;
    }
    /// A close() that fails has closed (close(2)), and a connect() over a network that was interrupted has begun.
    static bool has_effect(Call call, int error, bool begins) noexcept {
        return call == Call::close || (begins && (error == EINTR || error == EINPROGRESS));
    }
    /// The same for calls that move bytes.
    template <class Real>
    static ssize_t pass_bytes(Call call, std::size_t size, Real real) noexcept {
        const Fault* const fault = Faults::next(call);
        if (fault == nullptr) return real(size);
        if (fault->kind == Kind::cut) return real(std::min(size, static_cast<std::size_t>(fault->number)));
        if (fault->kind == Kind::answer) return fault->number;
        if (fault->kind == Kind::spoil) (void)real(size);
        errno = fault->number;
        return -1;
    }
};

/// Another backend, and so other types: Tcp<V4, FaultySockets>.
struct FaultySockets : posix::BasicSockets<Faulty> {};

template <Family F>
using FaultyTcp = Tcp<F, FaultySockets>;
template <Family F>
using FaultyUdp = Udp<F, FaultySockets>;
using FaultyWaker = BasicWaker<FaultySockets>;
using FaultyUntil = FaultySockets::until;

}  // namespace estate::test
