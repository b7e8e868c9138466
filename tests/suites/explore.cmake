# SPDX-License-Identifier: BSL-1.0
# Random legal programs on the simulated network. scripts/explore runs it with steps and a seed of one's own.
if(NOT TARGET Boost::context)
    message(STATUS "skipped: explore, Boost.Context is not installed")
    return()
endif()
add_executable(explore explore/explore.cpp)
target_link_libraries(explore PRIVATE estate::sim)
target_include_directories(explore PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
add_test(NAME explore.a_million_steps_of_legal_programs_find_no_fault COMMAND explore --steps 1000000 --seed 1)
add_test(NAME explore.a_planted_fault_is_found_and_shrunk COMMAND explore --steps 1000000 --plant)
set_tests_properties(explore.a_million_steps_of_legal_programs_find_no_fault PROPERTIES TIMEOUT 300 LABELS explore
    PASS_REGULAR_EXPRESSION "1000[0-9]+ steps, .*: no fault")
set_tests_properties(explore.a_planted_fault_is_found_and_shrunk PROPERTIES TIMEOUT 120 LABELS explore
    PASS_REGULAR_EXPRESSION "already connected")
