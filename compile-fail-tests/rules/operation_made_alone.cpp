// SPDX-License-Identifier: BSL-1.0
// rule:   an operation is a part of an object; made alone, it would work on memory that is no object.
// remedy: make the object; its table gives it the operation.
// expect: send
// lines:  28 because each class on the way to the missing constructor is named
// errors-gcc: 2 because GCC names each class on the way
#include <estate/estate.hpp>

using Connected = estate::ConnectedSocket<estate::Tcp<estate::V4>>;

#if defined(ESTATE_ILLEGAL)
struct Forged : estate::lifecycle::operation<estate::op::send, Connected> {};
void probe() { (void)Forged{}.send("x"); }
#else
void probe(const Connected& socket) { (void)socket.send("x"); }
#endif
