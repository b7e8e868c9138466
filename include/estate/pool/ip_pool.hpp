// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/pool_core.hpp>
#include <string>
#include <vector>

namespace estate {

/// The right to use an address of an IpPool; see BasicLease.
template <Family F>
using Lease = BasicLease<detail::PoolCore<F>>;

/// Who leases an address of an IpPool; see BasicBinding.
template <Family F>
using IpBinding = BasicBinding<detail::PoolCore<F>>;

/// Hands out the addresses of CIDR ranges, each to one lease at a time, to many tenants.
///
/// Leases and bindings may outlive the pool: what they need lives until the last has gone.
/// Thread safety: every member may be called from any thread. Running out of memory is std::bad_alloc, and
/// then nothing has changed.
template <Family F>
class IpPool {
public:
    explicit IpPool(std::string_view name) : name_{name}, core_{new detail::PoolCore<F>} {}
    IpPool(const IpPool&) = delete;
    IpPool& operator=(const IpPool&) = delete;
    ~IpPool() { core_->detach(); }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Adds a range; which of its addresses can be leased is told by Usable.
    /// Errors  errc::range_overlaps. A text besides: as CidrRange::parse().
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range) { return core_->add(range); }
    [[nodiscard]] result<void> add_cidr_range(std::string_view text) {
        return with_range(text, [&](const auto& range) { return add_cidr_range(range); });
    }
    /// Removes a range that was added as such.
    /// Errors  errc::range_unknown, range_in_use.
    [[nodiscard]] result<void> remove_cidr_range(const CidrRange<F>& range) { return core_->remove(range, false); }
    [[nodiscard]] result<void> remove_cidr_range(std::string_view text) {
        return with_range(text, [&](const auto& range) { return remove_cidr_range(range); });
    }
    /// Leases nothing more of the range, and removes it when its last lease has gone, or at once.
    /// Errors  errc::range_unknown.
    [[nodiscard]] result<void> drain(const CidrRange<F>& range) { return core_->remove(range, true); }

    /// Keeps addresses back: allocate() passes them by, allocate_specific() still gives them. They need not
    /// be in a range yet; those that are leased stay so.
    /// Errors  errc::range_overlaps what was kept back before.
    [[nodiscard]] result<void> reserve(const CidrRange<F>& range) { return core_->hold(range, false); }
    /// Like reserve(), and not given by allocate_specific() either.
    [[nodiscard]] result<void> exclude(const CidrRange<F>& range) { return core_->hold(range, true); }

    /// Leases a free address: the next after the one leased last.
    /// Errors  errc::pool_exhausted; errc::malformed_name as Owner::of().
    [[nodiscard]] result<Lease<F>> allocate(std::string_view tenant, std::string_view resource, ResourceType type) {
        const auto owner = Owner::of(tenant, resource, type);
        if (!owner) return owner.assume_error();
        return core_->allocate(owner.assume_value());
    }
    /// Leases that address.
    /// Errors  errc::address_leased, address_held, address_not_in_pool; errc::malformed_name.
    [[nodiscard]] result<Lease<F>> allocate_specific(IpAddress<F> ip, std::string_view tenant,
                                                     std::string_view resource, ResourceType type) {
        const auto owner = Owner::of(tenant, resource, type);
        if (!owner) return owner.assume_error();
        return core_->allocate_specific(ip, owner.assume_value());
    }

    /// Errors  errc::not_leased, address_not_in_pool.
    [[nodiscard]] result<IpBinding<F>> get_binding(IpAddress<F> ip) const { return core_->binding_of(ip); }

    /// Calls visitor(const IpBinding<F>&) for every lease, of one tenant or of all, under the pool's lock: the
    /// visitor must not call the pool, nor drop a lease. Takes time in proportion to all leases.
    template <class Visitor>
    void for_each_binding(Visitor visitor) const {
        core_->each_binding([&](const IpBinding<F>& binding) { visitor(binding); });
    }
    template <class Visitor>
    void for_each_binding(std::string_view tenant, Visitor visitor) const {
        core_->each_binding([&](const IpBinding<F>& binding) {
            if (binding.tenant() == tenant) visitor(binding);
        });
    }
    /// The leases of a tenant.
    [[nodiscard]] std::vector<IpBinding<F>> list_by_subinstance(std::string_view tenant) const {
        std::vector<IpBinding<F>> found;
        for_each_binding(tenant, [&](const IpBinding<F>& binding) { found.push_back(binding); });
        return found;
    }

    [[nodiscard]] PoolStats stats() const { return core_->stats(); }
    /// The address lies in a range of the pool, usable or not.
    [[nodiscard]] bool contains(IpAddress<F> ip) const { return core_->contains(ip); }

private:
    template <class Use>
    static result<void> with_range(std::string_view text, Use use) {
        const auto range = CidrRange<F>::parse(text);
        if (!range) return range.assume_error();
        return use(range.assume_value());
    }

    std::string name_;
    detail::PoolCore<F>* core_;
};

}  // namespace estate
