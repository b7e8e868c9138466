// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/graph.hpp>
#include <estate/socket/transport.hpp>

#include "probes.hpp"

// Every cell of (transport x state x call), made from the tables: all states and all operations that any
// table names, so that also a listening UDP socket is asked whether it accepts.

namespace probes {

namespace hana = boost::hana;

template <class... Transports>
inline constexpr auto all_states = hana::fold_left(
    hana::tuple_t<Transports...>, hana::tuple_t<>, [](auto known, auto transport) {
        return hana::fold_left(estate::lifecycle::states<typename decltype(transport)::type::lifecycle>, known,
                               estate::lifecycle::machinery::add_once);
    });

template <class... Transports>
inline constexpr auto all_operations =
    hana::fold_left(hana::tuple_t<Transports...>, hana::tuple_t<>, [](auto known, auto transport) {
        return hana::fold_left(
            estate::lifecycle::rows<typename decltype(transport)::type::lifecycle>, known, [](auto so_far, auto row) {
                using Operation = typename decltype(row)::type::operation;
                return estate::lifecycle::machinery::add_once(so_far, hana::type_c<Operation>);
            });
    });

template <class... Settings>
constexpr auto options_of(hana::tuple<Settings...>*) {
    return hana::tuple_t<typename Settings::option...>;
}
template <class... Transports>
inline constexpr auto all_options = hana::fold_left(
    hana::tuple_t<Transports...>, hana::tuple_t<>, [](auto known, auto transport) {
        using Table = typename decltype(transport)::type::settings;
        return hana::fold_left(options_of(static_cast<Table*>(nullptr)), known, estate::lifecycle::machinery::add_once);
    });

/// Calls visit(operation, call) for each call of each item on S, in turn: Call is `call` or `setting_call`.
template <template <class, int, class> class Call, class S, class Item, int Number = 0, class Visit>
constexpr void each_call(Visit visit) {
    if constexpr (Call<Item, Number, S>::written) {
        visit(hana::type_c<Item>, Call<Item, Number, S>{});
        each_call<Call, S, Item, Number + 1>(visit);
    }
}

using estate::Tcp, estate::Udp, estate::V4, estate::V6, estate::V46, estate::ReadHalf, estate::WriteHalf;
#if defined(ESTATE_NATIVE_UNIX)
using estate::UnixStream, estate::UnixDatagram, estate::UnixSeqpacket;
#define ESTATE_LOCAL_TRANSPORTS , UnixStream, UnixDatagram, UnixSeqpacket
#define ESTATE_DUAL_TRANSPORTS , Tcp<V46>, Udp<V46>
#else
#define ESTATE_LOCAL_TRANSPORTS
#define ESTATE_DUAL_TRANSPORTS
#endif
inline constexpr auto transports =
    hana::tuple_t<Tcp<V4>, Tcp<V6>, Udp<V4>, Udp<V6> ESTATE_DUAL_TRANSPORTS ESTATE_LOCAL_TRANSPORTS>;
// Of the whole tables, so that what the system under a backend lacks is asked for as well.
struct WholeTcp {
    using lifecycle = estate::tcp_table;
};
struct WholeUdp {
    using lifecycle = estate::udp_table;
};
struct WholeNonBlockingStream {
    using lifecycle = estate::transport::nonblocking::stream_lines;
};
#if !defined(__wasi__)
#define ESTATE_HALF_TRANSPORTS , ReadHalf<Tcp<V4>>, WriteHalf<Tcp<V4>>
#else
#define ESTATE_HALF_TRANSPORTS
#endif
inline constexpr auto states = all_states<Tcp<V4>, Udp<V4>>;
inline constexpr auto operations = all_operations<WholeTcp, WholeUdp, WholeNonBlockingStream ESTATE_LOCAL_TRANSPORTS ESTATE_HALF_TRANSPORTS>;
inline constexpr auto options = all_options<Tcp<V4>, Udp<V4>>;

}  // namespace probes
