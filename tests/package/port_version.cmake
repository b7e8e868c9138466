# SPDX-License-Identifier: BSL-1.0
file(READ ${PORT} port)
string(JSON version GET "${port}" version)
if(NOT version STREQUAL VERSION)
    message(FATAL_ERROR "${PORT} says ${version}, include/estate/version.hpp ${VERSION}")
endif()
