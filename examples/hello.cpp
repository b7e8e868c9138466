// SPDX-License-Identifier: BSL-1.0
//
// The first program of README.md: waits for one client and greets it.
//
//     hello                       listens on 127.0.0.1, port 7000
//
//     nc 127.0.0.1 7000

//! [program]
#include <cstdio>
#include <estate/estate.hpp>

using namespace estate;

result<void> greet_one_client() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());                    // a new TCP socket
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));  // so that it can be started again at once
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 7000));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    std::puts("waiting on 127.0.0.1, port 7000");

    BOOST_OUTCOME_TRY(auto client, listener.accept());  // waits until somebody connects
    BOOST_OUTCOME_TRY(client.send_all("hello\n"));
    BOOST_OUTCOME_TRY(std::move(client).close());
    return success();
}

int main() {
    const auto done = greet_one_client();
    if (!done) std::fprintf(stderr, "hello: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
