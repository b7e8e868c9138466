// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/record.hpp>

namespace estate::detail {

/// How a binding finds its static pool.
template <class Pool>
class StaticReference;

/// The record of one address of a static pool: 64 bytes of IPv4, all that the end of a lease needs, and the names.
template <class Pool>
struct StaticSlot : Record<typename Pool::family> {
    bool held : 1 = false;             // kept back, now or once it returns
    std::uint16_t reserving : 15 = 0;  // so many calls of reserve() are keeping it back
    std::uint32_t position = 0;
    Pool* pool = nullptr;
    TenantName holder;
    ResourceName resource;

    void begin(std::uint64_t number, const Owner& owner) noexcept {
        owner_access::write(owner, holder, resource, this->type);
        Record<typename Pool::family>::begin(number);
    }

    [[nodiscard]] const TenantName& tenant_name() const noexcept { return holder; }
    [[nodiscard]] auto reference() const noexcept { return StaticReference<Pool>{pool}; }
    void end() noexcept { pool->end(*this); }
};

template <class Pool>
class StaticReference {
public:
    StaticReference() noexcept = default;
    explicit StaticReference(Pool* pool) noexcept : pool_{pool} {}
    [[nodiscard]] StaticSlot<Pool>* share(const IpAddress<typename Pool::family>& ip,
                                          std::uint64_t generation) const noexcept {
        return pool_ != nullptr ? pool_->share(ip, generation) : nullptr;
    }
    friend bool operator==(const StaticReference&, const StaticReference&) noexcept = default;

private:
    Pool* pool_ = nullptr;
};

}  // namespace estate::detail
