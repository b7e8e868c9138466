// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/socket.h>

namespace estate::posix {

/// Space for what arrives beside the bytes of a message. What others asked the open file for (its sender, a time, a
/// label) comes first and takes part of it; the kernel cuts what does not fit, ours as well as theirs.
/// Source  unix(7), socket(7), cmsg(3).
struct ControlRoom {
    alignas(cmsghdr) unsigned char bytes[256];  // not set: the kernel says how much it wrote

    /// Before each recvmsg(): the kernel changes the length.
    void attach(msghdr& message) noexcept {
        message.msg_control = bytes;
        message.msg_controllen = sizeof bytes;
    }
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"  // musl's macro compares numbers of different signs
/// CMSG_NXTHDR(): the control message after this one, or null.
[[nodiscard]] inline cmsghdr* next_control(msghdr& message, cmsghdr* at) noexcept { return CMSG_NXTHDR(&message, at); }
#pragma GCC diagnostic pop

}  // namespace estate::posix
