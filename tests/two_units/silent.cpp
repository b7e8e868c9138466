// SPDX-License-Identifier: BSL-1.0
// Built without exceptions; throws.cpp is not.
#include "silent.hpp"

#include <cstdlib>
#include <system_error>
#include <type_traits>

using namespace estate;

// As with exceptions (error/try.cpp), the conversion to std::error_code has a header of its own.
static_assert(!std::is_convertible_v<errc, std::error_code> && !std::is_convertible_v<Error, std::error_code>);

namespace {
struct Unit;
constexpr Error made_while_compiling = toy::errc::late;
const char* const text_before_main = made_while_compiling.message();
}  // namespace

int port_of_silent() { return Port::parse("80").value().number(); }

Error why_silent_gets_no_lease(IpPool<V4>& pool) {
    const auto lease = pool.allocate("silent", "none", ResourceType::pod());
    return lease ? Error(toy::errc::late) : lease.error();
}

std::size_t leases_that_silent_sees(IpPool<V4>& pool) {
    std::size_t count = 0;
    pool.for_each_binding([&count](const IpBinding<V4>&) { ++count; });
    return count;
}

void silent_asks_for_the_value_of_a_failure() {
    (void)CidrRange<V4>::make("10.0.0.1"_ip4, 8).value();
    std::_Exit(4);
}

Seen seen_by_silent() { return look<Unit>(text_before_main); }
