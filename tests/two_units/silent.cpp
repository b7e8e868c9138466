// SPDX-License-Identifier: BSL-1.0
// Built without exceptions; throws.cpp is not.
#include <estate/estate.hpp>

int port_of_silent() {
    return estate::Port::parse("80").value().number();
}
