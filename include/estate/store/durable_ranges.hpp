// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/detail/durable_state.hpp>
#include <estate/store/detail/stored_range.hpp>

namespace estate {

/// The members of a DurablePool that say which addresses it has. Each does in memory what the member of its name does
/// in IpPool, and writes it down; where that fails, the error is the store's, and the memory is ahead of the store
/// until the call is made again. What one holder of a store changes here, another one learns when it opens it.
template <class Pool, Family F>
class DurableRanges {
public:
    /// Adding a range that is there in the same form already succeeds: a program can say so at each start.
    /// Errors  those of IpPool::add_cidr_range(), and of the store.
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range, Usable usable = Usable::hosts) {
        const auto added = memory().add_cidr_range(range, usable);
        if (!added && !(added == result<void>{errc::range_overlaps} && is_there(range, usable))) return added;
        return write(range);
    }
    [[nodiscard]] result<void> add_cidr_range(std::string_view range, Usable usable = Usable::hosts) {
        return detail::parsed<F>(range, [&](const CidrRange<F>& read) { return add_cidr_range(read, usable); });
    }
    [[nodiscard]] result<void> remove_cidr_range(const CidrRange<F>& range) {
        if (auto done = memory().remove_cidr_range(range); !done) return done;
        return with_store([&](auto& store) { return store.erase(range); });
    }
    [[nodiscard]] result<void> remove_cidr_range(std::string_view range) {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return remove_cidr_range(read); });
    }
    [[nodiscard]] result<void> drain(const CidrRange<F>& range) {
        if (auto done = memory().drain(range); !done) return done;
        if (!memory().contains(range.first())) return with_store([&](auto& store) { return store.erase(range); });
        return write(range);
    }
    [[nodiscard]] result<void> drain(std::string_view range) {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return drain(read); });
    }

    [[nodiscard]] result<void> reserve(const CidrRange<F>& part) {
        return written(part, memory().reserve(part));
    }
    [[nodiscard]] result<void> reserve(const IpAddress<F>& ip) { return reserve(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> exclude(const CidrRange<F>& part) {
        return written(part, memory().exclude(part));
    }
    [[nodiscard]] result<void> exclude(const IpAddress<F>& ip) { return exclude(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> unreserve(const CidrRange<F>& part) {
        return written(part, memory().unreserve(part));
    }
    [[nodiscard]] result<void> unreserve(const IpAddress<F>& ip) { return unreserve(CidrRange<F>::of(ip)); }
    [[nodiscard]] result<void> set_gateway(const IpAddress<F>& ip) {
        return written(CidrRange<F>::of(ip), memory().set_gateway(ip));
    }

    [[nodiscard]] result<void> set_quarantine(std::chrono::nanoseconds least,
                                              WhenCooling otherwise = WhenCooling::refuse) {
        if (auto done = memory().set_quarantine(least, otherwise); !done) return done;
        return with_store([&](auto& store) {
            return store.put_quarantine(detail::Quarantine{least.count(), otherwise});
        });
    }
    [[nodiscard]] result<void> set_quota(std::string_view tenant, std::uint64_t most) {
        if (auto done = memory().set_quota(tenant, most); !done) return done;
        return with_store([&](auto& store) { return store.put_quota(TenantName::clipped(tenant), most); });
    }

protected:
    DurableRanges() noexcept = default;
    DurableRanges(DurableRanges&&) noexcept = default;
    DurableRanges& operator=(DurableRanges&&) noexcept = default;
    ~DurableRanges() = default;

private:
    [[nodiscard]] auto& memory() noexcept { return static_cast<Pool&>(*this).state_->pool; }
    template <class Section>
    [[nodiscard]] result<void> with_store(Section section) {
        return static_cast<Pool&>(*this).state_->with_store(section);
    }
    [[nodiscard]] bool is_there(const CidrRange<F>& range, Usable usable) {
        bool found = false;
        memory().for_each_range([&](const PoolRange<F>& known) {
            found = found || (known.cidr == range && detail::is_usable(known, usable));
        });
        return found;
    }
    [[nodiscard]] result<void> written(const CidrRange<F>& part, const result<void>& done) {
        if (!done) return done;
        std::optional<CidrRange<F>> changed;
        memory().for_each_range([&](const PoolRange<F>& known) {
            if (known.cidr.contains(part)) changed = known.cidr;
        });
        return changed ? write(*changed) : done;
    }
    /// Writes a range as it is now.
    [[nodiscard]] result<void> write(const CidrRange<F>& range) {
        std::optional<StoredRange<F>> state;
        memory().for_each_range([&](const PoolRange<F>& known) {
            if (known.cidr == range) state = detail::stored_range(memory(), known);
        });
        if (!state) return success();  // it drained meanwhile
        return with_store([&](auto& store) { return store.put(*state); });
    }
};

}  // namespace estate
