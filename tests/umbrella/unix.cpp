// SPDX-License-Identifier: BSL-1.0
#include <estate/unix.hpp>

using namespace estate;

int main() {
    auto pair = new_pair<UnixStream>().value();
    if (!pair.first.send_socket(unix_datagram().value(), "here")) return 1;
    std::byte room[8];
    auto got = pair.second.recv_socket<UnixDatagram>(room).value();
    if (got.size != 4 || !got.socket.value().is<Created>()) return 2;
    if (pair.second.peer_credentials().value().user != pair.first.peer_credentials().value().user) return 3;
    return unix_stream().value().connect("estate.umbrella.nobody"_unix_abstract).error() == unix_errc::address_unnamed ? 4 : 0;
}
