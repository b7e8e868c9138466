// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/slot.hpp>

namespace estate::detail {

/// What outlives a pool and knows of its leases. It is asked before an address can be leased again; before one is
/// handed out, who leases asks it. Made by `new`; ends with the core of the pool.
template <Family F>
class StoreHook {
public:
    StoreHook() noexcept = default;
    virtual ~StoreHook() = default;
    StoreHook(const StoreHook&) = delete;
    StoreHook& operator=(const StoreHook&) = delete;

    /// The last share has gone; the slot stays leased until Core::end_here(). Called without the lock of the pool.
    virtual void end(Slot<F>& slot, typename PoolEvent<F>::Kind kind) noexcept = 0;
};

}  // namespace estate::detail
