# SPDX-License-Identifier: BSL-1.0
# Every header, in name order, in both units: that they link means that nothing is defined twice.
set(everything ${CMAKE_CURRENT_BINARY_DIR}/generated/everything.hpp)
set(text "")
foreach(header IN LISTS portable_headers posix_headers)
    file(RELATIVE_PATH header ${root}/include ${header})
    string(APPEND text "#include <${header}>\n")
endforeach()
file(CONFIGURE OUTPUT ${everything} CONTENT "${text}")
add_executable(two_units two_units/a.cpp two_units/b.cpp)
target_link_libraries(two_units PRIVATE estate::estate)
target_include_directories(two_units PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
add_test(NAME two_units.two_units_with_every_header_link_into_one_program COMMAND two_units)
set_tests_properties(two_units.two_units_with_every_header_link_into_one_program PROPERTIES TIMEOUT 30)
