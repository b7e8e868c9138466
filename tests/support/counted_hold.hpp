// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/address_hold.hpp>
#include <estate/net/ip_address.hpp>
#include <memory>
#include <utility>

namespace estate::test {

template <Family F>
class CountedBinding;

/// An address hold without a pool.
template <Family F>
class CountedHold {
public:
    explicit CountedHold(IpAddress<F> address) : CountedHold(address, std::make_shared<int>()) {}
    CountedHold(CountedHold&&) noexcept = default;
    CountedHold& operator=(CountedHold&&) noexcept = default;
    ~CountedHold() = default;

    [[nodiscard]] IpAddress<F> address() const noexcept { return address_; }
    [[nodiscard]] CountedHold share() const noexcept { return CountedHold(address_, token_); }
    [[nodiscard]] CountedBinding<F> binding() const noexcept { return CountedBinding<F>(address_, token_); }

private:
    friend CountedBinding<F>;
    CountedHold(IpAddress<F> address, std::shared_ptr<int> token) noexcept
        : address_{address}, token_{std::move(token)} {}

    IpAddress<F> address_;
    std::shared_ptr<int> token_;
};

/// Names the hold without keeping it, and sees how many tokens of its address live.
template <Family F>
class CountedBinding {
public:
    CountedBinding(IpAddress<F> address, std::weak_ptr<int> token) noexcept
        : address_{address}, token_{std::move(token)} {}

    [[nodiscard]] long users() const noexcept { return token_.use_count(); }
    [[nodiscard]] result<CountedHold<F>> share() const noexcept {
        auto token = token_.lock();
        if (token == nullptr) return errc::stale_binding;
        return CountedHold<F>(address_, std::move(token));
    }

private:
    IpAddress<F> address_;
    std::weak_ptr<int> token_;
};

static_assert(AddressHold<CountedHold<V4>, V4> && !AddressHold<CountedHold<V4>, V6>);
static_assert(AddressBinding<CountedBinding<V6>, V6>);

}  // namespace estate::test
