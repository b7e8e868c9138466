// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/error/domain.hpp>
#include <estate/error/result.hpp>

namespace estate {

/// What a store of leases refuses or reports.
enum class store_errc : std::int16_t {
    not_a_store = 1,      ///< the file is none that a pool wrote; it was not touched
    damaged,              ///< the file is one that a pool wrote, and what is in it contradicts itself
    newer_format,         ///< a later version of estate wrote the file; it was not touched
    holder_in_use,        ///< a process that runs has opened the store under this name
    leased_elsewhere,     ///< another holder of the store has the address, or it waits in quarantine there
    busy,                 ///< another process kept the store locked for too long
    full,                 ///< the disk is full
    cannot_open,          ///< the file is missing, a directory, or not permitted
    failed,               ///< the system could not read or write the file, or another host gave no answer
    fenced,               ///< this host was out of touch with the others and its blocks may be theirs
    other_terms,          ///< another host made the pool with other ranges, blocks or times
};

namespace detail {
struct StoreErrors {
    using code = store_errc;
    static constexpr std::uint8_t number = 4;
    static constexpr const char* name = "store";
    static constexpr ErrorRow rows[] = {
        {store_errc::not_a_store, "not_a_store", "the file is not a store of leases; it was left alone", 0},
        {store_errc::damaged, "damaged", "the store is damaged; restore it from a backup", 0},
        {store_errc::newer_format, "newer_format", "a later version of estate wrote the store; it was left alone", 0},
        {store_errc::holder_in_use, "holder_in_use", "a running process has the store open under this name", EBUSY},
        {store_errc::leased_elsewhere, "leased_elsewhere", "another holder of the store has the address", EADDRINUSE},
        {store_errc::busy, "busy", "another process kept the store locked for too long", EAGAIN},
        {store_errc::full, "full", "the disk of the store is full", ENOSPC},
        {store_errc::cannot_open, "cannot_open", "the store cannot be opened", 0},
        {store_errc::failed, "failed", "the store could not be read or written", EIO},
        {store_errc::fenced, "fenced", "the host is out of touch with those that share the pool", ENOTCONN},
        {store_errc::other_terms, "other_terms", "the hosts of the pool have other ranges, blocks or times", 0},
    };
};
}  // namespace detail
inline const ErrorDomain<detail::StoreErrors> store_error_domain;
inline auto& error_domain(store_errc) noexcept { return store_error_domain; }

}  // namespace estate
