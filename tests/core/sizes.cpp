// SPDX-License-Identifier: BSL-1.0
// claim: a socket is as large as its handle, values are trivially copyable, and results of them too.
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <estate/resolve.hpp>

namespace {
using namespace estate;

template <class T>
constexpr bool is_value = std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> &&
                          std::is_nothrow_copy_constructible_v<T>;

// --- values
static_assert(sizeof(Error) == 4 && is_value<Error>);
static_assert(sizeof(Port) == 2 && is_value<Port>);
static_assert(sizeof(IpAddress<V4>) == 4 && is_value<IpAddress<V4>>);
static_assert(sizeof(IpAddress<V6>) == 16 && is_value<IpAddress<V6>>);
static_assert(sizeof(SocketAddress<V4>) == 8 && is_value<SocketAddress<V4>>);
static_assert(sizeof(SocketAddress<V6>) == 24 && is_value<SocketAddress<V6>>);
static_assert(sizeof(CidrRange<V4>) == 8 && is_value<CidrRange<V4>>);
static_assert(sizeof(CidrRange<V6>) == 24 && is_value<CidrRange<V6>>);
static_assert(sizeof(Deadline) == 8 && is_value<Deadline>);
static_assert(is_value<Uint128> && is_value<AddressText> && is_value<AddressList<V6>>);
static_assert(is_value<ReceivedFrom<SocketAddress<V6>>> && is_value<Received> && is_value<Incomplete>);
static_assert(is_value<ResourceType> && is_value<option::bind_to_device> && is_value<option::linger>);

// --- results
static_assert(sizeof(result<std::size_t>) == 16 && is_value<result<std::size_t>>);
static_assert(is_value<result<IpAddress<V4>>> && is_value<result<SocketAddress<V6>>>);
static_assert(is_value<result<CidrRange<V6>>> && is_value<result<Port>>);
static_assert(is_value<result<ReceivedFrom<SocketAddress<V6>>>> && is_value<result<Received>> &&
              is_value<result<AddressList<V4>>>);
static_assert(sizeof(result<void>) <= 8 && is_value<result<void>>);
static_assert(is_value<transfer_result>);

// --- sockets
template <class S>
constexpr bool is_one_handle = sizeof(S) == sizeof(int) && alignof(S) == alignof(int) &&
                               std::is_nothrow_move_constructible_v<S> && std::is_nothrow_move_assignable_v<S> &&
                               std::is_nothrow_destructible_v<S> && !std::is_copy_constructible_v<S> &&
                               !std::is_polymorphic_v<S>;
template <class F>
constexpr bool all_are_one_handle = is_one_handle<CreatedSocket<Tcp<F>>> && is_one_handle<BoundSocket<Tcp<F>>> &&
                                    is_one_handle<ListeningSocket<Tcp<F>>> && is_one_handle<ConnectingSocket<Tcp<F>>> &&
                                    is_one_handle<ConnectedSocket<Tcp<F>>> && is_one_handle<SendClosedSocket<Tcp<F>>> &&
                                    is_one_handle<ReceiveClosedSocket<Tcp<F>>> && is_one_handle<ClosedSocket<Tcp<F>>> &&
                                    is_one_handle<CreatedSocket<Udp<F>>> && is_one_handle<BoundSocket<Udp<F>>> &&
                                    is_one_handle<ConnectedSocket<Udp<F>>> && is_one_handle<ClosedSocket<Udp<F>>>;
static_assert(all_are_one_handle<V4> && all_are_one_handle<V6>);
static_assert(sizeof(TransitionError<CreatedSocket<Tcp<V4>>>) == 8);
static_assert(sizeof(AdoptedSocket<Tcp<V4>>) <= 8 && sizeof(Waker) == 2 * sizeof(int));

// --- with a lease
using Pool = StaticIpPool<"127.77.0.8/29"_cidr4>;
static_assert(sizeof(Pool::lease) == 8);
static_assert(sizeof(BoundSocket<Tcp<V4>, Pool::lease>) == 16);

}  // namespace

int main() { return 0; }
