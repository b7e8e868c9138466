// SPDX-License-Identifier: BSL-1.0
#pragma once

// The lifecycles whose cells are walked, by suite. cells_lives.cpp finds by the tables all that there are, and has a
// reason for each that is not here.

#include "stage.hpp"

namespace estate {
template <class B>
struct BasicUnixStream;
template <class B>
struct BasicUnixDatagram;
template <class B>
struct BasicUnixSeqpacket;
}  // namespace estate

namespace estate::test {

#if defined(ESTATE_LAWS_SIMULATED)
using GroundStream = BasicUnixStream<native_unix_stream>;
using GroundDatagram = BasicUnixDatagram<native_unix_datagram>;
using GroundSeqpacket = BasicUnixSeqpacket<native_unix_seqpacket>;
#elif !defined(__wasi__)
template <int Kind>
struct FaultyUnix;
using GroundStream = BasicUnixStream<FaultyUnix<SOCK_STREAM>>;
using GroundDatagram = BasicUnixDatagram<FaultyUnix<SOCK_DGRAM>>;
using GroundSeqpacket = BasicUnixSeqpacket<FaultyUnix<SOCK_SEQPACKET>>;
#endif

namespace lives {

template <class F>
using Tcp = estate::Tcp<F, Ground::Stream>;
template <class F>
using Udp = estate::Udp<F, Ground::Datagram>;
constexpr bool plain = false;
constexpr bool held = true;

using OfTcp = std::tuple<Life<Tcp<V4>, plain>, Life<Tcp<V4>, held>, Life<Tcp<V6>, plain>>;
using OfUdp = std::tuple<Life<Udp<V4>, plain>, Life<Udp<V4>, held>, Life<Udp<V6>, plain>>;

template <class T, bool HasHold>
using NeverWaits = Life<NonBlocking<T>, HasHold, T>;
#if !defined(__wasi__)
using OfHalves =
    std::tuple<Life<ReadHalf<Tcp<V4>>, plain>, Life<WriteHalf<Tcp<V4>>, plain>, Life<ReadHalf<Tcp<V4>>, held>,
               Life<WriteHalf<Tcp<V4>>, held>, Life<ReadHalf<Tcp<V6>>, plain>, Life<WriteHalf<Tcp<V6>>, plain>>;
using OfLocal = std::tuple<Life<GroundStream, plain>, Life<GroundDatagram, plain>>;

/// Each is as another but for some rows of its table, or for what its calls answer.
using OfDecorated = std::tuple<
    Life<GroundSeqpacket, plain, GroundStream>, Life<ReadHalf<GroundStream>, plain, ReadHalf<Tcp<V4>>>,
    Life<WriteHalf<GroundStream>, plain, WriteHalf<Tcp<V4>>>,
    Life<ReadHalf<GroundSeqpacket>, plain, ReadHalf<GroundStream>>,
    Life<WriteHalf<GroundSeqpacket>, plain, WriteHalf<GroundStream>>>;
using OfNonBlocking =
    std::tuple<NeverWaits<Tcp<V4>, plain>, NeverWaits<Tcp<V4>, held>, NeverWaits<Tcp<V6>, plain>,
               NeverWaits<Udp<V4>, plain>, NeverWaits<Udp<V4>, held>, NeverWaits<Udp<V6>, plain>,
               NeverWaits<GroundStream, plain>, NeverWaits<GroundDatagram, plain>, NeverWaits<GroundSeqpacket, plain>>;
#else
using OfHalves = std::tuple<>;
using OfLocal = std::tuple<>;
using OfDecorated = std::tuple<>;
using OfNonBlocking = std::tuple<NeverWaits<Tcp<V4>, plain>, NeverWaits<Tcp<V4>, held>, NeverWaits<Tcp<V6>, plain>,
                                 NeverWaits<Udp<V4>, plain>, NeverWaits<Udp<V4>, held>, NeverWaits<Udp<V6>, plain>>;
#endif

#if !defined(__wasi__) && !defined(ESTATE_LAWS_SIMULATED)
template <class F, bool HasHold>
using Informs = Life<Informed<Udp<F>>, HasHold, Udp<F>>;
template <class F, bool HasHold>
using Cuts = Life<Segmented<Udp<F>>, HasHold, Udp<F>>;
template <class F, bool HasHold>
using DoesBoth = Life<Informed<Segmented<Udp<F>>>, HasHold, Segmented<Udp<F>>>;
using OfMessages = std::tuple<Informs<V4, plain>, Informs<V4, held>, Informs<V6, plain>, Cuts<V4, plain>,
                              Cuts<V4, held>, Cuts<V6, plain>, DoesBoth<V4, plain>, DoesBoth<V4, held>,
                              DoesBoth<V6, plain>>;
#else
using OfMessages = std::tuple<>;
#endif

}  // namespace lives

}  // namespace estate::test
