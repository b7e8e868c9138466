// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/unix_handle.hpp>

namespace estate::posix {

/// The local end of Unix-domain sockets, and the file of a path.
template <UnixSystem S>
struct UnixBind {
    using Handle = UnixHandle<S>;

    /// Errors  unix_errc::stale_socket_file where no socket has the file any more; address_in_use where one has.
    static result<void> bind(Handle& socket, const UnixAddress& address) noexcept {
        const auto native = UnixName::from(address);
        if (!native) return native.assume_error();
        const S system = socket.system();
        if (system.bind(socket.number(), generic(native.assume_value()), native.assume_value().size) == 0) {
            if (address.is_path()) socket.own_file(address.c_str());
            return success();
        }
        const Error why = failure(socket);
        if (!address.is_path() || why != Error::system(EADDRINUSE)) return why;
        if (is_stale(system, native.assume_value())) return unix_errc::stale_socket_file;
        return why;
    }

    /// bind(), which takes a stale file away first. Whoever does the same holds a lock of the directory meanwhile, so
    /// that nobody removes the file of a socket that was bound in between.
    static result<void> bind_over_stale(Handle& socket, const UnixAddress& address) noexcept {
        const auto first = bind(socket, address);
        if (first || first.assume_error() != unix_errc::stale_socket_file) return first;
        const S system = socket.system();
        const BasicDescriptor<S> lock(UnixCalls<S>(system).lock_directory(address.c_str()), system);
        if (lock.number() < 0) return Error::system(system.error());
        const auto native = UnixName::from(address);
        if (is_stale(system, native.assume_value()) && UnixCalls<S>(system).unlink(address.c_str()) != 0 &&
            system.error() != ENOENT) {
            return Error::system(system.error());
        }
        return bind(socket, address);
    }

private:
    /// The file is a socket's, and nobody has that. The connect of a datagram socket asks so: it is refused where no
    /// socket has the file (ECONNREFUSED). Otherwise it is the wrong type (EPROTOTYPE), whether that socket listens or
    /// not, or succeeds, and sends nothing. It never enters a backlog. Source  unix(7), connect(2).
    static bool is_stale(S system, const UnixName& at) noexcept {
        FileIdentity file;
        if (UnixCalls<S>(system).identity(at.name.sun_path, file) != 0 || !file.is_socket) return false;
        const BasicDescriptor<S> probe(system.socket(AF_UNIX, SOCK_DGRAM, 0), system);
        if (probe.number() < 0) return false;
        return system.connect(probe.number(), generic(at), at.size) != 0 && system.error() == ECONNREFUSED;
    }
};

}  // namespace estate::posix
