// SPDX-License-Identifier: BSL-1.0
// rule:   Socket is a template: its state and its transport are part of the type.
// remedy: the alias of the state: estate::ConnectedSocket<estate::Tcp<estate::V4>> socket_;
// wrote:  estate::Socket socket_; as a member
// expect-gcc:   invalid use of template-name
// expect-clang: requires template arguments; argument deduction not allowed in non-static struct member
// lines-clang: 7 because it shows what else there is, and where
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
struct Client {
    estate::Socket socket_;
};
#else
struct Client {
    estate::ConnectedSocket<estate::Tcp<estate::V4>> socket_;
};
#endif
