// SPDX-License-Identifier: BSL-1.0
//
// Takes over a listening socket that a service manager opened: systemd socket activation, sd_listen_fds(3).
// Serves one connection, answers what it received in capitals, and exits.
//
//     adopt_activation                            shows itself: opens a listener, starts itself again as a
//                                                 service manager would, and asks the new process
//     systemd-socket-activate -l 127.0.0.1:7009 adopt_activation
//                                                 the same by systemd; also Accept=no units. IPv4 or IPv6

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string>

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace std::chrono_literals;

Deadline in(std::chrono::seconds time) { return std::chrono::steady_clock::now() + time; }

template <Family F>
result<void> serve_one(const ListeningSocket<Tcp<F>>& listener) {
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("[service %d] adopted a listener on %s\n", ::getpid(), to_text(here).c_str());
    BOOST_OUTCOME_TRY(auto peer, listener.accept(in(10s)));
    std::byte buffer[256];
    BOOST_OUTCOME_TRY(const auto size, peer.recv(buffer, in(5s)));
    for (auto& each : std::span(buffer).first(size)) {
        if (each >= std::byte{'a'} && each <= std::byte{'z'}) each &= std::byte{0xDF};
    }
    BOOST_OUTCOME_TRY(peer.send_all(std::span(buffer).first(size), in(5s)));
    BOOST_OUTCOME_TRY(std::move(peer).finish(in(5s)));
    std::printf("[service %d] answered %zu bytes\n", ::getpid(), size);
    return success();
}

//! [adopt]
/// The first socket that was passed. What state it is in, the kernel is asked; a listener is wanted.
template <Family F>
result<void> serve(Activation& activation) {
    BOOST_OUTCOME_TRY(auto socket, activation.adopt<Tcp<F>>(0));
    std::printf("[service %d] was passed \"%.*s\", which is %s\n", ::getpid(),
                static_cast<int>(activation.name(0).size()), activation.name(0).data(), socket.state_name());
    if (!socket.template is<Listening>()) return errc::wrong_transport;
    return serve_one<F>(std::move(socket).template take<Listening>());
}

result<void> serve_activation(Activation& activation) {
    auto served = serve<V4>(activation);
    if (!served && served.error() == errc::wrong_family) served = serve<V6>(activation);  // untouched by the failure
    return served;
}
//! [adopt]

/// What a service manager does: the socket becomes descriptor 3, the environment names it.
[[noreturn]] void start_service(int listener, const char* program) {
    constexpr int first_passed = 3;
    // dup2() clears close-on-exec, but not where both numbers are the same.
    const int elsewhere = ::fcntl(listener, F_DUPFD_CLOEXEC, first_passed + 1);
    if (elsewhere >= 0 && ::dup2(elsewhere, first_passed) == first_passed) {
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_FDNAMES", "capitals", 1);
        ::execl(program, program, nullptr);
    }
    std::perror("adopt_activation");
    ::_exit(127);
}

//! [manager]
result<void> show(const char* program) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("[manager %d] listening on %s\n", ::getpid(), to_text(here).c_str());
    std::fflush(stdout);

    const pid_t child = ::fork();
    if (child < 0) return Error::system(errno);
    if (child == 0) start_service(std::move(listener).release(), program);
    BOOST_OUTCOME_TRY(std::move(listener).close());  // the service has it now; ours was close-on-exec besides

    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto service, std::move(fresh).connect(here, in(5s)));
    BOOST_OUTCOME_TRY(service.send_all("hello, service"));
    std::byte buffer[14];
    BOOST_OUTCOME_TRY(service.recv_exact(buffer, in(10s)));
    BOOST_OUTCOME_TRY(std::move(service).finish(in(5s)));
    const auto answer = as_text(buffer);
    std::printf("[manager %d] the service answered \"", ::getpid());
    terminal::print_escaped(answer);
    std::puts("\"");
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0 || answer != "HELLO, SERVICE") {
        return errc::invalid_argument;
    }
    return success();
}
//! [manager]

}  // namespace

int main(int, char**) {
    auto activation = Activation::from_environment();
    const bool wanted = activation || activation.error() != errc::no_activation;
    const auto done = activation ? serve_activation(activation.value())
                      : wanted   ? result<void>(activation.error())
                                 : show("/proc/self/exe");
    if (!done) {
        std::fprintf(stderr, "adopt_activation: %s\n", done.error().message());
        return 1;
    }
}
