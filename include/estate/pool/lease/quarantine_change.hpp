// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/pool_handle.hpp>

namespace estate::detail {

/// Gives a pool another quarantine, some ranges at a time, so that no other call waits for all of them.
template <Family F>
class QuarantineChange {
public:
    explicit QuarantineChange(const PoolHandle<F>& pool) noexcept : pool_{pool} {}

    /// Errors  ENOMEM, and all is as before.
    [[nodiscard]] result<void> to(const Quarantine& rule) const noexcept {
        if (rule.least != 0) {
            const auto prepared = prepare_all();
            if (!prepared) return prepared;
        }
        end_what_is_over();  // by the old rule
        const auto done = pool_.locked([&](Core<F>& core, const Locked& locked) -> result<void> {
            Rules& rules = core.ledger(locked).rules();
            rules.quarantine = rule;
            if (rule.least != 0) --rules.preparing;
            return success();
        });
        end_what_is_over();
        return done;
    }

private:
    using Locked = typename PoolHandle<F>::Locked;
    enum class Next : std::uint8_t { go_on, again, stop };
    static constexpr int parts_at_once = 16;

    /// What is added meanwhile prepares itself.
    [[nodiscard]] result<void> prepare_all() const noexcept {
        const auto begun = pool_.locked([](Core<F>& core, const Locked& locked) -> result<void> {
            ++core.ledger(locked).rules().preparing;
            return success();
        });
        if (!begun) return begun;
        if (for_each_part([](Ledger<F>&, Range<F>& part) {
                return part.prepare_quarantine() ? Next::go_on : Next::stop;
            }))
            return success();
        pool_.locked([](Core<F>& core, const Locked& locked) { return --core.ledger(locked).rules().preparing; }, 0U);
        return out_of_memory();
    }
    /// step(ledger, part) for each part, some at a time under the lock. False where a step has stopped it.
    template <class Step>
    bool for_each_part(Step step) const noexcept {
        std::optional<IpAddress<F>> last;  // of those that are done
        for (bool is_stopped = false, is_last = pool_.core() == nullptr; !is_last;) {
            pool_.locked([&](Core<F>& core, const Locked& locked) {
                Ledger<F>& ledger = core.ledger(locked);
                Range<F>* at = last ? ledger.ranges().first_above(*last) : ledger.ranges().first();
                for (int left = parts_at_once; at != nullptr && left != 0 && !is_stopped; --left) {
                    const Next next = step(ledger, *at);
                    if (next == Next::again) return true;
                    is_stopped = next == Next::stop;
                    last = at->usable.first;
                    at = ledger.ranges().next(*at);
                }
                is_last = at == nullptr || is_stopped;
                return true;
            }, true);
            if (is_stopped) return false;
        }
        return true;
    }
    /// What is over is free from now on, whatever the next rule is.
    void end_what_is_over() const noexcept {
        static_cast<void>(for_each_part([](Ledger<F>& ledger, Range<F>& part) {
            part.expire_quarantine(ledger.rules().clock(), Range<F>::some);
            ledger.ranges().index(part);
            return part.has_due(ledger.rules().clock()) ? Next::again : Next::go_on;
        }));
        pool_.settled([](Core<F>&, const Locked&) { return true; }, true);
    }

    const PoolHandle<F>& pool_;
};

}  // namespace estate::detail
