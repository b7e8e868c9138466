// SPDX-License-Identifier: BSL-1.0
// Stands in front of the C library: these symbols of the program come before those of libc, and pass every call
// on unless a Faults of the calling thread says otherwise.
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>

#include "../support/faults.hpp"

namespace estate::test {

namespace {
thread_local Faults* active = nullptr;
}

Faults::Faults(std::initializer_list<Fault> faults) {
    if (faults.size() > faults_.size() || active != nullptr) std::abort();
    for (const auto& fault : faults) faults_[size_++] = fault;
    active = this;
}
Faults::~Faults() { active = nullptr; }

bool Faults::all_happened() const {
    return std::all_of(faults_.begin(), faults_.begin() + size_, [](const Fault& fault) { return fault.times == 0; });
}

const Fault* Faults::next(Call call) {
    if (active == nullptr) return nullptr;
    ++active->made_[static_cast<std::size_t>(call)];
    for (std::size_t i = 0; i < active->size_; ++i) {
        auto& fault = active->faults_[i];
        if (fault.call != call || fault.times == 0) continue;
        if (fault.after > 0) {
            --fault.after;
            continue;
        }
        --fault.times;
        return &fault;
    }
    return nullptr;
}

namespace {

using Kind = Fault::Kind;

/// The function that the program would have called.
template <class Function>
Function* behind(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

template <class Real>
auto pass(Call call, Real real) -> decltype(real()) {
    const Fault* const fault = Faults::next(call);
    if (fault == nullptr) return real();
    if (fault->kind == Kind::answer) return fault->number;
    if (fault->kind == Kind::spoil) (void)real();
    errno = fault->number;
    return -1;
}
/// The same for calls that move bytes.
template <class Real>
ssize_t pass_bytes(Call call, std::size_t size, Real real) {
    const Fault* const fault = Faults::next(call);
    if (fault == nullptr) return real(size);
    if (fault->kind == Kind::cut) return real(std::min(size, static_cast<std::size_t>(fault->number)));
    if (fault->kind == Kind::answer) return fault->number;
    if (fault->kind == Kind::spoil) (void)real(size);
    errno = fault->number;
    return -1;
}

}  // namespace
}  // namespace estate::test

using estate::test::behind;
using estate::test::Call;
using estate::test::pass;
using estate::test::pass_bytes;

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
    static auto* const real = behind<int(int, int, int)>("socket");
    return pass(Call::socket, [&] { return real(domain, type, protocol); });
}
int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
    static auto* const real = behind<int(int, int, int, const void*, socklen_t)>("setsockopt");
    return pass(Call::setsockopt, [&] { return real(fd, level, name, value, size); });
}
int getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept {
    static auto* const real = behind<int(int, int, int, void*, socklen_t*)>("getsockopt");
    return pass(Call::getsockopt, [&] { return real(fd, level, name, value, size); });
}
int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    static auto* const real = behind<int(int, const sockaddr*, socklen_t)>("bind");
    return pass(Call::bind, [&] { return real(fd, address, size); });
}
int listen(int fd, int backlog) noexcept {
    static auto* const real = behind<int(int, int)>("listen");
    return pass(Call::listen, [&] { return real(fd, backlog); });
}
int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
    static auto* const real = behind<int(int, sockaddr*, socklen_t*, int)>("accept4");
    return pass(Call::accept4, [&] { return real(fd, address, size, flags); });
}
int connect(int fd, const sockaddr* address, socklen_t size) {
    static auto* const real = behind<int(int, const sockaddr*, socklen_t)>("connect");
    return pass(Call::connect, [&] { return real(fd, address, size); });
}
int getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
    static auto* const real = behind<int(int, sockaddr*, socklen_t*)>("getsockname");
    return pass(Call::getsockname, [&] { return real(fd, address, size); });
}
int getpeername(int fd, sockaddr* address, socklen_t* size) noexcept {
    static auto* const real = behind<int(int, sockaddr*, socklen_t*)>("getpeername");
    return pass(Call::getpeername, [&] { return real(fd, address, size); });
}
ssize_t send(int fd, const void* bytes, std::size_t size, int flags) {
    static auto* const real = behind<ssize_t(int, const void*, std::size_t, int)>("send");
    return pass_bytes(Call::send, size, [&](std::size_t most) { return real(fd, bytes, most, flags); });
}
ssize_t recv(int fd, void* room, std::size_t size, int flags) {
    static auto* const real = behind<ssize_t(int, void*, std::size_t, int)>("recv");
    return pass_bytes(Call::recv, size, [&](std::size_t most) { return real(fd, room, most, flags); });
}
ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* to, socklen_t to_size) {
    static auto* const real = behind<ssize_t(int, const void*, std::size_t, int, const sockaddr*, socklen_t)>("sendto");
    return pass_bytes(Call::sendto, size, [&](std::size_t most) { return real(fd, bytes, most, flags, to, to_size); });
}
ssize_t recvfrom(int fd, void* room, std::size_t size, int flags, sockaddr* from, socklen_t* from_size) {
    static auto* const real = behind<ssize_t(int, void*, std::size_t, int, sockaddr*, socklen_t*)>("recvfrom");
    return pass_bytes(Call::recvfrom, size,
                      [&](std::size_t most) { return real(fd, room, most, flags, from, from_size); });
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    static auto* const real = behind<ssize_t(int, const msghdr*, int)>("sendmsg");
    return pass(Call::sendmsg, [&] { return real(fd, message, flags); });
}
ssize_t recvmsg(int fd, msghdr* message, int flags) {
    static auto* const real = behind<ssize_t(int, msghdr*, int)>("recvmsg");
    return pass(Call::recvmsg, [&] { return real(fd, message, flags); });
}
int shutdown(int fd, int how) noexcept {
    static auto* const real = behind<int(int, int)>("shutdown");
    return pass(Call::shutdown, [&] { return real(fd, how); });
}
int fcntl(int fd, int command, ...) {
    static auto* const real = behind<int(int, int, ...)>("fcntl");
    std::va_list arguments;
    va_start(arguments, command);
    void* const argument = va_arg(arguments, void*);  // an int comes the same way
    va_end(arguments);
    return pass(Call::fcntl, [&] { return real(fd, command, argument); });
}
int poll(pollfd* descriptors, nfds_t count, int timeout) {
    static auto* const real = behind<int(pollfd*, nfds_t, int)>("poll");
    return pass(Call::poll, [&] { return real(descriptors, count, timeout); });
}
int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask) {
    static auto* const real = behind<int(pollfd*, nfds_t, const timespec*, const sigset_t*)>("ppoll");
    return pass(Call::ppoll, [&] { return real(descriptors, count, timeout, mask); });
}
int eventfd(unsigned count, int flags) noexcept {
    static auto* const real = behind<int(unsigned, int)>("eventfd");
    return pass(Call::eventfd, [&] { return real(count, flags); });
}
int close(int fd) {
    static auto* const real = behind<int(int)>("close");
    return pass(Call::close, [&] { return real(fd); });
}

}  // extern "C"
