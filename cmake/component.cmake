# SPDX-License-Identifier: BSL-1.0
# A program that is a component of WASI where WASI is compiled for, and a plain program elsewhere. It is there beside estate in
# the same build and after find_package(estate):
#
#     estate_add_component(my_client main.cpp)
#
# As a component it writes to standard output without the C library's table of descriptors (estate::wasi_console), and so
# imports neither files nor terminals. A program that reads standard input or files is an add_executable() as any other.
if(CMAKE_SYSTEM_NAME STREQUAL "WASI" AND NOT TARGET estate_wasi_console)
    add_library(estate_wasi_console INTERFACE)
    add_library(estate::wasi_console ALIAS estate_wasi_console)
    target_sources(estate_wasi_console INTERFACE ${CMAKE_CURRENT_LIST_DIR}/wasi/console.cpp)
endif()

function(estate_add_component name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE estate::estate $<TARGET_NAME_IF_EXISTS:estate::wasi_console>)
endfunction()
