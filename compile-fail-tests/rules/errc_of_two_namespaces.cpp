// SPDX-License-Identifier: BSL-1.0
// rule:   std and estate both have an errc.
// remedy: write which: std::errc::connection_refused, estate::errc::end_of_stream.
// wrote:  errc::... with using namespace std and estate
// expect-gcc:   reference to
// lines-gcc: 20 because it shows what else there is, and where
// expect-clang: reference to
// lines-clang: 10 because it shows what else there is, and where
// lines-gcc-16+: 29 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>
#include <system_error>

using namespace std;
using namespace estate;

bool probe(Error error) {
#if defined(ESTATE_ILLEGAL)
return error == errc::connection_refused;
#else
return error == std::errc::connection_refused;
#endif
}
