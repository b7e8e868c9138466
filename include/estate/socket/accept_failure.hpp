// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/accept_failure.hpp>
#include <estate/backend/native.hpp>
#include <estate/error/error.hpp>

namespace estate {

/// What the failure of an accept() asks a server to do. The system's own errors are the backend's to know.
/// Source  accept(2), "Error handling": Linux passes pending network errors of the new connection.
template <class Backend = native_stream>
[[nodiscard]] inline AcceptFailure classify_accept(Error error) noexcept {
    if (error == errc::deadline_exceeded) return AcceptFailure::retry;
    if (error == errc::stopped) return AcceptFailure::stopped;
    return error.is_system() ? Backend::classify_accept(error.posix()) : AcceptFailure::fatal;
}

}  // namespace estate
