// SPDX-License-Identifier: BSL-1.0
// rule:   a stream goes into Asio when it is connected or listens: its objects could be anything, and would fail late.
// remedy: connect() or listen() first.
// expect: into_asio
// lines:  20 because compilers show how they came to ask for the constraint
// lines-gcc-16+: 30 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/asio.hpp>

void probe(boost::asio::any_io_executor where, [[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>&& bound,
           [[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>&& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)estate::into_asio(where, std::move(bound));
#else
    (void)estate::into_asio(where, std::move(listener));
#endif
}
