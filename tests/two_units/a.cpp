// SPDX-License-Identifier: BSL-1.0
#include "uses.hpp"

#include <cstdio>

Seen seen_by_a() { return look(); }

int main() {
    const Seen a = seen_by_a();
    const Seen b = seen_by_b();
    if (a == b) return 0;
    std::printf("the units differ:\n%s\n%s\n", a.text.c_str(), b.text.c_str());
    return 1;
}
