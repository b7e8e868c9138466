// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/test/unit_test.hpp>
#include <estate/readiness.hpp>
#include <utility>

namespace estate::test {

/// Of three messages that wait in a pair, how many bytes a poller reports; 6 in all. `soon()` ends a turn.
template <template <class...> class Poller, class Pair, class Soon, class... Context>
std::size_t bytes_told_of(Pair pair, Soon soon, Context... context) {
    using T = typename decltype(pair.first)::transport;
    using Hear = On<ConnectedSocket<NonBlocking<T>>, interest::duplex>;
    auto poller = Poller<Hear>::open(context...).value();
    auto watched = poller.template watch<Hear>(std::move(pair.second).set_nonblocking().value()).value();
    for (int i = 0; i < 3; ++i) BOOST_TEST(pair.first.send("ab").value() == 2u);
    std::size_t bytes = 0;
    for (int turns = 0; turns < 8 && bytes < 6; ++turns) {
        (void)poller.turn(soon(), on(watched, [&](Ready<Hear> ready) -> Next<Hear> {
            std::byte room[64];
            const auto got = ready.recv(room).value();
            if (!got.would_block()) {
                if constexpr (Stream<T>) {
                    bytes += got.value();
                } else {
                    bytes += got.value().size;
                }
            }
            return std::move(ready).next();
        })).value();
    }
    return bytes;
}

}  // namespace estate::test
