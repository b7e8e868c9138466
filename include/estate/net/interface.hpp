// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/net/ip_address.hpp>
#include <string_view>

namespace estate {

/// A network interface of this host, as it was when it was asked for.
class Interface {
public:
    static constexpr std::size_t max_name = 15;  // IFNAMSIZ less the terminator

    struct Flags {
        bool is_up = false;              ///< somebody switched it on
        bool is_running = false;         ///< and it carries packets: a cable is in
        bool is_loopback = false;
        bool is_point_to_point = false;
        bool has_broadcast = false;
        bool has_multicast = false;
    };

    constexpr Interface() noexcept = default;
    /// A name is cut after max_name bytes.
    constexpr Interface(std::string_view name, std::uint32_t index, Flags flags) noexcept
        : index_{index}, flags_{flags} {
        for (const char c : name.substr(0, max_name)) name_[length_++] = c;
    }

    [[nodiscard]] constexpr std::string_view name() const noexcept ESTATE_LIFETIMEBOUND {
        return {name_, length_};
    }
    /// What zones, multicast options and a Source take.
    [[nodiscard]] constexpr std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] constexpr const Flags& flags() const noexcept ESTATE_LIFETIMEBOUND { return flags_; }

private:
    std::uint32_t index_ = 0;
    Flags flags_{};
    std::uint8_t length_ = 0;
    char name_[max_name + 1] = {};
};

/// An address that an interface has.
template <Family F>
struct InterfaceAddress {
    IpAddress<F> address;
    int prefix_length = 0;  ///< of the network around it
};

}  // namespace estate
