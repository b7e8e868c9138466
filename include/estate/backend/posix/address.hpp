// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>
#include <estate/backend/posix/descriptor.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/error/result.hpp>
#include <estate/net/ip_address.hpp>
#include <estate/net/socket_address.hpp>

namespace estate::posix {

/// A word of which the most significant byte comes first in memory.
[[nodiscard]] constexpr std::uint64_t in_network_order(std::uint64_t word) noexcept {
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(word) : word;
}

/// The one place where addresses change byte order.
template <SocketFamily F>
struct Native;

template <>
struct Native<V4> {
    using type = sockaddr_in;
    static constexpr int domain = AF_INET;

    /// Family, port and address are one word, made at once.
    static type from(const SocketAddress<V4>& address) noexcept {
        type native;
        const std::uint64_t word = in_network_order(detail::address_bits::of(address)) + family_word;
        std::memcpy(&native, &word, sizeof word);
        if constexpr (!Kernel::ignores_sin_zero) std::memset(native.sin_zero, 0, sizeof native.sin_zero);
        return native;
    }
    static SocketAddress<V4> to(const type& native) noexcept {
        return {IpAddress<V4>(ntohl(native.sin_addr.s_addr)), Port(ntohs(native.sin_port))};
    }

private:
    static_assert(offsetof(type, sin_port) == 2 && offsetof(type, sin_addr) == 4);
    struct Words {
        std::uint64_t first, zeros;
    };
    static constexpr std::uint64_t family_word = [] {
        type native{};
        native.sin_family = AF_INET;
        return __builtin_bit_cast(Words, native).first;
    }();
};

template <>
struct Native<V6> {
    using type = sockaddr_in6;
    static constexpr int domain = AF_INET6;

    static type from(const SocketAddress<V6>& address) noexcept {
        type native{};
        native.sin6_family = AF_INET6;
        native.sin6_port = htons(address.port().number());
        native.sin6_scope_id = address.zone();
        const auto bytes = address.address().bytes();
        std::memcpy(&native.sin6_addr, bytes.data(), bytes.size());
        return native;
    }
    static SocketAddress<V6> to(const type& native) noexcept {
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &native.sin6_addr, bytes.size());
        return SocketAddress<V6>(IpAddress<V6>::from_bytes(bytes), Port(ntohs(native.sin6_port)))
            .with_zone(native.sin6_scope_id);
    }
};

/// A socket of both families has the addresses of IPv6.
template <>
struct Native<V46> : Native<V6> {};

template <class T>
const sockaddr* generic(const T& native) noexcept {
    return reinterpret_cast<const sockaddr*>(&native);
}
template <class T>
sockaddr* generic(T& native) noexcept {
    return reinterpret_cast<sockaddr*>(&native);
}

/// Room for an address that a call of the system fills in.
template <class Address>
class AddressRoom {
    using Form = Native<typename Address::family>;

public:
    /// Answers what `call` does, which is given where the address and its size are placed.
    template <class Call>
    int fill(Call call) noexcept {
        socklen_t size = sizeof native_;
        return call(generic(native_), &size);
    }
    [[nodiscard]] Address told() const noexcept { return Form::to(native_); }

private:
    typename Form::type native_{};
};

/// The two ends of a socket.
enum class End { local, remote };

/// getsockname() or getpeername(). If inlined, GCC 12 at -O2 warns that the value may be uninitialized on failure
/// (-Wmaybe-uninitialized).
template <class Address, End end, System S>
[[gnu::noinline]] result<Address> ask_address(S system, int descriptor) noexcept {
    using Form = Native<typename Address::family>;
    typename Form::type native{};
    socklen_t size = sizeof native;
    const int answer = end == End::local ? system.getsockname(descriptor, generic(native), &size)
                                         : system.getpeername(descriptor, generic(native), &size);
    if (answer != 0) return failure(system, descriptor);
    return Form::to(native);
}

}  // namespace estate::posix
