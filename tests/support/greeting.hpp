// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/estate.hpp>

namespace estate::test {

/// A program that knows no more than a network.
template <class Net>
result<std::size_t> greet_itself(Net net) {
    using std::chrono::seconds;
    BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(auto fresh, net.template new_tcp<V4>());
    BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(there, net.in(seconds(2))));
    BOOST_OUTCOME_TRY(auto peer, listener.accept(net.in(seconds(2))));
    BOOST_OUTCOME_TRY(client.send_all("hello", net.in(seconds(2))));
    std::byte buffer[16];
    return peer.recv(buffer, net.in(seconds(2)));
}

}  // namespace estate::test
