// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/error/error.hpp>

namespace estate {

/// What a server should do after accept failed; the listener is sound in every case but fatal.
enum class AcceptFailure {
    retry,      ///< this connection died, or the network passed an error of it on: accept the next one
    stopped,    ///< by its waker; the listener accepts again after reset()
    resources,  ///< out of descriptors or memory: the connection stays queued, so free some or wait, do not spin
    fatal,      ///< the listener cannot accept any more
};

/// Source  accept(2), "Error handling": Linux passes pending network errors of the new connection.
[[nodiscard]] inline AcceptFailure classify_accept(Error error) noexcept {
    if (error == errc::deadline_exceeded) return AcceptFailure::retry;
    if (error == errc::stopped) return AcceptFailure::stopped;
    if (!error.is_system()) return AcceptFailure::fatal;
    switch (error.posix()) {
        case ECONNABORTED:
        case EPERM:  // a firewall rule forbade it
        case EPROTO:
        case ENOPROTOOPT:
        case ENETDOWN:
        case ENETUNREACH:
#if defined(EHOSTDOWN)
        case EHOSTDOWN:
#endif
        case EHOSTUNREACH:
#if defined(ENONET)
        case ENONET:
#endif
        case EOPNOTSUPP:
        case ETIMEDOUT: return AcceptFailure::retry;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM: return AcceptFailure::resources;
        default: return AcceptFailure::fatal;
    }
}

}  // namespace estate
