# SPDX-License-Identifier: BSL-1.0
# wasm32-wasip2: programs are components of WASI 0.2.
#
# A wasi-sdk, where WASI_SDK_PREFIX (variable or environment) or WASI_SDK_PATH names one, or /opt/wasi-sdk is one;
# else the distribution's Clang 19, lld and libc++ with the C library that scripts/setup-wasi unpacked, and
# ESTATE_COMPONENT_TOOL, which makes a component of what lld linked.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_VERSION 1)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(triple wasm32-wasip2)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES
    WASI_SDK_PREFIX ESTATE_WASI_CACHE ESTATE_COMPONENT_TOOL ESTATE_WASM_TOOLS ESTATE_WASM_COMPONENT_LD ESTATE_JCO)

# What scripts/setup-wasi fetched lies outside of the source tree.
if(NOT ESTATE_WASI_CACHE)
    if(DEFINED ENV{ESTATE_WASI_CACHE})
        set(ESTATE_WASI_CACHE $ENV{ESTATE_WASI_CACHE})
    elseif(DEFINED ENV{XDG_CACHE_HOME})
        set(ESTATE_WASI_CACHE $ENV{XDG_CACHE_HOME}/estate/wasi)
    else()
        set(ESTATE_WASI_CACHE $ENV{HOME}/.cache/estate/wasi)
    endif()
endif()
set(ESTATE_WASI_CACHE ${ESTATE_WASI_CACHE} CACHE PATH "Where scripts/setup-wasi put what it fetched")

foreach(candidate IN ITEMS "${WASI_SDK_PREFIX}" "$ENV{WASI_SDK_PREFIX}" "$ENV{WASI_SDK_PATH}" /opt/wasi-sdk)
    if(candidate AND EXISTS ${candidate}/bin/wasm-component-ld)
        set(WASI_SDK_PREFIX ${candidate} CACHE PATH "The wasi-sdk")
        break()
    elseif(candidate AND NOT candidate STREQUAL "/opt/wasi-sdk")
        message(FATAL_ERROR "${candidate} is no wasi-sdk that makes components: it has no bin/wasm-component-ld")
    endif()
endforeach()

set(Boost_DIR ${CMAKE_CURRENT_LIST_DIR}/boost)
find_program(ESTATE_WASM_TOOLS NAMES wasm-tools HINTS ${ESTATE_WASI_CACHE}/python/bin)
# Nothing guards the end of the stack: it lies before the data, so that an overflow is a trap.
set(layout "-z stack-size=1048576 --stack-first --gc-sections")
set(is_stripped FALSE)
if(CMAKE_BUILD_TYPE MATCHES "^(Release|MinSizeRel)$")
    set(is_stripped TRUE)
    string(APPEND layout " --strip-all")
endif()

if(WASI_SDK_PREFIX)
    set(CMAKE_C_COMPILER ${WASI_SDK_PREFIX}/bin/clang)
    set(CMAKE_CXX_COMPILER ${WASI_SDK_PREFIX}/bin/clang++)
    set(CMAKE_AR ${WASI_SDK_PREFIX}/bin/llvm-ar)
    set(CMAKE_RANLIB ${WASI_SDK_PREFIX}/bin/llvm-ranlib)
    string(REPLACE " " "," linker_options ${layout})
    set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,${linker_options}")
    # Without <FLAGS>: asked to optimize, Clang hands the component to the wasm-opt of the PATH, which takes modules only.
    # Its --no-wasm-opt leaves the linking out as well (Clang 19).
    set(link "--target=${triple} <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
    set(CMAKE_C_LINK_EXECUTABLE "<CMAKE_C_COMPILER> ${link}")
    set(CMAKE_CXX_LINK_EXECUTABLE "<CMAKE_CXX_COMPILER> ${link}")
else()
    find_program(CMAKE_C_COMPILER NAMES clang-19 REQUIRED)
    find_program(CMAKE_CXX_COMPILER NAMES clang++-19 REQUIRED)
    find_program(CMAKE_AR NAMES llvm-ar-19 llvm-ar ar REQUIRED)
    find_program(CMAKE_RANLIB NAMES llvm-ranlib-19 llvm-ranlib ranlib REQUIRED)
    find_program(ESTATE_WASM_LD NAMES wasm-ld-19 wasm-ld REQUIRED)
    find_program(ESTATE_WASM_COMPONENT_LD NAMES wasm-component-ld)
    find_program(ESTATE_JCO NAMES jco)
    set(found "")
    foreach(tool IN ITEMS wasm-tools wasm-component-ld jco)
        string(MAKE_C_IDENTIFIER "ESTATE_${tool}" variable)
        string(TOUPPER ${variable} variable)
        if(${variable})
            list(APPEND found ${tool})
        endif()
    endforeach()
    list(APPEND found none)
    list(GET found 0 tool)
    set(ESTATE_COMPONENT_TOOL ${tool} CACHE STRING "What makes components: wasm-tools, wasm-component-ld or jco")
    if(NOT ESTATE_COMPONENT_TOOL IN_LIST found OR ESTATE_COMPONENT_TOOL STREQUAL "none")
        message(FATAL_ERROR "no wasm-tools, wasm-component-ld or jco makes components here: run scripts/setup-wasi")
    endif()
    set(sysroot ${ESTATE_WASI_CACHE}/wasi-libc/usr)
    set(libraries ${sysroot}/lib/${triple})
    if(NOT EXISTS ${libraries}/libc.a)
        message(FATAL_ERROR "there is no wasi-libc for ${triple} in ${ESTATE_WASI_CACHE}: run scripts/setup-wasi")
    endif()
    set(standard_library /usr/include/wasm32-wasi/c++/v1)
    file(GLOB builtins /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a)
    set(CMAKE_SYSROOT ${sysroot})
    set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${standard_library})
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-nostdinc++>)
    # Debian's Clang has no driver that links components.
    string(CONCAT linked
        "${layout} <LINK_FLAGS> ${libraries}/crt1-command.o <OBJECTS> "
        "<LINK_LIBRARIES> -L${libraries} -L/usr/lib/wasm32-wasi -lc++ -lc++abi -lc ${builtins}")
    set(CMAKE_C_LINK_EXECUTABLE "${ESTATE_WASM_LD} ${linked} -o <TARGET>.core")
    if(ESTATE_COMPONENT_TOOL STREQUAL "wasm-tools")
        list(APPEND CMAKE_C_LINK_EXECUTABLE "${ESTATE_WASM_TOOLS} component new <TARGET>.core -o <TARGET>"
            "${CMAKE_COMMAND} -E rm -f <TARGET>.core")
    elseif(ESTATE_COMPONENT_TOOL STREQUAL "jco")
        list(APPEND CMAKE_C_LINK_EXECUTABLE "${ESTATE_JCO} new <TARGET>.core -o <TARGET>"
            "${CMAKE_COMMAND} -E rm -f <TARGET>.core")
    else()
        set(CMAKE_C_LINK_EXECUTABLE
            "${ESTATE_WASM_COMPONENT_LD} --wasm-ld-path ${ESTATE_WASM_LD} ${linked} -o <TARGET>")
    endif()
    set(CMAKE_CXX_LINK_EXECUTABLE ${CMAKE_C_LINK_EXECUTABLE})
endif()
if(is_stripped AND ESTATE_WASM_TOOLS)  # of what made it a component, too
    list(APPEND CMAKE_C_LINK_EXECUTABLE "${ESTATE_WASM_TOOLS} strip --all <TARGET> -o <TARGET>")
    list(APPEND CMAKE_CXX_LINK_EXECUTABLE "${ESTATE_WASM_TOOLS} strip --all <TARGET> -o <TARGET>")
endif()
set(CMAKE_C_COMPILER_TARGET ${triple})
set(CMAKE_CXX_COMPILER_TARGET ${triple})
# Boost.System, where it is included, must do without a mutex: a component has one thread.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
add_compile_definitions(BOOST_SYSTEM_DISABLE_THREADS)

set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
