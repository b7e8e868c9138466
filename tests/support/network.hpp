// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <string>

#include "check.hpp"
#include "child.hpp"

namespace estate::test {

/// Two hosts with a cable between them, both in this one process: what is opened after on_left() or on_right()
/// belongs to that host. Lives in a forked child; in_new_network() makes it.
///
///            left                              right
///     10.77.0.1/24, 10.77.0.50/24  --------  10.77.0.2/24      interfaces "left" and "right"
///     fd00:77::1/64, fe80::77:1/64           fd00:77::2/64, fe80::77:2/64
///     10.78.0.1/24, fd00:78::1/64  --------  nobody            interface "quiet": no host answers there
///
/// All checks are reported to the parent: check(fails_with(...)), check(a == b).
class NetworkNamespace {
public:
    explicit NetworkNamespace(int report) noexcept : report_{report} {}
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;
    ~NetworkNamespace() = default;

    void on_left() const { enter(left_); }
    void on_right() const { enter(right_); }

    void check(const boost::test_tools::assertion_result& outcome, int line = __builtin_LINE()) const {
        if (outcome) return say(".");
        const auto why = outcome.message();
        say("line " + std::to_string(line) + " is not as claimed: " + std::string(why.begin(), why.end()));
    }
    void check(bool is_true, int line = __builtin_LINE()) const {
        check(boost::test_tools::assertion_result(is_true), line);
    }
    void skip(const std::string& why) const { say("skipped: " + why); }

    /// One line for the parent.
    void say(std::string text) const {
        for (char& c : text) c = c == '\n' ? ' ' : c;
        text += '\n';
        if (::write(report_, text.data(), text.size()) < 0) ::_exit(3);
    }

    /// Gives `ip -batch` its lines, on the host that was entered last.
    [[nodiscard]] bool ip(const std::string& lines) const {
        const std::string command = "ip -batch - <<'END' >/dev/null 2>&1\n" + lines + "\nEND\n";
        return std::system(command.c_str()) == 0;
    }
    /// Writes a file below /proc/sys/net of the host that was entered last.
    [[nodiscard]] static bool sysctl(const std::string& name, const std::string& value) {
        std::ofstream file("/proc/sys/net/" + name);
        file << value << std::flush;
        return file.good();
    }

    /// Says why where the machine does not permit it.
    [[nodiscard]] bool build() {
        if (std::system("command -v ip >/dev/null 2>&1") != 0) return skip("ip (iproute2) is not installed"), false;
        if (!unshare_network()) return skip(std::string("no network namespaces: ") + std::strerror(errno)), false;
        left_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (::unshare(CLONE_NEWNET) != 0) return skip("no second network namespace"), false;
        right_ = ::open("/proc/self/ns/net", O_RDONLY);
        const std::string there = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(right_);
        on_left();
        // Different indices: for equal ones Linux takes a second to see that the cable is in (linkwatch).
        const bool left_up = ip("link set lo up\n"
                                "link add left index 11 type veth peer name right index 21 netns " + there + "\n"
                                "link add quiet index 12 type veth peer name void index 22 netns " + there + "\n"
                                "link set left addrgenmode none\n"
                                "link set quiet addrgenmode none arp off\n"
                                "addr add 10.77.0.1/24 broadcast 10.77.0.255 dev left\n"
                                "addr add 10.77.0.50/24 dev left\n"
                                "addr add fd00:77::1/64 dev left nodad\n"
                                "addr add fe80::77:1/64 dev left nodad\n"
                                "addr add 10.78.0.1/24 dev quiet\n"
                                "addr add fd00:78::1/64 dev quiet nodad\n"
                                "link set left up\n"
                                "link set quiet up");
        on_right();
        const bool right_up = left_up && ip("link set lo up\n"
                                            "link set right addrgenmode none\n"
                                            "link set void addrgenmode none\n"
                                            "addr add 10.77.0.2/24 broadcast 10.77.0.255 dev right\n"
                                            "addr add fd00:77::2/64 dev right nodad\n"
                                            "addr add fe80::77:2/64 dev right nodad\n"
                                            "link set right up\n"
                                            "link set void up");
        const bool right_runs = right_up && runs("right") && runs("void");
        on_left();
        const bool ready = right_runs && runs("left") && runs("quiet");
        if (!ready) skip("ip could not set up two hosts with a veth cable between them");
        return ready;
    }

private:
    static void enter(int network) {
        if (::setns(network, CLONE_NEWNET) != 0) ::_exit(4);
    }
    /// An interface that is up carries packets only a moment later.
    [[nodiscard]] static bool runs(const char* interface) {
        const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ifreq request{};
        std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
        for (int tries = 0; tries < 3000 && (request.ifr_flags & IFF_RUNNING) == 0; ++tries) {
            if (tries > 0) ::usleep(1000);
            if (::ioctl(any, SIOCGIFFLAGS, &request) != 0) break;
        }
        ::close(any);
        return (request.ifr_flags & IFF_RUNNING) != 0;
    }
    /// As root, or as a root of a user namespace of its own.
    [[nodiscard]] static bool unshare_network() {
        const auto uid = ::geteuid();
        const auto gid = ::getegid();
        if (::unshare(CLONE_NEWNET) == 0) return true;
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
        std::ofstream("/proc/self/setgroups") << "deny" << std::flush;
        std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1" << std::flush;
        std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1" << std::flush;
        return true;
    }

    int report_;
    int left_ = -1;
    int right_ = -1;
};

/// Runs body(network) in a child with networks of its own; nothing it does can be seen outside. Where the
/// machine does not permit that, says why. The child is ended after 25 s.
template <class Body>
void in_new_network(Body body) {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(25);
        NetworkNamespace network(ends[1]);
        try {
            if (network.build()) body(network);
            network.say("end");
        } catch (const std::exception& thrown) {
            network.say(std::string("thrown: ") + thrown.what());
        }
        leave_child(0);
    }
    ::close(ends[1]);
    std::string report;
    char chunk[512];
    for (ssize_t got = 0; (got = ::read(ends[0], chunk, sizeof chunk)) > 0;) {
        report.append(chunk, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    bool ended = false;
    while (!report.empty()) {
        const std::string line = report.substr(0, report.find('\n'));
        report.erase(0, line.size() + 1);
        if (line == "end") {
            ended = true;
        } else if (line == ".") {
            BOOST_TEST(true);
        } else if (line.starts_with("skipped: ")) {
            print_skipped(line.c_str() + 9);
        } else {
            BOOST_ERROR(line);
        }
    }
    BOOST_TEST(ended, "the child did not come to its end");
}

/// The one of the family.
template <class F>
IpAddress<F> pick(IpAddress<V4> v4, IpAddress<V6> v6) {
    if constexpr (std::same_as<F, V4>) {
        return v4;
    } else {
        return v6;
    }
}

}  // namespace estate::test
