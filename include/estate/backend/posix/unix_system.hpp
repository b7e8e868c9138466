// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <estate/backend/posix/kernel.hpp>
#include <estate/net/peer_credentials.hpp>

namespace estate::posix {

/// Which file a path leads to. Process 0: none.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int32_t process = 0;  ///< that noted it: a forked child owns nothing of its parent's
    bool is_socket = false;
};

/// What a system does for Unix-domain sockets and the files that they are bound to, beside the calls of System. One
/// that has none of it has no such sockets: the simulated network, which has no files. Each call answers -1 when it
/// fails, and error() of the system says why.
///
///   pair               two connected sockets, closed on exec.
///   identity           of the file that the path itself names; links are not followed.
///   lock_directory     locks the directory that a path is in against others that do the same; a descriptor, whose
///                      close() ends it. It never waits: EWOULDBLOCK.
///   credentials        of the peer.
///   received_flags     what recvmsg() is given, so that descriptors that come are closed on exec.
template <class S>
struct UnixCalls;

template <class S>
concept UnixSystem =
    AdoptingSystem<S> && requires(const UnixCalls<S>& calls, int number, int (&ends)[2], const char* path,
                                  FileIdentity& file, PeerCredentials& peer) {
        { calls.pair(number, ends) } -> std::same_as<int>;
        { calls.identity(path, file) } -> std::same_as<int>;
        { calls.unlink(path) } -> std::same_as<int>;
        { calls.lock_directory(path) } -> std::same_as<int>;
        { calls.process() } -> std::same_as<std::int32_t>;
        { calls.credentials(number, peer) } -> std::same_as<int>;
        { UnixCalls<S>::received_flags } -> std::convertible_to<int>;
    };

/// The kernel's, and those of a system that is the kernel but for some calls.
template <std::derived_from<Kernel> S>
struct UnixCalls<S> {
    explicit UnixCalls(S) noexcept {}

    static int pair(int type, int (&ends)[2]) noexcept {
#if defined(SOCK_CLOEXEC)
        return ::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends);
#else
        if (::socketpair(AF_UNIX, type, 0, ends) != 0) return -1;
        if (Kernel::set_close_on_exec(ends[0]) == 0 && Kernel::set_close_on_exec(ends[1]) == 0) return 0;
        const int why = errno;
        for (const int end : ends) ::close(end);
        errno = why;
        return -1;
#endif
    }
    static int identity(const char* path, FileIdentity& file) noexcept {
        struct stat found {};
        if (::lstat(path, &found) != 0) return -1;
        file = {static_cast<std::uint64_t>(found.st_dev), static_cast<std::uint64_t>(found.st_ino), process(),
                S_ISSOCK(found.st_mode)};
        return 0;
    }
    static int unlink(const char* path) noexcept { return ::unlink(path); }
    static int lock_directory(const char* path) noexcept {
        char directory[sizeof(sockaddr_un::sun_path) + 1] = ".";
        std::size_t length = 0;
        for (std::size_t i = 0; path[i] != '\0'; ++i) {
            if (path[i] == '/') length = i > 0 ? i : 1;
        }
        for (std::size_t i = 0; i < length; ++i) directory[i] = path[i];
        if (length > 0) directory[length] = '\0';
        const int fd = ::open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
        const int why = errno;
        ::close(fd);
        errno = why;
        return -1;
    }
    static std::int32_t process() noexcept { return static_cast<std::int32_t>(::getpid()); }

#if defined(SO_PEERCRED)
    static int credentials(int fd, PeerCredentials& peer) noexcept {
        struct ucred told {};
        socklen_t size = sizeof told;
        if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &told, &size) != 0) return -1;
        peer = {static_cast<std::int32_t>(told.pid), static_cast<std::uint32_t>(told.uid),
                static_cast<std::uint32_t>(told.gid)};
        return 0;
    }
#else
    static int credentials(int fd, PeerCredentials& peer) noexcept {
        uid_t user = 0;
        gid_t group = 0;
        if (::getpeereid(fd, &user, &group) != 0) return -1;
        peer = {0, static_cast<std::uint32_t>(user), static_cast<std::uint32_t>(group)};
        return 0;
    }
#endif

#if defined(MSG_CMSG_CLOEXEC)
    static constexpr int received_flags = MSG_CMSG_CLOEXEC;
#else
    static constexpr int received_flags = 0;
#endif
};

static_assert(UnixSystem<Kernel>);

}  // namespace estate::posix
