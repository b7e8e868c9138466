// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>

namespace estate::posix {

/// Options by value. What an Option holds decides how it travels: a flag or number as int, a time to
/// linger, the name of a device, a group to join or leave.
template <System S>
struct Options {
    using Descriptor = BasicDescriptor<S>;

    template <class Option, class F>
    static constexpr bool has_option = name_of<Option, F>.level >= 0;

    template <class F, class Option>
    static result<void> set(const Descriptor& socket, const Option& option) noexcept {
        constexpr OptionName id = name_of<typename Option::key, F>;
        if constexpr (requires { option.source; }) {
            return set_source<F>(socket, option);
        } else if constexpr (requires { option.joins; }) {
            return set_membership<F>(socket, option);
        } else if constexpr (std::is_same_v<typename Option::key, option::multicast_interface>) {
            return set_interface<F>(socket, id, option.interface_index);
        } else if constexpr (requires { option.lingers; }) {
            const ::linger value{option.lingers ? 1 : 0, option.time.count()};
            return put(socket, id, value, sizeof value);
        } else if constexpr (requires { option.name(); }) {
            const auto name = option.name();
            return put(socket, id, *name.data(), static_cast<socklen_t>(name.size()));
        } else if constexpr (requires { option.time; }) {
            const int value = option.time.count();
            return put(socket, id, value, sizeof value);
        } else if constexpr (std::is_same_v<typename Option::key, option::dont_fragment>) {
            const int value = option.value ? Kernel::fragments_never : Kernel::fragments_always;
            return put(socket, id, value, sizeof value);
        } else {
            const int value = static_cast<int>(option.value);
            return put(socket, id, value, sizeof value);
        }
    }

    /// If inlined, GCC 12 at -O1 and -Os warns that the value may be uninitialized on failure (-Wmaybe-uninitialized).
    template <class F, class Option>
    [[gnu::noinline]] static result<Option> get(const Descriptor& socket) noexcept {
        constexpr OptionName id = name_of<typename Option::key, F>;
        Option option{};
        if constexpr (requires { option.lingers; }) {
            ::linger value{};
            socklen_t size = sizeof value;
            if (!read(socket, id, value, size)) return failure(socket);
            option.lingers = value.l_onoff != 0;
            option.time = decltype(option.time)(value.l_linger);
        } else if constexpr (requires { option.name(); }) {
            char name[Option::max_length + 1]{};
            socklen_t size = sizeof name;
            if (!read(socket, id, name, size)) return failure(socket);
            return Option::to({name, size > 0 ? size - 1 : 0});  // the kernel counts the terminator
        } else {
            int value = 0;
            socklen_t size = sizeof value;
            if (!read(socket, id, value, size)) return failure(socket);
            if constexpr (requires { option.time; }) {
                option.time = decltype(option.time)(value);
            } else if constexpr (std::is_same_v<typename Option::key, option::dont_fragment>) {
                option.value = value == Kernel::fragments_never || value == Kernel::fragments_of_probes;
            } else {
                option.value = static_cast<decltype(option.value)>(value);
            }
        }
        return option;
    }

private:
    template <class T>
    static result<void> put(const Descriptor& socket, OptionName id, const T& value, socklen_t size) noexcept {
        if (socket.system().setsockopt(socket.number(), id.level, id.name, &value, size) != 0) return failure(socket);
        return success();
    }
    template <class T>
    static bool read(const Descriptor& socket, OptionName id, T& value, socklen_t& size) noexcept {
        return socket.system().getsockopt(socket.number(), id.level, id.name, &value, &size) == 0;
    }

    /// RFC 3678, the same for both families.
    template <class F, class Option>
    static result<void> set_source(const Descriptor& socket, const Option& option) noexcept {
        group_source_req request{};
        request.gsr_interface = option.interface_index;
        const auto group = Native<F>::from({option.group, Port()});
        const auto source = Native<F>::from({option.source, Port()});
        std::memcpy(&request.gsr_group, &group, sizeof group);
        std::memcpy(&request.gsr_source, &source, sizeof source);
        return put(socket, {std::same_as<F, V4> ? IPPROTO_IP : IPPROTO_IPV6,
                            option.joins ? MCAST_JOIN_SOURCE_GROUP : MCAST_LEAVE_SOURCE_GROUP},
                   request, sizeof request);
    }
    template <class F>
    static result<void> set_interface(const Descriptor& socket, OptionName id, std::uint32_t index) noexcept {
        const int number = static_cast<int>(index);
        if constexpr (std::same_as<F, V4>) {
            ip_mreqn request{};
            request.imr_ifindex = number;
            return put(socket, id, request, sizeof request);
        } else {
            return put(socket, id, number, sizeof number);
        }
    }
    template <class F, class Option>
    static result<void> set_membership(const Descriptor& socket, const Option& option) noexcept {
        if constexpr (std::same_as<F, V4>) {
            ip_mreqn request{};
            request.imr_multiaddr.s_addr = htonl(option.group.to_uint());
            request.imr_ifindex = static_cast<int>(option.interface_index);
            return put(socket, {IPPROTO_IP, option.joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP}, request,
                       sizeof request);
        } else {
            ipv6_mreq request{};
            const auto bytes = option.group.bytes();
            std::memcpy(&request.ipv6mr_multiaddr, bytes.data(), bytes.size());
            request.ipv6mr_interface = option.interface_index;
            return put(socket, {IPPROTO_IPV6, option.joins ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP}, request,
                       sizeof request);
        }
    }
};

}  // namespace estate::posix
