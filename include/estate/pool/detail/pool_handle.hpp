// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/binding.hpp>
#include <estate/pool/detail/core_reference.hpp>
#include <type_traits>

namespace estate::detail {

/// What the parts of an IpPool have in common: its core, null where there was no memory for it.
template <Family F>
class PoolHandle {
public:
    PoolHandle(const PoolHandle&) = delete;
    PoolHandle& operator=(const PoolHandle&) = delete;

protected:
    explicit PoolHandle(Core<F>* core) noexcept : core_{core} {}
    ~PoolHandle() {
        if (core_ != nullptr) core_->close();
    }

    /// section(core) under the lock.
    template <class Section>
    std::invoke_result_t<Section, Core<F>&> locked(Section section) const noexcept {
        if (core_ == nullptr) return out_of_memory();
        const Guard guard{core_->lock()};
        return section(*core_);
    }
    /// Pre  the caller has the share
    static Lease<F> adopt(Slot<F>* shared) noexcept { return lease_access::make<AnyIpPool<F>>(shared); }
    /// Pre  the caller has the lock, or a share of the slot
    static IpBinding<F> binding_of(Core<F>& core, const Slot<F>& slot) noexcept {
        return lease_access::binding<AnyIpPool<F>>(CoreReference<F>{core}, slot);
    }

    Core<F>* core_;
};

}  // namespace estate::detail
