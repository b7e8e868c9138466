// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/net/socket_address.hpp>

namespace estate {

/// Addresses in the order in which they should be tried, none twice; held in place.
template <class Address, std::size_t Capacity>
class BasicAddressList {
public:
    static constexpr std::size_t capacity = Capacity;

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    /// There were more addresses than capacity; the rest was dropped.
    [[nodiscard]] constexpr bool truncated() const noexcept { return truncated_; }

    // Only of a list that has a name: a pointer into a temporary list would dangle.
    [[nodiscard]] constexpr const Address* begin() const& noexcept ESTATE_LIFETIMEBOUND { return items_; }
    [[nodiscard]] constexpr const Address* end() const& noexcept ESTATE_LIFETIMEBOUND {
        return items_ + size_;
    }
    constexpr const Address* begin() const&& = delete;
    constexpr const Address* end() const&& = delete;
    /// Pre  index < size()
    [[nodiscard]] constexpr const Address& operator[](
        std::size_t index) const& noexcept ESTATE_LIFETIMEBOUND {
        return items_[index];
    }
    /// Of a temporary list, a copy.
    [[nodiscard]] constexpr Address operator[](std::size_t index) const&& noexcept { return items_[index]; }

    /// Appends an address that is not in the list yet; a full list becomes truncated().
    constexpr void add(const Address& address) noexcept {
        for (const auto& known : *this) {
            if (known == address) return;
        }
        if (size_ == capacity) {
            truncated_ = true;
        } else {
            items_[size_++] = address;
        }
    }

private:
    Address items_[capacity]{};
    std::size_t size_ = 0;
    bool truncated_ = false;
};

/// The addresses of one family that a name stands for.
template <Family F>
class AddressList : public BasicAddressList<SocketAddress<F>, 16> {};

}  // namespace estate
