// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/pool/magazine.hpp>
#include <limits>

namespace estate {

/// The members of an IpPool that let it hold leases itself, for owners elsewhere that know the binding: a client
/// over the network, another process, a record that is written down. Such a lease ends when its time has come.
///
/// What a socket holds is never taken from it: an address is free only when every share of it has gone.
template <class Pool, Family F>
class PoolKeeping {
public:
    /// Takes the lease over for this long, or until it is released. The time begins anew where it was kept already.
    /// Constant time. On failure the lease stays the caller's.
    /// Errors  errc::moved_from, address_not_in_pool (a lease of another pool), invalid_argument (negative).
    [[nodiscard]] result<IpBinding<F>> keep(Lease<F>&& lease, std::chrono::nanoseconds time_to_live) noexcept {
        if (time_to_live.count() < 0) return errc::invalid_argument;
        return take_over(lease, &time_to_live);
    }
    [[nodiscard]] result<IpBinding<F>> keep(Lease<F>&& lease) noexcept { return take_over(lease, nullptr); }
    /// Keeps this address for an owner that is away, until it is released: leased to the owner, and kept. If the owner
    /// comes, allocate_sticky() gives a share of it.
    /// Errors  those of IpPool::allocate_specific().
    [[nodiscard]] result<IpBinding<F>> reserve_for(const IpAddress<F>& ip, const Owner& owner) noexcept {
        auto lease = static_cast<Pool&>(*this).allocate_specific(ip, owner);
        if (!lease) return lease.assume_error();
        const auto sticks = handle().locked([&](Core& core, const Locked& locked) -> result<void> {
            Slot* const slot = detail::lease_access::slot(lease.assume_value());
            if (core.ledger(locked).restore_sticky(*slot)) return success();
            return detail::out_of_memory();
        });
        if (!sticks) return sticks.assume_error();
        return keep(std::move(lease).assume_value());
    }
    /// The time begins anew. Constant time.
    /// Errors  errc::stale_binding (it has ended, or is not kept), invalid_argument (negative).
    [[nodiscard]] result<void> renew(const IpBinding<F>& binding, std::chrono::nanoseconds time_to_live) noexcept {
        if (time_to_live.count() < 0) return errc::invalid_argument;
        return with_kept(binding, [&](Core& core, const Locked& locked, Slot& slot) -> result<void> {
            if (core.keeper(locked).is_over(slot, core.time())) return errc::stale_binding;
            core.keeper(locked).renew(slot, end_of(core, &time_to_live));
            return success();
        });
    }
    /// Ends what keep() began. Constant time.
    /// Errors  errc::stale_binding (it has ended, or is not kept).
    [[nodiscard]] result<void> release(const IpBinding<F>& binding) noexcept {
        Slot* kept = nullptr;
        const auto found = with_kept(binding, [&](Core& core, const Locked& locked, Slot& slot) {
            core.keeper(locked).unkeep(slot);
            kept = &slot;
            return result<void>{success()};
        });
        if (kept != nullptr && kept->drop()) handle().core()->end_lease(*kept);
        return found;
    }
    /// Addresses that are leased ahead for a tenant, up to `room` of them: see Magazine.
    /// Errors  errc::malformed_name, invalid_argument (no room); ENOMEM.
    [[nodiscard]] result<Magazine<F>> magazine(std::string_view tenant, std::uint32_t room = 64) & noexcept {
        const auto name = TenantName::make(tenant);
        if (!name) return name.assume_error();
        if (room == 0) return errc::invalid_argument;
        return handle().locked([&](Core& core, const Locked& locked) -> result<Magazine<F>> {
            auto* const made = core.make_magazine(locked, name.assume_value(), room);
            if (made == nullptr) return detail::out_of_memory();
            return Magazine<F>{core, *made};
        });
    }
    /// Ends all that is kept for a tenant. Returns  how many.
    std::size_t release_all(std::string_view tenant) noexcept {
        std::size_t count = 0;
        static_cast<Pool&>(*this).for_each_binding(tenant, [&](const IpBinding<F>& binding) {
            if (release(binding)) ++count;
        });
        return count;
    }
    /// Ends kept leases whose time has come. allocate() expires such leases by itself if it would fail otherwise.
    /// Returns  how many.
    std::size_t expire() noexcept {
        std::size_t count = 0;
        while (handle().expire_one()) ++count;
        return count;
    }

protected:
    PoolKeeping() noexcept = default;
    ~PoolKeeping() = default;

private:
    using Handle = detail::PoolHandle<F>;
    using Core = detail::Core<F>;
    using Locked = typename Core::Locked;
    using Slot = detail::Slot<F>;

    [[nodiscard]] const Handle& handle() const noexcept { return static_cast<const Pool&>(*this).handle_; }
    /// section(core, locked, slot) under the lock.
    template <class Section>
    result<void> with_kept(const IpBinding<F>& binding, Section section) noexcept {
        if (!detail::lease_access::reference(binding).refers_to(handle().core())) return errc::stale_binding;
        return handle().locked([&](Core& core, const Locked& locked) -> result<void> {
            Slot* const slot = core.find_kept(locked, binding.address(), binding.generation());
            if (slot == nullptr) return errc::stale_binding;
            return section(core, locked, *slot);
        });
    }
    static std::optional<std::int64_t> end_of(const Core& core, const std::chrono::nanoseconds* left) noexcept {
        if (left == nullptr) return std::nullopt;
        const std::int64_t now = core.time();
        if (now > (std::numeric_limits<std::int64_t>::max)() - left->count()) return std::nullopt;
        return now + left->count();
    }
    result<IpBinding<F>> take_over(Lease<F>& lease, const std::chrono::nanoseconds* left) noexcept {
        const Slot* const held = detail::lease_access::slot(lease);
        if (held == nullptr) return errc::moved_from;
        if (&held->range->core != handle().core()) return errc::address_not_in_pool;
        return handle().locked([&](Core& core, const Locked& locked) -> result<IpBinding<F>> {
            Slot* const slot = detail::lease_access::take(lease);
            core.keeper(locked).keep(*slot, end_of(core, left));
            return Handle::binding_of(core, *slot);
        });
    }
};

}  // namespace estate
