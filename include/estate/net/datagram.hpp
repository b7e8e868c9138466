// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/net/buffer.hpp>

namespace estate {

/// What a receive put into the caller's buffer. An empty datagram is legal: size 0.
struct Received {
    std::size_t size;    ///< bytes written
    bool truncated;      ///< the datagram was longer than the buffer; its rest is gone
    std::size_t length;  ///< of the whole datagram; SIZE_MAX if it was cut and the system has no length (the BSDs)
};

/// The same, with the sender's address.
template <class Address>
struct ReceivedFrom : Received {
    Address sender;
};

/// Datagrams of one sender that came in one piece, each `segment` bytes long and the last one perhaps shorter.
template <class Address>
struct ReceivedSegments : ReceivedFrom<Address> {
    std::size_t segment;  ///< bytes of a datagram; 0 only where the one that came is empty

    /// How many datagrams came, 1 at least; the last is cut where the piece was.
    [[nodiscard]] constexpr std::size_t count() const noexcept {
        return this->size <= segment ? 1 : (this->size + segment - 1) / segment;
    }
    /// Datagram number index of the buffer that was received into. Pre  index < count()
    [[nodiscard]] ConstBuffer datagram(ConstBuffer buffer, std::size_t index) const noexcept {
        const std::size_t begin = index * segment;
        return buffer.first(this->size).subspan(begin, begin + segment < this->size ? segment : this->size - begin);
    }
};

/// One of several datagrams that are sent in a batch.
template <class Address>
struct OutgoingDatagram {
    ConstBuffer bytes;
    Address peer;
};

/// The place for one of the datagrams of a batch: the caller gives a buffer, recv_batch() fills in `got`.
template <class Address>
struct IncomingDatagram {
    MutableBuffer buffer;
    ReceivedFrom<Address> got{};

    [[nodiscard]] ConstBuffer bytes() const noexcept {
        return buffer.first(got.size < buffer.size() ? got.size : buffer.size());
    }
};

}  // namespace estate
