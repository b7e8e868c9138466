// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/pool_ranges.hpp>
#include <vector>

namespace estate {

/// The part of an IpPool that tells who has what.
template <Family F>
class PoolBindings : public PoolRanges<F> {
public:
    /// Who has this address. Constant time, but for finding the range among many.
    /// Errors  errc::not_leased, address_not_in_pool.
    [[nodiscard]] result<IpBinding<F>> get_binding(const IpAddress<F>& ip) const noexcept {
        return this->locked([&](auto& core) -> result<IpBinding<F>> {
            if (core.ranges().extent_of(ip) == nullptr) return errc::address_not_in_pool;
            const auto* const found = core.find(ip);
            if (found == nullptr) return errc::not_leased;
            return core.steady(*found, [&]() -> result<IpBinding<F>> {
                if (!found->has_shares()) return errc::not_leased;
                return this->binding_of(core, *found);
            });
        });
    }
    /// What a tenant has, at one moment. Throws std::bad_alloc where memory is short and exceptions are on.
    [[nodiscard]] std::vector<IpBinding<F>> list_by_subinstance(std::string_view tenant) const {
        std::vector<IpBinding<F>> list;
        for (std::size_t wanted = leases_of(tenant); wanted != 0;) {
            list.reserve(wanted);  // outside the lock
            const detail::Guard guard{this->core_->lock()};
            const auto* const holder = this->core_->tenants().find(tenant);
            wanted = holder != nullptr ? holder->leases.count : 0;
            if (wanted > list.capacity()) continue;
            for (const auto* at = wanted != 0 ? holder->leases.first : nullptr; at != nullptr; at = at->next) {
                this->core_->steady(*at, [&] {
                    if (at->has_shares()) list.push_back(this->binding_of(*this->core_, *at));
                });
            }
            break;
        }
        return list;
    }
    /// How many leases a tenant has.
    [[nodiscard]] std::size_t leases_of(std::string_view tenant) const noexcept {
        return static_cast<std::size_t>(stats(tenant).in_use);
    }

    /// Calls visitor(const IpBinding<F>&) for each lease that lasts as long as the visit, and perhaps for
    /// others. No heap, and no lock while the visitor runs, which may use the pool; it keeps the address that
    /// it is called for.
    template <class Visitor>
    void for_each_binding(Visitor&& visitor) const {
        visit(visitor, [](auto& core, Slot* last) { return core.tenants().share_after(last); });
    }
    /// The same for the leases of one tenant, in time proportional to their number.
    template <class Visitor>
    void for_each_binding(std::string_view tenant, Visitor&& visitor) const {
        visit(visitor, [tenant](auto& core, Slot* last) -> Slot* {
            if (last != nullptr) return core.tenants().share_from(last->next);
            const auto* const holder = core.tenants().find(tenant);
            return holder != nullptr ? core.tenants().share_from(holder->leases.first) : nullptr;
        });
    }

    /// Counts of one moment. Time in proportion to the number of ranges.
    [[nodiscard]] PoolStats stats() const noexcept {
        if (this->core_ == nullptr) return {};
        const detail::Guard guard{this->core_->lock()};
        return this->core_->stats();
    }
    [[nodiscard]] TenantStats stats(std::string_view tenant) const noexcept {
        if (this->core_ == nullptr) return {};
        const detail::Guard guard{this->core_->lock()};
        const auto* const known = this->core_->tenants().find(tenant);
        return known != nullptr ? TenantStats{known->leases.count, known->quota} : TenantStats{};
    }
    /// Calls visitor(tenant, const TenantStats&) for each tenant that has leases or a quota, in no order and under
    /// the pool's lock: it must not use the pool.
    template <class Visitor>
    void for_each_tenant(Visitor&& visitor) const {
        if (this->core_ == nullptr) return;
        const detail::Guard guard{this->core_->lock()};
        this->core_->tenants().for_each([&](const detail::Tenant<F>& tenant) {
            visitor(tenant.name.view(), TenantStats{tenant.leases.count, tenant.quota});
        });
    }
    /// The tenant may have at most so many addresses, no_quota for any number. What it has beyond stays.
    /// Errors  errc::malformed_name; ENOMEM.
    [[nodiscard]] result<void> set_quota(std::string_view tenant, std::uint64_t most) noexcept {
        const auto name = TenantName::make(tenant);
        if (!name) return errc::malformed_name;
        return this->locked([&](auto& core) -> result<void> {
            core.recall(&name.assume_value());
            if (core.tenants().set_quota(name.assume_value(), most)) return success();
            return detail::out_of_memory();
        });
    }
    static constexpr std::uint64_t no_quota = ~std::uint64_t{0};

protected:
    using PoolRanges<F>::PoolRanges;
    ~PoolBindings() = default;

private:
    using Slot = detail::Slot<F>;

    template <class Visitor, class Next>
    void visit(Visitor& visitor, Next next) const {
        const auto after = [&](Slot* last) {
            const detail::Guard guard{this->core_->lock()};
            return this->adopt(next(*this->core_, last));
        };
        if (this->core_ == nullptr) return;
        // the share of the one that is visited keeps the place in the list
        for (Lease<F> at = after(nullptr); at.holds(); at = after(detail::lease_access::slot(at))) {
            const IpBinding<F> binding = at.binding();
            visitor(binding);
        }
    }
};

}  // namespace estate
