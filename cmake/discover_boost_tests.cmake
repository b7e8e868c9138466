# SPDX-License-Identifier: BSL-1.0
# estate_discover_boost_tests(<target> PREFIX <area>): every test case of a Boost.Test program becomes a CTest
# test `area.suite.case`. The program is asked for its cases after it is linked; this same file, run as a
# script, writes what CTest includes.

if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(ESTATE_DISCOVER_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

    function(estate_discover_boost_tests target)
        cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX;TIMEOUT" "")
        set(listing ${CMAKE_CURRENT_BINARY_DIR}/${target}.ctest.cmake)
        add_custom_command(TARGET ${target} POST_BUILD
            COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DPREFIX=${arg_PREFIX}
                    -DTIMEOUT=${arg_TIMEOUT} -DOUTPUT=${listing} -P ${ESTATE_DISCOVER_SCRIPT}
            BYPRODUCTS ${listing}
            VERBATIM)
        # Before the first build there is nothing to include: one test says so and fails.
        file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${target}.include.cmake
            "if(EXISTS \"${listing}\")\n  include(\"${listing}\")\nelse()\n  add_test(${arg_PREFIX}.NOT_BUILT NOT_BUILT)\nendif()\n")
        set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
            ${CMAKE_CURRENT_BINARY_DIR}/${target}.include.cmake)
    endfunction()
    return()
endif()

cmake_minimum_required(VERSION 3.23...3.31)
execute_process(COMMAND ${PROGRAM} --list_content=HRF --color_output=no
    RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE listing)
string(PREPEND listing "${out}")
if(NOT code EQUAL 0)
    file(REMOVE ${PROGRAM})
    message(FATAL_ERROR "${PROGRAM} --list_content: ${code}\n${listing}")
endif()

# `name*: description`, four blanks deeper inside a suite; the star means enabled. A name of a template case
# ends in `<type>`, whose colons Boost's filter cannot take: all types of the template are one CTest test.
string(REPLACE ";" "\\;" listing "${listing}")
string(REPLACE "\n" ";" lines "${listing}")
set(path "")
set(seen "")
set(tests "")
list(LENGTH lines count)
foreach(index RANGE ${count})
    if(index EQUAL count)
        break()
    endif()
    list(GET lines ${index} line)
    if(NOT line MATCHES "^( *)([^ *:<]+)(<[^*]*>)?(\\*?)(: .*)?$")
        continue()
    endif()
    string(LENGTH "${CMAKE_MATCH_1}" indent)
    set(name "${CMAKE_MATCH_2}")
    set(template "${CMAKE_MATCH_3}")
    set(enabled "${CMAKE_MATCH_4}")
    math(EXPR depth "${indent} / 4")
    list(SUBLIST path 0 ${depth} path)
    list(APPEND path ${name})

    math(EXPR next "${index} + 1")
    set(after "")
    if(next LESS count)
        list(GET lines ${next} after)
    endif()
    string(REGEX REPLACE "[^ ].*" "" deeper "${after}")
    string(LENGTH "${deeper}" deeper)
    if(after MATCHES "[^ ]" AND deeper GREATER indent)
        continue() # a suite
    endif()

    list(JOIN path "." test)
    list(JOIN path "/" filter)
    if(template)
        string(APPEND filter "<*")
    endif()
    if(test IN_LIST seen)
        continue()
    endif()
    list(APPEND seen "${test}")
    string(APPEND tests "add_test([==[${PREFIX}.${test}]==] [==[${PROGRAM}]==] [==[--run_test=${filter}]==]"
        " --color_output=no --log_level=message --report_level=no --catch_system_errors=no)\n"
        "set_tests_properties([==[${PREFIX}.${test}]==] PROPERTIES TIMEOUT ${TIMEOUT} LABELS ${PREFIX}"
        " SKIP_REGULAR_EXPRESSION [==[not all was tested]==]")
    if(TIMEOUT GREATER 120) # what takes long begins first
        string(APPEND tests " COST 60")
    endif()
    if(NOT enabled)
        string(APPEND tests " DISABLED ON")
    endif()
    string(APPEND tests ")\n")
endforeach()
if(NOT tests) # static tests alone: that there is a program is the proof
    set(tests "add_test(${PREFIX}.compiling_is_passing [==[${CMAKE_COMMAND}]==] -E true)\n")
endif()
file(WRITE ${OUTPUT} "${tests}")
