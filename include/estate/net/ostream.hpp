// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/text.hpp>
#include <ostream>

namespace estate {

inline std::ostream& operator<<(std::ostream& out, const AddressText& text) { return out << text.view(); }
/// Writes what to_text() gives; width and fill apply as to any text, base and locale to none.
template <Family F>
std::ostream& operator<<(std::ostream& out, const IpAddress<F>& ip) {
    return out << to_text(ip).view();
}
template <Family F>
std::ostream& operator<<(std::ostream& out, const SocketAddress<F>& at) {
    return out << to_text(at).view();
}
template <Family F>
std::ostream& operator<<(std::ostream& out, const CidrRange<F>& range) {
    return out << to_text(range).view();
}
inline std::ostream& operator<<(std::ostream& out, Port port) {
    return out << AddressText().put(std::uint32_t{port.number()}).view();
}

}  // namespace estate
