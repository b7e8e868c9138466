// SPDX-License-Identifier: BSL-1.0
#pragma once

// The system of every program here: a host of a simulated world, or the kernel of this machine. Which one is said at
// run time, since the sockets and calls of all tables take half a minute to compile.

#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <estate/backend/posix/kernel.hpp>
#include <estate/sim.hpp>
#include <set>

namespace estate::explore {

/// Of one of two machines that are asked the same; see kernel.hpp.
struct Side {
    bool is_kernel = false;
    sim::World* world = nullptr;
    std::int64_t clock = 0;   // the kernel's: that of the world, and a wait in vain takes it to its end
    bool* in_vain = nullptr;  // whether a wait of this step has ended so on the simulated host, which is asked first
    int error = 0;
    std::set<unsigned long> files{};  // the numbers of the sockets that the kernel has made
};

/// Without a side it is the simulated host, and nothing else. With one, no wait lasts: a call without an end fails with
/// EDEADLK after 400 ms of the world's time, as a wait of a simulated host does that nothing can end. The kernel waits
/// for 1 ms where the simulated host has waited in vain, and else for a second: it is asked second.
class Either {
public:
    Either() noexcept = default;
    Either(sim::System simulated, Side* side = nullptr) noexcept : simulated_{simulated}, side_{side} {}
    friend bool operator==(const Either&, const Either&) noexcept = default;

    /// The call, of the machine that this is. Its error is kept until the next one.
    template <class Call>
    auto ask(Call call) const noexcept {
        if (side_ == nullptr) return call(simulated_);
        const auto answer = is_kernel() ? call(posix::Kernel()) : call(simulated_);
        if (!is_kernel()) side_->world->run_for(arrival);  // on the kernel's loopback it has arrived, too
        if (answer < 0) side_->error = is_kernel() ? errno : simulated_.error();
        if (answer < 0 && side_->error == EDEADLK) *side_->in_vain = true;
        return answer;
    }
    [[nodiscard]] bool is_kernel() const noexcept { return side_ != nullptr && side_->is_kernel; }
    [[nodiscard]] const sim::System& simulated() const noexcept { return simulated_; }
    int fail(int why) const noexcept {
        side_->error = why;
        return -1;
    }

    int socket(int domain, int type, int protocol) const noexcept {
        return prepared(ask([&](const auto& s) { return s.socket(domain, type, protocol); }));
    }
    int bind(int fd, const sockaddr* at, socklen_t size) const noexcept {
        return ask([&](const auto& s) { return s.bind(fd, at, size); });
    }
    int listen(int fd, int backlog) const noexcept {
        return ask([&](const auto& s) { return s.listen(fd, backlog); });
    }
    int accept(int fd, sockaddr* peer, socklen_t* size) const noexcept {
        return prepared(ask([&](const auto& s) { return s.accept(fd, peer, size); }));
    }
    int connect(int fd, const sockaddr* peer, socklen_t size) const noexcept {
        const int answer = ask([&](const auto& s) { return s.connect(fd, peer, size); });
        const bool waits = is_kernel() && answer < 0 && posix::Kernel::nonblocking(fd) == 0;
        return waits && (side_->error == EAGAIN || side_->error == EINPROGRESS) ? fail(EDEADLK) : answer;
    }
    int getsockname(int fd, sockaddr* at, socklen_t* size) const noexcept {
        return ask([&](const auto& s) { return s.getsockname(fd, at, size); });
    }
    int getpeername(int fd, sockaddr* at, socklen_t* size) const noexcept {
        return ask([&](const auto& s) { return s.getpeername(fd, at, size); });
    }
    int getsockopt(int fd, int level, int name, void* value, socklen_t* size) const noexcept {
        return ask([&](const auto& s) { return s.getsockopt(fd, level, name, value, size); });
    }
    int setsockopt(int fd, int level, int name, const void* value, socklen_t size) const noexcept {
        return ask([&](const auto& s) { return s.setsockopt(fd, level, name, value, size); });
    }
    int shutdown(int fd, int how) const noexcept {
        return ask([&](const auto& s) { return s.shutdown(fd, how); });
    }
    int close(int fd) const noexcept {
        return ask([&](const auto& s) { return s.close(fd); });
    }
    ssize_t send(int fd, const void* bytes, std::size_t size, int flags) const noexcept {
        return put(fd, flags, [&](const auto& s, int with) { return s.send(fd, bytes, size, with); });
    }
    ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* to,
                   socklen_t to_size) const noexcept {
        return put(fd, flags, [&](const auto& s, int with) { return s.sendto(fd, bytes, size, with, to, to_size); });
    }
    ssize_t sendmsg(int fd, const msghdr* message, int flags) const noexcept {
        return put(fd, flags, [&](const auto& s, int with) { return s.sendmsg(fd, message, with); });
    }
    ssize_t recv(int fd, void* bytes, std::size_t size, int flags) const noexcept {
        return get(fd, flags, [&](const auto& s) { return s.recv(fd, bytes, size, flags); });
    }
    ssize_t recvfrom(int fd, void* bytes, std::size_t size, int flags, sockaddr* from,
                     socklen_t* from_size) const noexcept {
        return get(fd, flags, [&](const auto& s) { return s.recvfrom(fd, bytes, size, flags, from, from_size); });
    }
    ssize_t recvmsg(int fd, msghdr* message, int flags) const noexcept {
        return get(fd, flags, [&](const auto& s) { return s.recvmsg(fd, message, flags); });
    }
    int set_nonblocking(int fd, bool on) const noexcept {
        return ask([&](const auto& s) { return s.set_nonblocking(fd, on); });
    }
    [[nodiscard]] int nonblocking(int fd) const noexcept {
        return ask([&](const auto& s) { return s.nonblocking(fd); });
    }
    int duplicate(int fd) const noexcept {
        return ask([&](const auto& s) { return s.duplicate(fd); });
    }
    int set_close_on_exec(int fd) const noexcept {
        return ask([&](const auto& s) { return s.set_close_on_exec(fd); });
    }
    int poll(pollfd* all, std::size_t count, std::int64_t until) const noexcept {
        if (side_ == nullptr) return simulated_.poll(all, static_cast<nfds_t>(count), until);
        const std::int64_t start = now();
        const std::int64_t end = std::min(until, start + longest);
        const auto many = static_cast<nfds_t>(count);
        const int ready = is_kernel() ? poll_kernel(all, count, end)
                                      : ask([&](const auto& s) { return s.poll(all, many, end); });
        if (ready != 0 || end <= start) return ready;
        if (!is_kernel()) *side_->in_vain = true;
        side_->clock = end;
        return until <= end ? 0 : fail(EDEADLK);
    }
    [[nodiscard]] std::int64_t now() const noexcept { return is_kernel() ? side_->clock : simulated_.now(); }
    [[nodiscard]] int error() const noexcept { return side_ != nullptr ? side_->error : simulated_.error(); }

    int open_event() const noexcept {
        return ask([&](const auto& s) { return s.open_event(); });
    }
    void raise_event(int event) const noexcept { is_kernel() ? posix::Kernel::raise_event(event) : set(event, true); }
    void lower_event(int event) const noexcept { is_kernel() ? posix::Kernel::lower_event(event) : set(event, false); }

    /// Of the kernel: no call lasts for ever, and Nagle's algorithm, which the simulation has not, keeps nothing back.
    int prepared(int fd) const {
        if (!is_kernel() || fd < 0) return fd;
        const timeval second{1, 0};
        const int on = 1;
        posix::Kernel::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
        posix::Kernel::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
        posix::Kernel::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // fails for others than TCP
        struct stat file {};
        if (::fstat(fd, &file) == 0) side_->files.insert(file.st_ino);
        return fd;
    }

    static constexpr std::int64_t latency = 1;    // of a packet
    static constexpr std::int64_t arrival = 100;  // until what it makes others send is there, too

private:
    static constexpr std::int64_t longest = 400 * sim::millisecond;

    void set(int event, bool on) const noexcept {
        static_cast<void>(on ? simulated_.raise_event(event) : simulated_.lower_event(event));
    }
    int poll_kernel(pollfd* all, std::size_t count, std::int64_t end) const noexcept {
        const int ready = ask([&](const auto&) { return ::poll(all, count, 0); });
        if (ready != 0 || end <= now()) return ready;
        if (std::all_of(all, all + count, [](const pollfd& one) { return one.fd < 0; })) return 0;
        return ask([&](const auto&) { return ::poll(all, count, *side_->in_vain ? 1 : 1000); });
    }
    [[nodiscard]] bool may_wait(int fd, int flags) const noexcept {
        return side_ != nullptr && (flags & MSG_DONTWAIT) == 0 && nonblocking(fd) == 0;
    }
    template <class Call>
    ssize_t get(int fd, int flags, Call call) const noexcept {
        pollfd one{fd, POLLIN, 0};
        if (may_wait(fd, flags) && poll(&one, 1, posix::never) < 0) return -1;
        return ask(call);
    }
    template <class Call>
    ssize_t put(int fd, int flags, Call call) const noexcept {
        if (!may_wait(fd, flags)) return ask([&](const auto& s) { return call(s, flags); });
        const auto at_once = [&](const auto& s) { return call(s, flags | MSG_DONTWAIT); };
        ssize_t count = ask(at_once);
        if (count >= 0 || side_->error != EAGAIN) return count;
        pollfd one{fd, POLLOUT, 0};
        if (poll(&one, 1, posix::never) < 0) return -1;
        count = ask(at_once);
        return count < 0 && side_->error == EAGAIN ? fail(EDEADLK) : count;
    }

    sim::System simulated_;
    Side* side_ = nullptr;
};

}  // namespace estate::explore

namespace estate::posix {

template <>
struct UnixCalls<explore::Either> {
    explicit UnixCalls(explore::Either system) noexcept : system_{system} {}

    int pair(int type, int (&ends)[2]) const noexcept {
        const int made = each([&](const auto& calls) { return calls.pair(type, ends); });
        if (made == 0) {
            for (const int end : ends) system_.prepared(end);
        }
        return made;
    }
    int identity(const char* path, FileIdentity& file) const noexcept {
        return each([&](const auto& calls) { return calls.identity(path, file); });
    }
    int unlink(const char* path) const noexcept {
        return each([&](const auto& calls) { return calls.unlink(path); });
    }
    int lock_directory(const char* path) const noexcept {
        return each([&](const auto& calls) { return calls.lock_directory(path); });
    }
    [[nodiscard]] std::int32_t process() const noexcept {
        return system_.is_kernel() ? UnixCalls<Kernel>::process() : system_.simulated().process();
    }
    int credentials(int fd, PeerCredentials& peer) const noexcept {
        return each([&](const auto& calls) { return calls.credentials(fd, peer); });
    }
    static constexpr int received_flags = MSG_CMSG_CLOEXEC;

private:
    template <class Call>
    int each(Call call) const noexcept {
        return system_.ask([&](const auto& s) { return call(UnixCalls<std::remove_cvref_t<decltype(s)>>(s)); });
    }

    explore::Either system_;
};

}  // namespace estate::posix

namespace estate::explore {

/// What the tables are walked with: the sockets of sim::Sockets and its like, whose system may be the kernel, too.
struct Sockets : posix::BasicSockets<Either> {};
struct UnixStreams : posix::UnixSockets<Either, SOCK_STREAM> {};
struct UnixDatagrams : posix::UnixSockets<Either, SOCK_DGRAM> {};
struct UnixSeqpackets : posix::UnixSockets<Either, SOCK_SEQPACKET> {};

}  // namespace estate::explore

namespace estate {
template <>
inline constexpr auto absent_operations<explore::Sockets> = absent_operations<sim::Sockets>;
}  // namespace estate
