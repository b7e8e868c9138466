// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/slot.hpp>

namespace estate {

template <class Core>
class BasicLease;

/// Who leases an address: a copyable value that names a lease and keeps nothing taken.
///
/// It stays readable after the lease has ended, and after the pool has; share() then answers
/// errc::stale_binding, even if somebody else has leased the address since. Models AddressBinding.
template <class Core>
class BasicBinding {
public:
    using family = typename Core::family;

    BasicBinding(const BasicBinding& other) noexcept
        : slot_{other.slot_}, address_{other.address_}, owner_{other.owner_}, generation_{other.generation_} {
        slot_->core->attach();
    }
    BasicBinding& operator=(const BasicBinding& other) noexcept {
        other.slot_->core->attach();
        slot_->core->detach();
        slot_ = other.slot_;
        address_ = other.address_;
        owner_ = other.owner_;
        generation_ = other.generation_;
        return *this;
    }
    ~BasicBinding() { slot_->core->detach(); }

    [[nodiscard]] IpAddress<family> address() const noexcept { return address_; }
    [[nodiscard]] std::string_view tenant() const noexcept ESTATE_LIFETIMEBOUND { return owner_.tenant(); }
    [[nodiscard]] std::string_view resource() const noexcept ESTATE_LIFETIMEBOUND { return owner_.resource(); }
    [[nodiscard]] ResourceType resource_type() const noexcept ESTATE_LIFETIMEBOUND { return owner_.resource_type(); }
    [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }

    /// A further lease of the address, as long as the one that this names lives.
    /// Errors  errc::stale_binding.
    [[nodiscard]] result<BasicLease<Core>> share() const noexcept {
        if (!slot_->core->join(*slot_, generation_)) return errc::stale_binding;
        slot_->core->attach();
        return BasicLease<Core>(slot_);
    }

private:
    using Slot = detail::Slot<Core>;
    friend Core;
    friend class BasicLease<Core>;

    /// Pre  the slot is leased, or the caller holds the core's lock.
    explicit BasicBinding(Slot& slot) noexcept
        : slot_{&slot}, address_{slot.address}, owner_{slot.owner}, generation_{slot.generation} {
        slot.core->attach();
    }

    Slot* slot_;
    IpAddress<family> address_;
    Owner owner_;
    std::uint32_t generation_;
};

}  // namespace estate
