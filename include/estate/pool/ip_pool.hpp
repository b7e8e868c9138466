// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/pool/index/entropy.hpp>
#include <estate/pool/lease/state_access.hpp>
#include <estate/pool/pool_bindings.hpp>
#include <estate/pool/pool_keeping.hpp>
#include <estate/pool/pool_ranges.hpp>

namespace estate {

/// Addresses of family F that can be leased: CIDR ranges, and their leases. Its members are here, in PoolRanges, in
/// PoolBindings and in PoolKeeping.
///
/// Leases keep what they need of a pool that has ended; nothing dangles. A temporary pool leases nothing. Without
/// memory a pool answers system ENOMEM and stays as it was. How Select chooses among free addresses is in
/// selection.hpp; Clock gives the time of quarantine and of what is kept. Neither is part of the type of a lease.
/// Time     allocate and release are bounded by the levels of the index (4 for 2^24 addresses), with any
///          number of ranges and at any fill; in ranges of more than 2^32 addresses constant on average. The
///          tables that grow take amortized constant time; what names a part takes time in proportion to it. With
///          a quarantine, allocate() looks at each range once where nothing is free.
/// Thread safety: every member may be called from any thread. One mutex, held for short sections that call
/// nothing of the user's but Select and Clock.
template <Family F, class Select = NextFit, class Clock = std::chrono::steady_clock>
class IpPool final : public PoolRanges<IpPool<F, Select, Clock>, F>,
                     public PoolBindings<IpPool<F, Select, Clock>, F>,
                     public PoolKeeping<IpPool<F, Select, Clock>, F> {
    static_assert(Selection<Select>,
                  "estate: a selection gives the start of a search, without exceptions; see selection.hpp");

public:
    using family = F;
    using selection = Select;

    /// Without addresses. The name is for people; its first 63 bytes are kept. The key determines
    /// the order of sparse ranges; pass one only for runs that can be repeated.
    explicit IpPool(std::string_view name = {}, SecretKey key = detail::fresh_key<has_exceptions>()) noexcept
        : handle_{{key, goes_by_release, &nanoseconds, {}}}, name_{Name<63>::clipped(name)}, select_{made_with(key)} {}
    IpPool(const IpPool&) = delete;
    IpPool& operator=(const IpPool&) = delete;
    /// Leases that are alive stay valid and give their memory back with the last one; bindings become stale, and
    /// what the pool keeps is released.
    ~IpPool() = default;

    /// The name that it was made with.
    [[nodiscard]] std::string_view name() const noexcept ESTATE_LIFETIMEBOUND { return name_.view(); }

    /// Leases the next free address.
    /// Errors  errc::pool_exhausted, pool_cooling, quota_exceeded; ENOMEM; for names also those of Owner::make().
    [[nodiscard]] result<Lease<F>> allocate(const Owner& owner) & noexcept {
        if constexpr (std::same_as<Select, NextFit>) {
            Core* const core = handle_.core();
            if (Slot* const next = core != nullptr ? core->lease_next(owner) : nullptr) return Handle::adopt(next);
        }
        return leased(owner, {}, [&](Core& core, const Locked& locked) {
            return core.lease(locked, owner, start(owner));
        });
    }
    [[nodiscard]] result<Lease<F>> allocate(std::string_view tenant, std::string_view resource,
                                            const ResourceType& type) & noexcept {
        return detail::with_owner(tenant, resource, type, [&](const Owner& owner) { return allocate(owner); });
    }
    /// Leases this address.
    /// Errors  errc::address_leased, address_held, address_cooling, address_not_in_pool, capacity_exceeded,
    ///         quota_exceeded; ENOMEM; for names also those of Owner::make().
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, const Owner& owner) & noexcept {
        return leased(owner, ip, [&](Core& core, const Locked& locked) { return core.lease(locked, owner, ip); });
    }
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, std::string_view tenant,
                                                     std::string_view resource, const ResourceType& type) & noexcept {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_specific(ip, owner); });
    }
    /// The address that this tenant's resource got from here and still has, shared; or the next free one. So a
    /// resource that asks twice has one address. Constant time.
    /// Errors  as allocate().
    [[nodiscard]] result<Lease<F>> allocate_sticky(const Owner& owner) & noexcept {
        handle_.settled([](Core&, const Locked&) { return true; }, true);  // what is over is not shared
        return leased(owner, {}, [&](Core& core, const Locked& locked) {
            return core.lease_sticky(locked, owner, start(owner));
        });
    }
    [[nodiscard]] result<Lease<F>> allocate_sticky(std::string_view tenant, std::string_view resource,
                                                   const ResourceType& type) & noexcept {
        return detail::with_owner(tenant, resource, type, [&](const Owner& owner) { return allocate_sticky(owner); });
    }
    /// Leases so many addresses, or none: a piece at a time, so that no other call waits for all of them. Two calls of
    /// this one come one after the other.
    /// Errors  as allocate(). Throws std::bad_alloc for the list where memory is short and exceptions are on.
    [[nodiscard]] result<std::vector<Lease<F>>> allocate_many(std::size_t count, const Owner& owner) & {
        std::vector<Lease<F>> leases;  // dropped outside the lock when not all can be had
        const detail::Guard one_at_a_time{many_};
        const auto can_have_all = [&](Core& core, const Locked& locked) -> result<void> {
            if (core.may_have(locked, owner.tenant(), count)) return success();
            return errc::quota_exceeded;
        };
        // before a list of that length is made
        if (const auto can = handle_.settled(can_have_all); !can) return refused(owner, {}, can.assume_error());
        if (const auto room = handle_.has_room(count); !room) return refused(owner, {}, room.assume_error());
        if (count > leases.max_size()) return refused(owner, {}, detail::out_of_memory());
        leases.reserve(count);
        while (leases.size() < count) {
            const std::size_t upto = (std::min)(count, leases.size() + most_at_once);
            const auto more = handle_.locked([&](Core& core, const Locked& locked) -> result<void> {
                while (leases.size() < upto) {
                    const auto taken = core.lease(locked, owner, start(owner));
                    if (!taken && taken.assume_error() == detail::come_again()) return success();
                    if (!taken) return taken.assume_error();
                    leases.push_back(Handle::adopt(taken.assume_value()));
                }
                return success();
            });
            if (!more) {
                tell(leases);  // they end now
                return refused(owner, {}, more.assume_error());
            }
        }
        tell(leases);
        return leases;
    }
    [[nodiscard]] result<std::vector<Lease<F>>> allocate_many(std::size_t count, std::string_view tenant,
                                                              std::string_view resource, const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_many(count, owner); });
    }

    /// Leases the next free address of a range as it was added or grown.
    /// Errors  errc::range_unknown, and those of allocate(), of that range alone; a range that drains has none.
    [[nodiscard]] result<Lease<F>> allocate_from(const CidrRange<F>& range, const Owner& owner) & noexcept {
        return leased(owner, {}, [&](Core& core, const Locked& locked) {
            return core.lease_or_flush(locked, owner, [&] { return core.ledger(locked).lease(owner, range); });
        });
    }
    [[nodiscard]] result<Lease<F>> allocate_from(const CidrRange<F>& range, std::string_view tenant,
                                                 std::string_view resource, const ResourceType& type) & noexcept {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_from(range, owner); });
    }
    /// Gives these shares back, 64 at a time under the lock. They hold nothing then.
    void release_many(std::vector<Lease<F>>&& leases) noexcept {
        Slot* ended[most_at_once];
        for (std::size_t from = 0; from < leases.size(); from += most_at_once) {
            std::size_t count = 0;
            for (std::size_t i = from; i < (std::min)(leases.size(), from + most_at_once); ++i) {
                Slot* const slot = detail::lease_access::take(leases[i]);
                if (slot == nullptr || !slot->drop()) continue;
                const bool is_simple = slot->magazine == nullptr && &slot->range->core == handle_.core();
                is_simple ? static_cast<void>(ended[count++] = slot) : slot->end();
            }
            for (std::size_t i = count != 0 ? handle_.core()->end_leases(ended, count) : 0; i < count; ++i)
                ended[i]->end();
        }
    }

    /// Tells this observer what happens from now on; one at a time, none for {}. It must outlive the pool's use.
    void observe(const PoolObserver<F>& observer) noexcept {
        if (Core* const core = handle_.core()) core->observe(core->lock(), observer);
    }

private:
    friend PoolRanges<IpPool, F>;
    friend PoolBindings<IpPool, F>;
    friend PoolKeeping<IpPool, F>;
    friend detail::state_access;
    using Handle = detail::PoolHandle<F>;
    using Core = detail::Core<F>;
    using Locked = typename Core::Locked;
    using Slot = detail::Slot<F>;
    using Event = PoolEvent<F>;

    static constexpr std::size_t most_at_once = 64;
    static constexpr bool goes_by_release = requires { Select::by_release; };
    static std::int64_t nanoseconds() noexcept {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
    }
    static Select made_with(SecretKey key) noexcept {
        if constexpr (std::is_constructible_v<Select, SecretKey>) {
            return Select{key};
        } else {
            return Select{};
        }
    }
    SearchStart start(const Owner& owner) noexcept {
        return select_(detail::hash_of_name(owner.tenant().view()) * 31 +
                       detail::hash_of_name(owner.resource().view()));
    }

    /// What section(core, locked) leases under the lock.
    template <class Section>
    result<Lease<F>> leased(const Owner& owner, const IpAddress<F>& wanted, Section section) noexcept {
        PoolObserver<F> told;
        std::uint64_t before = 0;
        result<Slot*> taken = errc::pool_exhausted;
        do {
            taken = handle_.locked([&](Core& core, const Locked& locked) -> result<Slot*> {
                told = core.observer(locked);
                before = core.ledger(locked).generation();
                return section(core, locked);
            });
        } while (!taken && handle_.makes_way(taken.assume_error()));
        if (!taken) return refused(owner, wanted, taken.assume_error());
        // else a further share of what was leased before
        if (taken.assume_value()->number() > before) tell(told, Event::Kind::allocated, *taken.assume_value());
        return Handle::adopt(taken.assume_value());
    }
    Error refused(const Owner& owner, const IpAddress<F>& wanted, Error reason) const noexcept {
        return handle_.core() != nullptr ? handle_.core()->refused(owner, wanted, reason) : reason;
    }
    [[nodiscard]] PoolObserver<F> observer() const noexcept {
        return handle_.locked([](Core& core, const Locked& locked) { return core.observer(locked); },
                              PoolObserver<F>{});
    }
    void tell(const std::vector<Lease<F>>& leases) const noexcept {
        const PoolObserver<F> told = observer();
        for (const Lease<F>& lease : leases) tell(told, Event::Kind::allocated, *detail::lease_access::slot(lease));
    }
    /// Pre  the caller has a share
    static void tell(const PoolObserver<F>& told, typename Event::Kind kind, const Slot& slot) noexcept {
        if (told.notify != nullptr) [[unlikely]] told.notify(told.context, detail::event_of(kind, slot));
    }

    Handle handle_;
    detail::DefaultLock many_;  // of allocate_many(), taken before the pool's
    Name<63> name_;
    [[no_unique_address]] Select select_;
};

}  // namespace estate
