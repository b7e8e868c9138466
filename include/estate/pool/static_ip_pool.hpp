// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/error/raise.hpp>
#include <estate/pool/free_index.hpp>
#include <estate/pool/lease.hpp>
#include <estate/pool/lock.hpp>
#include <estate/pool/stats.hpp>
#include <estate/pool/usable.hpp>

namespace estate {

namespace detail {
template <Family F>
constexpr F family_of(const CidrRange<F>&) noexcept;

template <Family F, std::size_t N>
constexpr bool any_overlap(const std::array<CidrRange<F>, N>& ranges) noexcept {
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = i + 1; j < N; ++j) {
            if (ranges[i].overlaps(ranges[j])) return true;
        }
    }
    return false;
}
}  // namespace detail

/// A pool whose ranges are known while compiling: everything inside the object, no heap, bounded time.
///
///     constinit StaticIpPool<"10.0.0.0/28"_cidr4, "10.0.1.0/28"_cidr4> pool;
///
/// The pool must outlive its leases and bindings: it terminates the program when it ends before a lease.
/// Thread safety: every member may be called from any thread that Lock serves.
template <class Lock, auto First, decltype(First)... More>
class BasicStaticIpPool {
public:
    using family = decltype(detail::family_of(First));
    using Lease = BasicLease<BasicStaticIpPool>;
    using Binding = BasicBinding<BasicStaticIpPool>;
    using Address = IpAddress<family>;

    constexpr BasicStaticIpPool() noexcept : index_{{}, capacity} {
        for (std::size_t at = 0; at < capacity; ++at) {
            index_.release(at);
            slots_[at].core = this;
            slots_[at].address = address_at(at);
        }
    }
    BasicStaticIpPool(const BasicStaticIpPool&) = delete;
    BasicStaticIpPool& operator=(const BasicStaticIpPool&) = delete;
    ~BasicStaticIpPool() {
        if (in_use_ != 0) detail::terminate_with("estate: a StaticIpPool ended before its leases; let it outlive them");
    }

    /// As IpPool::allocate().
    [[nodiscard]] result<Lease> allocate(std::string_view tenant, std::string_view resource,
                                         ResourceType type) noexcept {
        const auto owner = Owner::of(tenant, resource, type);
        if (!owner) return owner.assume_error();
        const detail::Guard guard(lock_);
        auto at = index_.next(cursor_);
        if (at == index_.npos) at = index_.next(0);
        if (at == index_.npos) return errc::pool_exhausted;
        cursor_ = at + 1;
        return take(at, owner.assume_value());
    }
    /// As IpPool::allocate_specific().
    [[nodiscard]] result<Lease> allocate_specific(Address ip, std::string_view tenant, std::string_view resource,
                                                  ResourceType type) noexcept {
        const auto owner = Owner::of(tenant, resource, type);
        if (!owner) return owner.assume_error();
        const auto at = position_of(ip);
        if (!at) return at.assume_error();
        const detail::Guard guard(lock_);
        if (!index_.is_free(at.assume_value())) return errc::address_leased;
        return take(at.assume_value(), owner.assume_value());
    }

    /// As IpPool::get_binding(); address_held for one that can never be leased.
    [[nodiscard]] result<Binding> get_binding(Address ip) noexcept {
        const auto at = position_of(ip);
        if (!at) return at.assume_error();
        const detail::Guard guard(lock_);
        auto& slot = slots_[at.assume_value()];
        if (slot.shares.load(std::memory_order_relaxed) == 0) return errc::not_leased;
        return Binding(slot);
    }
    /// As IpPool::for_each_binding().
    template <class Visitor>
    void for_each_binding(Visitor visitor) {
        const detail::Guard guard(lock_);
        for (auto& slot : slots_) {
            if (slot.shares.load(std::memory_order_relaxed) != 0) visitor(Binding(slot));
        }
    }
    template <class Visitor>
    void for_each_binding(std::string_view tenant, Visitor visitor) {
        for_each_binding([&](const Binding& binding) {
            if (binding.tenant() == tenant) visitor(binding);
        });
    }

    [[nodiscard]] PoolStats stats() noexcept {
        const detail::Guard guard(lock_);
        return {Uint128{capacity}, Uint128{in_use_}, Uint128{}, Uint128{capacity - in_use_}};
    }
    [[nodiscard]] static constexpr bool contains(Address ip) noexcept {
        for (const auto& range : ranges) {
            if (range.contains(ip)) return true;
        }
        return false;
    }

private:
    using Slot = detail::Slot<BasicStaticIpPool>;
    friend Lease;
    friend Binding;

    static constexpr std::array<CidrRange<family>, 1 + sizeof...(More)> ranges{First, More...};
    static_assert(!detail::any_overlap(ranges), "estate: ranges of a StaticIpPool overlap; give each address once");

    static constexpr std::size_t count_of(const CidrRange<family>& range) noexcept {
        return static_cast<std::size_t>(Usable<family>(range).count().saturated());
    }
    static constexpr bool fits = ((count_of(First) <= (std::size_t{1} << 20)) && ... &&
                                  (count_of(More) <= (std::size_t{1} << 20)));
    static_assert(fits, "estate: a StaticIpPool keeps every address inside itself; take ranges up to 2^20 addresses");
    static constexpr std::size_t capacity = fits ? (count_of(First) + ... + count_of(More)) : 1;
    using Index = FreeIndex<std::array<std::uint64_t, FreeIndex<std::array<std::uint64_t, 1>>::words_for(capacity)>>;

    static constexpr Address address_at(std::size_t at) noexcept {
        for (const auto& range : ranges) {
            if (at < count_of(range)) {
                return Address::from_bits(range.first().bits() + Usable<family>(range).first + Uint128{at});
            }
            at -= count_of(range);
        }
        return Address();
    }
    static constexpr result<std::size_t> position_of(Address ip) noexcept {
        std::size_t base = 0;
        for (const auto& range : ranges) {
            if (range.contains(ip)) {
                const Usable<family> usable(range);
                const Uint128 offset = ip.bits() - range.first().bits();
                if (!usable.contains(offset)) return errc::address_held;
                return base + static_cast<std::size_t>((offset - usable.first).low());
            }
            base += count_of(range);
        }
        return errc::address_not_in_pool;
    }

    Lease take(std::size_t at, const Owner& owner) noexcept {
        index_.claim(at);
        ++in_use_;
        slots_[at].owner = owner;
        slots_[at].shares.store(1, std::memory_order_relaxed);
        return Lease(&slots_[at]);
    }

    // What leases and bindings call.
    void attach() noexcept {}
    void detach() noexcept {}
    void drop(Slot& slot) noexcept {
        if (slot.shares.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        const detail::Guard guard(lock_);
        ++slot.generation;
        --in_use_;
        index_.release(static_cast<std::size_t>(&slot - slots_.data()));
    }
    bool join(Slot& slot, std::uint32_t generation) noexcept {
        const detail::Guard guard(lock_);
        if (slot.generation != generation) return false;
        auto shares = slot.shares.load(std::memory_order_relaxed);
        while (shares != 0 && !slot.shares.compare_exchange_weak(shares, shares + 1, std::memory_order_relaxed)) {
        }
        return shares != 0;
    }

    Lock lock_{};
    Index index_;
    std::array<Slot, capacity> slots_{};
    std::size_t cursor_ = 0;
    std::size_t in_use_ = 0;
};

template <auto First, decltype(First)... More>
using StaticIpPool = BasicStaticIpPool<SpinLock, First, More...>;

}  // namespace estate
