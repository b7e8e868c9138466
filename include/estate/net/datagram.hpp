// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace estate {

/// What a receive put into the caller's buffer. An empty datagram is legal: size 0.
struct Received {
    std::size_t size;  ///< bytes written
    bool truncated;    ///< the datagram was longer than the buffer; its rest is gone
};

/// The same, with who sent it.
template <class Address>
struct ReceivedFrom : Received {
    Address sender;
};

}  // namespace estate
