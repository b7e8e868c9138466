// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/binding.hpp>
#include <estate/pool/index/free_index.hpp>
#include <estate/pool/range/static_ranges.hpp>
#include <estate/pool/range/static_slot.hpp>
#include <estate/pool/lock.hpp>
#include <estate/pool/stats.hpp>

namespace estate {

/// Addresses of fixed ranges that can be leased: everything inside the object, which starts as zeros and so
/// can be constinit in .bss. No heap, no system calls.
///
/// The pool must outlive its leases and bindings; one that ends with a lease alive ends the program with a
/// message. Give it static storage. Leasing from a temporary pool does not compile, and Clang warns of a function
/// that returns a lease of its local pool.
/// Time     allocate and release touch at most two words a level of the index (4 levels for 2^24 addresses),
///          at any fill, besides the record itself. What walks over leases is linear in the size of the pool.
/// Thread safety: that of Lock; see lock.hpp. Nothing of the user's is called while it is held.
template <Lockable Lock, CidrConstant... Ranges>
    requires detail::RangesOfOneFamily<Ranges...>
class BasicStaticIpPool {
    using Places = detail::StaticRanges<Ranges...>;
    using Index = detail::FreeIndex<detail::InlineWords<Places::size>>;
    using F = typename Places::family;
    using Held = detail::Guard<Lock>;  // what needs the lock asks for one
    // Here, not there: Clang drops a class with a failed assertion, and complains about each use of it.
    static_assert(Places::are_disjoint, "estate: ranges of a static pool overlap; give each address once");
    static_assert(Places::are_specified,
                  "estate: no socket can have 0.0.0.0/32 or ::/128 alone; leave it out of a static pool");
    static_assert(Places::are_small,
                  "estate: a static pool has at most 2^24 addresses; lease from an IpPool, or give smaller ranges");

public:
    using family = F;
    using lease = BasicLease<BasicStaticIpPool>;
    using binding = BasicBinding<BasicStaticIpPool>;

    constexpr BasicStaticIpPool() noexcept = default;
    BasicStaticIpPool(const BasicStaticIpPool&) = delete;
    BasicStaticIpPool& operator=(const BasicStaticIpPool&) = delete;
    ~BasicStaticIpPool() {
        if (in_use(Held{lock_}) != 0)
            detail::terminate_with("estate: a static pool ended before its leases; declare it before what holds them");
    }

    /// Bytes of such a pool, all included.
    [[nodiscard]] static consteval std::size_t footprint() noexcept { return sizeof(BasicStaticIpPool); }
    /// Words of the index that allocate(), or the release of a lease, touches at most, whatever the fill: the
    /// bound of their loops.
    [[nodiscard]] static consteval unsigned worst_case_steps() noexcept {
        return 2 * detail::IndexLayout{Places::size}.levels;
    }
    /// Usable addresses, all ranges together.
    [[nodiscard]] static constexpr std::uint32_t capacity() noexcept { return Places::size; }
    /// Some range of the pool has it, held back or not.
    [[nodiscard]] static constexpr bool contains(const IpAddress<F>& ip) noexcept {
        for (const auto& range : Places::ranges) {
            if (range.contains(ip)) return true;
        }
        return false;
    }

    /// Same as IpPool's, without ENOMEM; likewise the members below.
    /// Errors  errc::pool_exhausted, malformed_name.
    [[nodiscard]] result<lease> allocate(const Owner& owner) & noexcept ESTATE_LIFETIMEBOUND {
        const Held held{lock_};
        const std::uint32_t position = index_.allocate();
        if (position == index_.none) return errc::pool_exhausted;
        return begin(held, position, owner);
    }
    [[nodiscard]] result<lease> allocate(std::string_view tenant, std::string_view resource,
                                         const ResourceType& type) & noexcept ESTATE_LIFETIMEBOUND {
        const auto owner = Owner::make(tenant, resource, type);
        if (!owner) return owner.assume_error();
        return allocate(owner.assume_value());
    }
    /// Errors  errc::address_leased, address_held, address_not_in_pool, malformed_name.
    [[nodiscard]] result<lease> allocate_specific(const IpAddress<F>& ip,
                                                  const Owner& owner) & noexcept ESTATE_LIFETIMEBOUND {
        const auto position = Places::position_of(ip);
        if (!position) return position.assume_error();
        const Held held{lock_};
        if (index_.claim(position.assume_value())) return begin(held, position.assume_value(), owner);
        return slots_[position.assume_value()].leased() ? errc::address_leased : errc::address_held;
    }
    [[nodiscard]] result<lease> allocate_specific(const IpAddress<F>& ip, std::string_view tenant,
                                                  std::string_view resource,
                                                  const ResourceType& type) & noexcept ESTATE_LIFETIMEBOUND {
        const auto owner = Owner::make(tenant, resource, type);
        if (!owner) return owner.assume_error();
        return allocate_specific(ip, owner.assume_value());
    }

    /// These three go in pieces of 64 addresses, each a section of its own under the lock.
    /// Errors  errc::address_not_in_pool, address_leased.
    [[nodiscard]] result<void> reserve(const IpAddress<F>& ip) noexcept { return reserve(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> reserve(const CidrRange<F>& part) noexcept {
        return with_part(part, [this](const Part& span) -> result<void> {
            Part begun{span.first, span.first};  // nothing of it is leased from here on
            const bool is_done = in_pieces(span, [&](const Held& held, const Part& piece) {
                for (std::uint32_t at = piece.first; at < piece.end; ++at) {
                    if (slots_[at].leased()) return false;
                }
                begun.end = piece.end;
                return hold(held, piece, [](Slot& at) { ++at.reserving; });
            });
            in_pieces(begun, [&](const Held& held, const Part& piece) {
                for (std::uint32_t at = piece.first; at < piece.end; ++at) {
                    --slots_[at].reserving;
                    if (is_done) slots_[at].held = true;
                    open_if_unmarked(held, at);
                }
                return true;
            });
            if (!is_done) return errc::address_leased;
            return success();
        });
    }
    /// Errors  errc::address_not_in_pool.
    [[nodiscard]] result<void> exclude(const IpAddress<F>& ip) noexcept { return exclude(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> exclude(const CidrRange<F>& part) noexcept {
        return with_part(part, [this](const Part& span) -> result<void> {
            in_pieces(span, [&](const Held& held, const Part& piece) {
                return hold(held, piece, [](Slot& at) { at.held = true; });
            });
            return success();
        });
    }
    /// Errors  errc::address_not_in_pool.
    [[nodiscard]] result<void> unreserve(const IpAddress<F>& ip) noexcept { return unreserve(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> unreserve(const CidrRange<F>& part) noexcept {
        return with_part(part, [this](const Part& span) -> result<void> {
            in_pieces(span, [&](const Held& held, const Part& piece) {
                for (std::uint32_t at = piece.first; at < piece.end; ++at) {
                    if (!slots_[at].held) continue;
                    slots_[at].held = false;
                    open_if_unmarked(held, at);
                }
                return true;
            });
            return success();
        });
    }

    /// Errors  errc::not_leased, address_not_in_pool.
    [[nodiscard]] result<binding> get_binding(const IpAddress<F>& ip) & noexcept ESTATE_LIFETIMEBOUND {
        const auto position = Places::position_of(ip);
        if (!position && position.assume_error() == errc::address_not_in_pool) return errc::address_not_in_pool;
        const Held held{lock_};
        if (!position || !is_visible(held, position.assume_value())) return errc::not_leased;
        return binding_of(held, position.assume_value());
    }
    /// Calls visitor(const binding&) for each lease that lasts as long as the visit, by address within a range.
    template <class Visitor>
    void for_each_binding(Visitor&& visitor) {
        visit(visitor, [](const Slot&) { return true; });
    }
    template <class Visitor>
    void for_each_binding(std::string_view tenant, Visitor&& visitor) {
        visit(visitor, [tenant](const Slot& at) { return at.tenant_name().view() == tenant; });
    }
    /// Counts of one moment.
    [[nodiscard]] PoolStats stats() noexcept {
        const Held held{lock_};
        PoolStats counts;
        counts.capacity = Uint128{capacity()};
        counts.in_use = Uint128{in_use(held)};
        counts.held = Uint128{idle_held_};
        counts.free = Uint128{index_.free()};
        return counts;
    }

private:
    friend BasicLease<BasicStaticIpPool>;
    friend BasicBinding<BasicStaticIpPool>;
    friend detail::lease_access;

    friend detail::StaticSlot<BasicStaticIpPool>;
    friend class detail::StaticReference<BasicStaticIpPool>;

    using Slot = detail::StaticSlot<BasicStaticIpPool>;
    using Reference = detail::StaticReference<BasicStaticIpPool>;
    struct Part {
        std::uint32_t first;
        std::uint32_t end;  // not of it
    };

    /// section(part) for the usable addresses of `range`; nothing to do where there are none.
    template <class Section>
    result<void> with_part(const CidrRange<F>& range, Section section) noexcept {
        for (const auto& whole : Places::ranges) {
            if (!whole.contains(range)) continue;
            const auto usable = usable_addresses(whole);
            const auto first = range.first() < usable.first ? usable.first : range.first();
            const auto last = usable.last < range.last() ? usable.last : range.last();
            if (last < first) return success();
            return section(
                Part{Places::position_of(first).assume_value(), Places::position_of(last).assume_value() + 1});
        }
        return errc::address_not_in_pool;
    }
    [[nodiscard]] std::uint32_t in_use(const Held&) const noexcept { return capacity() - index_.free() - idle_held_; }
    /// section(held, piece) under the lock for each piece of the part, while it says true. Says whether all were done.
    template <class Section>
    bool in_pieces(const Part& part, Section section) noexcept {
        for (std::uint32_t from = part.first; from < part.end;) {
            const std::uint32_t end = part.end - from > 64 ? from + 64 : part.end;
            if (!section(Held{lock_}, Part{from, end})) return false;
            from = end;
        }
        return true;
    }
    template <class Mark>
    bool hold(const Held&, const Part& part, Mark mark) noexcept {
        index_.seal();
        idle_held_ += index_.free();
        index_.claim_span(part.first, part.end - 1);
        idle_held_ -= index_.free();
        for (std::uint32_t at = part.first; at < part.end; ++at) mark(slots_[at]);
        return true;
    }
    /// The address has lost a mark.
    void open_if_unmarked(const Held&, std::uint32_t position) noexcept {
        const Slot& at = slots_[position];
        if (at.held || at.reserving != 0 || at.leased()) return;
        index_.give(position);
        --idle_held_;
    }

    /// The first lease of an address.
    ESTATE_COLD Slot* begin_first(const Held& held, std::uint32_t position, const Owner& owner) noexcept {
        index_.seal();
        Slot& fresh = slots_[position];
        fresh.pool = this;
        fresh.position = position;
        fresh.address = Places::address_of(position);
        return begin_again(held, fresh, owner);
    }
    Slot* begin_again(const Held&, Slot& taken, const Owner& owner) noexcept {
        taken.begin(++generation_, owner);
        return &taken;
    }
    lease begin(const Held& held, std::uint32_t position, const Owner& owner) noexcept {
        Slot& taken = slots_[position];
        const bool is_first = taken.pool == nullptr;
        return detail::lease_access::make<BasicStaticIpPool>(is_first ? begin_first(held, position, owner)
                                                                      : begin_again(held, taken, owner));
    }
    void end(Slot& ended) noexcept {
        const Held held{lock_};
        ended.generation.store(0, std::memory_order_relaxed);
        if (ended.held) [[unlikely]] {
            ++idle_held_;
        } else {
            index_.give(ended.position);
        }
    }
    Slot* share(const IpAddress<F>& ip, std::uint64_t generation) noexcept {
        Slot& found = slots_[Places::position_of(ip).assume_value()];  // a binding has an address of its pool
        const Held held{lock_};
        return found.number() == generation && found.try_share() ? &found : nullptr;
    }

    [[nodiscard]] bool is_visible(const Held&, std::uint32_t position) const noexcept {
        return slots_[position].leased() && slots_[position].has_shares();
    }
    binding binding_of(const Held&, std::uint32_t position) noexcept {
        return detail::lease_access::binding<BasicStaticIpPool>(Reference{this}, slots_[position]);
    }
    template <class Visitor, class Filter>
    void visit(Visitor& visitor, Filter filter) {
        for (std::uint32_t at = 0; at < capacity(); ++at) {
            const auto found = [&]() -> result<binding> {
                const Held held{lock_};
                if (!is_visible(held, at) || !filter(slots_[at])) return errc::not_leased;
                return binding_of(held, at);
            }();
            if (found) visitor(found.assume_value());
        }
    }

    // first: found with one addition less; and what ends a lease in one cache line, where whole lines hold a slot
    alignas(sizeof(Slot) % 64 == 0 ? 64 : alignof(Slot)) std::array<Slot, Places::size> slots_{};
    [[no_unique_address]] Lock lock_{};
    Index index_{typename Index::Unsealed{}};
    std::uint32_t idle_held_ = 0;  // kept back, and nobody has it
    std::uint64_t generation_ = 0;
};

/// A static pool that threads may share.
template <CidrConstant... Ranges>
    requires detail::RangesOfOneFamily<Ranges...>
using StaticIpPool = BasicStaticIpPool<SpinLock, Ranges...>;

}  // namespace estate
