// SPDX-License-Identifier: BSL-1.0
//
// Chapter 4 of the tutorial: a server that answers each line in capital letters.
//
//     shout                       listens on 127.0.0.1, port 7004

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <string>

#include "lines.hpp"

using namespace estate;
using namespace std::chrono_literals;

template <ByteStream Stream>
result<void> shout_back(Stream& client) {
    Lines lines;
    for (;;) {
        const auto line = lines.next(client, in(60s));
        if (!line && line.error() == errc::end_of_stream) return success();
        if (!line) return line.error();
        std::string answer(line.value());
        for (char& c : answer) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
        BOOST_OUTCOME_TRY(client.send_all(answer + '\n', in(10s)));
    }
}

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 7004));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (;;) {
        BOOST_OUTCOME_TRY(auto client, listener.accept());
        const auto done = shout_back(client);
        if (!done) std::fprintf(stderr, "a client: %s\n", done.error().message());
    }
}

int main() {
    const auto done = serve();
    std::fprintf(stderr, "shout: %s\n", done.error().message());
    return 1;
}
//! [program]
