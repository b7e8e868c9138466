// SPDX-License-Identifier: BSL-1.0
//
// Echoes one connection, in plain C on the bindings of the C library for WASI: what estate is measured against.

#include <stdio.h>
#include <wasi/wasip2.h>

enum { room = 4096 };

static int fail(const char* what) {
    fprintf(stderr, "wasi_echo_raw: %s\n", what);
    return 1;
}

static void echo(streams_borrow_input_stream_t in, streams_borrow_output_stream_t out) {
    for (;;) {
        wasip2_list_u8_t bytes;
        streams_stream_error_t error;
        if (!streams_method_input_stream_blocking_read(in, room, &bytes, &error)) {
            streams_stream_error_free(&error);
            return;
        }
        const bool sent = streams_method_output_stream_blocking_write_and_flush(out, &bytes, &error);
        wasip2_list_u8_free(&bytes);
        if (!sent) {
            streams_stream_error_free(&error);
            return;
        }
    }
}

int main(void) {
    network_own_network_t network = instance_network_instance_network();
    tcp_own_tcp_socket_t listener;
    tcp_error_code_t error;
    if (!tcp_create_socket_create_tcp_socket(NETWORK_IP_ADDRESS_FAMILY_IPV4, &listener, &error)) return fail("create");
    tcp_borrow_tcp_socket_t self = tcp_borrow_tcp_socket(listener);
    tcp_ip_socket_address_t here = {.tag = NETWORK_IP_SOCKET_ADDRESS_IPV4, .val.ipv4 = {.address = {127, 0, 0, 1}}};
    if (!tcp_method_tcp_socket_start_bind(self, network_borrow_network(network), &here, &error)) return fail("bind");
    if (!tcp_method_tcp_socket_finish_bind(self, &error)) return fail("bind");
    if (!tcp_method_tcp_socket_start_listen(self, &error)) return fail("listen");
    if (!tcp_method_tcp_socket_finish_listen(self, &error)) return fail("listen");
    if (!tcp_method_tcp_socket_local_address(self, &here, &error)) return fail("address");
    printf("listening on 127.0.0.1:%d\n", here.val.ipv4.port);
    fflush(stdout);

    tcp_own_pollable_t ready = tcp_method_tcp_socket_subscribe(self);
    tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t peer;
    while (!tcp_method_tcp_socket_accept(self, &peer, &error)) {
        if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) return fail("accept");
        poll_method_pollable_block(poll_borrow_pollable(ready));
    }
    echo(streams_borrow_input_stream(peer.f1), streams_borrow_output_stream(peer.f2));
    streams_output_stream_drop_own(peer.f2);
    streams_input_stream_drop_own(peer.f1);
    tcp_tcp_socket_drop_own(peer.f0);
    poll_pollable_drop_own(ready);
    tcp_tcp_socket_drop_own(listener);
    network_network_drop_own(network);
    return 0;
}
