// SPDX-License-Identifier: BSL-1.0

// Prints every cell of the matrix, one a line, for matrix.py:
//   transport TAB state TAB operation or option TAB legal|illegal TAB uses|consumes TAB call

#include <boost/hana/for_each.hpp>
#include <cstdio>
#include <string>

#include "../tests/lifecycle/matrix.hpp"

namespace {

using namespace probes;

/// The transport as a program writes it.
template <class T>
std::string written() {
    if constexpr (estate::Local<T>) {
        return T::name;
    } else {
        const char* const family = T::family::bits == 32 ? "<V4>" : std::is_same_v<typename T::family, V6> ? "<V6>" : "<V46>";
        return std::string(T::is_stream ? "Tcp" : "Udp") + family;
    }
}

template <class S>
void print_socket() {
    for (const MatrixCell& cell : matrix_of<S>) {
        std::printf("%s\t%s\t%s\t%s\t%s\t%s\n", written<typename S::transport>().c_str(), S::state::name, cell.operation,
                    cell.expected ? "legal" : "illegal", cell.manner == consumes ? "consumes" : "uses", cell.text);
    }
}

}  // namespace

int main() {
    hana::for_each(transports, [](auto transport) {
        hana::for_each(states, [](auto state) {
            print_socket<estate::Socket<typename decltype(state)::type, typename decltype(transport)::type>>();
        });
    });
}
