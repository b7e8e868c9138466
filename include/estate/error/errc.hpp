// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <estate/error/error_table.hpp>

namespace estate {

/// What estate itself refuses or reports. What the system refuses keeps the system's number (see Error).
enum class errc : std::int16_t {
    // sockets
    moved_from = 1,        ///< the object was moved from; the state now lives elsewhere
    end_of_stream,         ///< the peer closed its sending half; nothing more will come
    deadline_exceeded,     ///< the deadline passed before the operation was done
    stopped,               ///< a Waker woke the call
    invalid_argument,      ///< an argument outside what the call documents
    halves_differ,         ///< the two halves are of different connections
    // addresses that no host would accept
    peer_port_zero,        ///< port 0 cannot be a destination
    peer_unspecified,      ///< 0.0.0.0 or :: cannot be a destination
    peer_multicast,        ///< TCP has no multicast destination
    peer_broadcast,        ///< TCP has no broadcast destination
    bind_multicast,        ///< TCP cannot be bound to a multicast or broadcast address
    address_v4_mapped,     ///< ::ffff:a.b.c.d is IPv4; use the V4 family
    address_not_v4_mapped, ///< only ::ffff:a.b.c.d has an IPv4 form
    // text
    malformed_address,     ///< not the strict text form of an IP address
    malformed_port,        ///< not a decimal number of 0 to 65535
    malformed_prefix,      ///< not ADDRESS/LENGTH
    prefix_too_long,       ///< the prefix length exceeds the width of the address
    host_bits_set,         ///< the address has bits outside its prefix; masked() clears them
    malformed_zone,        ///< not a zone index, or a zone on an address that cannot have one
    // arithmetic
    address_overflow,      ///< there is no such address before the first or after the last of the family
    // adopting a foreign descriptor
    not_a_socket,          ///< the descriptor is open but is no socket
    wrong_family,          ///< the descriptor belongs to another address family
    wrong_transport,       ///< the descriptor belongs to another socket type or protocol
    no_activation,         ///< no sockets were passed to this process
    malformed_activation,  ///< LISTEN_FDS or LISTEN_PID is not a number in range
    // name resolution
    name_not_found,        ///< the host or the service is not known
    name_no_address,       ///< the host is known but has no address of this family
    name_try_again,        ///< the resolver failed for now
    name_failure,          ///< the resolver failed for good
    // pool
    pool_exhausted,        ///< every address that could be handed out is
    address_not_in_pool,   ///< no range of the pool contains the address
    address_leased,        ///< somebody holds the address
    address_held,          ///< the address is kept back: reserved, excluded, network or broadcast
    not_leased,            ///< nobody holds the address
    stale_binding,         ///< the lease this binding speaks of has ended
    range_overlaps,        ///< the range shares addresses with one that the pool has
    range_unknown,         ///< the pool has no such range
    range_in_use,          ///< an address of the range is leased
    capacity_exceeded,     ///< a fixed table is full
    malformed_name,        ///< a tenant or resource name that is empty, too long or, for JSON, not UTF-8
    quota_exceeded,        ///< the tenant has as many addresses as it may
    pool_cooling,          ///< every address that is left is in quarantine
    address_cooling,       ///< the address is in quarantine
};

namespace detail {

// <cerrno> of C++ lists neither, and Windows has neither.
#if defined(ESTALE)
inline constexpr int stale = ESTALE;
#else
inline constexpr int stale = 0;
#endif
#if defined(EDQUOT)
inline constexpr int over_quota = EDQUOT;
#else
inline constexpr int over_quota = 0;
#endif

/// One row per errc, in its order.
inline constexpr ErrorRow errc_rows[] = {
    {errc::moved_from, "moved_from", "the object was moved from", EBADF},
    {errc::end_of_stream, "end_of_stream", "the peer closed its sending half", 0},
    {errc::deadline_exceeded, "deadline_exceeded", "the deadline passed", ETIMEDOUT},
    {errc::stopped, "stopped", "the call was woken by its waker", ECANCELED},
    {errc::invalid_argument, "invalid_argument", "invalid argument", EINVAL},
    {errc::halves_differ, "halves_differ", "the two halves are of different connections", EINVAL},
    {errc::peer_port_zero, "peer_port_zero", "port 0 cannot be a destination", EINVAL},
    {errc::peer_unspecified, "peer_unspecified", "the unspecified address cannot be a destination", EINVAL},
    {errc::peer_multicast, "peer_multicast", "a multicast address cannot be the peer of a stream", EINVAL},
    {errc::peer_broadcast, "peer_broadcast", "the broadcast address cannot be the peer of a stream", EINVAL},
    {errc::bind_multicast, "bind_multicast", "a stream cannot be bound to a multicast or broadcast address", EINVAL},
    {errc::address_v4_mapped, "address_v4_mapped", "a v4-mapped IPv6 address is IPv4; use the V4 family", EINVAL},
    {errc::address_not_v4_mapped, "address_not_v4_mapped", "the IPv6 address holds no IPv4 address", EINVAL},
    {errc::malformed_address, "malformed_address", "not an IP address", EINVAL},
    {errc::malformed_port, "malformed_port", "not a port of 0 to 65535", EINVAL},
    {errc::malformed_prefix, "malformed_prefix", "not an address and a prefix length", EINVAL},
    {errc::prefix_too_long, "prefix_too_long", "the prefix length exceeds the width of the address", EINVAL},
    {errc::host_bits_set, "host_bits_set", "the address has bits outside its prefix; use masked()", EINVAL},
    {errc::malformed_zone, "malformed_zone", "not a zone index, or the address cannot have a zone", EINVAL},
    {errc::address_overflow, "address_overflow", "no such address in the family", ERANGE},
    {errc::not_a_socket, "not_a_socket", "the descriptor is not a socket", ENOTSOCK},
    {errc::wrong_family, "wrong_family", "the socket belongs to another address family", EAFNOSUPPORT},
    {errc::wrong_transport, "wrong_transport", "the socket belongs to another transport", EPROTOTYPE},
    {errc::no_activation, "no_activation", "no sockets were passed to this process", ENOENT},
    {errc::malformed_activation, "malformed_activation", "LISTEN_PID or LISTEN_FDS is malformed", EINVAL},
    {errc::name_not_found, "name_not_found", "the host or service is not known", 0},
    {errc::name_no_address, "name_no_address", "the host has no address of this family", 0},
    {errc::name_try_again, "name_try_again", "the name could not be resolved for now", EAGAIN},
    {errc::name_failure, "name_failure", "the resolver failed", 0},
    {errc::pool_exhausted, "pool_exhausted", "no free address is left in the pool", 0},
    {errc::address_not_in_pool, "address_not_in_pool", "the address belongs to no range of the pool", 0},
    {errc::address_leased, "address_leased", "the address is leased", EADDRINUSE},
    {errc::address_held, "address_held", "the address is kept back from leasing", 0},
    {errc::not_leased, "not_leased", "nobody holds the address", 0},
    {errc::stale_binding, "stale_binding", "the lease of this binding has ended", stale},
    {errc::range_overlaps, "range_overlaps", "the range overlaps one of the pool", EEXIST},
    {errc::range_unknown, "range_unknown", "the pool has no such range", ENOENT},
    {errc::range_in_use, "range_in_use", "an address of the range is leased", EBUSY},
    {errc::capacity_exceeded, "capacity_exceeded", "a fixed table is full", ENOSPC},
    {errc::malformed_name, "malformed_name", "the name is empty, too long or, for JSON, not UTF-8", EINVAL},
    {errc::quota_exceeded, "quota_exceeded", "the tenant has as many addresses as it may have", over_quota},
    {errc::pool_cooling, "pool_cooling", "every address that is left is in quarantine", EAGAIN},
    {errc::address_cooling, "address_cooling", "the address is in quarantine", EAGAIN},
};
inline constexpr std::size_t errc_count = sizeof(errc_rows) / sizeof(ErrorRow);

consteval bool rows_follow_errc() {
    for (std::size_t i = 0; i < errc_count; ++i) {
        if (errc_rows[i].code() != static_cast<int>(i) + 1) return false;
    }
    return errc_count == static_cast<std::size_t>(errc::address_cooling);
}
static_assert(rows_follow_errc(), "estate: errc and errc_rows differ; give each enumerator one row, in order");

constexpr const ErrorRow& row_of(errc code) noexcept {
    const auto index = static_cast<std::size_t>(static_cast<int>(code) - 1);
    return index < errc_count ? errc_rows[index] : unknown_error;
}

}  // namespace detail
}  // namespace estate
