// SPDX-License-Identifier: BSL-1.0
#include <estate/interfaces.hpp>

namespace {
bool are_gone = false;
}
/// Instead of the C library's: of interfaces that have gone since they were listed.
extern "C" unsigned if_nametoindex(const char* name) noexcept(noexcept(if_nametoindex(name))) {
    return are_gone ? 0 : 1;
}

int main() {
    bool loops = false;
    const auto asked = estate::for_each_interface(
        [&](const estate::Interface& each) { loops = loops || each.flags().is_loopback; });
    if (!asked || !loops) return 1;
    are_gone = true;
    int visited = 0;
    const auto interfaces = estate::for_each_interface([&](const estate::Interface&) { ++visited; });
    const auto addresses = estate::for_each_interface_address([&](const estate::Interface&, const auto&) { ++visited; });
    return !interfaces || !addresses || visited != 0 ? 2 : 0;
}
