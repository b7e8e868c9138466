// SPDX-License-Identifier: BSL-1.0
// Chapter 1: which of the addresses belong to a range.
//     in_range RANGE ADDRESS...

//! [solution]
#include <cstdio>
#include <estate/estate.hpp>

using namespace estate;

int main(int argc, char** argv) {
    const auto range = argc > 1 ? CidrRange<V4>::parse(argv[1]) : result<CidrRange<V4>>(errc::invalid_argument);
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    if (!range || argc < 3) return std::fputs("usage: in_range RANGE ADDRESS...\n", helps ? stdout : stderr), helps ? 0 : 2;
    for (int i = 2; i < argc; ++i) {
        const auto ip = Ipv4Address::parse(argv[i]);
        std::printf("%s: %s\n", argv[i], !ip ? ip.error().message() : range.value().contains(ip.value()) ? "yes" : "no");
    }
}
//! [solution]
