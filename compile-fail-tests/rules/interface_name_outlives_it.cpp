// SPDX-License-Identifier: BSL-1.0
// rule:   the name of an interface lives as long as the value that has it.
// remedy: keep the value.
// expect: temporary
// only:   clang
#include <estate/net/interface.hpp>
#include <string_view>

estate::Interface find();

std::size_t probe() {
#if defined(ESTATE_ILLEGAL)
    const std::string_view name = find().name();
#else
    const auto interface = find();
    const std::string_view name = interface.name();
#endif
    return name.size();
}
