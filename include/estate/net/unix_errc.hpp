// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/error/domain.hpp>
#include <estate/error/result.hpp>

namespace estate {

/// What estate refuses or reports of Unix-domain sockets alone.
enum class unix_errc : std::int16_t {
    address_unnamed = 1,  ///< an unnamed address can be neither bound nor a destination
    malformed_path,       ///< a path or name of a socket that is empty, or a path with a NUL in it
    path_too_long,        ///< a path or name longer than the system has room for
    stale_socket_file,    ///< the file is there, but no socket is bound to it any more
    no_socket_passed,     ///< the message came without a socket
    passed_cut,           ///< more than one descriptor came with the message, or not all of them; all are closed
};

namespace detail {
struct UnixErrors {
    using code = unix_errc;
    static constexpr std::uint8_t number = 5;
    static constexpr const char* name = "unix";
    static constexpr ErrorRow rows[] = {
        {unix_errc::address_unnamed, "address_unnamed", "an unnamed address is nowhere", EINVAL},
        {unix_errc::malformed_path, "malformed_path", "the name of a socket is empty, or its path has a NUL in it",
         EINVAL},
        {unix_errc::path_too_long, "path_too_long", "the path or name of a socket is too long", ENAMETOOLONG},
        {unix_errc::stale_socket_file, "stale_socket_file", "the file of a socket that is gone", EADDRINUSE},
        {unix_errc::no_socket_passed, "no_socket_passed", "the message came without a socket", 0},
        {unix_errc::passed_cut, "passed_cut", "not exactly one descriptor came with the message", EMSGSIZE},
    };
};
}  // namespace detail
inline const ErrorDomain<detail::UnixErrors> unix_error_domain;
inline auto& error_domain(unix_errc) noexcept { return unix_error_domain; }

}  // namespace estate
