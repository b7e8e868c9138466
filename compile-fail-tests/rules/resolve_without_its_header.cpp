// SPDX-License-Identifier: BSL-1.0
// rule:   host names have a header of their own: resolving uses threads and the system's name service.
// remedy: #include <estate/resolve.hpp>
// wrote:  resolve<V4>(...) with <estate/estate.hpp> alone
// expect-gcc:   is not a member of
// errors-gcc: 3 because it says the same mistake more than once
// lines-gcc: 11 because it shows what else there is, and where
// expect-clang: for function-style cast or type construction
// errors-clang: 3 because it says the same mistake more than once
// lines-clang: 14 because it shows what else there is, and where
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)estate::resolve<estate::V4>("localhost", 80);
#else
    (void)estate::SocketAddress<estate::V4>::parse("127.0.0.1:80");
#endif
}
