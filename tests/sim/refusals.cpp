// SPDX-License-Identifier: BSL-1.0
// What a careless program asks: the kernel of this machine and a simulated host refuse the same with the same errno.
#include <net/if.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <estate/backend/posix/kernel.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// Asks a system, and keeps what it answers: a line each.
template <class S>
class Careless {
public:
    explicit Careless(S system) : system_{system} {}
    Careless(const Careless&) = delete;
    Careless& operator=(const Careless&) = delete;
    ~Careless() {
        for (const int each : open_) system_.close(each);
    }
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

    /// Of each call: what is no descriptor, and what is none of a socket.
    void ask_of_none(int number) {
        char room[16] = {};
        socklen_t size = sizeof room;
        auto* const address = reinterpret_cast<sockaddr*>(room);
        msghdr message{};
        told("bind", system_.bind(number, address, size));
        told("listen", system_.listen(number, 1));
        told("connect", system_.connect(number, address, size));
        told("accept", system_.accept(number, address, &size));
        told("getsockname", system_.getsockname(number, address, &size));
        told("getpeername", system_.getpeername(number, address, &size));
        told("getsockopt", system_.getsockopt(number, SOL_SOCKET, SO_ERROR, room, &size));
        told("setsockopt", system_.setsockopt(number, SOL_SOCKET, SO_KEEPALIVE, room, sizeof(int)));
        told("shutdown", system_.shutdown(number, SHUT_RDWR));
        told("send", system_.send(number, room, 1, MSG_NOSIGNAL));
        told("sendto", system_.sendto(number, room, 1, MSG_NOSIGNAL, address, size));
        told("sendmsg", system_.sendmsg(number, &message, MSG_NOSIGNAL));
        told("recv", system_.recv(number, room, 1, 0));
        told("recvfrom", system_.recvfrom(number, room, 1, 0, address, &size));
        told("recvmsg", system_.recvmsg(number, &message, 0));
        pollfd one{number, POLLIN, 0};
        told("poll", system_.poll(&one, 1, 0));
        told("polled", one.revents);
        told("set_nonblocking", system_.set_nonblocking(number, true));
        told("nonblocking", system_.nonblocking(number));
        told("set_close_on_exec", system_.set_close_on_exec(number));
    }
    void ask_of_event() { ask_of_none(keep(system_.open_event())); }

    void ask_for_sockets() {
        const std::tuple<int, int, int> wanted[] = {
            {99, SOCK_STREAM, 0}, {AF_INET, SOCK_SEQPACKET, 0}, {AF_INET, SOCK_STREAM, IPPROTO_UDP},
            {AF_INET6, SOCK_DGRAM, IPPROTO_TCP}, {AF_UNIX, SOCK_RDM, 0}, {AF_UNIX, SOCK_STREAM, IPPROTO_TCP},
            {AF_UNIX, SOCK_SEQPACKET, PF_UNIX}};
        for (const auto& [domain, type, protocol] : wanted) {
            const int made = system_.socket(domain, type, protocol);
            told("socket", made < 0 ? made : 0);
            if (made >= 0) keep(made);
        }
    }

    /// Of a socket of this kind, and of others as it.
    void ask(int domain, int type) {
        domain_ = domain;
        type_ = type;
        ask_with_addresses();
        ask_for_options();
        ask_out_of_order();
        if (domain == AF_UNIX) {
            ask_of_names();
        } else if (type == SOCK_DGRAM) {
            ask_of_groups();
            ask_of_both_families();
        }
    }

private:
    void told(const char* what, std::int64_t result) {
        told_.push_back(std::string(what) + ": " + (result >= 0 ? std::to_string(result) : std::strerror(system_.error())));
    }
    int keep(int made) {
        BOOST_TEST_REQUIRE(made >= 0);
        open_.push_back(made);
        return made;
    }
    int fresh() {
        const int made = keep(system_.socket(domain_, type_, 0));
        system_.set_nonblocking(made, true);
        return made;
    }
    struct Place {
        sockaddr_storage storage{};
        socklen_t size = 0;
        [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    };
    static Place place(sa_family_t family, std::size_t size) {
        Place made;
        made.storage.ss_family = family;
        made.size = static_cast<socklen_t>(size);
        return made;
    }
    static Place abstract_name(char which) {
        Place made = place(AF_UNIX, 0);
        const std::string text = "estate.refusals." + std::to_string(::getpid()) + which;
        std::memcpy(reinterpret_cast<char*>(&made.storage) + offsetof(sockaddr_un, sun_path) + 1, text.data(), text.size());
        made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
        return made;
    }
    [[nodiscard]] Place loopback(std::uint16_t port) const {
        const Address at = domain_ == AF_INET ? Address("127.0.0.1"_ip4, port) : Address("::1"_ip6, port);
        Place made;
        made.storage = at.storage;
        made.size = at.size;
        return made;
    }

    void ask_with_addresses() {
        const Place short_paths[] = {place(AF_UNIX, sizeof(sockaddr_un) + 1), place(AF_UNIX, sizeof(sa_family_t)), place(AF_UNIX, 1)};
        std::vector<Place> all = {place(99, sizeof(sockaddr_in6)), place(AF_INET, 8), place(AF_INET6, 20), place(AF_UNIX, 1)};
        if (domain_ == AF_UNIX) all.assign(std::begin(short_paths), std::end(short_paths));
        if (domain_ == AF_UNIX) all.push_back(place(AF_INET, sizeof(sockaddr_in)));
        for (const Place& each : all) {
            told("bind", system_.bind(fresh(), each.get(), each.size));
            if (each.size > 1 || domain_ == AF_UNIX) told("connect", system_.connect(fresh(), each.get(), each.size));
            if (type_ == SOCK_DGRAM) told("sendto", system_.sendto(fresh(), "x", 1, MSG_NOSIGNAL, each.get(), each.size));
        }
        told("bind", system_.bind(fresh(), nullptr, sizeof(sockaddr_in)));
        told("connect", system_.connect(fresh(), nullptr, sizeof(sockaddr_in)));
        sockaddr_storage room{};
        for (const socklen_t little : {0U, 1U, 4U}) {
            socklen_t size = little;
            told("getsockname", system_.getsockname(fresh(), reinterpret_cast<sockaddr*>(&room), &size));
            told("its size", size);
        }
        told("getsockname", system_.getsockname(fresh(), reinterpret_cast<sockaddr*>(&room), nullptr));
        if (domain_ != AF_UNIX) {
            const Place nowhere = loopback(0);
            if (type_ == SOCK_DGRAM) {
                told("sendto", system_.sendto(fresh(), "x", 1, 0, nowhere.get(), nowhere.size));
                if (domain_ == AF_INET) told("send out of band", system_.send(fresh(), "x", 1, MSG_OOB));
                told("recv out of band", system_.recv(fresh(), &room, 1, MSG_OOB));
                told("much", system_.sendto(fresh(), std::string(65'536, 'x').data(), 65'536, 0, loopback(9).get(), nowhere.size));
            }
        }
    }

    void ask_for_options() {
        const std::pair<int, int> all[] = {
            {SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_LINGER}, {SOL_SOCKET, SO_PROTOCOL}, {SOL_SOCKET, SO_DOMAIN},
            {SOL_SOCKET, SO_TYPE}, {SOL_SOCKET, SO_BINDTODEVICE}, {SOL_SOCKET, 4711}, {IPPROTO_TCP, TCP_NODELAY},
            {IPPROTO_TCP, TCP_KEEPCNT}, {IPPROTO_TCP, 4711}, {IPPROTO_IPV6, IPV6_V6ONLY}, {IPPROTO_IPV6, IPV6_UNICAST_HOPS}};
        for (const auto& [level, name] : all) {
            const int fd = fresh();
            char room[64] = {};
            told("option to nowhere", system_.getsockopt(fd, level, name, room, nullptr));
            for (const socklen_t little : {0U, 1U, 64U}) {
                socklen_t size = little;
                // Of an option that is a flag Linux tells one byte to who has no room for more.
                told("option", system_.getsockopt(fd, level, name, room, &size));
                if (little > 1) told("its size", size);
            }
            if (level != IPPROTO_IPV6) {  // of which Linux takes nowhere for 0
                told("set from nowhere", system_.setsockopt(fd, level, name, nullptr, sizeof(int)));
            }
            if (name == SO_BINDTODEVICE && level == SOL_SOCKET) continue;
            told("set short", system_.setsockopt(fd, level, name, room, 1));
            const bool is_question = level == SOL_SOCKET && (name == SO_PROTOCOL || name == SO_DOMAIN || name == SO_TYPE);
            if (!is_question) told("set to zeros", system_.setsockopt(fd, level, name, room, 16));
        }
        if (domain_ == AF_UNIX) return;
        for (const int value : {-2, -1, 0, 1, 255, 256}) {
            const int fd = fresh();
            told("hops", system_.setsockopt(fd, domain_ == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
                                            domain_ == AF_INET ? IP_TTL : IPV6_UNICAST_HOPS, &value, sizeof value));
        }
        const int bound = fresh();
        told("bind", system_.bind(bound, loopback(0).get(), loopback(0).size));
        const int on = 1;
        told("only IPv6, bound", system_.setsockopt(bound, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on));
        told("bind again", system_.bind(bound, loopback(0).get(), loopback(0).size));
    }

    void ask_out_of_order() {
        char room[16] = {};
        told("accept", system_.accept(fresh(), nullptr, nullptr));
        told("getpeername", system_.getpeername(fresh(), reinterpret_cast<sockaddr*>(room), nullptr));
        for (const int how : {0, 1, 2, 3, -1}) told("shutdown", system_.shutdown(fresh(), how));
        told("send", system_.send(fresh(), "x", 1, MSG_NOSIGNAL));
        told("send nothing", system_.send(fresh(), "", 0, MSG_NOSIGNAL));
        told("recv", system_.recv(fresh(), room, sizeof room, 0));
        told("peek", system_.recv(fresh(), room, sizeof room, MSG_PEEK));
        told("recv from the queue of errors", domain_ == AF_UNIX ? 0 : system_.recv(fresh(), room, sizeof room, MSG_ERRQUEUE));
        pollfd one{fresh(), POLLIN | POLLOUT | POLLRDHUP, 0};
        told("poll", system_.poll(&one, 1, 0));
        told("polled", one.revents);
        const int twice = fresh();
        if (type_ != SOCK_DGRAM && domain_ != AF_UNIX) told("bind", system_.bind(twice, loopback(0).get(), loopback(0).size));
        for (const int backlog : {1, -1, 1 << 30}) told("listen", system_.listen(twice, backlog));
        told("recv", system_.recv(twice, room, sizeof room, 0));
        told("send", system_.send(twice, "x", 1, MSG_NOSIGNAL));
        told("shut a listener", system_.shutdown(twice, SHUT_RD));
        told("accept", system_.accept(twice, nullptr, nullptr));
        const Place nobody = place(AF_UNSPEC, sizeof(sockaddr));
        const int off = fresh();
        told("disconnect", system_.connect(off, nobody.get(), nobody.size));
        told("shutdown", system_.shutdown(off, SHUT_RDWR));
    }

    void ask_of_names() {
        sockaddr_un kept{};
        const auto size_of_name = [&](int fd) {
            socklen_t size = sizeof kept;
            told("getsockname", system_.getsockname(fd, reinterpret_cast<sockaddr*>(&kept), &size));
            told("its size", size);
        };
        const Place any = place(AF_UNIX, sizeof(sa_family_t));
        const int one = fresh();
        for (int i = 0; i < 2; ++i) told("choose a name", system_.bind(one, any.get(), any.size));
        size_of_name(one);
        const int other = fresh();
        told("another", system_.bind(other, any.get(), any.size));
        size_of_name(other);
        const Place taken = abstract_name('a');
        const int server = fresh();
        told("bind", system_.bind(server, taken.get(), taken.size));
        told("bind the same", system_.bind(fresh(), taken.get(), taken.size));
        told("bind again", system_.bind(server, abstract_name('b').get(), taken.size));
        told("connect to none", system_.connect(fresh(), abstract_name('c').get(), taken.size));
        told("connect to who does not listen", system_.connect(fresh(), taken.get(), taken.size));
        for (const int backlog : {-1, 1 << 30, 0}) told("listen", system_.listen(server, backlog));
        int clients[3] = {fresh(), fresh(), fresh()};
        for (const int client : clients) told("connect", system_.connect(client, taken.get(), taken.size));
        told("connect once more", system_.connect(clients[0], taken.get(), taken.size));
        told("connect a listener", system_.connect(server, taken.get(), taken.size));
        sockaddr_un long_path{};
        long_path.sun_family = AF_UNIX;
        std::memset(long_path.sun_path, 'x', sizeof long_path.sun_path);
        std::memcpy(long_path.sun_path, "/nowhere/", 9);
        told("no such file", system_.connect(fresh(), reinterpret_cast<const sockaddr*>(&long_path), sizeof long_path));
        int ends[2];
        for (const int domain : {AF_INET, AF_INET6}) told("pair of the Internet", pair(domain, 0, ends));
        told("pair of no family", pair(99, 0, ends));
        told("pair of another protocol", pair(AF_UNIX, IPPROTO_TCP, ends));
        ask_of_rights();
    }
    int pair(int domain, int protocol, int* ends) {
        if constexpr (std::is_same_v<S, sim::System>) {
            return system_.socketpair(domain, type_, protocol, ends);
        } else {
            return ::socketpair(domain, type_, protocol, ends);
        }
    }

    /// What stands where descriptors do: other things, too many, none, and too little room for them.
    void ask_of_rights() {
        int ends[2];
        if (pair(AF_UNIX, 0, ends) != 0) return told("pair", -1);
        for (const int end : ends) system_.set_nonblocking(keep(end), true);
        alignas(cmsghdr) char control[CMSG_SPACE(254 * sizeof(int))];
        const auto send = [&](const char* what, int level, int type, std::size_t length, std::size_t count, int number) {
            std::memset(control, 0, sizeof control);
            iovec part{const_cast<char*>("x"), 1};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = CMSG_SPACE(count * sizeof(int));
            auto* const head = reinterpret_cast<cmsghdr*>(control);
            head->cmsg_level = level;
            head->cmsg_type = type;
            head->cmsg_len = length;
            for (std::size_t i = 0; i < count; ++i) std::memcpy(CMSG_DATA(head) + i * sizeof number, &number, sizeof number);
            told(what, system_.sendmsg(ends[0], &message, MSG_NOSIGNAL));
        };
        const auto receive = [&](const char* what, std::size_t room) {
            char byte[4];
            iovec part{byte, sizeof byte};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            message.msg_control = room > 0 ? control : nullptr;
            message.msg_controllen = room;
            message.msg_flags = MSG_OOB;  // what the call does not read
            told(what, system_.recvmsg(ends[1], &message, 0));
            told("its flags", message.msg_flags & ~MSG_CMSG_CLOEXEC);
            told("its control", static_cast<std::int64_t>(message.msg_controllen));
            const cmsghdr* const head = message.msg_controllen > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
            for (std::size_t i = 0; head != nullptr && i < (head->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++i) {
                int came = -1;
                std::memcpy(&came, CMSG_DATA(head) + i * sizeof came, sizeof came);
                keep(came);
            }
        };
        const int own = ends[0];
        char room[4];
        told("no room", system_.recv(ends[1], room, 0, 0));
        told("send", system_.send(ends[0], "x", 1, MSG_NOSIGNAL));
        told("no room", system_.recv(ends[1], room, 0, MSG_PEEK));
        told("recv", system_.recv(ends[1], room, sizeof room, 0));
        send("of another level", IPPROTO_IP, SCM_RIGHTS, CMSG_LEN(sizeof own), 1, own);
        receive("nothing came", sizeof control);
        send("of another type", SOL_SOCKET, 4711, CMSG_LEN(sizeof own), 1, own);
        send("less than a head", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(0) - 1, 1, own);
        iovec part{const_cast<char*>("x"), 1};
        msghdr cut{};
        cut.msg_iov = &part;
        cut.msg_iovlen = 1;
        cut.msg_control = control;
        cut.msg_controllen = 4;
        told("room for no head", system_.sendmsg(own, &cut, MSG_NOSIGNAL));
        cut.msg_control = nullptr;
        told("control at nowhere", system_.sendmsg(own, &cut, MSG_NOSIGNAL));
        cut.msg_controllen = 0;
        told("no control", system_.sendmsg(own, &cut, MSG_NOSIGNAL));
        for (int i = 0; i < 2; ++i) told("recv", system_.recv(ends[1], room, 1, 0));
        send("no descriptor", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(sizeof own), 1, 4711);
        send("too many", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(254 * sizeof own), 254, own);
        send("as many as go", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(253 * sizeof own), 253, own);
        receive("room for one of them", CMSG_LEN(sizeof own));
        send("none", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(0), 1, own);
        receive("none came", sizeof control);
        send("three", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(3 * sizeof own), 3, own);
        receive("room for one", CMSG_LEN(sizeof own));
        send("two", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(2 * sizeof own), 2, own);
        receive("room for none", 0);
        send("two", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(2 * sizeof own), 2, own);
        receive("room for less than a head", 8);
        send("two", SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(2 * sizeof own), 2, own);
        receive("room for all", sizeof control);
    }

    /// Addresses of the other family, and those that stand for any, from sockets that have one of theirs.
    void ask_of_both_families() {
        if (domain_ != AF_INET6) return;
        const Address six("::1"_ip6, 9);
        const Address four("::ffff:127.0.0.1"_ip6, 9);
        const Address any_six("::"_ip6, 9);
        const Address any_four("::ffff:0.0.0.0"_ip6, 9);
        for (const Address* const own : {&six, &four, &any_six}) {
            for (const Address* const to : {&six, &four, &any_six, &any_four}) {
                Address from = *own;
                reinterpret_cast<sockaddr_in6*>(&from.storage)->sin6_port = 0;
                const int sends = fresh();
                told("bind", system_.bind(sends, from.get(), from.size));
                told("sendto", system_.sendto(sends, "x", 1, MSG_NOSIGNAL, to->get(), to->size));
                const int fixes = fresh();
                told("bind", system_.bind(fixes, from.get(), from.size));
                told("connect", system_.connect(fixes, to->get(), to->size));
                Address peer;
                told("getpeername", system_.getpeername(fixes, peer.get(), &peer.size));
                told_.push_back("its peer: " + (peer.size == sizeof(sockaddr_in6) ? six_of(peer) : "none"));
            }
        }
    }
    static std::string six_of(const Address& at) {
        char room[INET6_ADDRSTRLEN] = {};
        return ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&at.storage)->sin6_addr, room, sizeof room);
    }

    void ask_of_groups() {
        const int fd = fresh();
        const bool is_v6 = domain_ == AF_INET6;
        ip_mreq four{};
        four.imr_multiaddr.s_addr = htonl(0xe0000105);
        four.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
        ipv6_mreq six{};
        six.ipv6mr_multiaddr.s6_addr[0] = 0xff;
        six.ipv6mr_multiaddr.s6_addr[1] = 0x01;
        six.ipv6mr_multiaddr.s6_addr[15] = 0x77;
        six.ipv6mr_interface = 1;  // lo
        const void* const group = is_v6 ? static_cast<const void*>(&six) : &four;
        const socklen_t size = is_v6 ? sizeof six : sizeof four;
        const int level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
        const int join = is_v6 ? IPV6_ADD_MEMBERSHIP : IP_ADD_MEMBERSHIP;
        const int leave = is_v6 ? IPV6_DROP_MEMBERSHIP : IP_DROP_MEMBERSHIP;
        told("leave", system_.setsockopt(fd, level, leave, group, size));
        told("join", system_.setsockopt(fd, level, join, group, size));
        told("join again", system_.setsockopt(fd, level, join, group, size));
        told("join less", system_.setsockopt(fd, level, join, group, 6));
        told("leave", system_.setsockopt(fd, level, leave, group, size));
        told("leave again", system_.setsockopt(fd, level, leave, group, size));
        four.imr_multiaddr.s_addr = htonl(INADDR_LOOPBACK);
        six.ipv6mr_multiaddr.s6_addr[0] = 0x20;
        told("join what is no group", system_.setsockopt(fd, level, join, group, size));
        if (!is_v6) told("join IPv6", system_.setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &six, sizeof six));
    }

    S system_;
    int domain_ = AF_INET;
    int type_ = SOCK_STREAM;
    std::vector<int> open_;
    std::vector<std::string> told_;
};

/// Both are asked, and what they answer is compared line by line.
template <class Ask>
void compare(Ask ask) {
    sim::World world(1);
    Careless<posix::Kernel> kernel{posix::Kernel{}};
    Careless<sim::System> simulated{world.host("twin").system()};
    ask(kernel);
    ask(simulated);
    BOOST_TEST(!kernel.told().empty());
    BOOST_TEST(simulated.told() == kernel.told(), boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_refused_alike) {
    compare([](auto& asked) { asked.ask_of_none(-1); });
    compare([](auto& asked) { asked.ask_of_none(1000); });
    compare([](auto& asked) { asked.ask_of_event(); });
    compare([](auto& asked) { asked.ask_for_sockets(); });
}
BOOST_AUTO_TEST_CASE(careless_calls_are_refused_alike_of_every_kind_of_socket) {
    for (const auto& [domain, type] : {std::pair{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM}, {AF_INET6, SOCK_STREAM},
                                       {AF_INET6, SOCK_DGRAM}, {AF_UNIX, SOCK_STREAM}, {AF_UNIX, SOCK_DGRAM},
                                       {AF_UNIX, SOCK_SEQPACKET}}) {
        BOOST_TEST_CONTEXT("domain " << domain << ", type " << type)
        compare([&](auto& asked) { asked.ask(domain, type); });
    }
}
