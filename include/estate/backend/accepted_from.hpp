// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// What accept_from() gives: a connection, and its peer's address.
template <class Socket, class Address>
struct AcceptedFrom {
    Socket socket;
    Address peer;
};

}  // namespace estate
