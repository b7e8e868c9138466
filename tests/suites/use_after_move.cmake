# SPDX-License-Identifier: BSL-1.0
# Run by CTest: Clang-Tidy (TIDY) finds the use after a transition in RULE, and nothing in its legal twin.
if(NOT TIDY)
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo "skipped: clang-tidy-19 is not installed")
    return()
endif()
list(FILTER INCLUDES EXCLUDE REGEX "^(/usr/include)?$")
list(TRANSFORM INCLUDES PREPEND -I)
foreach(twin IN ITEMS -UESTATE_ILLEGAL -DESTATE_ILLEGAL)
    execute_process(
        COMMAND ${TIDY} --checks=-*,bugprone-use-after-move --warnings-as-errors=* --quiet ${RULE}
                -- -std=c++20 ${INCLUDES} ${twin}
        RESULT_VARIABLE code OUTPUT_VARIABLE found ERROR_VARIABLE errors)
    if(twin STREQUAL "-UESTATE_ILLEGAL" AND NOT code EQUAL 0)
        message(FATAL_ERROR "a finding in what is legal:\n${found}${errors}")
    elseif(twin STREQUAL "-DESTATE_ILLEGAL" AND NOT found MATCHES "'fresh' used after it was moved")
        message(FATAL_ERROR "no finding in what is illegal:\n${found}${errors}")
    endif()
endforeach()
