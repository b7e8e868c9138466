// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// The members that an operation gives to the class Self. Specialised once per operation; a class takes
/// them by deriving from members_of (lifecycle/members.hpp).
template <class Op, class Self>
struct operation;

}  // namespace estate
