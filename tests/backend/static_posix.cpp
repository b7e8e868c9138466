// SPDX-License-Identifier: BSL-1.0
// Compiling is passing. Asked here and not in the header: each client would pay for it.

#include <estate/backend/backend.hpp>
#include <estate/backend/posix/sockets.hpp>
#include <estate/socket/nonblocking.hpp>
#include <estate/socket/operation/abort.hpp>
#include <estate/socket/operation/accept_from.hpp>
#include <estate/socket/operation/peek.hpp>
#include <estate/socket/operation/peek_datagram.hpp>
#include <estate/socket/option/binding.hpp>
#include <estate/socket/option/stream.hpp>

namespace {
using namespace estate;

template <class F>
constexpr bool models_all = StreamBackend<posix::Sockets, F> && DatagramBackend<posix::Sockets, F> &&
                            NumberedBackend<posix::Sockets> && AbortingBackend<posix::Sockets> &&
                            PeekingBackend<posix::Sockets> && MessageBackend<posix::Sockets, F> &&
                            NamingBackend<posix::Sockets, typename F::address> &&
                            PeekingBackend<posix::Sockets> && DatagramPeekingBackend<posix::Sockets> &&
                            NonBlockingBackend<posix::Sockets> &&
                            OptionBackend<posix::Sockets, F, option::no_delay>;
static_assert(models_all<V4> && models_all<V6> && models_all<V46>);
static_assert(!OptionBackend<posix::Sockets, V46, option::hop_limit>);  // each protocol has its own
static_assert(sizeof(posix::Sockets::handle) == sizeof(int));

}  // namespace
