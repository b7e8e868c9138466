// SPDX-License-Identifier: BSL-1.0
#include <estate/resolve.hpp>

using namespace estate;

int main() {
    const auto found = resolve<V6>("fe80::1%lo", "80").value();
    return found.size() == 1 && found[0].zone() == interface_index("lo").value() ? 0 : 1;
}
