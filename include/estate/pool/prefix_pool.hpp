// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/range_text.hpp>
#include <estate/pool/prefix_lease.hpp>
#include <estate/pool/stats.hpp>
#include <type_traits>
#include <utility>

namespace estate {

/// Who has a range of a PrefixPool, copied out of it.
template <Family F>
struct PrefixBinding {
    CidrRange<F> range;
    Owner owner;
    std::uint64_t generation = 0;
};

/// CIDR ranges out of which smaller ones are handed out: a /56 of a provider's /32 to each customer, a /26 of the
/// cluster's /16 to each host. The best fitting free range is cut, so that large ones stay whole; what comes back
/// is joined again.
///
/// Leases keep what they need of a pool that has ended; nothing dangles. Without memory a pool answers system
/// ENOMEM and stays as it was. Time of each operation: at most one step a bit of an address, at any fill.
/// Thread safety: every member may be called from any thread. One mutex, held for short sections.
/// Source  RFC 8415 section 6.3 (prefix delegation).
template <Family F>
class PrefixPool {
public:
    using family = F;

    /// Without ranges.
    PrefixPool() noexcept : core_{new (std::nothrow) Core} {}
    PrefixPool(const PrefixPool&) = delete;
    PrefixPool& operator=(const PrefixPool&) = delete;
    /// Leases that are alive stay valid and give their memory back with the last one.
    ~PrefixPool() {
        if (core_ != nullptr) core_->close();
    }

    /// Adds a range to cut from.
    /// Errors  errc::range_overlaps; ENOMEM; for text also those of CidrRange::parse().
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range) noexcept {
        return locked([&](Core& core, const Locked& lock) { return core.add(lock, range); });
    }
    [[nodiscard]] result<void> add_cidr_range(std::string_view range) noexcept {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return add_cidr_range(read); });
    }
    /// Removes a range as it was added.
    /// Errors  errc::range_unknown, range_in_use (somebody has a part of it); for text also those of
    ///         CidrRange::parse().
    [[nodiscard]] result<void> remove_cidr_range(const CidrRange<F>& range) noexcept {
        return locked([&](Core& core, const Locked& lock) { return core.remove(lock, range); });
    }
    [[nodiscard]] result<void> remove_cidr_range(std::string_view range) noexcept {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return remove_cidr_range(read); });
    }

    /// Leases a range of this prefix length.
    /// Errors  errc::prefix_too_long (not a length of the family), pool_exhausted (no free range is so large); ENOMEM;
    ///         for names also those of Owner::make().
    [[nodiscard]] result<PrefixLease<F>> allocate(int prefix_length, const Owner& owner) & noexcept {
        if (prefix_length < 0 || prefix_length > F::bits) return errc::prefix_too_long;
        return locked([&](Core& core, const Locked& lock) {
            return granted(core.grant(lock, owner, errc::pool_exhausted, [&](bool& short_of_memory) {
                return core.buddies(lock).take(prefix_length, short_of_memory);
            }));
        });
    }
    [[nodiscard]] result<PrefixLease<F>> allocate(int prefix_length, std::string_view tenant, std::string_view resource,
                                                  const ResourceType& type) & noexcept {
        const auto owner = Owner::make(tenant, resource, type);
        if (!owner) return owner.assume_error();
        return allocate(prefix_length, owner.assume_value());
    }
    /// Leases this range.
    /// Errors  errc::address_not_in_pool, address_leased (somebody has a part of it); ENOMEM; for names also those of
    ///         Owner::make().
    [[nodiscard]] result<PrefixLease<F>> allocate_specific(const CidrRange<F>& range, const Owner& owner) & noexcept {
        return locked([&](Core& core, const Locked& lock) -> result<PrefixLease<F>> {
            auto* const root = core.root_of(lock, range.first());
            if (root == nullptr || !root->range.contains(range)) return errc::address_not_in_pool;
            return granted(core.grant(lock, owner, errc::address_leased, [&](bool& short_of_memory) {
                return core.buddies(lock).take(*root, range, short_of_memory);
            }));
        });
    }
    [[nodiscard]] result<PrefixLease<F>> allocate_specific(const CidrRange<F>& range, std::string_view tenant,
                                                           std::string_view resource,
                                                           const ResourceType& type) & noexcept {
        const auto owner = Owner::make(tenant, resource, type);
        if (!owner) return owner.assume_error();
        return allocate_specific(range, owner.assume_value());
    }

    /// Who has the range with this address.
    /// Errors  errc::not_leased, address_not_in_pool.
    [[nodiscard]] result<PrefixBinding<F>> get_binding(const IpAddress<F>& ip) const noexcept {
        return locked([&](Core& core, const Locked& lock) -> result<PrefixBinding<F>> {
            auto* const root = core.root_of(lock, ip);
            if (root == nullptr) return errc::address_not_in_pool;
            const auto* const block = core.buddies(lock).granted(*root, ip);
            if (block == nullptr) return errc::not_leased;
            return binding_of(*block->grant);
        });
    }
    /// Calls visitor(const PrefixBinding<F>&) for each range that is leased all the while, and perhaps for others, the
    /// latest first. No lock while the visitor runs, which may use the pool and its leases.
    template <class Visitor>
    void for_each_binding(Visitor&& visitor) const {
        if (core_ == nullptr) return;
        for (Visit at{*core_}; at.go_on();) visitor(std::as_const(at.binding));
    }
    /// The largest range that could be leased now, or errc::pool_exhausted.
    [[nodiscard]] result<CidrRange<F>> largest_free() const noexcept {
        return locked([](Core& core, const Locked& lock) -> result<CidrRange<F>> {
            const auto* const block = core.buddies(lock).largest();
            if (block == nullptr) return errc::pool_exhausted;
            return block->range;
        });
    }
    /// Counts of addresses at one moment; nothing is held or cooling. The whole of IPv6 is counted as 2^128 - 1.
    [[nodiscard]] PoolStats stats() const noexcept {
        PoolStats counts;
        if (core_ == nullptr) return counts;
        const Locked lock = core_->lock();
        counts.capacity = core_->capacity(lock);
        counts.in_use = core_->in_use(lock);
        counts.free = counts.capacity - counts.in_use;
        return counts;
    }

private:
    using Core = detail::PrefixCore<F>;
    using Locked = typename Core::Locked;

    /// A walk over the leases; the record of the one that it stands at stays.
    struct Visit {
        Core& core;
        detail::Grant<F>* at = nullptr;
        PrefixBinding<F> binding{};

        explicit Visit(Core& pool) noexcept : core{pool} {}
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;
        ~Visit() {
            if (at != nullptr) core.leave(core.lock(), *at);
        }
        bool go_on() noexcept {
            const Locked lock = core.lock();
            at = core.visit_after(lock, at);
            if (at != nullptr) binding = binding_of(*at);
            return at != nullptr;
        }
    };

    static PrefixBinding<F> binding_of(const detail::Grant<F>& grant) noexcept {
        return {grant.block->range, grant.owner, grant.generation};
    }
    template <class Section>
    std::invoke_result_t<Section, Core&, const Locked&> locked(Section section) const noexcept {
        if (core_ == nullptr) return Error::system(ENOMEM);
        return section(*core_, core_->lock());
    }
    static result<PrefixLease<F>> granted(const result<detail::Grant<F>*>& made) noexcept {
        if (!made) return made.assume_error();
        return PrefixLease<F>{made.assume_value()};
    }

    Core* core_;
};

}  // namespace estate
