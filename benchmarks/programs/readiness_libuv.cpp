// SPDX-License-Identifier: BSL-1.0
// The echo server by libuv: one buffer for all, uv_try_write().

#include <uv.h>

#include "readiness_load.hpp"

namespace {

long left;
uv_loop_t loop;
char room[1024];

void lend(uv_handle_t*, std::size_t, uv_buf_t* buffer) { *buffer = uv_buf_init(room, sizeof room); }

void closed(uv_handle_t* handle) {
    delete reinterpret_cast<uv_tcp_t*>(handle);
    if (--left == 0) uv_stop(&loop);
}
void talk(uv_stream_t* peer, ssize_t got, const uv_buf_t* buffer) {
    if (got < 0) return uv_close(reinterpret_cast<uv_handle_t*>(peer), closed);
    uv_buf_t out = uv_buf_init(buffer->base, static_cast<unsigned>(got));
    load::require(got == 0 || uv_try_write(peer, &out, 1) == got);
}
void accept(uv_stream_t* listener, int status) {
    if (status < 0) return;
    auto* const peer = new uv_tcp_t;
    uv_tcp_init(&loop, peer);
    load::require(uv_accept(listener, reinterpret_cast<uv_stream_t*>(peer)) == 0);
    uv_read_start(reinterpret_cast<uv_stream_t*>(peer), lend, talk);
}

void serve(int descriptor) {
    left = load::connections();
    uv_loop_init(&loop);
    uv_tcp_t listener;
    uv_tcp_init(&loop, &listener);
    uv_tcp_open(&listener, descriptor);
    uv_listen(reinterpret_cast<uv_stream_t*>(&listener), 4096, accept);
    uv_run(&loop, UV_RUN_DEFAULT);
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
