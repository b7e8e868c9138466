// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/text.hpp>
#include <estate/net/unix_address.hpp>
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
/// A path as it is, an abstract name with '@' before it, "(unnamed)"; bytes that are no printable ASCII as \\ooo.
inline std::ostream& operator<<(std::ostream& out, const UnixAddress& at) {
    if (at.is_unnamed()) return out << std::string_view("(unnamed)");
    if (at.is_abstract()) out.put('@');
    for (const char c : at.name()) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F && c != '\\') {
            out.put(c);
        } else {
            out.put('\\').put(static_cast<char>('0' + (byte >> 6))).put(static_cast<char>('0' + (byte >> 3 & 7)));
            out.put(static_cast<char>('0' + (byte & 7)));
        }
    }
    return out;
}
inline std::ostream& operator<<(std::ostream& out, Port port) {
    return out << AddressText().put(std::uint32_t{port.number()}).view();
}

}  // namespace estate
