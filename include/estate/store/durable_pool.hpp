// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/store/durable_ranges.hpp>
#include <memory>
#include <string_view>

namespace estate {

/// A pool whose leases outlive the process: what a call said yes to is in the store S. Its other members are in
/// DurableRanges; what asks and changes nothing is in pool().
///
/// A lease is the Lease<F> of every pool: sockets hold and share it, and dropping the last share gives the address
/// back, in the store first. A lease that a process had when it ended is kept by the pool that is opened next with the
/// holder's name, whatever ended the process: claim() or allocate_sticky() takes it over, get_binding() finds it, and
/// release_unclaimed() ends those that nobody asked for. A lease that keep() took over goes on until its time has come.
///
/// Where the store cannot be written, allocate() says why and leases nothing; an address whose release cannot be
/// written stays taken, and each later call tries again. Leases and bindings may outlive the pool; what they give back
/// is written then too, and the store is open until the last one has gone.
/// Time     a transaction of the store for each call that changes something; calls of several threads share one.
/// Thread safety: every member may be called from any thread.
template <Family F, class S, class Select = NextFit, class Clock = std::chrono::steady_clock>
    requires LeaseStore<S, F>
class DurablePool : public DurableRanges<DurablePool<F, S, Select, Clock>, F> {
public:
    using family = F;
    using Store = S;
    using Memory = IpPool<F, Select, Clock>;

    /// Reads what the store has. The name and the key are those of IpPool.
    /// Errors  those of the store; store_errc::damaged (rows that contradict each other); ENOMEM.
    [[nodiscard]] static result<DurablePool> open(S&& store, std::string_view name = {},
                                                  SecretKey key = detail::fresh_key<has_exceptions>()) {
        DurablePool made{std::make_unique<State>(name, key)};
        if (const auto opened = made.state_->open(std::move(store)); !opened) return opened.assume_error();
        return made;
    }

    /// The pool in memory, for what asks and does not change: owners, counts, ranges. Bindings that it gives can
    /// be shared.
    [[nodiscard]] const Memory& pool() const noexcept ESTATE_LIFETIMEBOUND { return state_->pool; }

    /// As in IpPool, once the store has it.
    /// Errors  those of IpPool::allocate(), and of the store.
    [[nodiscard]] result<Lease<F>> allocate(const Owner& owner) & {
        return state_->lease(owner, {}, nullptr, [&](Core& core, const Locked& locked) {
            return core.lease(locked, owner, detail::state_access::start(state_->pool, owner));
        });
    }
    [[nodiscard]] result<Lease<F>> allocate(std::string_view tenant, std::string_view resource,
                                            const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type, [&](const Owner& owner) { return allocate(owner); });
    }
    /// Errors  those of IpPool::allocate_specific(); store_errc::leased_elsewhere; those of the store.
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, const Owner& owner) & {
        return state_->lease(owner, ip, nullptr,
                             [&](Core& core, const Locked& locked) { return core.lease(locked, owner, ip); });
    }
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, std::string_view tenant,
                                                     std::string_view resource, const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_specific(ip, owner); });
    }
    /// The address that this tenant's resource got from here and still has, in whichever run of the program, or the
    /// next free one.
    /// Errors  as allocate().
    [[nodiscard]] result<Lease<F>> allocate_sticky(const Owner& owner) & {
        state_->handle().settled([](Core&, const Locked&) { return true; }, true);  // what is over is not shared
        return state_->lease(owner, {}, &sticky_of(owner), [&](Core& core, const Locked& locked) {
            return core.lease_sticky(locked, owner, detail::state_access::start(state_->pool, owner));
        });
    }
    [[nodiscard]] result<Lease<F>> allocate_sticky(std::string_view tenant, std::string_view resource,
                                                   const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type, [&](const Owner& owner) { return allocate_sticky(owner); });
    }
    /// As in IpPool, once the store has it.
    /// Errors  those of IpPool::allocate_from(), and of the store.
    [[nodiscard]] result<Lease<F>> allocate_from(const CidrRange<F>& range, const Owner& owner) & {
        return state_->lease(owner, {}, nullptr, [&](Core& core, const Locked& locked) {
            return core.lease_or_flush(locked, owner, [&] { return core.ledger(locked).lease(owner, range); });
        });
    }
    [[nodiscard]] result<Lease<F>> allocate_from(const CidrRange<F>& range, std::string_view tenant,
                                                 std::string_view resource, const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_from(range, owner); });
    }
    /// Leases so many addresses, or none, in one transaction.
    /// Errors  as allocate(). Throws std::bad_alloc for the list where memory is short and exceptions are on.
    [[nodiscard]] result<std::vector<Lease<F>>> allocate_many(std::size_t count, const Owner& owner) & {
        state_->settle();
        for (;;) {  // before a list of that length is made
            auto can = state_->handle().settled([&](Core& core, const Locked& locked) -> result<void> {
                if (core.may_have(locked, owner.tenant(), count)) return success();
                return errc::quota_exceeded;
            });
            if (can) can = state_->handle().has_room(count);
            if (can) break;
            if (!state_->refresh()) return state_->core().refused(owner, {}, can.assume_error());
        }
        return state_->lease_many(count, owner);
    }
    [[nodiscard]] result<std::vector<Lease<F>>> allocate_many(std::size_t count, std::string_view tenant,
                                                              std::string_view resource, const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_many(count, owner); });
    }
    /// Ends these shares in one transaction.
    /// Errors  those of the store; the addresses then stay taken, and a later call writes that they are free.
    [[nodiscard]] result<void> release_many(std::vector<Lease<F>>&& leases) { return state_->release(leases); }

    /// The lease of this address and generation, for an owner that has written both down: what an earlier process
    /// leased becomes the caller's, as if this process had leased it.
    /// Errors  errc::stale_binding: that lease has ended.
    [[nodiscard]] result<Lease<F>> claim(const IpAddress<F>& ip, std::uint64_t generation) & {
        return state_->handle().settled([&](Core& core, const Locked& locked) -> result<Lease<F>> {
            detail::Slot<F>* const kept = core.find_kept(locked, ip, generation);
            if (kept != nullptr && State::unclaim(locked, core, *kept)) return Handle::adopt(kept);
            detail::Slot<F>* const shared = core.share(locked, ip, generation);
            if (shared == nullptr) return errc::stale_binding;
            return Handle::adopt(shared);
        });
    }
    /// Ends the leases of earlier processes that nobody has claimed or kept since the pool was opened.
    /// Returns  how many. Errors  as release_many().
    [[nodiscard]] result<std::size_t> release_unclaimed() {
        std::vector<Lease<F>> leases;
        leases.reserve(pool().stats().in_use.saturated());  // no more are unclaimed, and none will be
        pool().for_each_binding([&](const IpBinding<F>& binding) {
            const Locked locked = state_->core().lock();
            auto* const slot = state_->core().find_kept(locked, binding.address(), binding.generation());
            if (slot != nullptr && State::unclaim(locked, state_->core(), *slot)) leases.push_back(Handle::adopt(slot));
        });
        const std::size_t count = leases.size();
        if (auto done = release_many(std::move(leases)); !done) return done.assume_error();
        return count;
    }

    /// As in IpPool, once the store has it: a restart does not end the time, nor begin it anew.
    /// Errors  those of IpPool::keep(), and of the store.
    [[nodiscard]] result<IpBinding<F>> keep(Lease<F>&& lease, std::chrono::nanoseconds time_to_live) {
        if (time_to_live.count() < 0) return errc::invalid_argument;
        if (auto written = write_keep(lease, time_to_live.count()); !written) return written.assume_error();
        return state_->pool.keep(std::move(lease), time_to_live);
    }
    [[nodiscard]] result<IpBinding<F>> keep(Lease<F>&& lease) {
        if (auto written = write_keep(lease, std::nullopt); !written) return written.assume_error();
        return state_->pool.keep(std::move(lease));
    }
    /// As in IpPool: leased to the owner, sticky, and kept. Two transactions.
    /// Errors  those of allocate_specific().
    [[nodiscard]] result<IpBinding<F>> reserve_for(const IpAddress<F>& ip, const Owner& owner) {
        const auto taken_here = [&](Core& core, const Locked& locked) -> result<Slot*> {
            auto taken = core.lease(locked, owner, ip);
            if (!taken || core.ledger(locked).restore_sticky(*taken.assume_value())) return taken;
            state_->free_again(locked, *taken.assume_value());
            return detail::out_of_memory();
        };
        auto lease = state_->lease(owner, ip, &sticky_of(owner), taken_here);
        if (!lease) return lease.assume_error();
        return keep(std::move(lease).assume_value());
    }
    /// As in IpPool. Errors  errc::stale_binding, invalid_argument; those of the store.
    [[nodiscard]] result<void> renew(const IpBinding<F>& binding, std::chrono::nanoseconds time_to_live) {
        if (time_to_live.count() < 0) return errc::invalid_argument;
        auto lease = binding.share();  // it does not end before it is written
        if (!lease || !is_kept(binding)) return errc::stale_binding;
        if (auto written = write_keep(lease.assume_value(), time_to_live.count()); !written) return written;
        return state_->pool.renew(binding, time_to_live);
    }
    /// Ends what is kept, by keep() or since an earlier process.
    /// Errors  errc::stale_binding (it has ended, or is not kept); as release_many().
    [[nodiscard]] result<void> release(const IpBinding<F>& binding) {
        detail::Slot<F>* kept = nullptr;
        if (is_of_this_pool(binding)) {
            const Locked locked = state_->core().lock();
            kept = state_->core().find_kept(locked, binding.address(), binding.generation());
            if (kept != nullptr && !State::unclaim(locked, state_->core(), *kept))
                state_->core().keeper(locked).unkeep(*kept);
        }
        if (kept == nullptr) return errc::stale_binding;
        if (kept->drop()) return state_->durable->give_back(*kept, PoolEvent<F>::Kind::released);
        StoreChange<F> change;  // other shares go on
        change.kind = StoreChange<F>::Kind::unkeep;
        change.address = binding.address();
        change.generation = binding.generation();
        return state_->durable->commits().write(change);
    }
    /// Ends all that is kept for a tenant. Returns  how many. Errors  those of the store, after the last one.
    [[nodiscard]] result<std::size_t> release_all(std::string_view tenant) {
        std::size_t count = 0;
        result<void> done = success();
        pool().for_each_binding(tenant, [&](const IpBinding<F>& binding) {
            auto released = release(binding);
            if (released) ++count;
            if (!released && released.assume_error() != errc::stale_binding) done = released;
        });
        if (!done) return done.assume_error();
        return count;
    }
    /// Ends what is kept and whose time has come. Returns  how many.
    std::size_t expire() { return state_->pool.expire(); }

    /// Writes releases that could not be written before. Errors  those of the store.
    [[nodiscard]] result<void> flush() { return state_->durable->settle(); }
    /// Looks what other holders of the store have taken and given back; allocate() does so where nothing is left.
    void refresh() { static_cast<void>(state_->refresh()); }
    /// As in IpPool.
    void observe(const PoolObserver<F>& observer) noexcept { state_->pool.observe(observer); }
    /// section(store), while nothing is written: for what a store knows beyond a pool's needs.
    template <class Section>
    auto with_store(Section section) {
        return state_->with_store([&](Store& store) {
            if (store.has_news()) state_->look_again();  // the section may scan
            return section(store);
        });
    }

private:
    friend DurableRanges<DurablePool, F>;
    using State = detail::DurableState<S, F, Select, Clock>;
    using Core = detail::Core<F>;
    using Locked = typename Core::Locked;
    using Handle = detail::PoolHandle<F>;
    using Slot = detail::Slot<F>;
    using Locks = std::array<std::mutex, 16>;

    explicit DurablePool(std::unique_ptr<State> state)
        : state_{std::move(state)}, sticky_{std::make_unique<Locks>()} {}

    [[nodiscard]] std::mutex& sticky_of(const Owner& owner) const noexcept {
        const std::size_t hash =
            detail::hash_of_name(owner.tenant().view()) ^ detail::hash_of_name(owner.resource().view());
        return (*sticky_)[hash % sticky_->size()];
    }
    [[nodiscard]] bool is_of_this_pool(const IpBinding<F>& binding) const noexcept {
        return detail::lease_access::reference(binding).refers_to(state_->handle().core());
    }
    [[nodiscard]] bool is_kept(const IpBinding<F>& binding) const noexcept {
        if (!is_of_this_pool(binding)) return false;
        const Locked locked = state_->core().lock();
        return state_->core().find_kept(locked, binding.address(), binding.generation()) != nullptr;
    }
    [[nodiscard]] result<void> write_keep(const Lease<F>& lease, std::optional<std::int64_t> time_to_live) {
        detail::Slot<F>* const slot = detail::lease_access::slot(lease);
        if (slot == nullptr) return errc::moved_from;
        if (&slot->range->core != state_->handle().core()) return errc::address_not_in_pool;
        StoreChange<F> change;
        change.kind = StoreChange<F>::Kind::keep;
        change.address = slot->address;
        change.generation = slot->number();
        change.time_to_live = time_to_live;
        if (auto written = state_->durable->commits().write(change); !written) return written;
        if (change.outcome == StoreChange<F>::Outcome::stale) return errc::stale_binding;
        const Locked locked = state_->core().lock();
        State::mark_claimed(*slot);
        return success();
    }

    std::unique_ptr<State> state_;
    std::unique_ptr<Locks> sticky_;  // by name: two calls for one must not make two leases
};

}  // namespace estate
