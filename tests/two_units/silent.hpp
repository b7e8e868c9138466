// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/estate.hpp>
#include <estate/pool.hpp>

#include "../error/toy_domain.hpp"

// What silent.cpp, which is built without exceptions, does for throws.cpp, which is built with them.

using namespace estate::literals;
inline constinit estate::StaticIpPool<"127.80.0.0/29"_cidr4> static_pool;

/// What a unit knows of the functions and the objects that both use.
struct Seen {
    const void* makes_a_result;
    const void* makes_none;
    std::size_t sizes[5];
    const char* text;  // of an error of another domain, made while compiling, asked for before main()
};

int port_of_silent();
estate::Error why_silent_gets_no_lease(estate::IpPool<estate::V4>& pool);
std::size_t leases_that_silent_sees(estate::IpPool<estate::V4>& pool);
[[noreturn]] void silent_asks_for_the_value_of_a_failure();
Seen seen_by_silent();

/// A template on a type of each unit, so that the units do not share it.
template <class Unit>
Seen look(const char* text) {
    using namespace estate;
    Seen seen{};
    seen.makes_a_result = reinterpret_cast<const void*>(
        static_cast<result<CidrRange<V4>> (*)(IpAddress<V4>, int)>(&CidrRange<V4>::make));
    seen.makes_none = reinterpret_cast<const void*>(
        static_cast<Error (*)(int) noexcept>(&posix::failure<posix::Kernel>));
    seen.sizes[0] = sizeof(result<void>);
    seen.sizes[1] = sizeof(result<Lease<V4>>);
    seen.sizes[2] = sizeof(transition_result<BoundSocket<Tcp<V4>>, TransitionError<CreatedSocket<Tcp<V4>>>>);
    seen.sizes[3] = sizeof(IpPool<V4>);
    seen.sizes[4] = sizeof static_pool;
    seen.text = text;
    return seen;
}
