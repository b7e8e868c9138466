// SPDX-License-Identifier: BSL-1.0
// rule:   a SocketAddress takes its family from an address, and text is no address until it was read.
// remedy: SocketAddress{"192.0.2.1"_ip4, 80}, or SocketAddress<V4>::parse("192.0.2.1:80") for text that is known at run time.
// wrote:  SocketAddress web{"192.0.2.1", 80}
// expect-gcc:   class template argument deduction failed
// errors-gcc: 2 because it says the same mistake more than once
// expect-clang: no viable constructor or deduction guide for deduction of template arguments
// expect: SocketAddress
// lines-gcc: 28 because it lists the deduction guides, the implicit ones too
// lines:  13 because compilers list the deduction guides
#include <estate/net/family.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/socket_address.hpp>

using namespace estate::literals;

estate::SocketAddress<estate::V4> probe() {
#if defined(ESTATE_ILLEGAL)
    return estate::SocketAddress{"192.0.2.1", 80};
#else
    return estate::SocketAddress{"192.0.2.1"_ip4, 80};
#endif
}
