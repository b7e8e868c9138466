// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/one_by_one.hpp>
#include <estate/backend/posix/transfer.hpp>

namespace estate::posix {

/// Also moves several datagrams a call: the calls of Linux of the same names, which take no time.
template <class S>
concept BatchSystem = requires(const S& system, int number, typename S::many* messages, unsigned count) {
    { system.sendmmsg(number, messages, count, number) } -> std::same_as<int>;
    { system.recvmmsg(number, messages, count, number) } -> std::same_as<int>;
};

/// Datagrams in bulk.
template <System S>
struct Batch : Transfer<S> {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;
    static constexpr std::size_t max_batch = 64;

    template <class Address>
    static result<std::size_t> send_batch(const Descriptor& socket,
                                          std::span<const OutgoingDatagram<Address>> datagrams,
                                          Until until) noexcept {
        if constexpr (BatchSystem<S>) {
            typename Native<typename Address::family>::type peers[max_batch];
            return send_many(socket, datagrams.size(), until, [&](std::size_t i, msghdr& message) {
                peers[i] = Native<typename Address::family>::from(datagrams[i].peer);
                message.msg_name = &peers[i];
                message.msg_namelen = sizeof peers[i];
                return datagrams[i].bytes;
            });
        } else {
            return detail::one_by_one(datagrams.size(), until, [&](std::size_t i, Until now) {
                return Transfer<S>::send_to(socket, datagrams[i].bytes, datagrams[i].peer, now);
            });
        }
    }
    template <class Handle = Descriptor>  // a template: only a program that calls it compiles it
    static result<std::size_t> send_batch(const Handle& socket, std::span<const ConstBuffer> datagrams,
                                          Until until) noexcept {
        if constexpr (BatchSystem<S>) {
            return send_many(socket, datagrams.size(), until, [&](std::size_t i, msghdr&) { return datagrams[i]; });
        } else {
            return detail::one_by_one(datagrams.size(), until, [&](std::size_t i, Until now) {
                return Transfer<S>::send(socket, datagrams[i], now);
            });
        }
    }

    template <class Address>
    static result<std::size_t> recv_batch(const Descriptor& socket, std::span<IncomingDatagram<Address>> places,
                                          Until until) noexcept {
        if constexpr (BatchSystem<S>) {
            typename Native<typename Address::family>::type senders[max_batch];
            iovec parts[max_batch];
            typename S::many messages[max_batch];
            const std::size_t count = places.size() < max_batch ? places.size() : max_batch;
            for (std::size_t i = 0; i < count; ++i) {
                parts[i] = {places[i].buffer.data(), places[i].buffer.size()};
                messages[i] = {};
                messages[i].msg_hdr.msg_name = &senders[i];
                messages[i].msg_hdr.msg_namelen = sizeof senders[i];
                messages[i].msg_hdr.msg_iov = &parts[i];
                messages[i].msg_hdr.msg_iovlen = 1;
            }
            const int flags = Kernel::wait_for_one | MSG_TRUNC | Transfer<S>::flags_of(until);
            const auto came = Transfer<S>::repeat(socket, POLLIN, until, [&] {
                return socket.system().recvmmsg(socket.number(), messages, static_cast<unsigned>(count), flags);
            });
            if (!came) return came;
            for (std::size_t i = 0; i < came.assume_value(); ++i) {
                static_cast<Received&>(places[i].got) = Transfer<S>::cut(messages[i].msg_len, places[i].buffer);
                places[i].got.sender = Native<typename Address::family>::to(senders[i]);
            }
            return came;
        } else {
            return detail::one_by_one(places.size(), until, [&](std::size_t i, Until now) -> result<void> {
                const auto got = Transfer<S>::template recv_from<Address>(socket, places[i].buffer, now);
                if (!got) return got.assume_error();
                places[i].got = got.assume_value();
                return success();
            });
        }
    }

private:
    template <class Describe>
    static result<std::size_t> send_many(const Descriptor& socket, std::size_t asked, Until until,
                                         Describe describe) noexcept {
        iovec parts[max_batch];
        typename S::many messages[max_batch];
        const std::size_t count = asked < max_batch ? asked : max_batch;
        for (std::size_t i = 0; i < count; ++i) {
            messages[i] = {};
            const ConstBuffer bytes = describe(i, messages[i].msg_hdr);
            parts[i] = {const_cast<std::byte*>(bytes.data()), bytes.size()};  // the call only reads it
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        return Transfer<S>::repeat(socket, POLLOUT, until, [&] {
            return socket.system().sendmmsg(socket.number(), messages, static_cast<unsigned>(count),
                                            Transfer<S>::flags_of(until));
        });
    }
};

}  // namespace estate::posix
