// SPDX-License-Identifier: BSL-1.0
// Compiling is passing. Asked here and not in the headers: each client would pay for it.

#include <estate/backend/backend.hpp>
#include <estate/backend/wasi/sockets.hpp>
#include <estate/lifecycle/proofs.hpp>
#include <estate/socket/operation/abort.hpp>
#include <estate/socket/option/address_reuse.hpp>
#include <estate/socket/option/binding.hpp>
#include <estate/socket/option/buffers.hpp>
#include <estate/socket/option/stream.hpp>
#include <estate/socket/transport.hpp>

namespace {
using namespace estate;
using Streams = wasi::StreamSockets;
using Datagrams = wasi::DatagramSockets;

template <class F>
constexpr bool models_all =
    StreamBackend<Streams, F> && DatagramBackend<Datagrams, F> && OptionBackend<Streams, F, option::keep_alive> &&
    OptionBackend<Datagrams, F, option::hop_limit>;
static_assert(models_all<V4> && models_all<V6>);

// What WASI lacks is absent.
static_assert(!NumberedBackend<Streams> && !NumberedBackend<Datagrams> && !AbortingBackend<Streams>);
static_assert(!OptionBackend<Streams, V4, option::no_delay> && !OptionBackend<Streams, V4, option::reuse_address> &&
              !OptionBackend<Streams, V4, option::reuse_port> &&
              !OptionBackend<Streams, V4, option::linger> && !OptionBackend<Datagrams, V4, option::keep_alive>);
static_assert(!lifecycle::allows<Tcp<V4>::lifecycle, Connected, op::abort> &&
              lifecycle::allows<Tcp<V4>::lifecycle, Connected, op::finish>);
static_assert(!lifecycle::allows<Tcp<V4>::lifecycle, Bound, op::handle> &&
              !lifecycle::allows<Udp<V6>::lifecycle, Bound, op::release>);

// Three handles and a flag.
static_assert(sizeof(Streams::handle) == 16 && sizeof(Datagrams::handle) == 16);

}  // namespace
