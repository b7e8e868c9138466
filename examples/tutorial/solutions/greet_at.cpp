// SPDX-License-Identifier: BSL-1.0
// Chapter 3: the address and the port come from the command line; port 0 takes a free one.
//     greet_at ADDRESS PORT

//! [solution]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

using namespace estate;

result<void> serve(Ipv4Address ip, Port port) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, port));
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
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    const auto ip = argc == 3 ? Ipv4Address::parse(argv[1]) : result<Ipv4Address>(errc::malformed_address);
    const auto port = argc == 3 ? Port::parse(argv[2]) : result<Port>(errc::malformed_port);  // a run-time number goes through parse()
    if (!ip || !port) return std::fputs("usage: greet_at ADDRESS PORT\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = serve(ip.value(), port.value());
    std::fprintf(stderr, "greet_at: %s\n", done.error().message());
    return 1;
}
//! [solution]
