// SPDX-License-Identifier: BSL-1.0
// The kernel of this machine and a simulated host are asked the same things, in an order drawn by chance: each answer
// must be the same. What is compared is on loopback, non-blocking, and settled before the next call.
#include <unistd.h>

#include <chrono>
#include <thread>

#include "support/check.hpp"
#include "twins.hpp"

using namespace estate;
using namespace estate::test;

namespace {

class InternetTwins : public Twins {
public:
    explicit InternetTwins(std::uint64_t seed)
        : Twins(seed, "differential", "10.0.0.1"_ip4),
          first_port_{static_cast<std::uint16_t>(
              10'000 + (seed + 41 * static_cast<std::uint64_t>(::getpid())) % 7000 * 3)} {}

    void step() {
        const std::uint64_t what = random_.below(23);
        if (sockets_.size() < 2 || (what < 2 && sockets_.size() < 8)) return open();
        const TwinPair on = sockets_[random_.below(sockets_.size())];
        switch (what) {
            case 0:
            case 1: return close(on);
            case 2: return bind(on);
            case 3: return compare("listen", on, [](const auto& s, int fd) { return s.listen(fd, 3); });
            case 4:
            case 5: return connect(on);
            case 6:
            case 7: return accept(on);
            case 8:
            case 9: return send(on, 2000);
            case 10:
            case 11: return recv(on, 0);
            case 12: return recv(on, MSG_PEEK);
            case 13: return shutdown(on);
            case 14: return option("error", on, SO_ERROR);
            case 15:
            case 16: return poll(on);
            case 17: return peer(on);
            case 18: return name(on);
            case 19: return accepts(on);
            case 20:
            case 21: return on.type == SOCK_DGRAM ? send_to(on) : connect(on);
            default:
                if (random_.below(3) == 0) disconnect(on);
        }
    }
    [[nodiscard]] bool is_different() const { return Twins::is_different() && !goes_apart_; }
    [[nodiscard]] bool is_over() const { return Twins::is_different(); }

private:
    /// What was in flight has arrived on both.
    void settle() override {
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        world_.run_for(millisecond * 5);
    }

    void open() {
        const int type = random_.below(4) == 0 ? SOCK_DGRAM : SOCK_STREAM;
        const int domain = random_.below(4) == 0 ? AF_INET6 : AF_INET;
        const TwinPair made{kernel_.socket(domain, type, 0), simulated_.socket(domain, type, 0), type, domain};
        add(made);
        if (random_.below(2) == 0) {
            const int on = 1;
            kernel_.setsockopt(made.kernel, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
            simulated_.setsockopt(made.simulated, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
            told_ += "reuse_address: ";
        }
        if (domain == AF_INET6 && random_.below(2) == 0) {
            const int on = 1;
            kernel_.setsockopt(made.kernel, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
            simulated_.setsockopt(made.simulated, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
            told_ += "IPv6 only: ";
        } else if (domain == AF_INET6) {
            told_ += "both families: ";
        }
        set_no_delay(made);
        told_ += (type == SOCK_DGRAM ? "datagram socket " : "stream socket ") + std::to_string(made.simulated) + '\n';
    }
    /// Nagle's algorithm, which the simulation has not, would keep bytes back.
    void set_no_delay(const TwinPair& on) {
        if (on.type != SOCK_STREAM) return;
        const int value = 1;
        kernel_.setsockopt(on.kernel, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value);
        simulated_.setsockopt(on.simulated, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value);
    }
    [[nodiscard]] Address some_address(const TwinPair& on) {
        const auto port = static_cast<std::uint16_t>(first_port_ + random_.below(3));
        if (on.domain == AF_INET6 || random_.below(40) == 0) {
            static constexpr IpAddress<V6> hosts[] = {"::1"_ip6, "::ffff:127.0.0.1"_ip6, "::ffff:127.0.0.2"_ip6};
            // One that has tried a peer of one family and then tries the other is odd in Linux: a stream hangs, a
            // datagram socket goes on telling its old name. So each keeps to one family.
            if (on.simulated % 2 != 0) return {hosts[1 + random_.below(2)], port};
            return {random_.below(3) == 0 ? "::"_ip6 : hosts[0], port};
        }
        static constexpr std::uint32_t hosts[] = {0x7f000001, 0x7f000002, 0};
        return {IpAddress<V4>(hosts[random_.below(3)]), port};
    }
    void send_to(const TwinPair& on) {
        const Address to = some_address(on);
        compare("send to " + to.ip() + ':' + std::to_string(to.port()), on,
                [&](const auto& s, int fd) { return s.sendto(fd, "hello", 5, MSG_NOSIGNAL, to.get(), to.size); });
    }
    void bind(const TwinPair& on) {
        const Address to = some_address(on);
        compare("bind to " + to.ip() + ':' + std::to_string(to.port()), on,
                [&](const auto& s, int fd) { return s.bind(fd, to.get(), to.size); });
    }
    void connect(const TwinPair& on) {
        const Address to = some_address(on);
        compare("connect to " + to.ip() + ':' + std::to_string(to.port()), on,
                [&](const auto& s, int fd) { return s.connect(fd, to.get(), to.size); });
        // On loopback the kernel takes a pair of addresses out of TIME_WAIT when the second changes (tcp_tw_reuse). The
        // simulation never does, and from here on they differ.
        goes_apart_ = told_.ends_with("Operation now in progress, but simulated Cannot assign requested address\n");
    }
    void accept(const TwinPair& on) {
        const int real = kernel_.accept(on.kernel, nullptr, nullptr);
        const std::string kernel = real >= 0 ? "a connection" : std::strerror(kernel_.error());
        const int made = simulated_.accept(on.simulated, nullptr, nullptr);
        const std::string simulated = made >= 0 ? "a connection" : std::strerror(simulated_.error());
        tell("accept", on, kernel, simulated);
        if (real < 0 || made < 0) return;
        add({real, made, SOCK_STREAM, on.domain});
        set_no_delay(sockets_.back());
    }
    void recv(const TwinPair& on, int flags) {
        std::vector<char> room(random_.below(2) == 0 ? 700 : 70'000);
        compare(flags != 0 ? "peek" : "recv", on,
                [&](const auto& s, int fd) { return s.recv(fd, room.data(), room.size(), flags); });
    }
    void accepts(const TwinPair& on) {
        option("accepts", on, SO_ACCEPTCONN);
        if (on.type == SOCK_DGRAM) return;
        compare("state", on, [](const auto& s, int fd) {
            tcp_info info{};
            socklen_t size = sizeof info;
            s.getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
            // The kernel may acknowledge a FIN late.
            return info.tcpi_state == TCP_FIN_WAIT1 ? int{TCP_FIN_WAIT2} : int{info.tcpi_state};
        });
    }
    /// An ephemeral port is told as such; which one it is differs.
    void peer(const TwinPair& on) {
        Address real;
        Address made;
        const bool has_real = kernel_.getpeername(on.kernel, real.get(), &real.size) == 0;
        const std::string kernel = has_real ? told_address(real) : std::strerror(kernel_.error());
        const bool has_made = simulated_.getpeername(on.simulated, made.get(), &made.size) == 0;
        tell("peer", on, kernel, has_made ? told_address(made) : std::strerror(simulated_.error()));
    }
    void name(const TwinPair& on) {
        Address real;
        Address made;
        kernel_.getsockname(on.kernel, real.get(), &real.size);
        simulated_.getsockname(on.simulated, made.get(), &made.size);
        tell("name", on, told_address(real), told_address(made));
    }
    static std::string told_address(const Address& name) {
        return name.ip() + (name.port() >= 32768 ? ":ephemeral" : ':' + std::to_string(name.port()));
    }

    std::uint16_t first_port_;  // of this seed and run, since the kernel's TIME_WAIT lasts; below the ephemeral ones
    bool goes_apart_ = false;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_kernel_and_the_simulation_answer_alike) {
    compare_twins<InternetTwins>(40, 60);
}
