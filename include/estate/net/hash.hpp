// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/net/cidr_range.hpp>
#include <estate/net/socket_address.hpp>
#include <estate/net/unix_address.hpp>
#include <string_view>  // declares std::hash

// std::hash for the values, so that they can be keys of unordered containers. The same in every run: give a
// table whose keys a stranger chooses a hash of your own.

namespace estate::detail {

/// The finalizer of SplitMix64: neighbours in, unrelated numbers out.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x += 0x9E3779B97F4A7C15;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
    x = (x ^ x >> 27) * 0x94D049BB133111EB;
    return x ^ x >> 31;
}
constexpr std::size_t hash_of(Uint128 bits, std::uint64_t rest) noexcept {
    return static_cast<std::size_t>(mix(mix(mix(bits.low()) ^ bits.high()) ^ rest));
}

}  // namespace estate::detail

template <estate::Family F>
struct std::hash<estate::IpAddress<F>> {
    constexpr std::size_t operator()(const estate::IpAddress<F>& ip) const noexcept {
        return estate::detail::hash_of(ip.bits(), 0);
    }
};

template <estate::Family F>
struct std::hash<estate::SocketAddress<F>> {
    constexpr std::size_t operator()(const estate::SocketAddress<F>& at) const noexcept {
        std::uint64_t rest = at.port().number();
        if constexpr (F::bits == 128) rest |= std::uint64_t{at.zone()} << 16;
        return estate::detail::hash_of(at.address().bits(), rest);
    }
};

template <estate::Family F>
struct std::hash<estate::CidrRange<F>> {
    constexpr std::size_t operator()(const estate::CidrRange<F>& range) const noexcept {
        return estate::detail::hash_of(range.first().bits(), static_cast<std::uint64_t>(range.prefix_length()));
    }
};

template <>
struct std::hash<estate::UnixAddress> {
    constexpr std::size_t operator()(const estate::UnixAddress& at) const noexcept {
        auto sum = static_cast<std::uint64_t>(at.kind());
        for (const char c : at.name()) sum = estate::detail::mix(sum ^ static_cast<unsigned char>(c));
        return static_cast<std::size_t>(sum);
    }
};

template <>
struct std::hash<estate::Port> {
    constexpr std::size_t operator()(estate::Port port) const noexcept {
        return static_cast<std::size_t>(estate::detail::mix(port.number()));
    }
};
