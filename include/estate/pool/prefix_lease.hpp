// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <estate/pool/prefix/prefix_core.hpp>

namespace estate {

/// A CIDR range that somebody has: the holder of the lease may use its addresses, and nobody else gets a part of it.
///
/// Move-only, and made by a PrefixPool alone. Dropping it gives the range back; a pool whose addresses come from it
/// must not outlive it. One that was moved from or released holds nothing: holds() is false, range() the
/// unspecified address alone, the names empty. Moving a lease to itself keeps it.
/// Thread safety: distinct leases are independent. The observers take no lock.
template <Family F>
class ESTATE_CONSUMABLE PrefixLease {
public:
    using family = F;

    PrefixLease(PrefixLease&& from) noexcept : grant_{from.grant_} { from.grant_ = nullptr; }
    ESTATE_FILLS PrefixLease& operator=(PrefixLease&& from) noexcept {
        if (this != &from) {
            end();
            grant_ = from.grant_;
            from.grant_ = nullptr;
        }
        return *this;
    }
    ~PrefixLease() { end(); }

    /// Gives the range back now.
    ESTATE_CONSUMES void release() && noexcept { end(); }
    void release() & = delete;  // releasing consumes: std::move(lease).release()

    ESTATE_USES [[nodiscard]] CidrRange<F> range() const noexcept {
        return grant_ != nullptr ? grant_->block->range : CidrRange<F>{};
    }
    /// The names live as long as the lease.
    ESTATE_USES [[nodiscard]] std::string_view tenant() const noexcept ESTATE_LIFETIMEBOUND {
        return grant_ != nullptr ? grant_->owner.tenant().view() : std::string_view{};
    }
    /// As tenant().
    ESTATE_USES [[nodiscard]] std::string_view resource() const noexcept ESTATE_LIFETIMEBOUND {
        return grant_ != nullptr ? grant_->owner.resource().view() : std::string_view{};
    }
    ESTATE_USES [[nodiscard]] ResourceType resource_type() const noexcept {
        return grant_ != nullptr ? grant_->owner.type() : ResourceType{};
    }
    /// Differs from that of every other lease of the pool.
    ESTATE_USES [[nodiscard]] std::uint64_t generation() const noexcept {
        return grant_ != nullptr ? grant_->generation : 0;
    }

    /// False once it was moved from or released.
    [[nodiscard]] bool holds() const noexcept { return grant_ != nullptr; }

private:
    template <Family G>
    friend class PrefixPool;

    explicit PrefixLease(detail::Grant<F>* grant) noexcept : grant_{grant} {}
    void end() noexcept {
        if (grant_ != nullptr) grant_->core.end(*grant_);
        grant_ = nullptr;
    }

    detail::Grant<F>* grant_;
};

}  // namespace estate
