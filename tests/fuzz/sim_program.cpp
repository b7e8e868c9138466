// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: system calls of a simulated host as bytes, of TCP, UDP and Unix-domain sockets: options of any level,
// name and size, control messages of any shape, addresses of any bytes, adopt() of any descriptor. No program misbehaves;
// what it leaves open it can close, and then nothing is left; each form of its trace is whole: a line of text for each
// event, blocks of pcapng whose lengths add up.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/sim_program.cpp -o sim_program
// ./sim_program -max_len=300 -max_total_time=60
#include <estate/adopt.hpp>
#include <estate/backend/sim/trace_lifecycle.hpp>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <estate/net/literals.hpp>
#include <estate/sim.hpp>
#include <estate/unix.hpp>
#include <string>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;
using namespace estate::literals;

sim::Options few() {
    sim::Options options;
    options.sockets = 24;
    options.packets = 48;
    options.blocks = 64;
    options.names = 6;
    options.programs = 2;
    options.actions = 2;
    options.waits = 32;
    return options;
}

class Program {
public:
    Program(const std::uint8_t* bytes, std::size_t size) : bytes_{bytes}, left_{size} {}

    void run() {
        while (left_ > 0) {
            const sim::System system = (next() % 4 == 0 ? other_ : host_).system();
            step(system, next());
            world_.run_for(next() % 8 * sim::millisecond);
        }
        for (const sim::Host& host : {host_, other_}) {
            for (int fd = 0; fd < 16; ++fd) static_cast<void>(host.system().close(fd));
            require(host.open() == 0, "each descriptor can be closed");
        }
        world_.run_for(3000 * sim::second);
        require(host_.sockets() + other_.sockets() == 0, "no socket is left");
        require(world_.engine().blocks.free_blocks() == few().blocks, "all memory is free again");
        tell();
    }

private:
    std::uint8_t next() {
        if (left_ == 0) return 0;
        --left_;
        return *bytes_++;
    }
    int some_descriptor() { return next() % 13; }

    /// Of a family, or of arbitrary bytes.
    socklen_t some_address(sockaddr_storage& to) {
        std::memset(&to, 0, sizeof to);
        switch (next() % 4) {
            case 0: {
                const IpAddress<V4> host(0x0a000001U + next() % 2);
                const auto native = posix::Native<V4>::from({host, Port(static_cast<std::uint16_t>(next() % 3))});
                std::memcpy(&to, &native, sizeof native);
                return sizeof native;
            }
            case 1: {
                const Port port(static_cast<std::uint16_t>(next() % 3));
                const auto native = posix::Native<V6>::from(SocketAddress<V6>("::1"_ip6, port));
                std::memcpy(&to, &native, sizeof native);
                return sizeof native;
            }
            case 2: {
                sockaddr_un native{};
                native.sun_family = AF_UNIX;
                native.sun_path[next() % 2] = static_cast<char>('a' + next() % 3);
                std::memcpy(&to, &native, sizeof native);
                return static_cast<socklen_t>(sim::LocalAddress::head + 2);
            }
            default: {
                const std::size_t size = next() % 32;
                for (std::size_t i = 0; i < size; ++i) reinterpret_cast<std::uint8_t*>(&to)[i] = next();
                return next();  // it may lie
            }
        }
    }
    static sockaddr* generic(sockaddr_storage& at) { return reinterpret_cast<sockaddr*>(&at); }

    void step(const sim::System& system, std::uint8_t what) {
        sockaddr_storage at{};
        socklen_t size = sizeof at;
        static std::uint8_t room[600];
        const int fd = some_descriptor();
        switch (what % 22) {
            case 0: keep(system, system.socket(next() % 2 == 0 ? AF_INET : AF_INET6, next() % 4, next() % 20)); return;
            case 1: keep(system, system.socket(AF_UNIX, next() % 7, next() % 3)); return;
            case 2: {
                int ends[2] = {-1, -1};
                if (system.socketpair(AF_UNIX, next() % 6, 0, ends) != 0) return;
                keep(system, ends[0]);
                keep(system, ends[1]);
                return;
            }
            case 3:
            case 4: size = some_address(at); static_cast<void>(system.bind(fd, generic(at), size)); return;
            case 5: static_cast<void>(system.listen(fd, next() % 3)); return;
            case 6:
            case 7: size = some_address(at); static_cast<void>(system.connect(fd, generic(at), size)); return;
            case 8:
            case 9: keep(system, system.accept(fd, generic(at), &size)); return;
            case 10: static_cast<void>(system.send(fd, room, next() * 2U, next() & (MSG_DONTWAIT | MSG_OOB))); return;
            case 11: {
                const int flags = next() & (MSG_PEEK | MSG_TRUNC | MSG_WAITALL);
                static_cast<void>(system.recv(fd, room, next() * 2U, flags));
                return;
            }
            case 12: {
                size = some_address(at);
                static_cast<void>(system.sendto(fd, room, next(), 0, generic(at), size));
                return;
            }
            case 13: static_cast<void>(system.recvfrom(fd, room, next(), 0, generic(at), &size)); return;
            case 14: return send_message(system, fd);
            case 15: return receive_message(system, fd);
            case 16: return set_option(system, fd);
            case 17: return get_option(system, fd);
            case 18: static_cast<void>(system.shutdown(fd, next() % 4)); return;
            case 19: static_cast<void>(system.close(fd)); return;
            case 20: return adopt_it(system, fd);
            default: {
                if (next() % 2 == 0) keep(system, system.duplicate(fd));
                pollfd one{fd, static_cast<short>(next()), 0};
                static_cast<void>(system.poll(&one, 1, 0));
                const char path[] = {static_cast<char>('a' + next() % 3), '\0'};
                if (next() % 3 == 0) static_cast<void>(system.unlink(path));
                static_cast<void>(system.getsockname(fd, generic(at), &size));
                static_cast<void>(system.getpeername(fd, generic(at), &size));
            }
        }
    }
    /// Nobody else runs: what waits would wait for ever.
    static void keep(const sim::System& system, int fd) {
        if (fd >= 0) static_cast<void>(system.set_nonblocking(fd, true));
    }
    void send_message(const sim::System& system, int fd) {
        alignas(cmsghdr) std::uint8_t control[64]{};
        std::uint8_t bytes[32]{};
        iovec part{bytes, next() % sizeof bytes};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = next() % (sizeof control + 1);
        if (next() % 4 != 0) {
            const std::size_t count = next() % 4;
            cmsghdr head{};
            head.cmsg_len = CMSG_LEN(count * sizeof(int));
            head.cmsg_level = SOL_SOCKET;
            head.cmsg_type = SCM_RIGHTS;
            std::memcpy(control, &head, sizeof head);
            for (std::size_t i = 0; i < count; ++i) {
                const int passed = some_descriptor();
                std::memcpy(control + CMSG_LEN(i * sizeof(int)), &passed, sizeof passed);
            }
            message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        } else {
            for (std::uint8_t& byte : control) byte = next();
        }
        static_cast<void>(system.sendmsg(fd, &message, 0));
    }
    void receive_message(const sim::System& system, int fd) {
        alignas(cmsghdr) std::uint8_t control[64]{};
        std::uint8_t bytes[32]{};
        iovec part{bytes, next() % sizeof bytes};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        const std::size_t had = next() % (sizeof control + 1);
        message.msg_control = control;
        message.msg_controllen = had;
        if (system.recvmsg(fd, &message, next() & MSG_PEEK) < 0) return;
        require(message.msg_controllen <= had, "no more control is told than there was room for");
        for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
            require(each->cmsg_type == SCM_RIGHTS && each->cmsg_len <= had, "and it is whole");
        }
    }
    void set_option(const sim::System& system, int fd) {
        std::uint8_t value[40]{};
        const int level = some_level();
        const int name = next();
        for (std::uint8_t& byte : value) byte = next() % 4 == 0 ? next() : 0;
        const auto size = static_cast<socklen_t>(next() % (sizeof value + 1));
        if (system.setsockopt(fd, level, name, value, size) != 0) return;
        int told = 0;
        socklen_t told_size = sizeof told;
        if (system.getsockopt(fd, level, name, &told, &told_size) == 0) {
            require(told_size <= sizeof told, "an option that was set is told within its room");
        }
    }
    void get_option(const sim::System& system, int fd) {
        std::uint8_t value[300];
        auto size = static_cast<socklen_t>(next());
        const socklen_t had = size;
        const int level = some_level();
        if (system.getsockopt(fd, level, next(), value, &size) == 0) require(size <= had, "what is told fits");
    }
    int some_level() {
        static constexpr int levels[] = {SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6, 77};
        return levels[next() % 5];
    }
    /// What is adopted is in a state that its members work in; it is given back.
    void adopt_it(const sim::System& system, int fd) {
        switch (next() % 4) {
            case 0: return give_back(adopt<Tcp<V4, sim::Sockets>>(fd, system));
            case 1: return give_back(adopt<Udp<V6, sim::Sockets>>(fd, system));
            case 2: return give_back(adopt<BasicUnixStream<sim::UnixStreams>>(fd, system));
            default: return give_back(adopt<BasicUnixDatagram<sim::UnixDatagrams>>(fd, system));
        }
    }
    template <class Adopted>
    void give_back(result<Adopted> adopted) {
        if (!adopted) {
            require(*adopted.assume_error().message() != '\0', "a refusal has a name");
            return;
        }
        std::move(adopted).assume_value().visit([](auto socket) {
            const int fd = std::move(socket).release();
            require(fd >= 0, "an adopted socket has its descriptor");
        });
    }

    void tell() const {
        const std::string text = sim::TextTrace::of(world_);
        std::size_t start = 0;
        while (start < text.size()) {
            const std::size_t end = text.find('\n', start);
            require(end != text.npos, "a trace is of whole lines");
            require(end - start > 14, "each with its time and actor");
            start = end + 1;
        }
        static_cast<void>(sim::MermaidTrace::of(world_));
        static_cast<void>(sim::LifecycleTrace::of(world_));
        const std::string capture = sim::PcapngTrace::of(world_);
        for (std::size_t at = 0; at < capture.size();) {
            std::uint32_t length = 0;
            require(at + 12 <= capture.size(), "a block of a capture has a head");
            std::memcpy(&length, capture.data() + at + 4, sizeof length);
            require(length >= 12 && length % 4 == 0 && at + length <= capture.size(), "and is whole");
            std::uint32_t again = 0;
            std::memcpy(&again, capture.data() + at + length - 4, sizeof again);
            require(again == length, "its length stands at both ends");
            at += length;
        }
    }

    const std::uint8_t* bytes_;
    std::size_t left_;
    sim::World world_{1, few()};
    sim::Host host_ = world_.host("one", sim::Limits{.descriptors = 13}, "10.0.0.1"_ip4, "2001:db8::1"_ip6);
    sim::Host other_ = world_.host("two", sim::Limits{.descriptors = 13}, "10.0.0.2"_ip4);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Program(data, size).run();
    return 0;
}
