// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/wasi/failure.hpp>
#include <estate/backend/wasi/resource.hpp>
#include <estate/error/result.hpp>
#include <estate/transport/setting.hpp>
#include <estate/net/family.hpp>

namespace estate::wasi {

/// How WASI reads and sets an option that it has. Unit: how many of WASI's units make one of the option's.
template <class Socket, class T, std::uint64_t Unit = 1>
struct Accessor {
    using borrow = decltype(Socket().borrow());
    using type = T;
    static constexpr std::uint64_t unit = Unit;

    bool (*get)(borrow, T*, network_error_code_t*);
    bool (*set)(borrow, T, network_error_code_t*);
};
template <class T, std::uint64_t Unit = 1>
using OfTcp = Accessor<TcpSocket, T, Unit>;
template <class T>
using OfUdp = Accessor<UdpSocket, T>;

/// WASI lacks every option that is not listed here.
struct NoAccessor {};
template <class Option>
inline constexpr NoAccessor tcp_option{};
template <class Option>
inline constexpr NoAccessor udp_option{};

inline constexpr std::uint64_t nanoseconds = 1'000'000'000;  // in a second

template <>
inline constexpr OfTcp<bool> tcp_option<option::keep_alive>{tcp_method_tcp_socket_keep_alive_enabled,
                                                            tcp_method_tcp_socket_set_keep_alive_enabled};
template <>
inline constexpr OfTcp<std::uint64_t, nanoseconds> tcp_option<option::keep_alive_idle>{
    tcp_method_tcp_socket_keep_alive_idle_time, tcp_method_tcp_socket_set_keep_alive_idle_time};
template <>
inline constexpr OfTcp<std::uint64_t, nanoseconds> tcp_option<option::keep_alive_interval>{
    tcp_method_tcp_socket_keep_alive_interval, tcp_method_tcp_socket_set_keep_alive_interval};
template <>
inline constexpr OfTcp<std::uint32_t> tcp_option<option::keep_alive_count>{tcp_method_tcp_socket_keep_alive_count,
                                                                           tcp_method_tcp_socket_set_keep_alive_count};
template <>
inline constexpr OfTcp<std::uint8_t> tcp_option<option::hop_limit>{tcp_method_tcp_socket_hop_limit,
                                                                   tcp_method_tcp_socket_set_hop_limit};
template <>
inline constexpr OfTcp<std::uint64_t> tcp_option<option::receive_buffer>{tcp_method_tcp_socket_receive_buffer_size,
                                                                         tcp_method_tcp_socket_set_receive_buffer_size};
template <>
inline constexpr OfTcp<std::uint64_t> tcp_option<option::send_buffer>{tcp_method_tcp_socket_send_buffer_size,
                                                                      tcp_method_tcp_socket_set_send_buffer_size};
template <>
inline constexpr OfUdp<std::uint8_t> udp_option<option::hop_limit>{udp_method_udp_socket_unicast_hop_limit,
                                                                   udp_method_udp_socket_set_unicast_hop_limit};
template <>
inline constexpr OfUdp<std::uint64_t> udp_option<option::receive_buffer>{udp_method_udp_socket_receive_buffer_size,
                                                                         udp_method_udp_socket_set_receive_buffer_size};
template <>
inline constexpr OfUdp<std::uint64_t> udp_option<option::send_buffer>{udp_method_udp_socket_send_buffer_size,
                                                                      udp_method_udp_socket_set_send_buffer_size};

/// The member of an option that holds its value. Zero and less WASI refuses for all that are no flags.
template <class Option>
[[nodiscard]] constexpr auto value_of(const Option& option) noexcept {
    if constexpr (requires { option.time; }) {
        return option.time.count();
    } else {
        return option.value;
    }
}

template <auto accessor, class Option, class HandleType>
result<void> set_option(const HandleType& handle, const Option& option) noexcept {
    using A = decltype(accessor);
    if (!handle.socket) return errc::moved_from;
    typename A::type value{};
    if constexpr (std::is_same_v<typename A::type, bool>) {
        value = value_of(option);
    } else {
        if (value_of(option) <= 0) return errc::invalid_argument;
        const std::uint64_t wide = static_cast<std::uint64_t>(value_of(option)) * A::unit;
        value = static_cast<typename A::type>(wide);
        if (value != wide) return errc::invalid_argument;
    }
    network_error_code_t error = 0;
    if (!accessor.set(handle.socket.borrow(), value, &error)) return failure(error);
    return success();
}

template <auto accessor, class Option, class HandleType>
result<Option> get_option(const HandleType& handle) noexcept {
    using A = decltype(accessor);
    if (!handle.socket) return errc::moved_from;
    typename A::type value{};
    network_error_code_t error = 0;
    if (!accessor.get(handle.socket.borrow(), &value, &error)) return failure(error);
    Option option{};
    if constexpr (std::is_same_v<typename A::type, bool>) {
        option.value = value;
    } else {
        const std::uint64_t units = value / A::unit;
        const int number = units > INT32_MAX ? INT32_MAX : static_cast<int>(units);
        if constexpr (requires { option.time; }) {
            option.time = decltype(option.time)(number);
        } else {
            option.value = number;
        }
    }
    return option;
}

/// The options of one transport; Of maps an option to its accessor.
template <template <class> class Of, class HandleType>
struct Options {
    template <class Option, Family F>
    static constexpr bool has_option = !std::is_same_v<decltype(Of<Option>::value), const NoAccessor>;

    template <Family F, class Option>
    static result<void> set(const HandleType& handle, const Option& option) noexcept {
        return set_option<Of<typename Option::key>::value>(handle, option);
    }
    template <Family F, class Option>
    static result<Option> get(const HandleType& handle) noexcept {
        return get_option<Of<typename Option::key>::value, Option>(handle);
    }
};
template <class Option>
struct TcpOption {
    static constexpr auto value = tcp_option<Option>;
};
template <class Option>
struct UdpOption {
    static constexpr auto value = udp_option<Option>;
};
using StreamOptions = Options<TcpOption, StreamHandle>;
using DatagramOptions = Options<UdpOption, DatagramHandle>;

}  // namespace estate::wasi
