// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the echo servers of benchmarks/readiness.py have in common: `PROGRAM ROUNDS MODE [CONNECTIONS]`. A child process
// is the client; the server is measured, and ends when all connections are closed.
//   requests  64 bytes there and back, one at a time, each over the next of 8 connections
//   eight     the same, 8 at a time
//   connects  ROUNDS connections, one after the other, each closed by the client first
//   load      ROUNDS requests over CONNECTIONS, 256 at a time; the server's CPU time and memory are printed

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace load {

constexpr std::size_t size = 64;
constexpr int most_descriptors = 65536;

struct Work {
    long rounds;
    std::string mode;
    long connections;
};
inline Work work;

inline void require(bool holds) {
    if (!holds) std::abort();
}

inline int listen_on_loopback(sockaddr_in& address) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    require(::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 && ::listen(listener, 4096) == 0);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    return listener;
}

inline int connect_to(const sockaddr_in& address) {
    const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(peer >= 0 && ::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return peer;
}

inline void receive_whole(int peer) {
    char bytes[size];
    for (std::size_t got = 0; got < size;) {
        const ssize_t count = ::recv(peer, bytes + got, size - got, 0);
        require(count > 0);
        got += static_cast<std::size_t>(count);
    }
}

inline void request_all(const std::vector<int>& peers, long rounds, long at_once) {
    const char bytes[size] = {1};
    const long all = static_cast<long>(peers.size());
    for (long done = 0; done < rounds; done += at_once) {
        for (long i = 0; i < at_once; ++i) {
            require(::send(peers[static_cast<std::size_t>((done + i) % all)], bytes, size, MSG_NOSIGNAL) == size);
        }
        for (long i = 0; i < at_once; ++i) receive_whole(peers[static_cast<std::size_t>((done + i) % all)]);
    }
}

[[noreturn]] inline void be_client(const sockaddr_in& address) {
    if (work.mode == "connects") {
        for (long i = 0; i < work.rounds; ++i) {
            const int peer = connect_to(address);
            ::shutdown(peer, SHUT_WR);
            char byte;
            require(::recv(peer, &byte, 1, 0) == 0);
            ::close(peer);
        }
        std::_Exit(0);
    }
    std::vector<int> peers;
    for (long i = 0; i < work.connections; ++i) peers.push_back(connect_to(address));
    for (const int peer : peers) request_all({peer}, 1, 1);  // all are accepted
    request_all(peers, work.rounds, work.mode == "requests" ? 1 : work.mode == "eight" ? 8 : 256);
    for (const int peer : peers) ::close(peer);
    std::_Exit(0);
}

/// How many connections the server will see in all.
inline long connections() { return work.mode == "connects" ? work.rounds : work.connections; }

inline double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The most that was resident, in KiB. Not ru_maxrss, which a program inherits from who started it.
inline long most_resident() {
    long kibibytes = 0;
    char line[128];
    std::FILE* const status = std::fopen("/proc/self/status", "r");
    require(status != nullptr);
    while (std::fgets(line, sizeof line, status) != nullptr) {
        if (std::sscanf(line, "VmHWM: %ld", &kibibytes) == 1) break;
    }
    std::fclose(status);
    return kibibytes;
}

/// Forks the client off and runs serve(listener), which returns when connections() have been closed.
template <class Serve>
int run(int argc, char** argv, Serve serve) {
    require(argc >= 3);
    work = {std::atol(argv[1]), argv[2], argc > 3 ? std::atol(argv[3]) : 8};
    sockaddr_in address;
    const int listener = listen_on_loopback(address);
    const pid_t client = ::fork();
    require(client >= 0);
    if (client == 0) {
        ::close(listener);
        be_client(address);
    }
    serve(listener);
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf("cpu %.6f rss %ld\n", seconds_of(used.ru_utime) + seconds_of(used.ru_stime), most_resident());
    int status = 0;
    ::waitpid(client, &status, 0);
    return status == 0 ? 0 : 1;
}

}  // namespace load
