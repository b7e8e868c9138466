// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/ip_pool.hpp>
#include <estate/store/detail/restoring.hpp>

namespace estate::detail {

/// What a DurablePool is: a pool in memory, which chooses, and a store, which has the last word.
template <class S, Family F, class Select, class Clock>
class DurableState {
public:
    using Pool = IpPool<F, Select, Clock>;
    using family = F;
    using Store = S;
    using Change = StoreChange<F>;
    using Core = detail::Core<F>;
    using Locked = typename Core::Locked;
    using Event = PoolEvent<F>;

    DurableState(std::string_view name, SecretKey key) noexcept : pool{name, key} {}
    DurableState(const DurableState&) = delete;
    DurableState& operator=(const DurableState&) = delete;
    ~DurableState() {
        if (durable == nullptr) return;
        static_cast<void>(durable->settle());
        durable->give_up();
        const Locked locked = core().lock();
        while (Slot<F>* const slot = elsewhere_.first()) forget(locked, *slot);
    }

    Pool pool;
    DurableCore<S, F>* durable = nullptr;  // the core of the pool owns it
    /// Taken before all other locks by a call that changes ranges, marks, quotas or the quarantine, so that memory and
    /// store change in one order; an observer that is called meanwhile may change some, too.
    std::recursive_mutex changing;

    [[nodiscard]] Core& core() const noexcept { return *handle().core(); }
    [[nodiscard]] const PoolHandle<F>& handle() const noexcept { return state_access::handle(pool); }
    template <class Section>
    auto with_store(Section section) {
        return durable->commits().exclusively(section);
    }

    // --- opening ---

    /// Takes over what the store has. Errors  those of the store; store_errc::damaged; ENOMEM.
    [[nodiscard]] result<void> open(S&& store) {
        if (handle().core() == nullptr) return out_of_memory();
        durable = new (std::nothrow) DurableCore<S, F>{core(), std::move(store)};
        if (durable == nullptr) return out_of_memory();
        core().set_store(durable);
        return Restoring<DurableState>{*this}.run();
    }
    /// A range that the store has. Errors  those of IpPool::add_cidr_range().
    [[nodiscard]] result<void> take_over(const StoredRange<F>& range) {
        return Restoring<DurableState>{*this}.take_over(range);
    }

    // --- leasing ---

    /// Nobody has heard of the lease, or the store says that its quarantine is over.
    void free_again(const Locked& locked, Slot<F>& slot) noexcept {
        constexpr bool was_had = false;
        core().end_waiting(locked, slot, was_had);
    }
    /// What section(core, locked) leases in memory, once the store has it too. `wanted` is unspecified for any address.
    /// A sticky one has the lock of its name, which is not held while an observer is called: that may lease, too.
    template <class Section>
    [[nodiscard]] result<Lease<F>> lease(const Owner& owner, const IpAddress<F>& wanted, std::mutex* sticky,
                                         Section section) {
        settle();
        for (;;) {
            std::unique_lock<std::mutex> one_of_a_name;
            if (sticky != nullptr) one_of_a_name = std::unique_lock{*sticky};
            std::uint64_t before = 0;
            const auto taken = take(before, section);
            if (!taken) {
                one_of_a_name = {};
                const Error why = taken.assume_error();
                if (makes_way(why)) continue;
                const bool is_elsewhere = why == errc::address_leased && has_elsewhere(wanted);
                return core().refused(owner, wanted, is_elsewhere ? Error{store_errc::leased_elsewhere} : why);
            }
            Slot<F>& slot = *taken.assume_value();
            if (slot.number() <= before) return claimed(slot);  // a share of an earlier lease
            Change change = lease_of(slot, owner, sticky != nullptr);
            const auto written = durable->commits().write(change);
            if (!written) {
                free_again(core().lock(), slot);
                one_of_a_name = {};
                return core().refused(owner, wanted, written.assume_error());
            }
            if (change.outcome == Change::Outcome::done) return published(slot, std::move(one_of_a_name));
            note_elsewhere(slot);
            one_of_a_name = {};
            if (wanted != IpAddress<F>{}) return core().refused(owner, wanted, store_errc::leased_elsewhere);
        }
    }
    /// So many, or none, in as few transactions as conflicts allow.
    [[nodiscard]] result<std::vector<Lease<F>>> lease_many(std::size_t count, const Owner& owner) {
        std::vector<Lease<F>> leases;
        std::vector<Change> changes;
        std::vector<Slot<F>*> slots;
        if (count > changes.max_size()) return core().refused(owner, {}, out_of_memory());
        changes.resize(count);  // all memory before the first address is taken
        leases.reserve(count);
        slots.reserve(count);
        result<void> done = success();
        while (done && leases.size() < count) {
            const std::size_t missing = count - leases.size();
            slots.clear();
            while (done && slots.size() < missing) {
                std::uint64_t before = 0;
                const auto taken = take(before, [&](Core& core, const Locked& locked) {
                    return core.lease(locked, owner, state_access::start(pool, owner));
                });
                if (taken) {
                    slots.push_back(taken.assume_value());
                } else if (!makes_way(taken.assume_error())) {
                    done = taken.assume_error();
                }
            }
            for (std::size_t i = 0; i < slots.size(); ++i) {
                changes[i] = lease_of(*slots[i], owner, false);
                if (i != 0) changes[i - 1].next = &changes[i];
            }
            if (done) done = durable->commits().write(changes.front());
            for (std::size_t i = 0; i < slots.size(); ++i) {
                if (!done) {
                    free_again(core().lock(), *slots[i]);
                } else if (changes[i].outcome == Change::Outcome::done) {
                    leases.push_back(published(*slots[i]));
                } else {
                    note_elsewhere(*slots[i]);
                }
            }
        }
        if (done) return leases;
        static_cast<void>(release(leases));
        return core().refused(owner, {}, done.assume_error());
    }
    /// Ends these shares, and in one transaction those leases of this pool that they were the last share of.
    [[nodiscard]] result<void> release(std::vector<Lease<F>>& leases) {
        std::vector<Slot<F>*> last;
        std::vector<Change> changes(leases.size());  // all memory before the first share goes
        last.reserve(leases.size());
        for (Lease<F>& lease : leases) {
            Slot<F>* const slot = lease_access::take(lease);
            if (slot == nullptr || !slot->drop()) continue;
            &slot->range->core == handle().core() ? last.push_back(slot) : slot->end();
        }
        leases.clear();
        return durable->give_back(last, changes);
    }
    /// Writes releases that could not be written before.
    void settle() noexcept {
        if (durable->has_postponed()) static_cast<void>(durable->settle());
    }
    /// The share that the pool took over from an earlier process becomes the caller's.
    static bool unclaim(const Locked& locked, Core& core, Slot<F>& slot) noexcept {
        if (!is_unclaimed(slot)) return false;
        core.keeper(locked).unkeep(slot);
        slot.due = 0;
        return true;
    }
    static bool is_unclaimed(const Slot<F>& slot) noexcept { return slot.kept && !slot.timed && slot.due == unclaimed; }
    static void mark_claimed(Slot<F>& slot) noexcept {
        if (is_unclaimed(slot)) slot.due = 0;
    }
    /// Looks whether other holders have given addresses back, or have them for another tenant than it seemed. False
    /// where nothing of that has changed.
    bool refresh() {
        const std::lock_guard alone{refreshing_};
        bool any = false;
        with_store([&](S& store) {
            const bool must_look = must_look_.exchange(false, std::memory_order_relaxed);
            if (!must_look && !store.has_news() && !elsewhere_.has_waited(core().lock(), core().time())) return;
            elsewhere_.begin_round(core().lock());
            const auto seen = store.scan([&](const StoredLease<F>& lease) {
                if (!lease.is_over) any = note_elsewhere(core().lock(), lease) || any;
            });
            if (!seen) return look_again();
            const Locked locked = core().lock();
            for (Slot<F>*at = elsewhere_.first(), *later = nullptr; at != nullptr; at = later) {
                later = elsewhere_.next(*at);
                if (elsewhere_.is_found(*at)) continue;
                forget(locked, *at);
                any = true;
            }
        });
        return any;
    }
    /// The next refresh() looks, whether the store has news or not.
    void look_again() noexcept { must_look_.store(true, std::memory_order_relaxed); }

private:
    friend Restoring<DurableState>;
    static constexpr std::uint64_t unclaimed = ~std::uint64_t{0};  // no timer has this tick
    static constexpr std::uint64_t block = std::uint64_t{1} << 32;

    /// A slot without a share, if section() made a lease; else a share of an earlier one.
    template <class Section>
    result<Slot<F>*> take(std::uint64_t& before, Section section) {
        if (const auto granted = grant(); !granted) return granted.assume_error();
        return handle().locked([&](Core& core, const Locked& locked) -> result<Slot<F>*> {
            before = core.ledger(locked).generation();
            const auto taken = section(core, locked);
            if (taken && taken.assume_value()->number() > before)
                taken.assume_value()->shares.store(0, std::memory_order_relaxed);  // until the store has it
            return taken;
        });
    }
    /// Further generations, where those that were granted are nearly used up.
    [[nodiscard]] result<void> grant() {
        const auto has_enough = [&] {
            return state_access::generation(pool) + block / 2 < last_generation_.load(std::memory_order_relaxed);
        };
        if (has_enough()) return success();
        return with_store([&](S& store) -> result<void> {
            if (has_enough()) return success();  // since another thread was faster: none may go back
            const auto first = store.grant(block);
            if (!first) return first.assume_error();
            state_access::set_generation(pool, first.assume_value() - 1);
            last_generation_.store(first.assume_value() + block - 1, std::memory_order_relaxed);
            return success();
        });
    }
    /// After this refusal the same call may succeed.
    [[nodiscard]] bool makes_way(Error refusal) {
        return handle().makes_way(refusal) || (Core::is_in_the_way(refusal) && refresh());
    }
    static Change lease_of(const Slot<F>& slot, const Owner& owner, bool sticky) noexcept {
        Change made;
        made.kind = Change::Kind::lease;
        made.is_sticky = sticky;
        made.address = slot.address;
        made.generation = slot.number();
        made.owner = &owner;
        return made;
    }
    Lease<F> published(Slot<F>& slot, std::unique_lock<std::mutex> one_of_a_name = {}) noexcept {
        const PoolObserver<F> told = core().observer(core().lock());
        Event event;
        if (told.notify != nullptr) event = event_of(Event::Kind::allocated, slot);
        slot.shares.store(1, std::memory_order_release);
        one_of_a_name = {};
        if (told.notify != nullptr) told.notify(told.context, event);
        return PoolHandle<F>::adopt(&slot);
    }
    /// Pre  the caller has a share
    Lease<F> claimed(Slot<F>& slot) noexcept {
        const Locked locked = core().lock();
        if (unclaim(locked, core(), slot)) static_cast<void>(slot.drop());  // not the last
        return PoolHandle<F>::adopt(&slot);
    }
    void forget(const Locked& locked, Slot<F>& slot) noexcept {
        elsewhere_.erase(slot);
        free_again(locked, slot);
    }
    [[nodiscard]] bool has_elsewhere(const IpAddress<F>& ip) const noexcept {
        const Locked locked = core().lock();
        const Slot<F>* const slot = core().ledger(locked).find(ip);
        if (slot == nullptr) return false;  // its lease has ended meanwhile
        return elsewhere_.contains(*slot);
    }
    /// It counts for the tenant that wanted it, until refresh() finds its holder.
    void note_elsewhere(Slot<F>& slot) noexcept {
        const Locked locked = core().lock();
        elsewhere_.insert(slot);
        look_again();
    }
    /// An address of which there is no room, or which is in no range here, is met again when it is leased. True where
    /// it counted for another tenant till now.
    bool note_elsewhere(const Locked& locked, const StoredLease<F>& lease) noexcept {
        if (Slot<F>* const known = core().ledger(locked).find(lease.address)) {
            if (!elsewhere_.contains(*known)) return false;
            elsewhere_.await(lease, core().time());
            elsewhere_.find_again(*known);
            if (known->holder->name == lease.owner.tenant()) return false;
            const bool counts_now = core().ledger(locked).attribute(*known, lease.owner.tenant());
            if (!counts_now) look_again();  // memory is short
            return counts_now;
        }
        if (lease.is_mine) return false;
        const auto taken = core().lease(locked, lease.owner, lease.address);
        if (!taken) return false;
        elsewhere_.await(lease, core().time());
        taken.assume_value()->shares.store(0, std::memory_order_relaxed);
        elsewhere_.insert(*taken.assume_value());
        return false;
    }

    std::mutex refreshing_;
    Elsewhere<F> elsewhere_;    // under the pool's lock
    std::atomic<bool> must_look_{false};
    std::atomic<std::uint64_t> last_generation_{0};
};

}  // namespace estate::detail
