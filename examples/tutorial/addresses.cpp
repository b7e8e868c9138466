// SPDX-License-Identifier: BSL-1.0
//
// Chapter 1 of the tutorial: what an address and a port are, as values. Talks to nobody.

//! [program]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

using namespace estate;

void describe(std::string_view text) {
    const auto address = Ipv4Address::parse(text);
    if (!address) {
        std::printf("%.*s: %s\n", static_cast<int>(text.size()), text.data(), address.error().message());
        return;
    }
    const Ipv4Address ip = address.value();
    const char* kind = ip.is_loopback()      ? "this machine itself"
                       : ip.is_private()     ? "a machine of the local network"
                       : ip.is_unspecified() ? "no machine; as an address to listen on: all of this machine's addresses"
                                             : "a machine somewhere";
    std::printf("%s is %s\n", to_text(ip).c_str(), kind);
}

int main() {
    describe("127.0.0.1");
    describe("192.168.1.20");
    describe("0.0.0.0");
    describe("192.0.2.7");
    describe("192.0.2.700");

    const SocketAddress<V4> web{"192.0.2.7"_ip4, 80};  // a machine, and a program on it
    std::printf("%s is port %u of %s\n", to_text(web).c_str(), unsigned{web.port().number()}, to_text(web.address()).c_str());
    const auto text = Port::parse("70000");
    std::printf("port 70000: %s\n", text ? "fine" : text.error().message());
}
//! [program]
