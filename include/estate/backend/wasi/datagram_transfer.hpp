// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/backend/one_by_one.hpp>
#include <estate/backend/wasi/address.hpp>
#include <estate/backend/wasi/wait.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>

namespace estate::wasi {

/// UDP: one datagram a call.
/// Source  wasi:sockets/udp check-send, send, receive.
struct DatagramTransfer {
    static result<std::size_t> send(const DatagramHandle& handle, ConstBuffer bytes) noexcept {
        return send_with(handle, bytes, nullptr, Forever());
    }
    static result<std::size_t> send(const DatagramHandle& handle, ConstBuffer bytes, Deadline until) noexcept {
        return send_with(handle, bytes, nullptr, until);
    }
    template <class Address>
    static result<std::size_t> send_to(const DatagramHandle& handle, ConstBuffer bytes, const Address& peer,
                                       Deadline until) noexcept {
        const auto native = Native<typename Address::family>::from(peer);
        return send_with(handle, bytes, &native, until);
    }

    template <class Address>
    static result<ReceivedFrom<Address>> recv_from(const DatagramHandle& handle, MutableBuffer buffer,
                                                   Deadline until) noexcept {
        udp_incoming_datagram_t datagram{};
        const auto got = receive(handle, buffer, datagram, until);
        if (!got) return got.assume_error();
        return ReceivedFrom<Address>{got.assume_value(), Native<typename Address::family>::to(datagram.remote_address)};
    }
    static result<Received> recv_datagram(const DatagramHandle& handle, MutableBuffer buffer, Deadline until) noexcept {
        udp_incoming_datagram_t datagram{};
        return receive(handle, buffer, datagram, until);
    }

    template <class Address>
    static result<std::size_t> send_batch(const DatagramHandle& handle,
                                          std::span<const OutgoingDatagram<Address>> datagrams,
                                          Deadline until) noexcept {
        return detail::one_by_one(datagrams.size(), until, [&](std::size_t i, Deadline now) {
            return send_to(handle, datagrams[i].bytes, datagrams[i].peer, now);
        });
    }
    static result<std::size_t> send_batch(const DatagramHandle& handle, std::span<const ConstBuffer> datagrams,
                                          Deadline until) noexcept {
        return detail::one_by_one(datagrams.size(), until,
                                  [&](std::size_t i, Deadline now) { return send(handle, datagrams[i], now); });
    }
    template <class Address>
    static result<std::size_t> recv_batch(const DatagramHandle& handle, std::span<IncomingDatagram<Address>> places,
                                          Deadline until) noexcept {
        return detail::one_by_one(places.size(), until, [&](std::size_t i, Deadline now) -> result<void> {
            const auto got = recv_from<Address>(handle, places[i].buffer, now);
            if (!got) return got.assume_error();
            places[i].got = got.assume_value();
            return success();
        });
    }

private:
    /// A send without a permit of check-send is a trap, and each permit is good for the next send only.
    template <class Until>
    static result<std::size_t> send_with(const DatagramHandle& handle, ConstBuffer bytes,
                                         const network_ip_socket_address_t* peer, Until until) noexcept {
        if (!handle.out) return why_no_stream(handle);
        if (bytes.size() > sizeof longest) return Error::system(EMSGSIZE);  // a host may trap at the copy (wasmtime)
        udp_outgoing_datagram_t datagram{};
        // The bindings take all lists by pointers to what is not const; the host only reads this one.
        datagram.data = {const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data())), bytes.size()};
        datagram.remote_address.is_some = peer != nullptr;
        if (peer != nullptr) datagram.remote_address.val = *peer;
        udp_list_outgoing_datagram_t one{&datagram, 1};
        for (;;) {
            std::uint64_t count = 0;
            network_error_code_t error = 0;
            if (!udp_method_outgoing_datagram_stream_check_send(handle.out.borrow(), &count, &error)) {
                return failure(error);
            }
            if (count > 0) {
                if (!udp_method_outgoing_datagram_stream_send(handle.out.borrow(), &one, &count, &error)) {
                    return failure(error);
                }
                if (count > 0) return bytes.size();
            }
            const Pollable writable(udp_method_outgoing_datagram_stream_subscribe(handle.out.borrow()));
            if (const auto waited = wait(writable, until); !waited) return waited.assume_error();
        }
    }

    /// The payload lands in the buffer; one that does not fit lands beside it and is cut.
    static result<Received> receive(const DatagramHandle& handle, MutableBuffer buffer,
                                    udp_incoming_datagram_t& datagram, Deadline until) noexcept {
        if (!handle.in) return why_no_stream(handle);
        for (;;) {
            const Landing overflow(longest);
            const Landing payload(buffer);
            const Landing record(std::as_writable_bytes(std::span(&datagram, 1)));
            udp_list_incoming_datagram_t got{};
            network_error_code_t error = 0;
            if (!udp_method_incoming_datagram_stream_receive(handle.in.borrow(), 1, &got, &error)) {
                return failure(error);
            }
            if (got.len > 0) {
                const auto* const data = reinterpret_cast<const std::byte*>(datagram.data.ptr);
                const std::size_t length = datagram.data.len;
                if (length <= buffer.size()) return Received{length, false, length};
                std::memcpy(buffer.data(), data, buffer.size());
                return Received{buffer.size(), true, length};
            }
            const Pollable arrived(udp_method_incoming_datagram_stream_subscribe(handle.in.borrow()));
            if (const auto waited = wait(arrived, until); !waited) return waited.assume_error();
        }
    }

    /// A bound socket without streams is one whose host refused them after a failed connect().
    static Error why_no_stream(const DatagramHandle& handle) noexcept {
        return handle.socket ? Error::system(ENOTCONN) : Error(errc::moved_from);
    }

    static inline std::byte longest[65535];  // RFC 768: the length field has 16 bits
};

}  // namespace estate::wasi
