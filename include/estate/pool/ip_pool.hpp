// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/binding.hpp>
#include <estate/pool/detail/core.hpp>
#include <estate/pool/detail/entropy.hpp>
#include <type_traits>
#include <vector>

namespace estate {

/// Addresses of family F that can be leased: CIDR ranges, and who has what.
///
/// Leases keep what they need of a pool that has ended; nothing dangles. Without memory a pool answers
/// system ENOMEM and stays as it was.
/// Time     allocate and release are bounded by the levels of the index (4 for 2^24 addresses), with any
///          number of ranges and at any fill; in ranges of more than 2^32 addresses constant on average. The
///          tables that grow take amortized constant time; what names a part takes time in proportion to it.
/// Thread safety: every member may be called from any thread. One mutex, held for short sections that call
/// nothing of the user's.
template <Family F>
class IpPool {
public:
    using family = F;
    using slot = detail::Slot<F>;
    using reference = detail::CoreReference<F>;

    /// Without addresses. The name is for people; its first 63 bytes are kept. The key makes the order of
    /// sparse ranges; give one only where it must be the same in every run.
    explicit IpPool(std::string_view name = {}, SecretKey key = detail::fresh_key<has_exceptions>()) noexcept
        : name_{Name<63>::clipped(name)}, core_{detail::Core<F>::make(key)} {}
    IpPool(const IpPool&) = delete;
    IpPool& operator=(const IpPool&) = delete;
    /// Leases that are alive stay valid and give their memory back with the last one; bindings become stale.
    ~IpPool() {
        if (core_ != nullptr) core_->close();
    }

    /// The name that it was made with.
    [[nodiscard]] std::string_view name() const noexcept ESTATE_LIFETIMEBOUND { return name_.view(); }

    /// Adds the usable addresses of a range: see usable_addresses().
    /// Errors  errc::range_overlaps; ENOMEM; for text also those of CidrRange::parse().
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range) noexcept {
        return locked([&](auto& core) { return core.add(range); });
    }
    [[nodiscard]] result<void> add_cidr_range(std::string_view range) noexcept {
        return parsed(range, [this](const CidrRange<F>& read) { return add_cidr_range(read); });
    }
    /// Removes a range as it was added.
    /// Errors  errc::range_unknown, range_in_use (somebody holds one of its addresses).
    [[nodiscard]] result<void> remove_cidr_range(const CidrRange<F>& range) noexcept {
        return with_range(range, [](auto& core, auto& found) -> result<void> {
            if (found.in_use != 0) return errc::range_in_use;
            core.remove(found);
            return success();
        });
    }
    [[nodiscard]] result<void> remove_cidr_range(std::string_view range) noexcept {
        return parsed(range, [this](const CidrRange<F>& read) { return remove_cidr_range(read); });
    }
    /// Leases nothing more from a range, and removes it with its last lease: now, if there is none.
    /// Errors  errc::range_unknown.
    [[nodiscard]] result<void> drain(const CidrRange<F>& range) noexcept {
        return with_range(range, [](auto& core, auto& found) -> result<void> {
            core.drain(found);
            return success();
        });
    }
    [[nodiscard]] result<void> drain(std::string_view range) noexcept {
        return parsed(range, [this](const CidrRange<F>& read) { return drain(read); });
    }

    /// Keeps addresses back that nobody has: they are not leased until unreserve().
    /// Errors  errc::address_not_in_pool (they must lie in one range of the pool), address_leased; ENOMEM.
    [[nodiscard]] result<void> reserve(const CidrRange<F>& part) noexcept {
        return with_part(part, [](auto& range, const detail::Span& span) -> result<void> {
            if (range.leases_any(span)) return errc::address_leased;
            return held(range.hold(span));
        });
    }
    [[nodiscard]] result<void> reserve(const IpAddress<F>& ip) noexcept { return reserve(CidrRange<F>::of(ip)); }
    /// The same, but leases that exist go on; their addresses are kept back once they return.
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> exclude(const CidrRange<F>& part) noexcept {
        return with_part(part, [](auto& range, const detail::Span& span) { return held(range.hold(span)); });
    }
    [[nodiscard]] result<void> exclude(const IpAddress<F>& ip) noexcept { return exclude(CidrRange<F>::of(ip)); }
    /// Ends reserve() and exclude(). Network and broadcast addresses stay held.
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> unreserve(const CidrRange<F>& part) noexcept {
        return with_part(part, [](auto& range, const detail::Span& span) { return held(range.open(span)); });
    }
    [[nodiscard]] result<void> unreserve(const IpAddress<F>& ip) noexcept { return unreserve(CidrRange<F>::of(ip)); }

    /// Leases the next free address.
    /// Errors  errc::pool_exhausted, quota_exceeded, malformed_name (tenant or resource empty or over 63 bytes,
    ///         label over 31); ENOMEM.
    [[nodiscard]] result<Lease<F>> allocate(std::string_view tenant, std::string_view resource,
                                            const ResourceType& type) noexcept {
        return leased(tenant, resource, type, [&](auto& core, const auto& holder, const auto& user) {
            return core.lease(holder, user, type);
        });
    }
    /// Leases this address.
    /// Errors  errc::address_leased, address_held, address_not_in_pool, malformed_name, capacity_exceeded,
    ///         quota_exceeded; ENOMEM.
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, std::string_view tenant,
                                                     std::string_view resource, const ResourceType& type) noexcept {
        return leased(tenant, resource, type, [&](auto& core, const auto& holder, const auto& user) {
            return core.lease(ip, holder, user, type);
        });
    }

    /// The address that this tenant's resource got from here and still has, shared; or the next free one. So a
    /// resource that asks twice has one address. Constant time.
    /// Errors  as allocate().
    [[nodiscard]] result<Lease<F>> allocate_sticky(std::string_view tenant, std::string_view resource,
                                                   const ResourceType& type) noexcept {
        return leased(tenant, resource, type, [&](auto& core, const auto& holder, const auto& user) {
            return core.lease_sticky(holder, user, type);
        });
    }
    /// Leases so many addresses, or none.
    /// Errors  as allocate(). Throws std::bad_alloc for the list where memory is short and exceptions are on.
    [[nodiscard]] result<std::vector<Lease<F>>> allocate_many(std::size_t count, std::string_view tenant,
                                                              std::string_view resource, const ResourceType& type) {
        const auto holder = TenantName::make(tenant);
        const auto user = ResourceName::make(resource);
        if (!holder || !user || !type.valid()) return errc::malformed_name;
        if (core_ == nullptr) return detail::out_of_memory();
        std::vector<Lease<F>> leases;  // dropped outside the lock when not all can be had
        if (Uint128{count} > stats().free) return errc::pool_exhausted;
        leases.reserve(count);
        const detail::Guard guard{core_->lock()};
        if (!core_->may_have(tenant, count)) return errc::quota_exceeded;
        while (leases.size() < count) {
            const auto taken = core_->lease(holder.assume_value(), user.assume_value(), type);
            if (!taken) return taken.assume_error();
            leases.push_back(adopt(taken.assume_value()));
        }
        return leases;
    }
    /// The tenant may have at most so many addresses, no_quota for any number. What it has beyond stays.
    /// Errors  errc::malformed_name; ENOMEM.
    [[nodiscard]] result<void> set_quota(std::string_view tenant, std::uint64_t most) noexcept {
        const auto name = TenantName::make(tenant);
        if (!name) return errc::malformed_name;
        return locked([&](auto& core) { return core.set_quota(name.assume_value(), most); });
    }
    static constexpr std::uint64_t no_quota = ~std::uint64_t{0};

    /// Who has this address. Constant time, but for finding the range among many.
    /// Errors  errc::not_leased, address_not_in_pool.
    [[nodiscard]] result<IpBinding<F>> get_binding(const IpAddress<F>& ip) const noexcept {
        return locked([&](auto& core) -> result<IpBinding<F>> {
            if (core.containing(ip) == nullptr) return errc::address_not_in_pool;
            const slot* const found = core.find(ip);
            if (found == nullptr || !found->has_shares()) return errc::not_leased;
            return IpBinding<F>{reference{core}, *found, found->generation};
        });
    }
    /// What a tenant has, at one moment. Throws std::bad_alloc where memory is short and exceptions are on.
    [[nodiscard]] std::vector<IpBinding<F>> list_by_subinstance(std::string_view tenant) const {
        std::vector<IpBinding<F>> list;
        for (std::size_t wanted = leases_of(tenant); wanted != 0;) {
            list.reserve(wanted);  // outside the lock
            const detail::Guard guard{core_->lock()};
            const auto* const holder = core_->tenant(tenant);
            wanted = holder != nullptr ? holder->leases.count : 0;
            if (wanted > list.capacity()) continue;
            for (const slot* at = wanted != 0 ? holder->leases.first : nullptr; at != nullptr; at = at->next) {
                if (at->has_shares()) list.push_back(IpBinding<F>{reference{*core_}, *at, at->generation});
            }
            break;
        }
        return list;
    }
    /// How many leases a tenant has.
    [[nodiscard]] std::size_t leases_of(std::string_view tenant) const noexcept {
        if (core_ == nullptr) return 0;
        const detail::Guard guard{core_->lock()};
        const auto* const holder = core_->tenant(tenant);
        return holder != nullptr ? holder->leases.count : 0;
    }

    /// Calls visitor(const IpBinding<F>&) for each lease that lasts as long as the visit, and perhaps for
    /// others. No heap, and no lock while the visitor runs, which may use the pool; it keeps the address that
    /// it is called for.
    template <class Visitor>
    void for_each_binding(Visitor&& visitor) const {
        visit(visitor, [](auto& core, slot* last) { return core.share_after(last); });
    }
    /// The same for the leases of one tenant, in time proportional to their number.
    template <class Visitor>
    void for_each_binding(std::string_view tenant, Visitor&& visitor) const {
        visit(visitor, [tenant](auto& core, slot* last) -> slot* {
            if (last != nullptr) return core.share_from(last->next);
            const auto* const holder = core.tenant(tenant);
            return holder != nullptr ? core.share_from(holder->leases.first) : nullptr;
        });
    }

    /// Some range of the pool has it, held back or not.
    [[nodiscard]] bool contains(const IpAddress<F>& ip) const noexcept {
        if (core_ == nullptr) return false;
        const detail::Guard guard{core_->lock()};
        return core_->containing(ip) != nullptr;
    }
    /// Counts of one moment.
    [[nodiscard]] PoolStats stats() const noexcept {
        if (core_ == nullptr) return {};
        const detail::Guard guard{core_->lock()};
        return core_->stats();
    }

private:
    static result<void> held(bool done) noexcept {
        if (!done) return detail::out_of_memory();
        return success();
    }
    /// section(core) under the lock.
    template <class Section>
    std::invoke_result_t<Section, detail::Core<F>&> locked(Section section) const noexcept {
        if (core_ == nullptr) return detail::out_of_memory();
        const detail::Guard guard{core_->lock()};
        return section(*core_);
    }
    template <class Next>
    static result<void> parsed(std::string_view text, Next next) noexcept {
        const auto range = CidrRange<F>::parse(text);
        if (!range) return range.assume_error();
        return next(range.assume_value());
    }
    template <class Section>
    result<void> with_range(const CidrRange<F>& range, Section section) noexcept {
        return locked([&](auto& core) -> result<void> {
            auto* const found = core.exactly(range);
            if (found == nullptr) return errc::range_unknown;
            return section(core, *found);
        });
    }
    /// section(range, span) for the usable part of `part`; nothing to do where there is none.
    template <class Section>
    result<void> with_part(const CidrRange<F>& part, Section section) noexcept {
        return locked([&](auto& core) -> result<void> {
            auto* const range = core.containing(part.first());
            if (range == nullptr || !range->cidr.contains(part)) return errc::address_not_in_pool;
            const auto first = part.first() < range->usable.first ? range->usable.first : part.first();
            const auto last = range->usable.last < part.last() ? range->usable.last : part.last();
            if (last < first) return success();
            const result<void> done = section(*range, detail::Span{first.bits(), last.bits()});
            core.list(*range);
            return done;
        });
    }
    template <class Section>
    result<Lease<F>> leased(std::string_view tenant, std::string_view resource, const ResourceType& type,
                            Section section) noexcept {
        const auto holder = TenantName::make(tenant);
        const auto user = ResourceName::make(resource);
        if (!holder || !user || !type.valid()) return errc::malformed_name;
        return locked([&](auto& core) -> result<Lease<F>> {
            const auto taken = section(core, holder.assume_value(), user.assume_value());
            if (!taken) return taken.assume_error();
            return adopt(taken.assume_value());
        });
    }
    /// Pre  the caller has the lock, or the share
    static Lease<F> adopt(slot* shared) noexcept {
        return detail::lease_access::make<IpPool>(shared);
    }
    template <class Visitor, class Next>
    void visit(Visitor& visitor, Next next) const {
        const auto after = [&](slot* last) {
            const detail::Guard guard{core_->lock()};
            return adopt(next(*core_, last));
        };
        if (core_ == nullptr) return;
        // the share of the one that is visited keeps the place in the list
        for (Lease<F> at = after(nullptr); at.holds(); at = after(detail::lease_access::slot(at))) {
            const IpBinding<F> binding = at.binding();
            visitor(binding);
        }
    }

    Name<63> name_;
    detail::Core<F>* core_;
};

}  // namespace estate
