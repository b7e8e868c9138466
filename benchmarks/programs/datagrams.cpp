// SPDX-License-Identifier: BSL-1.0
// Moves datagrams over the loopback interface in each way that there is, in turns, and prints a line for each turn:
//
//   datagrams SIZE TURNS      WAY NANOSECONDS   a datagram, sent and received; WAY is raw_ or estate_ and
//                             one (a call each), batch (64 a call), segments (64 a call, cut and joined by the kernel)
// One thread does both sides: it sends 64 datagrams and receives them.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <estate/udp.hpp>
#include <vector>

namespace {

using namespace estate;

constexpr std::size_t many = 64;
constexpr long rounds = 200;  // a turn; some ten milliseconds of single datagrams

void require(bool is_so) {
    if (!is_so) std::abort();
}

/// Two bound descriptors, and where the second one is.
struct Ends {
    int from = -1;
    int to = -1;
    sockaddr_in at{};
};
Ends raw_ends(bool joins) {
    Ends ends;
    for (int* each : {&ends.from, &ends.to}) {
        *each = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        require(::bind(*each, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0);
        const int on = 1;
        if (joins) require(::setsockopt(*each, IPPROTO_UDP, 104, &on, sizeof on) == 0);
    }
    socklen_t size = sizeof ends.at;
    require(::getsockname(ends.to, reinterpret_cast<sockaddr*>(&ends.at), &size) == 0);
    return ends;
}

void raw_one(const Ends& ends, std::size_t size, char* bytes) {
    sockaddr_in from{};
    for (std::size_t i = 0; i < many; ++i) {
        require(::sendto(ends.from, bytes, size, 0, reinterpret_cast<const sockaddr*>(&ends.at), sizeof ends.at) >= 0);
    }
    for (std::size_t i = 0; i < many; ++i) {
        socklen_t length = sizeof from;
        require(::recvfrom(ends.to, bytes, size, 0, reinterpret_cast<sockaddr*>(&from), &length) >= 0);
    }
}
void raw_batch(Ends& ends, std::size_t size, char* bytes) {
    iovec parts[many];
    mmsghdr messages[many] = {};
    sockaddr_in from[many];
    for (std::size_t i = 0; i < many; ++i) {
        parts[i] = {bytes + i * size, size};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &ends.at;
        messages[i].msg_hdr.msg_namelen = sizeof ends.at;
    }
    require(::sendmmsg(ends.from, messages, many, 0) == many);
    for (std::size_t i = 0; i < many; ++i) messages[i].msg_hdr.msg_name = &from[i];
    require(::recvmmsg(ends.to, messages, many, MSG_WAITFORONE, nullptr) == many);
}
void raw_segments(Ends& ends, std::size_t size, char* bytes) {
    iovec part{bytes, many * size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_name = &ends.at;
    message.msg_namelen = sizeof ends.at;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(std::uint16_t));
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = IPPROTO_UDP;
    head->cmsg_type = 103;
    head->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
    const auto segment = static_cast<std::uint16_t>(size);
    std::memcpy(CMSG_DATA(head), &segment, sizeof segment);
    require(::sendmsg(ends.from, &message, 0) >= 0);
    sockaddr_in from{};
    message.msg_name = &from;
    message.msg_controllen = sizeof control;
    for (std::size_t got = 0; got < many * size;) {
        const ssize_t came = ::recvmsg(ends.to, &message, 0);
        require(came > 0);
        got += static_cast<std::size_t>(came);
    }
}

template <class Socket>
void one(const Socket& from, const Socket& to, const SocketAddress<V4>& at, std::size_t size,
         std::span<std::byte> bytes) {
    for (std::size_t i = 0; i < many; ++i) require(from.send_to(bytes.first(size), at).has_value());
    for (std::size_t i = 0; i < many; ++i) require(to.recv_from(bytes.first(size)).has_value());
}
template <class Socket>
void batch(const Socket& from, const Socket& to, const SocketAddress<V4>& at, std::size_t size,
           std::span<std::byte> bytes) {
    std::array<OutgoingDatagram<SocketAddress<V4>>, many> out;
    std::array<IncomingDatagram<SocketAddress<V4>>, many> in;
    for (std::size_t i = 0; i < many; ++i) {
        out[i] = {bytes.subspan(i * size, size), at};
        in[i].buffer = bytes.subspan(i * size, size);
    }
    const auto sent = from.send_batch(out);
    require(sent && sent.assume_value() == many);
    const auto came = to.recv_batch(in);
    require(came && came.assume_value() == many);
}
template <class Socket>
void segments(const Socket& from, const Socket& to, const SocketAddress<V4>& at, std::size_t size,
              std::span<std::byte> bytes) {
    require(from.send_segments(bytes.first(many * size), size, at).has_value());
    for (std::size_t datagrams = 0; datagrams < many;) {
        const auto got = to.recv_segments(bytes);
        require(got.has_value());
        datagrams += got.assume_value().count();
    }
}

template <class Way>
void turn(const char* name, Way way) {
    timespec begin{};
    timespec end{};
    ::clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < rounds; ++i) way();
    ::clock_gettime(CLOCK_MONOTONIC, &end);
    const double taken = static_cast<double>(end.tv_sec - begin.tv_sec) * 1e9 +
                         static_cast<double>(end.tv_nsec - begin.tv_nsec);
    std::printf("%s %.2f\n", name, taken / static_cast<double>(rounds * static_cast<long>(many)));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto size = static_cast<std::size_t>(std::atol(argv[1]));
    std::vector<std::byte> bytes(65535, std::byte{1});
    require(size > 0 && size * many <= 65507);
    auto* const text = reinterpret_cast<char*>(bytes.data());

    Ends plain = raw_ends(false);
    const auto loopback = [] { return std::move(udp_v4()).value().bind(SocketAddress<V4>::loopback(0)).value(); };
    const auto from = loopback();
    const auto to = loopback();
    const auto at = to.local_addr().value();
    auto cutting = loopback().with_segments();
    if (!cutting) {
        std::printf("skipped: this kernel neither cuts nor joins datagrams\n");
        return 77;
    }
    Ends joined = raw_ends(true);
    const auto cut = std::move(cutting).value();
    const auto joining = loopback().with_segments().value();
    const auto joining_at = joining.local_addr().value();

    for (long i = std::atol(argv[2]); i > 0; --i) {
        turn("raw_one", [&] { raw_one(plain, size, text); });
        turn("estate_one", [&] { one(from, to, at, size, bytes); });
        turn("raw_batch", [&] { raw_batch(plain, size, text); });
        turn("estate_batch", [&] { batch(from, to, at, size, bytes); });
        turn("raw_segments", [&] { raw_segments(joined, size, text); });
        turn("estate_segments", [&] { segments(cut, joining, joining_at, size, bytes); });
    }
}
