// SPDX-License-Identifier: BSL-1.0
// rule:   an Error is compared by name: a bare number could be an errno, or one of estate's own.
// remedy: std::errc::connection_refused, errc::moved_from; Error::system(ECONNREFUSED) for a number of the system's.
// wrote:  error == EADDRINUSE
// expect: 'estate::Error' and 'int'
// lines-gcc-16+: 61 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  45 because compilers list the overloads
#include <estate/estate.hpp>
#include <system_error>

bool probe(estate::Error error) {
#if defined(ESTATE_ILLEGAL)
    return error == ECONNREFUSED;
#else
    return error == std::errc::connection_refused;
#endif
}
