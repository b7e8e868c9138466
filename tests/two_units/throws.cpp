// SPDX-License-Identifier: BSL-1.0
#include <estate/estate.hpp>
#include <system_error>

int port_of_silent();

int main() {
    try {
        return estate::Port::parse("eighty").value().number();
    } catch (const std::system_error& thrown) {
        return thrown.code() == estate::errc::malformed_port && port_of_silent() == 80 ? 0 : 1;
    }
}
