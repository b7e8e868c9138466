// SPDX-License-Identifier: BSL-1.0
// rule:   an operation is a part of a socket; copied out of it, it would work on memory that is no socket.
// remedy: take the socket by reference.
// expect: deleted
// lines:  28 because each class on the way to the deleted copy is named
// errors-gcc: 3 because GCC names each class on the way
// lines-gcc-16+: 37 because each class on the way to the deleted copy is named, and a hint for each
#include <estate/estate.hpp>

using Created = estate::CreatedSocket<estate::Tcp<estate::V4>>;
using Part = estate::lifecycle::operation<estate::op::handle, Created>;

int number_of_part(Part part);
int number_of(const Created& socket);

int probe(const Created& socket) {
#if defined(ESTATE_ILLEGAL)
    return number_of_part(socket);
#else
    return number_of(socket);
#endif
}
