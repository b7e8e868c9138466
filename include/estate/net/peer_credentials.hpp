// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace estate {

/// Of the process that connected, or made the pair; seen by a client: of the process that called listen(). They are
/// those of that moment, even if another process has the socket by now.
///
/// Units   the system's numbers. A process that the system does not report, as on FreeBSD, is 0; one of another
///         namespace too.
/// Source  unix(7) SO_PEERCRED; getpeereid(3).
struct PeerCredentials {
    std::int32_t process;
    std::uint32_t user;   ///< effective
    std::uint32_t group;  ///< effective

    friend constexpr bool operator==(const PeerCredentials&, const PeerCredentials&) noexcept = default;
};

}  // namespace estate
