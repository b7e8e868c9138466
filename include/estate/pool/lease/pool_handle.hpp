// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/binding.hpp>
#include <estate/pool/lease/core_reference.hpp>
#include <type_traits>

namespace estate::detail {

/// An IpPool's hold on its core, which is null where there was no memory for it.
template <Family F>
class PoolHandle {
public:
    using Locked = typename Core<F>::Locked;

    explicit PoolHandle(const Rules& rules) noexcept : core_{Core<F>::make(rules)} {}
    PoolHandle(const PoolHandle&) = delete;
    PoolHandle& operator=(const PoolHandle&) = delete;
    ~PoolHandle() {
        if (core_ != nullptr) core_->close();
    }

    [[nodiscard]] Core<F>* core() const noexcept { return core_; }
    /// section(core, locked), or `otherwise` where there is no core.
    template <class Section, class Value = std::invoke_result_t<Section, Core<F>&, const Locked&>>
    Value locked(Section section, Value otherwise) const {
        if (core_ == nullptr) return otherwise;
        return section(*core_, core_->lock());
    }
    template <class Section>
    auto locked(Section section) const -> std::invoke_result_t<Section, Core<F>&, const Locked&> {
        if (core_ == nullptr) return out_of_memory();
        return section(*core_, core_->lock());
    }
    /// The same, once what time has ended has ended: kept leases, quarantines, ranges that drain.
    template <class Section, class Value = std::invoke_result_t<Section, Core<F>&, const Locked&>>
    Value settled(Section section, Value otherwise) const {
        if (core_ == nullptr) return otherwise;
        for (;;) {
            Slot<F>* due = nullptr;
            {
                const Locked locked = core_->lock();
                if (!core_->pop_expired(locked, due)) continue;
                if (due == nullptr && core_->ledger(locked).settle()) return section(*core_, locked);
            }
            if (due != nullptr) core_->end_expired(*due);
        }
    }
    template <class Section>
    auto settled(Section section) const -> std::invoke_result_t<Section, Core<F>&, const Locked&> {
        return settled(section, std::invoke_result_t<Section, Core<F>&, const Locked&>{out_of_memory()});
    }
    /// So many can be leased, as far as can be seen some ranges at a time.
    /// Errors  errc::pool_exhausted, pool_cooling.
    [[nodiscard]] result<void> has_room(std::size_t count) const noexcept {
        PoolStats sum;
        std::optional<IpAddress<F>> last;
        for (bool is_last = core_ == nullptr; !is_last && sum.free < Uint128{count};) {
            const Locked locked = core_->lock();
            Ledger<F>& ledger = core_->ledger(locked);
            if (!last) sum.free = Uint128{core_->in_magazines(locked)};
            Range<F>* at = last ? ledger.ranges().first_above(*last) : ledger.ranges().first();
            for (int left = 64; at != nullptr && left != 0; --left) {
                ledger.add(sum, *at);
                last = at->usable.first;
                at = ledger.ranges().next(*at);
            }
            is_last = at == nullptr;
            if (is_last && sum.free < Uint128{count}) {
                if (sum.free + sum.cooling < Uint128{count}) return errc::pool_exhausted;
                if (ledger.rules().quarantine.otherwise == WhenCooling::refuse) return errc::pool_cooling;
            }
        }
        return success();
    }
    /// After this refusal the same call may succeed: a lease that was over has ended, or others wanted the lock.
    [[nodiscard]] bool makes_way(Error refusal) const noexcept {
        return refusal == come_again() || (Core<F>::is_in_the_way(refusal) && expire_one());
    }
    bool expire_one() const noexcept { return core_ != nullptr && core_->expire_one(); }

    /// Pre  the caller has the share
    static Lease<F> adopt(Slot<F>* shared) noexcept { return lease_access::make<AnyIpPool<F>>(shared); }
    /// Pre  the caller has the lock, or a share of the slot
    static IpBinding<F> binding_of(Core<F>& core, const Slot<F>& slot) noexcept {
        return lease_access::binding<AnyIpPool<F>>(CoreReference<F>{core}, slot);
    }

private:
    Core<F>* core_;
};

}  // namespace estate::detail
