// SPDX-License-Identifier: BSL-1.0
// rule:   the members of an object are made with the object and by nobody else.
// remedy: make the object; its table gives it the members.
// expect: members
// lines:  30 because compilers name constructor and destructor
// errors-gcc: 4 because constructor and destructor are private
// errors-clang: 3 because constructor and destructor are private
// lines-gcc-16+: 31 because constructor and destructor are named, and the way to the header
#include <estate/estate.hpp>

using Connected = estate::ConnectedSocket<estate::Tcp<estate::V4>>;

#if defined(ESTATE_ILLEGAL)
struct Forged : estate::lifecycle::members<Connected> {};
void probe() { (void)Forged{}.send("x"); }
#else
void probe(const Connected& socket) { (void)socket.send("x"); }
#endif
