// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/attributes.hpp>
#include <estate/pool/binding.hpp>
#include <estate/pool/slot.hpp>

namespace estate {

/// The right to use one address, until it is dropped. Move-only; comes from a pool and from nowhere else.
///
/// A socket that is bound with it keeps it, and what a listener accepts shares it; the address is free
/// again when the last share has gone. A moved-from lease holds nothing: its address is the unspecified
/// one, its names are empty, and dropping it does nothing. Models AddressHold.
/// Thread safety: distinct leases are independent, also when they share an address.
template <class Core>
class ESTATE_CONSUMABLE BasicLease {
public:
    using family = typename Core::family;

    BasicLease(BasicLease&& other) noexcept : slot_{other.slot_} { other.slot_ = nullptr; }
    BasicLease& operator=(BasicLease&& other) noexcept {
        Slot* const taken = other.slot_;
        other.slot_ = nullptr;
        drop();
        slot_ = taken;
        return *this;
    }
    ~BasicLease() { drop(); }

    /// Gives the address back now.
    ESTATE_CONSUMES void release() && noexcept { drop(); }
    void release() & = delete;  // releasing consumes: std::move(lease).release()

    /// A further lease of the same address.
    ESTATE_USES [[nodiscard]] BasicLease share() const noexcept {
        if (slot_ == nullptr) return BasicLease(nullptr);
        slot_->shares.fetch_add(1, std::memory_order_relaxed);
        slot_->core->attach();
        return BasicLease(slot_);
    }

    ESTATE_USES [[nodiscard]] IpAddress<family> address() const noexcept {
        return slot_ == nullptr ? IpAddress<family>() : slot_->address;
    }
    ESTATE_USES [[nodiscard]] std::string_view tenant() const noexcept ESTATE_LIFETIMEBOUND {
        return slot_ == nullptr ? std::string_view() : slot_->owner.tenant();
    }
    ESTATE_USES [[nodiscard]] std::string_view resource() const noexcept ESTATE_LIFETIMEBOUND {
        return slot_ == nullptr ? std::string_view() : slot_->owner.resource();
    }
    ESTATE_USES [[nodiscard]] ResourceType resource_type() const noexcept ESTATE_LIFETIMEBOUND {
        return slot_ == nullptr ? ResourceType::custom("") : slot_->owner.resource_type();
    }
    /// How many leases of the address there were before; see BasicBinding.
    ESTATE_USES [[nodiscard]] std::uint32_t generation() const noexcept {
        return slot_ == nullptr ? 0 : slot_->generation;
    }
    /// Errors  errc::moved_from.
    ESTATE_USES [[nodiscard]] result<BasicBinding<Core>> binding() const noexcept {
        if (slot_ == nullptr) return errc::moved_from;
        return BasicBinding<Core>(*slot_);
    }

private:
    using Slot = detail::Slot<Core>;
    friend Core;
    friend class BasicBinding<Core>;

    explicit BasicLease(Slot* slot) noexcept : slot_{slot} {}

    void drop() noexcept {
        if (slot_ == nullptr) return;
        Slot* const slot = slot_;
        slot_ = nullptr;
        Core* const core = slot->core;
        core->drop(*slot);
        core->detach();
    }

    Slot* slot_;
};

}  // namespace estate
