// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/pool_handle.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace estate {

/// The members of an IpPool that report the owner of each address.
template <class Pool, Family F>
class PoolBindings {
public:
    /// Who has this address. Constant time, but for finding the range among many.
    /// Errors  errc::not_leased, address_not_in_pool.
    [[nodiscard]] result<IpBinding<F>> get_binding(const IpAddress<F>& ip) const noexcept {
        return handle().settled([&](Core& core, const Locked& locked) -> result<IpBinding<F>> {
            if (core.ledger(locked).ranges().extent_of(ip) == nullptr) return errc::address_not_in_pool;
            const Slot* const found = core.ledger(locked).find(ip);
            if (found == nullptr) return errc::not_leased;
            return core.steady(*found, [&]() -> result<IpBinding<F>> {
                if (!found->has_shares()) return errc::not_leased;
                return Handle::binding_of(core, *found);
            });
        });
    }
    /// What for_each_binding() meets of a tenant. Throws std::bad_alloc where memory is short and exceptions are on.
    [[nodiscard]] std::vector<IpBinding<F>> list_by_tenant(std::string_view tenant) const {
        std::vector<IpBinding<F>> list;
        list.reserve(leases_of(tenant));
        for_each_binding(tenant, [&](const IpBinding<F>& binding) { list.push_back(binding); });
        return list;
    }
    /// The same: another word for a tenant.
    [[nodiscard]] std::vector<IpBinding<F>> list_by_subinstance(std::string_view tenant) const {
        return list_by_tenant(tenant);
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
        visit(visitor, [](detail::Tenants<F>& tenants, Slot* last) { return tenants.share_after(last); });
    }
    /// The same for the leases of one tenant, in time proportional to their number.
    template <class Visitor>
    void for_each_binding(std::string_view tenant, Visitor&& visitor) const {
        visit(visitor, [tenant](detail::Tenants<F>& tenants, Slot* last) -> Slot* {
            if (last != nullptr) return tenants.share_from(last->next);
            const auto* const holder = tenants.find(tenant);
            return holder != nullptr ? tenants.share_from(holder->leases.first) : nullptr;
        });
    }

    /// Counts of one moment. Time in proportion to the number of ranges.
    [[nodiscard]] PoolStats stats() const noexcept {
        return handle().settled([](Core& core, const Locked& locked) { return core.ledger(locked).stats(); },
                               PoolStats{});
    }
    [[nodiscard]] TenantStats stats(std::string_view tenant) const noexcept {
        return handle().settled([&](Core& core, const Locked& locked) {
            const auto* const known = core.ledger(locked).tenants().find(tenant);
            return known != nullptr ? TenantStats{known->leases.count, known->quota} : TenantStats{};
        }, TenantStats{});
    }
    /// Calls visitor(std::string_view tenant, const TenantStats&) for each tenant that has leases or a quota all the
    /// while, and perhaps for others, in no order. No lock while the visitor runs, which may use the pool.
    template <class Visitor>
    void for_each_tenant(Visitor&& visitor) const {
        if (handle().core() == nullptr) return;
        for (TenantVisit at{*handle().core()}; at.go_on();) visitor(at.name.view(), std::as_const(at.has));
    }
    /// The tenant may have at most so many addresses, no_quota for any number. What it has beyond stays.
    /// Errors  errc::malformed_name; ENOMEM.
    [[nodiscard]] result<void> set_quota(std::string_view tenant, std::uint64_t most) noexcept {
        const auto name = TenantName::make(tenant);
        if (!name) return errc::malformed_name;
        return handle().settled([&](Core& core, const Locked& locked) -> result<void> {
            core.recall(locked, name.assume_value());
            if (core.ledger(locked).tenants().set_quota(name.assume_value(), most)) return success();
            return detail::out_of_memory();
        });
    }
    static constexpr std::uint64_t no_quota = ~std::uint64_t{0};

protected:
    PoolBindings() noexcept = default;
    ~PoolBindings() = default;

private:
    using Handle = detail::PoolHandle<F>;
    using Core = detail::Core<F>;
    using Locked = typename Core::Locked;
    using Slot = detail::Slot<F>;

    [[nodiscard]] const Handle& handle() const noexcept { return static_cast<const Pool&>(*this).handle_; }

    /// A walk over the tenants; the one that it stands at stays known.
    struct TenantVisit {
        Core& core;
        detail::Tenant<F>* at = nullptr;
        TenantName name{};
        TenantStats has{};

        explicit TenantVisit(Core& pool) noexcept : core{pool} {}
        TenantVisit(const TenantVisit&) = delete;
        TenantVisit& operator=(const TenantVisit&) = delete;
        ~TenantVisit() {
            if (at == nullptr) return;
            const Locked locked = core.lock();
            core.ledger(locked).tenants().leave(*at);
        }
        bool go_on() noexcept {
            const Locked locked = core.lock();
            at = core.ledger(locked).tenants().visit_after(at);
            if (at == nullptr) return false;
            name = at->name;
            has = {at->leases.count, at->quota};
            return true;
        }
    };

    template <class Visitor, class Next>
    void visit(Visitor& visitor, Next next) const {
        Core* const core = handle().core();
        if (core == nullptr) return;
        const auto after = [&](Slot* last) {
            const Locked locked = core->lock();
            return Handle::adopt(next(core->ledger(locked).tenants(), last));
        };
        handle().settled([](Core&, const Locked&) { return true; }, true);  // what has ended is not met
        // the share of the one that is visited keeps the place in the list
        for (Lease<F> at = after(nullptr); at.holds(); at = after(detail::lease_access::slot(at))) {
            const IpBinding<F> binding = at.binding();
            visitor(binding);
        }
    }
};

}  // namespace estate
