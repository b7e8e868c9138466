// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// The context of a backend that needs none: there is one kernel, or one host, and nothing to distinguish.
/// A simulated network is an object, and its sockets are made in it: new_socket<Transport>(context).
struct NoContext {};

}  // namespace estate
