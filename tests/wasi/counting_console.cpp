// SPDX-License-Identifier: BSL-1.0
//
// The console of the examples, with a line `handle N` before what a program writes: N is the handle of the stream that
// it is written to, the lowest that is free. It stays as it is while the program gives back all that it takes.

#include <wasi/wasip2.h>

#include <charconv>
#include <cstdint>

namespace {

streams_own_output_stream_t counted_stdout() {
    const auto stream = stdout_get_stdout();
    char line[32] = "handle ";
    char* const end = std::to_chars(line + 7, line + sizeof line - 1, stream.__handle).ptr;
    *end = '\n';
    wasip2_list_u8_t bytes{reinterpret_cast<std::uint8_t*>(line), static_cast<std::size_t>(end - line) + 1};
    streams_stream_error_t error{};
    (void)streams_method_output_stream_blocking_write_and_flush({stream.__handle}, &bytes, &error);
    return stream;
}

}  // namespace

#define stdout_get_stdout counted_stdout
#include "../../cmake/wasi/console.cpp"
