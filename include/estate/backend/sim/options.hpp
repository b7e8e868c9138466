// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace estate::sim {

inline constexpr std::int64_t microsecond = 1'000;
inline constexpr std::int64_t millisecond = 1'000'000;
inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr std::int64_t never = INT64_MAX;

/// How a pair of hosts is joined. Each direction has the same properties and a state of its own.
///
/// Units   nanoseconds, bytes a second (0: no limit), chances in a million.
struct Link {
    std::int64_t latency = millisecond;
    std::int64_t jitter = 0;          // 0 to jitter is added to the latency of each packet
    std::uint64_t bandwidth = 0;      // packets queue up behind each other
    std::uint32_t loss = 0;           // TCP sends again, a datagram is gone
    std::uint32_t duplicate = 0;      // datagrams only
    std::uint32_t reorder = 0;        // datagrams only: this one may arrive after the next
    std::int64_t reorder_by = 5 * millisecond;
};

/// What a link does with packets.
enum class Passage : std::uint8_t {
    open,
    cut,     // packets vanish: a partition, or a firewall that drops
    reject,  // packets come back as ICMP host unreachable
};

/// Which program runs next, where several can.
enum class Schedule : std::uint8_t {
    first_come,
    random,  // by the seed: one seed is one interleaving
};

/// Whose ways the hosts of a world have. What a component does otherwise than Linux: no call works on a socket whose
/// connect() or listen() has failed; bind() of a stream reuses addresses; an unbound socket does not listen and has no
/// address to ask for; what was bound keeps its port when its peer is given up; shutdown() of the receiving side drops
/// what has come. It has neither peeks, second descriptors, events that wake a call, nor Unix-domain sockets, and of
/// the options those of keep-alive, hop limit and buffers alone.
/// Source  wasi:sockets 0.2, tcp and udp; what is not there answers EOPNOTSUPP, ENOPROTOOPT or EAFNOSUPPORT.
enum class Profile : std::uint8_t { linux_host, wasi_host };

/// What a host may have. 0: as much as the world has.
struct Limits {
    std::size_t descriptors = 1024;  // beyond: EMFILE
    std::size_t files = 0;           // beyond: ENFILE
    std::size_t sockets = 0;         // with those that no descriptor refers to any more; beyond: ENOBUFS
    std::uint16_t privileged_ports = 0;  // binding a port below: EACCES; Linux has 1024 here
};

/// The tables of a world are made once, of these sizes; the socket path takes from them and never from the heap.
struct Options {
    std::size_t sockets = 1024;      // beyond: ENOMEM, and a SYN that finds no place is dropped
    std::size_t packets = 4096;      // in flight and in the queues of datagram sockets; beyond: dropped
    std::size_t blocks = 65536;      // of 256 bytes: what send and receive queues and packets are made of
    std::size_t names = 256;         // of Unix-domain sockets, and files at paths; beyond: ENOSPC
    std::size_t programs = 64;
    std::size_t actions = 64;        // World::at()
    std::size_t waits = 4096;        // sockets that programs wait for, all together; grows where that is too few
    std::size_t patience = 100;      // calls in a row that find nothing and do not wait; then time goes on all the same
    std::size_t send_buffer = 16384;     // bytes, until SO_SNDBUF says otherwise
    std::size_t receive_buffer = 65535;  // bytes, until SO_RCVBUF says otherwise
    std::size_t stack = 65536;           // bytes of a program's stack
    Link link;                           // between hosts that World::join() does not name
    std::int64_t loopback_latency = 10 * microsecond;
    std::int64_t lookup_time = millisecond;  // until a name is found, or is not
    bool records = true;   // the trace is kept, on the heap; its hash is always there
    Schedule schedule = Schedule::first_come;
    Profile profile = Profile::linux_host;
};

/// Times and counts of Linux (tcp(7), ip-sysctl); a table rather than options, since semantics hang on them.
namespace tcp {
inline constexpr std::uint32_t segment = 1460;           // bytes of data: an Ethernet's 1500 without two headers
inline constexpr std::int64_t first_timeout = second;    // of a SYN; doubles each time
inline constexpr std::int64_t least_timeout = 200 * millisecond;
inline constexpr std::int64_t most_timeout = 120 * second;
inline constexpr unsigned syn_retries = 6;               // 127 seconds in all
inline constexpr unsigned synack_retries = 5;
inline constexpr unsigned data_retries = 15;             // some 15 minutes
inline constexpr unsigned orphan_retries = 8;
inline constexpr std::int64_t time_wait = 60 * second;   // TIME_WAIT, and FIN_WAIT2 without a descriptor
inline constexpr int most_backlog = 4096;                // net.core.somaxconn
}  // namespace tcp

inline constexpr std::uint16_t first_ephemeral = 32768;
inline constexpr std::uint16_t last_ephemeral = 60999;
inline constexpr std::size_t most_datagram = 65507;

}  // namespace estate::sim
