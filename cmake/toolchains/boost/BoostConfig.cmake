# SPDX-License-Identifier: BSL-1.0
# The headers of a Boost and nothing else of the system it is installed in: where Boost lies in /usr/include, the
# system's C library lies there too, and a cross compiler must not find it.
set(boost_headers_alone ${ESTATE_WASI_CACHE}/boost)
if(NOT TARGET Boost::headers)
    add_library(Boost::headers INTERFACE IMPORTED)
    target_include_directories(Boost::headers INTERFACE ${boost_headers_alone})
endif()
set(Boost_INCLUDE_DIRS ${boost_headers_alone})
