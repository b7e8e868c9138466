// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <concepts>
#include <estate/net/cidr_constant.hpp>
#include <estate/pool/usable.hpp>

namespace estate::detail {

template <class T>
inline constexpr bool is_cidr_range = false;
template <class F>
inline constexpr bool is_cidr_range<CidrConstant<F>> = true;

template <class F>
F family_of(const CidrConstant<F>&);

template <class F, std::size_t Count>
consteval bool share_nothing(const std::array<CidrRange<F>, Count>& ranges) {
    for (std::size_t i = 0; i < Count; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (ranges[i].overlaps(ranges[k])) return false;
        }
    }
    return true;
}

/// "10.0.0.0/24"_cidr4 and its like, or "fd00::/120"_cidr6 and its like, never both.
template <auto First, auto... Rest>
inline constexpr bool of_one_family =
    is_cidr_range<std::remove_cv_t<decltype(First)>> &&
    (std::same_as<std::remove_cv_t<decltype(First)>, std::remove_cv_t<decltype(Rest)>> && ...);
template <auto... Ranges>
concept RangesOfOneFamily = of_one_family<Ranges...>;

/// Ranges of a static pool, and the numbers of their usable addresses: 0 to size - 1 in the order given.
template <auto First, auto... Rest>
struct StaticRanges {
    using family = decltype(family_of(First));
    static constexpr std::array<CidrRange<family>, 1 + sizeof...(Rest)> ranges{First, Rest...};
    static constexpr bool are_disjoint = share_nothing(ranges);

    static constexpr bool are_specified =
        First.range() != CidrRange<family>{} && (true && ... && (Rest.range() != CidrRange<family>{}));

    static constexpr Uint128 count = [] {
        Uint128 sum;
        for (const auto& range : ranges) sum = saturating_add(sum, usable_addresses(range).count());
        return sum;
    }();
    static constexpr bool are_small = count <= Uint128{std::uint64_t{1} << 24};
    static constexpr auto size = are_small ? static_cast<std::uint32_t>(count.low()) : std::uint32_t{1};

    /// Pre  position < size
    static constexpr IpAddress<family> address_of(std::uint32_t position) noexcept {
        Uint128 left{position};
        std::size_t at = 0;
        for (; left >= usable_addresses(ranges[at]).count(); ++at) left -= usable_addresses(ranges[at]).count();
        return IpAddress<family>::from_bits(usable_addresses(ranges[at]).first.bits() + left);
    }
    /// Errors  errc::address_not_in_pool, address_held (in a range, and not usable).
    static constexpr result<std::uint32_t> position_of(const IpAddress<family>& ip) noexcept {
        Uint128 before;
        for (const auto& range : ranges) {
            const auto usable = usable_addresses(range);
            if (usable.contains(ip))
                return static_cast<std::uint32_t>((before + ip.bits() - usable.first.bits()).low());
            if (range.contains(ip)) return errc::address_held;
            before += usable.count();
        }
        return errc::address_not_in_pool;
    }
};

}  // namespace estate::detail
