// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: no text makes a parser misbehave, addresses are read exactly when inet_pton reads them, and
// what was read is written so that it is read again as the same value.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/net_parse.cpp -o net_parse
// ./net_parse -max_len=80 -dict=tests/fuzz/net_parse.dict -max_total_time=60
#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <estate/net/admissible.hpp>
#include <estate/net/text.hpp>
#include <string>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;

std::array<std::uint8_t, 4> bytes_of(Ipv4Address ip) { return ip.bytes(); }
std::array<std::uint8_t, 16> bytes_of(Ipv6Address ip) { return ip.bytes(); }

template <class Value>
void is_read_back(const result<Value>& value) {
    if (!value) return;
    const AddressText text = to_text(value.assume_value());
    require(text.size() <= AddressText::capacity, "the text fits");
    const auto again = Value::parse(text);
    require(again && again.assume_value() == value.assume_value(), "what is written is read back");
}

template <Family F>
void probe(std::string_view text) {
    const auto address = IpAddress<F>::parse(text);
    std::array<std::uint8_t, F::bits / 8> expected{};
    const bool legal = text.find('\0') == text.npos &&  // the C library stops there
                       inet_pton(F::bits == 32 ? AF_INET : AF_INET6, std::string(text).c_str(), expected.data()) == 1;
    require(address.has_value() == legal, "addresses are legal exactly when inet_pton reads them");
    if (legal) require(bytes_of(address.assume_value()) == expected, "and are the same");
    is_read_back(address);

    const auto at = SocketAddress<F>::parse(text);
    is_read_back(at);
    if (at) {
        const auto& where = at.assume_value();
        require(check_stream_peer(where).has_value() == is_stream_peer(where), "a refusal has a reason");
        require(!is_stream_peer(where) || is_datagram_peer(where), "a stream's peer can be sent to");
        require(!is_stream_bind(where) || is_datagram_bind(where), "where a stream binds, datagrams do");
    }

    const auto range = CidrRange<F>::parse(text);
    const auto masked = CidrRange<F>::masked(text);
    is_read_back(range);
    require(!range || (masked && masked.assume_value() == range.assume_value()), "masked() reads what parse() reads");
    require(!masked || range || range.assume_error() == errc::host_bits_set, "and what has host bits set");
    if (masked) {
        const auto& whole = masked.assume_value();
        require(whole.contains(whole.first()) && whole.contains(whole.last()), "a range contains its ends");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    probe<V4>(text);
    probe<V6>(text);
    const auto port = Port::parse(text);
    require(!port || std::to_string(port.assume_value().number()) == text, "a port has one text");
    return 0;
}
