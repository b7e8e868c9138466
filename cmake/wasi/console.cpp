// SPDX-License-Identifier: BSL-1.0
//
// Standard output and standard error straight on wasi:cli. Linked into a component it takes the place of the C
// library's own way there, a table of descriptors that imports terminals and files as well and weighs 20 KB.

#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
#include <wasi/wasip2.h>

#include <algorithm>
#include <cerrno>

namespace {

/// Source  wasi:io/streams blocking-write-and-flush, which takes 4096 bytes a call.
bool put(streams_own_output_stream_t to, std::uint8_t* at, std::size_t size) {
    while (size > 0) {
        wasip2_list_u8_t part{at, std::min<std::size_t>(size, 4096)};
        streams_stream_error_t error{};
        if (!streams_method_output_stream_blocking_write_and_flush({to.__handle}, &part, &error)) {
            if (error.tag == STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
                io_error_error_drop_own(error.val.last_operation_failed);
            }
            return false;
        }
        at += part.len;
        size -= part.len;
    }
    return true;
}

}  // namespace

extern "C" {

ssize_t writev(int descriptor, const iovec* parts, int count) {
    if (descriptor != STDOUT_FILENO && descriptor != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    const auto to = descriptor == STDOUT_FILENO ? stdout_get_stdout() : stderr_get_stderr();
    ssize_t total = 0;
    bool sound = true;
    for (int i = 0; i < count && sound; ++i) {
        sound = put(to, static_cast<std::uint8_t*>(parts[i].iov_base), parts[i].iov_len);
        if (sound) total += static_cast<ssize_t>(parts[i].iov_len);
    }
    streams_output_stream_drop_own(to);
    if (sound) return total;
    errno = EIO;
    return -1;
}

// What the C library's streams ask besides, by the name that they ask for.
off_t __lseek(int, off_t, int) {
    errno = ESPIPE;
    return -1;
}
int __isatty(int) {
    errno = ENOTTY;
    return 0;
}
int close(int) { return 0; }
}
