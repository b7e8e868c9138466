// SPDX-License-Identifier: BSL-1.0
// Compiling is passing: the lifecycles that sockets really have, reduced for each backend, with and without a hold.

#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>
#include <estate/transport/proofs.hpp>

#include "probes.hpp"

namespace {

using namespace estate;

static_assert(prove_transport<Tcp<V4>, Created, Closed>());
static_assert(prove_transport<Udp<V6>, Created, Closed>());
static_assert(prove_transport<Tcp<V46>, Created, Closed>() && prove_transport<Udp<V46>, Created, Closed>());
// So the laws of their cells are those of one family (tests/laws/cells_tcp.cpp, cells_udp.cpp).
static_assert(std::is_same_v<Tcp<V46>::lifecycle, Tcp<V4>::lifecycle> &&
              std::is_same_v<Udp<V46>::lifecycle, Udp<V4>::lifecycle>);
static_assert(prove_transport<Segmented<Udp<V4>>, Created, Closed>());
static_assert(prove_transport<ReadHalf<Tcp<V4>>, Connected, Closed>() &&
              prove_transport<WriteHalf<Tcp<V46>>, Connected, Closed>());
static_assert(prove_transport<Informed<Udp<V4>>, Created, Closed>());
static_assert(prove_transport<Informed<Segmented<Udp<V6>>>, Created, Closed>());
#if defined(ESTATE_NATIVE_UNIX)
static_assert(prove_transport<UnixStream, Created, Closed>());
static_assert(prove_transport<UnixDatagram, Created, Closed>());
static_assert(prove_transport<UnixSeqpacket, Created, Closed>());
static_assert(prove_transport<ReadHalf<UnixStream>, Connected, Closed>() &&
              prove_transport<WriteHalf<UnixStream>, Connected, Closed>());
static_assert(prove_transport<ReadHalf<UnixSeqpacket>, Connected, Closed>() &&
              prove_transport<WriteHalf<UnixSeqpacket>, Connected, Closed>());
#endif
static_assert(prove_transport<Tcp<V4, wasi::StreamSockets>, Created, Closed>());
static_assert(prove_transport<Udp<V4, wasi::DatagramSockets>, Created, Closed>());

template <class T>
using plainly = typename detail::table_of<T, NoHold>::type;

// What never waits has no row that what does has not, but for the way back.
template <class T, class... Rows>
constexpr bool has_each_row(lifecycle::list<Rows...>) {
    return ((std::is_same_v<typename Rows::operation, op::set_blocking> ||
             lifecycle::allows<plainly<T>, typename Rows::state, typename Rows::operation>) && ...);
}
// What never waits comes from what does, in each of its states, so no state is its start.
template <class T>
constexpr bool prove_nonblocking() {
    using Plain = lifecycle::given<typename NonBlocking<T>::lifecycle, fact::plain>;
    static_assert(has_each_row<T>(lifecycle::machinery::rows_of<plainly<NonBlocking<T>>>()));
    static_assert(lifecycle::rows_are_unique<Plain> && lifecycle::every_state_can_end<Plain, Closed>);
    static_assert(settings_fit_the_table<Plain, typename NonBlocking<T>::watches>);
    return true;
}
static_assert(prove_nonblocking<Tcp<V4>>() && prove_nonblocking<Udp<V6>>() &&
              prove_nonblocking<Tcp<V4, wasi::StreamSockets>>());
#if defined(ESTATE_NATIVE_UNIX)
static_assert(prove_nonblocking<UnixStream>() && prove_nonblocking<UnixSeqpacket>() &&
              prove_nonblocking<UnixDatagram>());
#endif

using twice = lifecycle::table<setting<option::linger, Created>, setting<option::linger, Bound>>;
using elsewhere = lifecycle::table<setting<option::linger, Listening>>;
static_assert(!settings_fit_the_table<udp_table, twice> && !settings_fit_the_table<udp_table, elsewhere>);

// What a backend lacks is no member, and the query says so. g++ could not compile this once (D1).
using Lacking = lifecycle::list<op::abort, op::handle, op::accept>;
using Poor = lifecycle::given<lifecycle::without<tcp_table, Lacking>, fact::plain>;
static_assert(!lifecycle::allows<Poor, Connected, op::abort> && !lifecycle::allows<Poor, Created, op::handle> &&
              !lifecycle::allows<Poor, Listening, op::accept> && lifecycle::allows<Poor, Created, op::close>);

// Listening without close and release does not end by what it yields (D2).
using Endless = lifecycle::table<lifecycle::row<Created, op::bind, Bound, Created>,
                                 lifecycle::row<Bound, op::listen, Listening, Closed>,
                                 lifecycle::yields<Listening, op::accept, Connected>,
                                 lifecycle::row<Connected, op::close, Closed, Closed>>;
static_assert(!lifecycle::every_state_can_end<Endless, Closed>);

// The concept says what the member does (D4): a hold takes connect away, and gives nothing that is not there.
using Held = CreatedSocket<Tcp<V4>, probes::TestHold<V4>>;
template <class S>
concept Connects = requires(S socket, SocketAddress<V4> peer) { std::move(socket).connect(peer); };
static_assert(!Allows<Held, op::connect> && !Connects<Held> && !Allows<Held, op::begin_connect>);
static_assert(Allows<CreatedSocket<Tcp<V4>>, op::connect> && Connects<CreatedSocket<Tcp<V4>>>);
static_assert(Allows<BoundSocket<Tcp<V4>, probes::TestHold<V4>>, op::connect>);

// A transport whose listener yields another state (D5).
struct OneWay : Tcp<V4> {
    using lifecycle = estate::lifecycle::table<estate::lifecycle::yields<Listening, op::accept, ReceiveClosed>,
                                               estate::lifecycle::every<op::close, Closed>,
                                               estate::lifecycle::ends<Closed>>;
};
using Accepted = decltype(std::declval<const ListeningSocket<OneWay>&>().accept().value());
static_assert(std::is_same_v<std::remove_cvref_t<Accepted>, ReceiveClosedSocket<OneWay>>);

// Each state has its alias.
static_assert(InState<CreatedSocket<Tcp<V4>>, Created> && InState<BoundSocket<Tcp<V4>>, Bound> &&
              InState<ListeningSocket<Tcp<V4>>, Listening> && InState<ConnectingSocket<Tcp<V4>>, Connecting> &&
              InState<ConnectedSocket<Tcp<V4>>, Connected> && InState<SendClosedSocket<Tcp<V4>>, SendClosed> &&
              InState<ReceiveClosedSocket<Tcp<V4>>, ReceiveClosed> && InState<ClosedSocket<Tcp<V4>>, Closed>);
static_assert(CreatedSocket<Tcp<V4>>::is_created() && BoundSocket<Tcp<V4>>::is_bound() &&
              ListeningSocket<Tcp<V4>>::is_listening() && ConnectingSocket<Tcp<V4>>::is_connecting() &&
              ConnectedSocket<Tcp<V4>>::is_connected() && SendClosedSocket<Tcp<V4>>::is_send_closed() &&
              ReceiveClosedSocket<Tcp<V4>>::is_receive_closed() && ClosedSocket<Tcp<V4>>::is_closed() &&
              !ClosedSocket<Tcp<V4>>::is_bound());

// An operation is as noexcept as its backend, so that generic code can ask.
using Stream4 = const ConnectedSocket<Tcp<V4>>&;
static_assert(noexcept(std::declval<Stream4>().send(ConstBuffer())) &&
              noexcept(std::declval<Stream4>().recv(MutableBuffer())) &&
              noexcept(std::declval<ConnectedSocket<Tcp<V4>>>().close()) && noexcept(tcp_v4()) &&
              noexcept(std::declval<CreatedSocket<Tcp<V4>>>().bind_any()) &&
              noexcept(std::declval<ListeningSocket<Tcp<V4>>&>().accept()));

BOOST_AUTO_TEST_CASE(the_lifecycles_of_every_backend_are_proved_while_compiling) {
    BOOST_TEST(lifecycle::state_names<tcp_table>.size() == 9u);
}

}  // namespace
