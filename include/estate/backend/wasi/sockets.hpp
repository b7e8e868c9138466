// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/absent.hpp>
#include <estate/backend/wasi/connect.hpp>
#include <estate/backend/wasi/datagram.hpp>
#include <estate/backend/wasi/datagram_transfer.hpp>
#include <estate/backend/wasi/ending.hpp>
#include <estate/backend/wasi/listen.hpp>
#include <estate/backend/wasi/option.hpp>
#include <estate/backend/wasi/transfer.hpp>

namespace estate::wasi {

struct Resolver;  // only named; estate/resolve.hpp brings it
class WatchLink;  // estate/readiness.hpp

/// TCP of WASI 0.2; models StreamBackend. One type a transport, since their resources differ in the host.
struct StreamSockets : Open, Connect, Listen, Transfer, Ending, StreamOptions {
    using context = NoContext;
    using handle = StreamHandle;
    using resolver = Resolver;
    using watch_link = WatchLink;
    using until = Deadline;  // a component has no second thread that could wake it

    static std::int64_t now(NoContext = {}) noexcept { return estate::wasi::now(); }
};

/// UDP of WASI 0.2; models DatagramBackend.
struct DatagramSockets : Datagrams, DatagramTransfer, DatagramOptions {
    using context = NoContext;
    using handle = DatagramHandle;
    using resolver = Resolver;
    using watch_link = WatchLink;
    using until = Deadline;  // a component has no second thread that could wake it

    static std::int64_t now(NoContext = {}) noexcept { return estate::wasi::now(); }
};

}  // namespace estate::wasi
