// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/lease_store.hpp>

namespace estate {

/// A store that forgets all when it goes: for leases that need not outlive their process, as those of sockets.
template <Family F>
class VolatileStore {
public:
    [[nodiscard]] result<void> write(StoreChange<F>* first) noexcept {
        for (auto* at = first; at != nullptr; at = at->next) at->outcome = StoreChange<F>::Outcome::done;
        return success();
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor&&) noexcept {
        return success();
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(Visitor&&) noexcept {
        return success();
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_quotas(Visitor&&) noexcept {
        return success();
    }
    [[nodiscard]] result<void> put(const StoredRange<F>&) noexcept { return success(); }
    [[nodiscard]] result<void> put(const StoredRange<F>&, const CidrRange<F>&) noexcept { return success(); }
    [[nodiscard]] result<void> erase(const CidrRange<F>&) noexcept { return success(); }
    [[nodiscard]] result<void> put_quota(const TenantName&, std::uint64_t) noexcept { return success(); }
    [[nodiscard]] result<void> put_quarantine(const detail::Quarantine& rule) noexcept {
        quarantine_ = rule;
        return success();
    }
    [[nodiscard]] detail::Quarantine quarantine() const noexcept { return quarantine_; }
    [[nodiscard]] result<std::uint64_t> grant(std::uint64_t count) noexcept {
        const std::uint64_t first = granted_ + 1;
        granted_ += count;
        return first;
    }
    [[nodiscard]] bool has_news() const noexcept { return false; }

private:
    std::uint64_t granted_ = 0;
    detail::Quarantine quarantine_{};
};

}  // namespace estate
