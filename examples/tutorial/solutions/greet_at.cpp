// SPDX-License-Identifier: BSL-1.0
// Chapter 3: the address and the port come from the command line; port 0 takes a free one.
//     greet_at ADDRESS PORT

//! [solution]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

using namespace estate;

result<void> serve(std::string_view address, std::string_view port) {
    BOOST_OUTCOME_TRY(const auto ip, Ipv4Address::parse(address));
    BOOST_OUTCOME_TRY(const auto number, Port::parse(port));  // a run-time number goes through parse()
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, number));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());  // says which port it was, if 0 was asked for
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);
    for (;;) {
        BOOST_OUTCOME_TRY(auto client, listener.accept());
        if (const auto sent = client.send_all("hello\n"); !sent) std::fprintf(stderr, "%s\n", sent.error().message());
    }
}

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: greet_at ADDRESS PORT\n", stderr), 2;
    const auto done = serve(argv[1], argv[2]);
    std::fprintf(stderr, "greet_at: %s\n", done.error().message());
    return 1;
}
//! [solution]
