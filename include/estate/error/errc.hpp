// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace estate {

/// What estate itself refuses or reports. What the system refuses keeps the system's number (see Error).
enum class errc : std::int16_t {
    // sockets
    moved_from = 1,        ///< the object was moved from; the state now lives elsewhere
    end_of_stream,         ///< the peer closed its sending half; nothing more will come
    deadline_exceeded,     ///< the deadline passed before the operation was done
    stopped,               ///< a Waker woke the call
    invalid_argument,      ///< an argument outside what the call documents
    // addresses that no host would accept
    peer_port_zero,        ///< port 0 cannot be a destination
    peer_unspecified,      ///< 0.0.0.0 or :: cannot be a destination
    peer_multicast,        ///< TCP has no multicast destination
    peer_broadcast,        ///< TCP has no broadcast destination
    bind_multicast,        ///< TCP cannot be bound to a multicast or broadcast address
    address_v4_mapped,     ///< ::ffff:a.b.c.d is IPv4; use the V4 family
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
    capacity_exceeded,     ///< a fixed table of the pool is full
    malformed_name,        ///< a tenant or resource name that is empty, too long or, for JSON, not UTF-8
    quota_exceeded,        ///< the tenant has as many addresses as it may
    pool_cooling,          ///< every address that is left is in quarantine
    address_cooling,       ///< the address is in quarantine
};

namespace detail {

struct errc_entry {
    const char* name;
    const char* message;
    int posix;  // the errno it compares equal to, 0 for none
};

/// One row per errc, in its order.
inline constexpr errc_entry errc_table[] = {
    {"moved_from", "the object was moved from", EBADF},
    {"end_of_stream", "the peer closed its sending half", 0},
    {"deadline_exceeded", "the deadline passed", ETIMEDOUT},
    {"stopped", "the call was woken by its waker", ECANCELED},
    {"invalid_argument", "invalid argument", EINVAL},
    {"peer_port_zero", "port 0 cannot be a destination", EINVAL},
    {"peer_unspecified", "the unspecified address cannot be a destination", EINVAL},
    {"peer_multicast", "a multicast address cannot be the peer of a stream", EINVAL},
    {"peer_broadcast", "the broadcast address cannot be the peer of a stream", EINVAL},
    {"bind_multicast", "a stream cannot be bound to a multicast or broadcast address", EINVAL},
    {"address_v4_mapped", "a v4-mapped IPv6 address is IPv4; use the V4 family", EINVAL},
    {"malformed_address", "not an IP address", EINVAL},
    {"malformed_port", "not a port of 0 to 65535", EINVAL},
    {"malformed_prefix", "not an address and a prefix length", EINVAL},
    {"prefix_too_long", "the prefix length exceeds the width of the address", EINVAL},
    {"host_bits_set", "the address has bits outside its prefix; use masked()", EINVAL},
    {"malformed_zone", "not a zone index, or the address cannot have a zone", EINVAL},
    {"address_overflow", "no such address in the family", ERANGE},
    {"not_a_socket", "the descriptor is not a socket", ENOTSOCK},
    {"wrong_family", "the socket belongs to another address family", EAFNOSUPPORT},
    {"wrong_transport", "the socket belongs to another transport", EPROTOTYPE},
    {"no_activation", "no sockets were passed to this process", ENOENT},
    {"malformed_activation", "LISTEN_PID or LISTEN_FDS is malformed", EINVAL},
    {"name_not_found", "the host or service is not known", 0},
    {"name_no_address", "the host has no address of this family", 0},
    {"name_try_again", "the name could not be resolved for now", EAGAIN},
    {"name_failure", "the resolver failed", 0},
    {"pool_exhausted", "no free address is left in the pool", 0},
    {"address_not_in_pool", "the address belongs to no range of the pool", 0},
    {"address_leased", "the address is leased", EADDRINUSE},
    {"address_held", "the address is kept back from leasing", 0},
    {"not_leased", "nobody holds the address", 0},
    {"stale_binding", "the lease of this binding has ended", ESTALE},
    {"range_overlaps", "the range overlaps one of the pool", EEXIST},
    {"range_unknown", "the pool has no such range", ENOENT},
    {"range_in_use", "an address of the range is leased", EBUSY},
    {"capacity_exceeded", "a fixed table of the pool is full", ENOSPC},
    {"malformed_name", "the name is empty, too long or, for JSON, not UTF-8", EINVAL},
    {"quota_exceeded", "the tenant has as many addresses as it may have", EDQUOT},
    {"pool_cooling", "every address that is left is in quarantine", EAGAIN},
    {"address_cooling", "the address is in quarantine", EAGAIN},
};
static_assert(sizeof(errc_table) / sizeof(errc_entry) == static_cast<std::size_t>(errc::address_cooling),
              "estate: errc and errc_table differ; give each enumerator one row");

/// For numbers that are none of ours, as a std::error_code can carry.
inline constexpr errc_entry unknown_errc{"unknown", "unknown error", 0};

constexpr const errc_entry& entry(errc code) noexcept {
    const auto row = static_cast<std::size_t>(static_cast<int>(code) - 1);
    return row < sizeof(errc_table) / sizeof(errc_entry) ? errc_table[row] : unknown_errc;
}

}  // namespace detail
}  // namespace estate
