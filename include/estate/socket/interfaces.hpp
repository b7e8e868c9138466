// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include <estate/error/result.hpp>
#include <estate/net/interface.hpp>

namespace estate {

/// Calls visit(const Interface&) for each network interface of the host: its name, index and flags. One that goes away
/// meanwhile is not visited.
/// Errors  the system's own: too_many_files_open, not_enough_memory.
/// Source  getifaddrs(3), which allocates its list and frees it before this returns.
template <class Visit, class Backend = native>
[[nodiscard]] result<void> for_each_interface(Visit visit) noexcept {
    return Backend::interfaces::each(visit);
}

/// Calls visit(const Interface&, const InterfaceAddress<F>&) for each address of each interface; F is V4 or V6, so
/// visit is generic or an overload set. Errors and source: as for_each_interface().
template <class Visit, class Backend = native>
[[nodiscard]] result<void> for_each_interface_address(Visit visit) noexcept {
    return Backend::interfaces::each_address(visit);
}

}  // namespace estate
