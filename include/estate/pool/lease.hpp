// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/net/address_hold.hpp>
#include <estate/pool/range/record.hpp>
#include <string_view>

namespace estate {

template <class Pool>
class BasicBinding;
template <class Pool>
class BasicLease;

namespace detail {
struct lease_access;
template <Family F>
struct Slot;
template <Family F>
class CoreReference;
}  // namespace detail

/// What the leases of an IpPool know of it: not how it selects addresses, so that all have one type.
template <Family F>
class AnyIpPool {
public:
    using family = F;

private:
    friend BasicLease<AnyIpPool>;
    friend BasicBinding<AnyIpPool>;
    friend detail::lease_access;
    using Slot = detail::Slot<F>;
    using Reference = detail::CoreReference<F>;
};

/// A leased address: the holder of the lease may use the address, and nobody else gets it.
///
/// Move-only, and made by a pool alone. Dropping it gives the address back, once every share() of it is
/// gone too; a socket that is bound with it holds it and shares it with what it accepts. Models AddressHold.
///
/// A lease that was moved from or released holds nothing: holds() is false, address() unspecified (0.0.0.0
/// or ::), the names empty, and dropping it does nothing. Moving a lease to itself keeps it.
/// Thread safety: distinct leases are independent, shares of one address too. The observers take no lock.
template <class Pool>
class ESTATE_CONSUMABLE BasicLease {
public:
    using pool = Pool;
    using family = typename Pool::family;

    ESTATE_INLINE BasicLease(BasicLease&& from) noexcept : slot_{from.slot_} { from.slot_ = nullptr; }
    ESTATE_FILLS BasicLease& operator=(BasicLease&& from) noexcept {
        if (this != &from) {
            end();
            slot_ = from.slot_;
            from.slot_ = nullptr;
        }
        return *this;
    }
    ESTATE_INLINE ~BasicLease() { end(); }

    /// Gives this share back now.
    ESTATE_CONSUMES void release() && noexcept { end(); }
    void release() & = delete;  // releasing consumes: std::move(lease).release()

    /// A further lease of the same address.
    ESTATE_INLINE ESTATE_USES [[nodiscard]] BasicLease share() const noexcept {
        Slot* const slot = slot_;  // read once: counting a share may change anything, as far as a compiler sees
        if (slot != nullptr) slot->share();
        return BasicLease{slot};
    }

    /// The leased address; unspecified where it holds nothing.
    ESTATE_USES [[nodiscard]] IpAddress<family> address() const noexcept {
        return slot_ != nullptr ? slot_->address : IpAddress<family>::any();
    }
    /// The names live as long as a lease of the address.
    ESTATE_USES [[nodiscard]] std::string_view tenant() const noexcept ESTATE_LIFETIMEBOUND {
        return slot_ != nullptr ? slot_->tenant_name().view() : std::string_view{};
    }
    /// As tenant().
    ESTATE_USES [[nodiscard]] std::string_view resource() const noexcept ESTATE_LIFETIMEBOUND {
        return slot_ != nullptr ? slot_->resource.view() : std::string_view{};
    }
    /// What uses the address.
    ESTATE_USES [[nodiscard]] ResourceType resource_type() const noexcept {
        return slot_ != nullptr ? slot_->type : ResourceType{};
    }
    /// Differs from that of every other lease of the pool, the earlier ones of this address among them.
    ESTATE_USES [[nodiscard]] std::uint64_t generation() const noexcept {
        return slot_ != nullptr ? slot_->number() : 0;
    }
    /// A copyable value that names this lease and does not keep it.
    ESTATE_USES [[nodiscard]] BasicBinding<Pool> binding() const noexcept;

    /// False once it was moved from or released.
    [[nodiscard]] bool holds() const noexcept { return slot_ != nullptr; }

private:
    using Slot = typename Pool::Slot;
    friend struct detail::lease_access;

    explicit BasicLease(Slot* slot) noexcept : slot_{slot} {}

    ESTATE_INLINE void end() noexcept {
        Slot* const slot = slot_;
        slot_ = nullptr;  // before an observer hears of it, which might look at this lease
        if (slot != nullptr && slot->drop()) [[unlikely]]
            slot->end();
    }

    Slot* slot_;  // no generation: a slot is not leased again while somebody has a share
};

/// A lease of an IpPool. 8 bytes, as every lease.
template <Family F>
using Lease = BasicLease<AnyIpPool<F>>;

namespace detail {

/// The only way to make a lease, and so the only place to look for where one can come from.
struct lease_access {
    /// Adopts a share that the slot counts already; none for a null slot.
    template <class Pool>
    static BasicLease<Pool> make(typename Pool::Slot* slot) noexcept {
        return BasicLease<Pool>{slot};
    }
    template <class Pool>
    static typename Pool::Slot* slot(const BasicLease<Pool>& lease) noexcept {
        return lease.slot_;
    }
    /// The share becomes the caller's.
    template <class Pool>
    static typename Pool::Slot* take(BasicLease<Pool>& lease) noexcept {
        auto* const slot = lease.slot_;
        lease.slot_ = nullptr;
        return slot;
    }
    template <class Pool>
    static const typename Pool::Reference& reference(const BasicBinding<Pool>& binding) noexcept {
        return binding.pool_;
    }
    /// Pre  the caller has the pool's lock, or a share of the slot
    template <class Pool>
    static BasicBinding<Pool> binding(typename Pool::Reference&& pool, const typename Pool::Slot& slot) noexcept {
        return {static_cast<typename Pool::Reference&&>(pool), slot};
    }
};

}  // namespace detail
}  // namespace estate
