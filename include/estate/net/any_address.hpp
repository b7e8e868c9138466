// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/address_list.hpp>

namespace estate {

/// Where a socket is, over IPv4 or over IPv6: which of both only the run knows.
class AnySocketAddress {
public:
    constexpr AnySocketAddress() noexcept = default;
    constexpr AnySocketAddress(const SocketAddress<V4>& address) noexcept : v4_{address}, is_v4_{true} {}
    constexpr AnySocketAddress(const SocketAddress<V6>& address) noexcept : v6_{address} {}

    [[nodiscard]] constexpr bool is_v4() const noexcept { return is_v4_; }
    [[nodiscard]] constexpr bool is_v6() const noexcept { return !is_v4_; }
    [[nodiscard]] constexpr Port port() const noexcept { return is_v4_ ? v4_.port() : v6_.port(); }

    /// Calls visitor with the SocketAddress<V4> or SocketAddress<V6>; both branches return one type.
    template <class Visitor>
    constexpr decltype(auto) visit(Visitor&& visitor) const {
        if (is_v4_) return visitor(v4_);
        return visitor(v6_);
    }

    friend constexpr bool operator==(const AnySocketAddress&, const AnySocketAddress&) noexcept = default;

private:
    SocketAddress<V4> v4_;
    SocketAddress<V6> v6_;
    bool is_v4_ = false;
};

/// The addresses of both families that a name stands for, in the order in which they should be tried.
class AnyAddressList : public BasicAddressList<AnySocketAddress, 32> {};

}  // namespace estate
