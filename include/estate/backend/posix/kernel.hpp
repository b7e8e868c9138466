// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include ESTATE_NATIVE_SYSTEM

namespace estate::posix {

static_assert(AdoptingSystem<Kernel> && std::is_empty_v<Kernel>);

}  // namespace estate::posix
