// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/family.hpp>
#include <iosfwd>

// Who writes a value into a stream without its header reads one error, which shows the line below. The overloads of
// <estate/net/ostream.hpp> are more specialized, and so are chosen where they are.

namespace estate {

class Port;

template <class C, class Traits>
void operator<<(std::basic_ostream<C, Traits>&, const Port&) = delete;  // #include <estate/net/ostream.hpp>
template <class C, class Traits, Family F>
void operator<<(std::basic_ostream<C, Traits>&, const IpAddress<F>&) = delete;  // #include <estate/net/ostream.hpp>
template <class C, class Traits, Family F>
void operator<<(std::basic_ostream<C, Traits>&, const SocketAddress<F>&) = delete;  // #include <estate/net/ostream.hpp>
template <class C, class Traits, Family F>
void operator<<(std::basic_ostream<C, Traits>&, const CidrRange<F>&) = delete;  // #include <estate/net/ostream.hpp>

}  // namespace estate
