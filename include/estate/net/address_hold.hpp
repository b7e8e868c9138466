// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/net/family.hpp>
#include <type_traits>

namespace estate {

/// A token that keeps an address while a socket uses it. A pool's Lease models it; a socket knows no more
/// of pools than this.
///
/// A token that was moved from has the unspecified address, which no socket binds to.
/// share() gives the token of a further user of the same address: what a listener accepts gets one. The
/// address is free again when the last token has gone.
template <class H, class F>
concept AddressHold = Family<F> && std::is_nothrow_move_constructible_v<H> &&
                      std::is_nothrow_move_assignable_v<H> && requires(const H& hold) {
                          { hold.address() } noexcept -> std::same_as<IpAddress<F>>;
                          { hold.share() } noexcept -> std::same_as<H>;
                      };

/// A value that names a lease without keeping it; share() tries to become a further user.
/// Errors of share()  errc::stale_binding.
template <class B, class F>
concept AddressBinding = Family<F> && std::copyable<B> && requires(const B& binding) {
    binding.share().has_value();
    requires AddressHold<std::remove_cvref_t<decltype(binding.share().assume_value())>, F>;
};

/// The hold of a socket whose address nobody leased. Empty.
struct NoHold {
    [[nodiscard]] constexpr NoHold share() const noexcept { return {}; }
};

}  // namespace estate
