// SPDX-License-Identifier: BSL-1.0
// rule:   a socket of both families does not tell where a packet went: each protocol has a form of its own.
// remedy: a socket of one family, or one of each.
// expect: with_packet_info
// expect: estate::Udp<estate::V46>
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V46>> both,
           [[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V6>> six) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(both).with_packet_info();
#else
    (void)std::move(six).with_packet_info();
#endif
}
