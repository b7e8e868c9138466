# SPDX-License-Identifier: BSL-1.0
# Run by CTest: compares doc/errors.md with what the driver wrote down for g++ (GCC) and Clang (CLANG).
if(NOT EXISTS ${GCC})
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo "skipped: no ${GCC}; test the preset gcc before this one")
    return()
endif()
file(GLOB_RECURSE sources ${ROOT}/include/estate/*.hpp ${ROOT}/compile-fail-tests/*)
foreach(source IN LISTS sources)
    if(${source} IS_NEWER_THAN ${GCC} AND NOT source MATCHES "__pycache__")
        execute_process(COMMAND ${CMAKE_COMMAND} -E echo
            "skipped: ${GCC} is older than ${source}; test the preset gcc before this one")
        return()
    endif()
endforeach()
execute_process(COMMAND ${PYTHON} ${ROOT}/compile-fail-tests/make_errors_md.py --check --json ${GCC} --json ${CLANG}
    RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "doc/errors.md is stale; run compile-fail-tests/make_errors_md.py")
endif()
# As a reader would: the words of each compiler's first error lead to the entry.
execute_process(COMMAND ${PYTHON} ${ROOT}/compile-fail-tests/make_errors_md.py --search --json ${GCC} --json ${CLANG}
    RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "a mistake of the first hour is not found in doc/errors.md by the words of its error")
endif()
