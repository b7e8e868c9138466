// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/unix_observe.hpp>
#include <estate/backend/sim/system.hpp>

namespace estate::posix {

/// Those of a simulated host, whose files are names: each directory is there.
template <std::derived_from<sim::System> S>
struct UnixCalls<S> {
    explicit UnixCalls(S system) noexcept : system_{system} {}

    int pair(int type, int (&ends)[2]) const noexcept { return system_.socketpair(AF_UNIX, type, 0, ends); }
    int identity(const char* path, FileIdentity& file) const noexcept {
        std::uint64_t inode = 0;
        bool is_socket = false;
        if (system_.lstat(path, inode, is_socket) != 0) return -1;
        file = {1, inode, system_.process(), is_socket};
        return 0;
    }
    int unlink(const char* path) const noexcept { return system_.unlink(path); }
    int lock_directory(const char* path) const noexcept { return system_.lock_directory(path); }
    [[nodiscard]] std::int32_t process() const noexcept { return system_.process(); }
    int credentials(int fd, PeerCredentials& peer) const noexcept {
        ucred told{};
        socklen_t size = sizeof told;
        if (system_.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &told, &size) != 0) return -1;
        peer = {told.pid, told.uid, told.gid};
        return 0;
    }
    static constexpr int received_flags = MSG_CMSG_CLOEXEC;

private:
    S system_;
};

}  // namespace estate::posix

namespace estate::sim {

static_assert(posix::UnixSystem<System>);

/// Unix-domain sockets of a simulated host, by the code of the POSIX backend:
///
///     auto server = estate::new_socket<estate::BasicUnixStream<estate::sim::UnixStreams>>(host.system());
struct UnixStreams : posix::UnixSockets<System, SOCK_STREAM> {};
struct UnixDatagrams : posix::UnixSockets<System, SOCK_DGRAM> {};
struct UnixSeqpackets : posix::UnixSockets<System, SOCK_SEQPACKET> {};

}  // namespace estate::sim
