// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/socket.h>

namespace estate::posix {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"  // musl's macro compares numbers of different signs
/// CMSG_NXTHDR(): the control message after this one, or null.
[[nodiscard]] inline cmsghdr* next_control(msghdr& message, cmsghdr* at) noexcept { return CMSG_NXTHDR(&message, at); }
#pragma GCC diagnostic pop

}  // namespace estate::posix
