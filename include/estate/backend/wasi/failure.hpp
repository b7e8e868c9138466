// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <wasi/wasip2.h>

#include <cerrno>
#include <estate/base/attributes.hpp>
#include <estate/error/error.hpp>

namespace estate::wasi {

/// An error-code of wasi:sockets/network as the errno that says the same, so that programs compare with std::errc
/// as they do elsewhere.
[[nodiscard]] ESTATE_COLD inline Error failure(network_error_code_t code) noexcept {
    switch (code) {
        case NETWORK_ERROR_CODE_ACCESS_DENIED: return Error::system(EACCES);
        case NETWORK_ERROR_CODE_NOT_SUPPORTED: return Error::system(EOPNOTSUPP);
        case NETWORK_ERROR_CODE_INVALID_ARGUMENT: return Error::system(EINVAL);
        case NETWORK_ERROR_CODE_OUT_OF_MEMORY: return Error::system(ENOMEM);
        case NETWORK_ERROR_CODE_TIMEOUT: return Error::system(ETIMEDOUT);
        case NETWORK_ERROR_CODE_CONCURRENCY_CONFLICT: return Error::system(EALREADY);
        case NETWORK_ERROR_CODE_WOULD_BLOCK: return Error::system(EAGAIN);
        // The types keep wrong orders away: what is left is a connection that ended behind the program's back.
        case NETWORK_ERROR_CODE_NOT_IN_PROGRESS:
        case NETWORK_ERROR_CODE_INVALID_STATE: return Error::system(ENOTCONN);
        case NETWORK_ERROR_CODE_NEW_SOCKET_LIMIT: return Error::system(EMFILE);
        case NETWORK_ERROR_CODE_ADDRESS_NOT_BINDABLE: return Error::system(EADDRNOTAVAIL);
        case NETWORK_ERROR_CODE_ADDRESS_IN_USE: return Error::system(EADDRINUSE);
        case NETWORK_ERROR_CODE_REMOTE_UNREACHABLE: return Error::system(EHOSTUNREACH);
        case NETWORK_ERROR_CODE_CONNECTION_REFUSED: return Error::system(ECONNREFUSED);
        case NETWORK_ERROR_CODE_CONNECTION_RESET: return Error::system(ECONNRESET);
        case NETWORK_ERROR_CODE_CONNECTION_ABORTED: return Error::system(ECONNABORTED);
        case NETWORK_ERROR_CODE_DATAGRAM_TOO_LARGE: return Error::system(EMSGSIZE);
        case NETWORK_ERROR_CODE_NAME_UNRESOLVABLE: return errc::name_not_found;
        case NETWORK_ERROR_CODE_TEMPORARY_RESOLVER_FAILURE: return errc::name_try_again;
        case NETWORK_ERROR_CODE_PERMANENT_RESOLVER_FAILURE: return errc::name_failure;
        default: return Error::system(EIO);  // unknown
    }
}

/// The same of a call that makes a socket. wasmtime says `unknown` where the table of descriptors is full.
[[nodiscard]] ESTATE_COLD inline Error failure_to_make(network_error_code_t code) noexcept {
    return failure(code == NETWORK_ERROR_CODE_UNKNOWN ? NETWORK_ERROR_CODE_NEW_SOCKET_LIMIT : code);
}

/// What a stream of a connection answered. `closed` is the end of the stream, or a pipe that leads nowhere. The
/// interface gives no reason for `last-operation-failed`; on a connection it is that the peer has gone.
[[nodiscard]] ESTATE_COLD inline Error failure(streams_stream_error_t error, Error closed) noexcept {
    if (error.tag == STREAMS_STREAM_ERROR_CLOSED) return closed;
    io_error_error_drop_own(error.val.last_operation_failed);
    return Error::system(ECONNRESET);
}

}  // namespace estate::wasi
