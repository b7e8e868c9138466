// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace estate {

/// What the hosts of a pool agree on beforehand.
///
/// Units   nanoseconds.
struct BlockTerms {
    std::uint32_t blocks = 0;                      ///< of the pool, numbered from 0
    std::int64_t time_to_live = 10'000'000'000;    ///< of a session
    /// How long before its session ends a host stops: more than its clock can lag in a time to live.
    std::int64_t skew = 1'000'000'000;
    /// Within this time after its fence a host has stopped to use its addresses.
    std::int64_t flush = 2'000'000'000;
    std::int64_t patience = 2'000'000'000;         ///< how long an answer is waited for

    /// How long a dead host's block waits, by the clock of the host that claims it next.
    [[nodiscard]] constexpr std::int64_t quarantine() const noexcept { return time_to_live + flush; }
};

/// Who has a block of addresses, as all hosts see it: the value of its key.
struct BlockRecord {
    std::uint32_t block = 0;      ///< its number among the blocks of the pool
    std::uint64_t revision = 0;   ///< of its last change; 0 where there is no record
    std::string host{};           ///< that has it, or had it last
    std::uint64_t session = 0;    ///< of that host
    bool waits = false;           ///< the host has it no longer, and nobody may before the quarantine is over
};

/// What a host asks of the key-value store. Each is one transaction there: all of it, when its conditions hold, or
/// nothing. A request whose answer is lost may have been done, or may be done later.
struct BlockRequest {
    enum class Kind : std::uint8_t {
        grant,      ///< a new session, which ends when it was not kept alive for the time to live
        announce,   ///< if no session of this host lives: the host has `session`
        keep_alive, ///< `session` begins its time anew
        list,       ///< all records, and the hosts whose sessions live
        claim,      ///< if the record has `revision` and this host has `session`: it is this host's
        mark,       ///< if the record has `revision` and no session of `host` lives: it waits
        give_up,    ///< if the record has `revision`: it waits
        erase,      ///< if the record has `revision`: there is none
    };
    Kind kind = Kind::list;
    std::uint64_t number = 0;     ///< of the request, for its answer
    std::uint64_t session = 0;
    std::uint32_t block = 0;
    std::uint64_t revision = 0;
    std::string host{};           ///< of mark: the host that had the block
    std::uint64_t host_session = 0;
};

namespace detail {

/// A hundred days, than which no time of a pool is longer: sums of some of them and of a clock's time do not overflow.
inline constexpr std::int64_t longest_term = 100LL * 24 * 60 * 60 * 1'000'000'000;

[[nodiscard]] constexpr bool is_term(std::int64_t time) noexcept { return time > 0 && time <= longest_term; }
[[nodiscard]] constexpr bool has_times(const BlockTerms& terms) noexcept {
    return is_term(terms.time_to_live) && is_term(terms.flush) && is_term(terms.patience) && terms.skew >= 0 &&
           terms.skew < terms.time_to_live;
}

}  // namespace detail

struct BlockAnswer {
    std::uint64_t number = 0;          ///< of the request
    bool done = false;                 ///< the conditions held; of grant and keep_alive: the session lives
    std::uint64_t session = 0;         ///< of grant
    std::uint64_t revision = 0;        ///< of what was done
    std::vector<BlockRecord> records{};     ///< of list
    std::vector<std::string> live_hosts{};  ///< of list, sorted
};

}  // namespace estate
