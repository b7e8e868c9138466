// SPDX-License-Identifier: BSL-1.0
#include <estate/mptcp.hpp>

int main() {
    const auto made = estate::new_mptcp<estate::V4>();
    return made || made.error().is_system() ? 0 : 1;  // a kernel may have none
}
