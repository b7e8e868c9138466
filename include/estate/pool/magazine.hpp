// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/pool_handle.hpp>

namespace estate {

/// Addresses that a pool has leased ahead to one tenant, so that a thread takes and gives them back without the
/// pool's lock. Give each thread one of its own; what it leased may go anywhere, and comes back here.
///
/// What waits in it counts as the tenant's, and is in nobody's list; the pool calls it in before it refuses somebody:
/// because no address is free, because the one asked for waits here, or because of the tenant's quota. A change of the
/// pool's ranges or of that quota recalls the leases of magazines as well: they return to the pool when they end.
/// Addresses come and go in here without selection and without quarantine, which begins when they return to the pool.
/// May outlive the pool: then it has nothing more.
/// Thread safety: any thread may call allocate(), one at a time is fast.
template <Family F>
class Magazine {
public:
    Magazine(Magazine&& from) noexcept : core_{from.core_}, slots_{from.slots_} { from.slots_ = nullptr; }
    Magazine& operator=(Magazine&& from) noexcept {
        if (this != &from) {
            end();
            core_ = from.core_;
            slots_ = from.slots_;
            from.slots_ = nullptr;
        }
        return *this;
    }
    /// What waits returns to the pool; what is leased does when it ends.
    ~Magazine() { end(); }

    /// Leases an address to the tenant.
    /// Errors  those of IpPool::allocate(); errc::moved_from.
    [[nodiscard]] result<Lease<F>> allocate(std::string_view resource, const ResourceType& type) & noexcept {
        if (slots_ == nullptr) return errc::moved_from;
        const auto owner = Owner::make(slots_->tenant.view(), resource, type);
        if (!owner) return owner.assume_error();
        PoolObserver<F> told;
        auto* taken = slots_->take(owner.assume_value(), told);
        while (taken == nullptr) {
            const auto filled = core_->fill(*slots_);
            if (!filled && filled.assume_error() != detail::come_again() &&
                !(Core::is_in_the_way(filled.assume_error()) && core_->expire_one()))
                return core_->refused(owner.assume_value(), {}, filled.assume_error());
            taken = slots_->take(owner.assume_value(), told);  // null where another thread was faster
        }
        if (told.notify != nullptr) told.notify(told.context, event_of(PoolEvent<F>::Kind::allocated, *taken));
        return detail::lease_access::make<AnyIpPool<F>>(taken);
    }

private:
    template <class Pool, Family G>
    friend class PoolKeeping;

    using Core = detail::Core<F>;

    Magazine(Core& core, detail::MagazineCore<F>& slots) noexcept : core_{&core}, slots_{&slots} {}
    void end() noexcept {
        if (slots_ == nullptr) return;
        core_->unlink(core_->lock(), *slots_);
        core_->release();
        slots_ = nullptr;
    }

    Core* core_;
    detail::MagazineCore<F>* slots_;
};

}  // namespace estate
