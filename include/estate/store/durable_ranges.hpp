// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/cidr_cover.hpp>
#include <estate/store/detail/durable_state.hpp>
#include <estate/store/detail/stored_range.hpp>

namespace estate {

/// The members of a DurablePool that say which addresses it has. Each does in memory what the member of its name does
/// in IpPool, and writes it down. Where that fails, the error is the store's; a range is then as it was before, marks,
/// quotas and the quarantine are ahead of the store until the call is made again. What one holder of a store changes
/// here, another one learns when it opens it: till then it leases from a range that drains or was removed, and of the
/// marks of one range those of the holder that wrote last are found. A lease of a range that another holder removed
/// goes on, alone in a range that drains; so does one of an address that became a gateway, which is excluded.
template <class Pool, Family F>
class DurableRanges {
public:
    /// Adding a range that is there in the same form already succeeds: a program can say so at each start.
    /// Errors  those of IpPool::add_cidr_range(), and of the store.
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range, Usable usable = Usable::hosts) {
        const std::lock_guard alone{state().changing};
        const auto added = add(range, usable);
        if (!added) return added.assume_error();
        return success();
    }
    [[nodiscard]] result<void> add_cidr_range(std::string_view range, Usable usable = Usable::hosts) {
        return detail::parsed<F>(range, [&](const CidrRange<F>& read) { return add_cidr_range(read, usable); });
    }
    /// All, or none on failure. Errors  those of IpPool::add_addresses(), and of the store.
    [[nodiscard]] result<void> add_addresses(const IpAddress<F>& first, const IpAddress<F>& last) {
        if (last < first) return errc::invalid_argument;
        const std::lock_guard alone{state().changing};
        std::vector<CidrRange<F>> made;
        result<void> done = success();
        for_each_cidr_range(first, last, [&](const CidrRange<F>& range) {
            const auto added = add(range, Usable::all);
            if (!added) done = added.assume_error();
            if (added && added.assume_value()) made.push_back(range);
            return done.has_value();
        });
        for (std::size_t i = 0; !done && i < made.size(); ++i) static_cast<void>(drain(made[i]));
        return done;
    }
    /// Errors  those of IpPool::grow(), and of the store.
    [[nodiscard]] result<void> grow(const CidrRange<F>& known_as, const CidrRange<F>& range,
                                    Usable usable = Usable::hosts) {
        const std::lock_guard alone{state().changing};
        const auto before = known(known_as);
        if (!before) return errc::range_unknown;
        if (!range.contains(known_as)) return errc::range_overlaps;
        StoredRange<F> grown = *before;
        grown.cidr = range;
        grown.usable = usable;
        if (auto put = with_store([&](auto& store) { return store.put(grown, known_as); }); !put) return put;
        auto done = memory().grow(known_as, range, usable);
        if (!done) static_cast<void>(with_store([&](auto& store) { return store.put(*before, range); }));
        return done;
    }
    [[nodiscard]] result<void> grow(std::string_view known_as, std::string_view range, Usable usable = Usable::hosts) {
        return detail::parsed<F>(known_as, [&](const CidrRange<F>& from) {
            return detail::parsed<F>(range, [&](const CidrRange<F>& to) { return grow(from, to, usable); });
        });
    }
    /// Errors  those of IpPool::remove_cidr_range(), range_in_use also where another holder has a lease of it; those
    ///         of the store.
    [[nodiscard]] result<void> remove_cidr_range(const CidrRange<F>& range) {
        const std::lock_guard alone{state().changing};
        const auto before = known(range);
        if (!before) return errc::range_unknown;
        state().refresh();
        if (auto done = memory().remove_cidr_range(range); !done) return done;
        auto erased = with_store([&](auto& store) { return store.erase(range); });
        if (!erased) static_cast<void>(state().take_over(*before));
        return erased;
    }
    [[nodiscard]] result<void> remove_cidr_range(std::string_view range) {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return remove_cidr_range(read); });
    }
    /// Errors  those of IpPool::drain(), and of the store.
    [[nodiscard]] result<void> drain(const CidrRange<F>& range) {
        const std::lock_guard alone{state().changing};
        state().refresh();
        auto drains = known(range);
        if (!drains) return errc::range_unknown;
        drains->draining = true;
        if (auto done = with_store([&](auto& store) { return store.put(*drains); }); !done) return done;
        static_cast<void>(memory().drain(range));
        // else the next to open the store, or to add a range in its place, erases it
        if (!known(range)) static_cast<void>(with_store([&](auto& store) { return store.erase(range); }));
        return success();
    }
    [[nodiscard]] result<void> drain(std::string_view range) {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return drain(read); });
    }
    /// Errors  those of IpPool::undrain(), and of the store.
    [[nodiscard]] result<void> undrain(const CidrRange<F>& range) {
        const std::lock_guard alone{state().changing};
        auto stays = known(range);
        if (!stays) return errc::range_unknown;
        stays->draining = false;
        if (auto done = with_store([&](auto& store) { return store.put(*stays); }); !done) return done;
        auto done = memory().undrain(range);
        if (!done) static_cast<void>(with_store([&](auto& store) { return store.erase(range); }));  // it has drained
        return done;
    }
    [[nodiscard]] result<void> undrain(std::string_view range) {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return undrain(read); });
    }

    [[nodiscard]] result<void> reserve(const CidrRange<F>& part) {
        return marked(part, [&] { return memory().reserve(part); });
    }
    [[nodiscard]] result<void> reserve(const IpAddress<F>& ip) { return reserve(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> exclude(const CidrRange<F>& part) {
        return marked(part, [&] { return memory().exclude(part); });
    }
    [[nodiscard]] result<void> exclude(const IpAddress<F>& ip) { return exclude(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> unreserve(const CidrRange<F>& part) {
        return marked(part, [&] { return memory().unreserve(part); });
    }
    [[nodiscard]] result<void> unreserve(const IpAddress<F>& ip) { return unreserve(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> set_gateway(const IpAddress<F>& ip) {
        return marked(CidrRange<F>::of(ip), [&] { return memory().set_gateway(ip); });
    }

    [[nodiscard]] result<void> set_quarantine(std::chrono::nanoseconds least,
                                              WhenCooling otherwise = WhenCooling::refuse) {
        const std::lock_guard alone{state().changing};
        if (auto done = memory().set_quarantine(least, otherwise); !done) return done;
        state().look_again();  // what others gave back may be free
        return with_store([&](auto& store) {
            return store.put_quarantine(detail::Quarantine{least.count(), otherwise});
        });
    }
    [[nodiscard]] result<void> set_quota(std::string_view tenant, std::uint64_t most) {
        const std::lock_guard alone{state().changing};
        if (auto done = memory().set_quota(tenant, most); !done) return done;
        return with_store([&](auto& store) { return store.put_quota(TenantName::clipped(tenant), most); });
    }

protected:
    DurableRanges() noexcept = default;
    DurableRanges(DurableRanges&&) noexcept = default;
    DurableRanges& operator=(DurableRanges&&) noexcept = default;
    ~DurableRanges() = default;

private:
    [[nodiscard]] auto& state() noexcept { return *static_cast<Pool&>(*this).state_; }
    [[nodiscard]] auto& memory() noexcept { return state().pool; }
    template <class Section>
    [[nodiscard]] result<void> with_store(Section section) {
        return state().with_store(section);
    }
    /// True where it is new; false where it is there in this form.
    [[nodiscard]] result<bool> add(const CidrRange<F>& range, Usable usable) {
        if (range == CidrRange<F>{}) return errc::address_held;
        if (const auto known = detail::state_access::range_in(memory(), range)) {
            if (known->cidr == range && detail::is_usable(*known, usable)) return false;
            return errc::range_overlaps;
        }
        // first in the store, which must have each range that something is leased of
        StoredRange<F> added{range, usable};
        bool is_new = true;
        auto done = with_store([&](auto& store) -> result<void> {
            auto looked = store.scan_ranges([&](const StoredRange<F>& other) {
                if (!(other.cidr == range) || other.draining) return;
                added = other;  // of another holder
                is_new = false;
            });
            if (!looked) return looked;
            if (!is_new) return added.usable == usable ? result<void>{success()} : errc::range_overlaps;
            return store.put(added);
        });
        if (!done) return done.assume_error();
        done = state().take_over(added);
        if (done) return true;
        if (is_new) static_cast<void>(with_store([&](auto& store) { return store.erase(range); }));
        return done.assume_error();
    }
    /// The range as it is to be written.
    [[nodiscard]] std::optional<StoredRange<F>> known(const CidrRange<F>& range) {
        const auto found = detail::state_access::range_in(memory(), range);
        if (!found || !(found->cidr == range)) return std::nullopt;
        return detail::stored_range(memory(), *found);
    }
    /// mark() changes part of a range, which is then written as it is.
    template <class Mark>
    [[nodiscard]] result<void> marked(const CidrRange<F>& part, Mark mark) {
        const std::lock_guard alone{state().changing};
        if (auto done = mark(); !done) return done;
        const auto range = detail::state_access::range_in(memory(), part);
        if (!range) return success();  // it has drained meanwhile
        const auto now = detail::stored_range(memory(), *range);
        return with_store([&](auto& store) { return store.put(now); });
    }
};

}  // namespace estate
