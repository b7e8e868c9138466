// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/slot.hpp>

namespace estate::detail {

/// What outlives a pool and knows of its leases. The pool asks it before an address can be leased again; a call that
/// leases one asks it before handing the lease out. Made by `new`; the core of the pool deletes it.
template <Family F>
class StoreHook {
public:
    StoreHook() noexcept = default;
    virtual ~StoreHook() = default;
    StoreHook(const StoreHook&) = delete;
    StoreHook& operator=(const StoreHook&) = delete;

    /// The last share has gone; the slot stays leased until Core::end_here(). One that is still marked as kept was
    /// kept by a pool that has ended, and goes on in the store. Called without the lock of the pool.
    virtual void end(Slot<F>& slot, typename PoolEvent<F>::Kind kind) noexcept = 0;
};

}  // namespace estate::detail
