// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/owner.hpp>
#include <estate/pool/quarantine.hpp>
#include <estate/pool/usable.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace estate {

/// A lease as a store has written it down, or an address that waits in quarantine since its last lease.
///
/// Units   times in nanoseconds since 1970-01-01 by the clock of the store.
template <Family F>
struct StoredLease {
    IpAddress<F> address{};
    std::uint64_t generation = 0;  ///< of the lease, the last one where it has ended
    Owner owner{};
    bool is_mine = true;           ///< else another holder of the store has it
    bool is_cooling = false;       ///< the lease has ended
    bool is_over = false;          ///< the quarantine is over as well
    bool is_sticky = false;        ///< made by allocate_sticky()
    bool is_kept = false;          ///< the pool holds it itself, by keep()
    std::optional<std::int64_t> time_left{};  ///< nanoseconds, of one that is kept for a time, or of the quarantine
    std::int64_t since = 0;        ///< when it was leased or, cooling, given back
    std::int64_t holder = 0;       ///< the number of its holder
};

/// A range as a store has written it down, with the runs of addresses that are kept back.
template <Family F>
struct StoredRange {
    CidrRange<F> cidr{};
    Usable usable = Usable::hosts;
    bool draining = false;
    std::optional<IpAddress<F>> gateway{};
    std::vector<std::pair<IpAddress<F>, IpAddress<F>>> held{};
};

/// What is to be written down. Changes in a row, by `next`, are written together or not at all.
template <Family F>
struct StoreChange {
    enum class Kind : std::uint8_t {
        lease,    ///< the address becomes the owner's, unless another holder has it
        release,  ///< the lease ends, and the quarantine begins where there is one
        keep,     ///< the pool holds the lease itself from now on, for `time_to_live` if that is given
        unkeep,   ///< and no longer: its other owners do
    };
    enum class Outcome : std::uint8_t {
        done,
        elsewhere,  ///< of lease: another holder has the address, or gave it back too short a time ago
        stale,      ///< of keep and unkeep: there is no such lease
    };

    Kind kind = Kind::release;
    Outcome outcome = Outcome::done;
    bool is_sticky = false;
    IpAddress<F> address{};
    std::uint64_t generation = 0;
    const Owner* owner = nullptr;  ///< of lease
    std::optional<std::int64_t> time_to_live{};
    StoreChange* next = nullptr;
};

}  // namespace estate
