// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/core_magazines.hpp>

namespace estate::detail {

/// How a binding finds its pool, which may have gone.
template <Family F>
class CoreReference {
public:
    CoreReference() noexcept = default;
    explicit CoreReference(Core<F>& core) noexcept : core_{&core} { core_->retain(); }
    CoreReference(const CoreReference& other) noexcept : core_{other.core_} {
        if (core_ != nullptr) core_->retain();
    }
    CoreReference(CoreReference&& other) noexcept : core_{other.core_} { other.core_ = nullptr; }
    CoreReference& operator=(CoreReference other) noexcept {
        Core<F>* const mine = core_;
        core_ = other.core_;
        other.core_ = mine;
        return *this;
    }
    ~CoreReference() {
        if (core_ != nullptr) core_->release();
    }

    [[nodiscard]] bool refers_to(const Core<F>* core) const noexcept { return core_ == core; }
    [[nodiscard]] Slot<F>* share(const IpAddress<F>& ip, std::uint64_t generation) const noexcept {
        while (core_ != nullptr) {
            Slot<F>* due = nullptr;
            {
                const auto locked = core_->lock();
                if (!core_->pop_expired(locked, due)) continue;
                if (due == nullptr) return core_->share(locked, ip, generation);
            }
            core_->end_expired(*due);
        }
        return nullptr;
    }
    friend bool operator==(const CoreReference&, const CoreReference&) noexcept = default;

private:
    Core<F>* core_ = nullptr;
};

template <Family F>
CoreReference<F> Slot<F>::reference() const noexcept {
    return CoreReference<F>{range->core};
}
template <Family F>
void Slot<F>::end() noexcept {
    if (magazine == nullptr || !magazine->take_back(*this)) range->core.end_lease(*this);
}

}  // namespace estate::detail
