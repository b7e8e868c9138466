// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>

/// A connection to itself, for programs that show one thing.
struct Pair {
    estate::ConnectedSocket<estate::Tcp<estate::V4>> client, server;

    static estate::result<Pair> make() {
        using namespace estate;
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
        BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
        BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(there, in(std::chrono::seconds(5))));
        BOOST_OUTCOME_TRY(auto server, listener.accept(in(std::chrono::seconds(5))));
        return Pair{std::move(client), std::move(server)};
    }
};

/// Says what failed, for main().
inline int ended(const estate::result<void>& done) {
    if (!done) std::fprintf(stderr, "%s\n", done.error().message());
    return done ? 0 : 1;
}
