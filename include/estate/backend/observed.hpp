// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// The state in which a backend found a foreign socket.
enum class Observed { created, bound, listening, connecting, connected, send_closed };

}  // namespace estate
