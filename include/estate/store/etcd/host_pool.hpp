// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <condition_variable>
#include <estate/store/etcd/block_holder.hpp>
#include <estate/store/etcd/host_clock.hpp>
#include <memory>
#include <thread>

namespace estate {

/// A pool that several hosts share: no two of them lease one address at a time. Each host claims blocks of addresses
/// where the hosts agree (C: EtcdClient), and leases them from memory and its own store (S: SqliteStore, or
/// VolatileStore), so a lease asks nobody else. doc/blocks.md has the protocol and its proof.
///
/// A lease is the Lease<F> of every pool. What an earlier process of this host had is there again, as in DurablePool,
/// once its block is claimed again.
///
/// Fence    A host that loses touch goes on with the blocks that it has until its fence comes. Then nothing is leased:
///          store_errc::fenced; and within terms.flush what was leased must be out of use, since another host may have
///          the block after that. HostSettings::observer gets it, and is_valid() says so of each lease. Back in touch,
///          leases go on whose blocks no other host took meanwhile.
/// Time     a thread of its own talks to the other hosts, unless HostSettings::has_thread says no.
/// Thread safety: every member may be called from any thread.
template <Family F, class S, class C, class Select = NextFit, class Clock = HostClock>
    requires LeaseStore<S, F> && BlockStore<C>
class HostPool {
public:
    using family = F;
    using Memory = typename DurablePool<F, S, Select>::Memory;

    /// The holder of the store must be this host alone: one process at a time, and the same after a restart.
    /// Errors  errc::invalid_argument (a name with blanks or none; a range that is not 1 to 2^24 blocks; times that are
    ///         not positive, or longer than a hundred days, a skew that is not less than the time to live);
    ///         store_errc::other_terms (the store has a range that is no block of this pool; it is as it was); those of
    ///         DurablePool::open(); the system's own where no thread can be made.
    /// Not asked for here: whether the hosts can be reached. The first lease waits for that.
    [[nodiscard]] static result<HostPool> open(S&& store, C&& client, HostSettings<F> settings) {
        const auto count = detail::BlockMap<F>::count(settings);
        const bool is_named = !settings.host.empty() && settings.host.find_first_of(" /\n") == std::string::npos;
        const bool is_patient = settings.patience >= 0 && settings.patience <= detail::longest_term;
        if (!count || !is_named || !is_patient || !detail::has_times(settings.terms)) return errc::invalid_argument;
        settings.terms.blocks = *count;
        if (const auto fits = only_blocks(store, detail::BlockMap<F>{settings}); !fits) return fits.assume_error();
        auto pool = DurablePool<F, S, Select>::open(std::move(store));
        if (!pool) return pool.assume_error();
        HostPool made{std::make_unique<Shared>(std::move(pool.assume_value()), std::move(client), settings)};
        if (const auto started = made.shared_->start(); !started) return started.assume_error();
        return made;
    }
    HostPool(HostPool&&) noexcept = default;
    HostPool& operator=(HostPool&&) noexcept = default;

    /// What this host leases, in memory: for what asks and does not change. Other hosts' leases are not in it.
    [[nodiscard]] const Memory& pool() const noexcept ESTATE_LIFETIMEBOUND { return holder().pool.pool(); }

    /// Waits for HostSettings::patience where a further block is wanted, or the first one.
    /// Errors  those of DurablePool::allocate(); store_errc::fenced, other_terms; busy (blocks went meanwhile).
    [[nodiscard]] result<Lease<F>> allocate(const Owner& owner) & {
        return shared_->lease([&] { return holder().pool.allocate(owner); });
    }
    [[nodiscard]] result<Lease<F>> allocate(std::string_view tenant, std::string_view resource,
                                            const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type, [&](const Owner& owner) { return allocate(owner); });
    }
    /// The address that this tenant's resource has on this host, also since an earlier process, or the next free one.
    /// It waits for the block of that address as allocate_specific() does, and leases another one only where another
    /// host has the block or had it meanwhile, or the last share of the lease is leaving.
    /// Errors  as allocate(); store_errc::busy (the block could not be had within HostSettings::patience).
    [[nodiscard]] result<Lease<F>> allocate_sticky(const Owner& owner) & {
        const auto leases = [&] { return holder().pool.allocate_sticky(owner); };
        if (const auto ip = holder().sticky_address(owner)) {
            auto leased = shared_->in_block_of(*ip, leases);
            if (leased) return leased;
            const Error why = leased.assume_error();
            const bool is_full = why == errc::pool_exhausted || why == errc::pool_cooling;  // its last share is leaving
            if (why != store_errc::leased_elsewhere && !is_full) return leased;
        }
        return shared_->lease(leases);
    }
    [[nodiscard]] result<Lease<F>> allocate_sticky(std::string_view tenant, std::string_view resource,
                                                   const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type, [&](const Owner& owner) { return allocate_sticky(owner); });
    }
    /// The host claims the block of the address where it is not another host's; a dead host's, once it has waited.
    /// Errors  those of DurablePool::allocate_specific(); store_errc::leased_elsewhere (another host has the block:
    ///         owner_of() names it), busy (it could not be had within HostSettings::patience), fenced, other_terms.
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, const Owner& owner) & {
        if (holder().map.is_edge(ip) && holder().map.range().contains(ip)) return errc::address_held;
        return shared_->in_block_of(ip, [&] { return holder().pool.allocate_specific(ip, owner); });
    }
    [[nodiscard]] result<Lease<F>> allocate_specific(const IpAddress<F>& ip, std::string_view tenant,
                                                     std::string_view resource, const ResourceType& type) & {
        return detail::with_owner(tenant, resource, type,
                                  [&](const Owner& owner) { return allocate_specific(ip, owner); });
    }
    /// As in DurablePool, once this host has the block again.
    /// Errors  errc::stale_binding, also where another host has the block or had it meanwhile; as allocate_specific().
    [[nodiscard]] result<Lease<F>> claim(const IpAddress<F>& ip, std::uint64_t generation) & {
        auto claimed = shared_->in_block_of(ip, [&]() -> result<Lease<F>> {
            if (holder().is_void(ip, generation)) return errc::stale_binding;
            return holder().pool.claim(ip, generation);
        });
        if (!claimed && claimed.assume_error() == store_errc::leased_elsewhere) return errc::stale_binding;
        return claimed;
    }

    /// The rest as in DurablePool; none of them asks another host.
    [[nodiscard]] result<IpBinding<F>> keep(Lease<F>&& lease, std::chrono::nanoseconds time_to_live) {
        return holder().pool.keep(std::move(lease), time_to_live);
    }
    [[nodiscard]] result<IpBinding<F>> keep(Lease<F>&& lease) { return holder().pool.keep(std::move(lease)); }
    [[nodiscard]] result<void> renew(const IpBinding<F>& binding, std::chrono::nanoseconds time_to_live) {
        return holder().pool.renew(binding, time_to_live);
    }
    [[nodiscard]] result<void> release(const IpBinding<F>& binding) { return holder().pool.release(binding); }
    [[nodiscard]] result<void> release_many(std::vector<Lease<F>>&& leases) {
        return holder().pool.release_many(std::move(leases));
    }
    [[nodiscard]] result<std::size_t> release_unclaimed() { return holder().pool.release_unclaimed(); }
    [[nodiscard]] result<void> flush() { return holder().pool.flush(); }
    /// Of this host. A block is given up once no address of it waits.
    [[nodiscard]] result<void> set_quarantine(std::chrono::nanoseconds least,
                                              WhenCooling otherwise = WhenCooling::refuse) {
        return holder().pool.set_quarantine(least, otherwise);
    }
    void observe(const PoolObserver<F>& observer) noexcept { holder().pool.observe(observer); }

    /// The address may be used now: the fence has not come, and no other host has had its block since.
    [[nodiscard]] bool is_valid(const Lease<F>& lease) const { return token(lease) != 0; }
    /// The fencing token, for a service that refuses those of earlier owners: a later one's is greater. 0 where the
    /// lease is not valid.
    [[nodiscard]] std::uint64_t token(const Lease<F>& lease) const {
        return lease.holds() ? holder().token(lease.address(), lease.generation()) : 0;
    }
    /// For how long what is leased can be used without further news; never negative.
    [[nodiscard]] std::chrono::nanoseconds time_left() const noexcept {
        if (!holder().may_lease()) return {};
        return std::chrono::nanoseconds{(std::max)(holder().fence() - Clock::now(), std::int64_t{0})};
    }
    /// Calls visitor(const CidrRange<F>&, std::uint64_t token) for each block that this host has.
    template <class Visitor>
    void for_each_block(Visitor&& visitor) const {
        for (const auto& [block, revision] : holder().held()) visitor(holder().map.range_of(block), revision);
    }
    /// Another host that had the block of an address when this one did not get it a moment ago; else empty.
    [[nodiscard]] std::string owner_of(const IpAddress<F>& ip) const {
        const auto block = holder().map.block_of(ip);
        return block ? holder().owner_of(*block) : std::string{};
    }
    /// Gives up the blocks in which nobody has an address, so that no host has to wait for them, and claims none any
    /// more. To be called before the pool goes; without it they can be had after the time to live and the flush time.
    void leave() { shared_->leave(); }
    /// What the thread does all the time, once: asks the store of the hosts one thing, at most. To be called several
    /// times a second where HostSettings::has_thread is false. If memory is too short for it, the observer gets
    /// ENOMEM, and the host has stopped as at its fence, until the pool is opened again.
    void step() { holder().step(); }

private:
    using Holder = detail::BlockHolder<F, S, C, Select, Clock>;

    class Shared {
    public:
        Shared(DurablePool<F, S, Select>&& pool, C&& client, const HostSettings<F>& settings)
            : holder{std::move(pool), std::move(client), settings}, patience_{settings.patience},
              has_thread_{settings.has_thread} {}
        Shared(const Shared&) = delete;
        Shared& operator=(const Shared&) = delete;
        ~Shared() {
            if (!thread_.joinable()) return;
            {
                const std::lock_guard locked{lock_};
                ends_ = true;
            }
            wake_.notify_all();
            thread_.join();
        }
        [[nodiscard]] result<void> start() {
            if (!has_thread_) return success();
#if defined(__cpp_exceptions)
            try {
#endif
                thread_ = std::thread{[this] { run(); }};
#if defined(__cpp_exceptions)
            } catch (const std::system_error& error) {
                return Error::system(error.code().value());
            }
#endif
            return success();
        }
        template <class Ask>
        [[nodiscard]] result<Lease<F>> lease(Ask ask) {
            const auto end = end_of_patience();
            for (int lost = 0; lost < 3;) {
                if (!holder.may_lease()) {
                    const bool is_new = holder.gains() == 0;
                    if (!is_new || !wait(end, [&] { return holder.may_lease(); })) return holder.why_not();
                    continue;
                }
                const std::uint64_t before = holder.gains();
                result<Lease<F>> leased = ask();
                if (leased) {
                    const Lease<F>& made = leased.assume_value();
                    if (holder.map.is_edge(made.address())) continue;  // before it was excluded
                    if (is_had(made)) return leased;
                    ++lost;  // meanwhile; it goes back
                    continue;
                }
                const Error why = leased.assume_error();
                if (why != errc::pool_exhausted && why != errc::pool_cooling) return leased;
                holder.want_further();
                if (!wait(end, [&] { return holder.gains() != before; })) return leased;
            }
            return holder.why_not();
        }
        /// The same of an address, once the host has its block.
        template <class Ask>
        [[nodiscard]] result<Lease<F>> in_block_of(const IpAddress<F>& ip, Ask ask) {
            const auto block = holder.map.block_of(ip);
            if (!block) return errc::address_not_in_pool;
            const auto end = end_of_patience();
            const bool is_new = holder.gains() == 0;
            for (int lost = 0; lost < 3;) {
                if (!holder.may_lease() && !(is_new && wait(end, [&] { return holder.may_lease(); })))
                    return holder.why_not();
                if (const std::uint64_t opening = holder.opening(*block); opening != 0) {
                    auto leased = ask();
                    if (!leased && holder.opening(*block) == opening) return leased;  // it leased all the while
                    if (leased && is_had(leased.assume_value())) return leased;
                    ++lost;
                    continue;
                }
                holder.wish(*block);
                wait(end, [&] { return holder.has(*block) || !holder.owner_of(*block).empty(); });
                if (holder.has(*block)) continue;
                return holder.owner_of(*block).empty() ? store_errc::busy : store_errc::leased_elsewhere;
            }
            return holder.why_not();
        }
        void leave() {
            holder.leave();
            static_cast<void>(wait(end_of_patience(), [&] { return holder.has_left(); }));
        }

        Holder holder;

    private:
        using Time = std::chrono::steady_clock::time_point;
        static constexpr auto tick = std::chrono::milliseconds{20};

        [[nodiscard]] bool is_had(const Lease<F>& lease) const {
            if (holder.map.is_edge(lease.address())) return false;  // as in lease()
            return holder.token(lease.address(), lease.generation()) != 0;
        }
        [[nodiscard]] Time end_of_patience() const {
            return std::chrono::steady_clock::now() + std::chrono::nanoseconds{patience_};
        }
        void run() {
            while (!ends_within(tick)) holder.step();
        }
        bool ends_within(std::chrono::milliseconds time) {
            std::unique_lock locked{lock_};
            wake_.notify_all();
            return wake_.wait_for(locked, time, [&] { return ends_; });
        }
        template <class Holds>
        bool wait(Time end, Holds holds) {
            while (!holds()) {
                const Time now = std::chrono::steady_clock::now();
                if (!has_thread_ || now >= end || holder.has_other_terms()) return false;
                std::unique_lock locked{lock_};
                wake_.wait_until(locked, (std::min)(end, now + tick));
            }
            return true;
        }

        std::int64_t patience_;
        bool has_thread_;
        std::mutex lock_;
        std::condition_variable wake_;
        bool ends_ = false;
        std::thread thread_;
    };

    [[nodiscard]] static result<void> only_blocks(S& store, const detail::BlockMap<F>& map) {
        bool fits = true;
        const auto looked = store.scan_ranges([&](const StoredRange<F>& range) {
            fits = fits && map.block_of(range.cidr);
        });
        if (looked && !fits) return store_errc::other_terms;
        return looked;
    }
    explicit HostPool(std::unique_ptr<Shared> shared) noexcept : shared_{std::move(shared)} {}
    [[nodiscard]] Holder& holder() const noexcept { return shared_->holder; }

    std::unique_ptr<Shared> shared_;
};

}  // namespace estate
