// SPDX-License-Identifier: BSL-1.0
#include <estate/interfaces.hpp>

int main() {
    bool loops = false;
    const auto asked = estate::for_each_interface(
        [&](const estate::Interface& each) { loops = loops || each.flags().is_loopback; });
    return asked && loops ? 0 : 1;
}
