// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: what a system says beside the bytes of a message, any list of control messages of any level, type and
// length. Each that is ours is read as it was written and no other is; of descriptors none is lost, none is closed twice,
// and one is kept exactly where it is the only one.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/control_messages.cpp
//     -o control_messages
// ./control_messages -max_len=300 -max_total_time=60
#include <algorithm>
#include <cstring>
#include <estate/packet_info.hpp>
#include <estate/unix.hpp>
#include <vector>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;

constexpr int first_number = 1'000'000;  // of descriptors that are none of this process
constexpr std::size_t most_control = 256;

/// What the next recvmsg() answers, and which descriptors came with it.
struct Answer {
    alignas(cmsghdr) unsigned char control[most_control];
    std::size_t size;
    int flags;
    sockaddr_storage sender;
    std::vector<int> open;  // and not closed yet
    bool closes_a_stranger;
};
Answer answer;

/// The kernel, of which recvmsg() says what the input says, and close() is watched.
struct Saying : posix::Kernel {
    static ssize_t recvmsg(int, msghdr* message, int) noexcept {
        if (message->msg_name != nullptr) std::memcpy(message->msg_name, &answer.sender, message->msg_namelen);
        std::memcpy(message->msg_control, answer.control, answer.size);
        message->msg_controllen = answer.size;
        message->msg_flags = answer.flags;
        static_cast<char*>(message->msg_iov[0].iov_base)[0] = 'x';
        return 1;
    }
    static int close(int number) noexcept {
        const auto at = std::find(answer.open.begin(), answer.open.end(), number);
        answer.closes_a_stranger = answer.closes_a_stranger || at == answer.open.end();
        if (at != answer.open.end()) answer.open.erase(at);
        return 0;
    }
};
struct SayingSockets : posix::BasicSockets<Saying> {};

/// What is to be read out of the list: the last of each kind that is whole.
struct Expected {
    std::size_t segment = 1;  // of the one byte that came
    bool has_v4 = false, has_v6 = false;
    in_pktinfo v4{};
    in6_pktinfo v6{};
    std::int64_t arrived = 0;
    std::size_t passed = 0;
    int only = -1;
};

class Input {
public:
    Input(const std::uint8_t* bytes, std::size_t size) : bytes_{bytes}, left_{size} {}
    [[nodiscard]] bool is_over() const { return left_ == 0; }
    std::uint8_t next() {
        if (left_ == 0) return 0;
        --left_;
        return *bytes_++;
    }

private:
    const std::uint8_t* bytes_;
    std::size_t left_;
};

template <class T>
bool is_read(const cmsghdr& head, int level, int type, T& value) {
    if (head.cmsg_level != level || head.cmsg_type != type || head.cmsg_len < CMSG_LEN(sizeof value)) return false;
    std::memcpy(&value, CMSG_DATA(&head), sizeof value);
    return true;
}

/// A list as a kernel writes it: each head is whole and says how long its message is; what is in it the input says.
Expected fill(Input& input) {
    static constexpr int kinds[][2] = {{SOL_SOCKET, SCM_RIGHTS},         {SOL_SOCKET, posix::Kernel::told_process},
                                       {SOL_SOCKET, SCM_CREDENTIALS},    {SOL_SOCKET, posix::Kernel::time_option},
                                       {IPPROTO_IP, IP_PKTINFO},         {IPPROTO_IPV6, IPV6_PKTINFO},
                                       {IPPROTO_UDP, posix::Kernel::join_option}, {77, 77}};
    Expected expected;
    answer = {};
    answer.flags = input.next() % 4 == 0 ? MSG_CTRUNC : 0;
    int number = first_number;
    while (!input.is_over()) {
        const auto& kind = kinds[input.next() % 8];
        std::size_t length = input.next() % 40;
        const bool has_descriptors = kind[0] == SOL_SOCKET && kind[1] <= SCM_RIGHTS;
        const bool has_process = kind[0] == SOL_SOCKET && kind[1] == posix::Kernel::told_process;
        if (has_descriptors || has_process) length = length / sizeof(int) * sizeof(int);
        if (answer.size + CMSG_SPACE(length) > most_control) break;
        auto& head = *reinterpret_cast<cmsghdr*>(answer.control + answer.size);
        head.cmsg_len = CMSG_LEN(length);
        head.cmsg_level = kind[0];
        head.cmsg_type = kind[1];
        if (has_descriptors || has_process) {
            for (std::size_t i = 0; i < length; i += sizeof number) {
                std::memcpy(CMSG_DATA(&head) + i, &++number, sizeof number);
                answer.open.push_back(number);
                if (!has_descriptors) continue;
                ++expected.passed;
                expected.only = number;
            }
        } else {
            for (std::size_t i = 0; i < length; ++i) CMSG_DATA(&head)[i] = input.next();
        }
        answer.size += CMSG_SPACE(length);
        int segment = 0;
        if (is_read(head, IPPROTO_UDP, posix::Kernel::join_option, segment) && segment > 0) {
            expected.segment = static_cast<std::size_t>(segment);
        }
        expected.has_v4 = is_read(head, IPPROTO_IP, IP_PKTINFO, expected.v4) || expected.has_v4;
        expected.has_v6 = is_read(head, IPPROTO_IPV6, IPV6_PKTINFO, expected.v6) || expected.has_v6;
        timespec at{};
        if (is_read(head, SOL_SOCKET, posix::Kernel::time_option, at)) {
            // Times of before 1970 or after 2262 are none of a kernel's.
            if (at.tv_sec < 0 || at.tv_sec > 9'000'000'000 || at.tv_nsec < 0 || at.tv_nsec >= 1'000'000'000) {
                at = {1, 0};
                std::memcpy(CMSG_DATA(&head), &at, sizeof at);
            }
            expected.arrived = std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
        }
    }
    return expected;
}

template <Family F>
void receive_datagram(const Expected& expected) {
    std::byte room[8];
    const auto native = posix::Native<F>::from(SocketAddress<F>::loopback(7));
    std::memcpy(&answer.sender, &native, sizeof native);
    const posix::BasicDescriptor<Saying> socket(first_number);
    using Got = Delivered<ReceivedSegments<SocketAddress<F>>>;
    const auto told = SayingSockets::recv_message<Got>(socket, room, Deadline::never());
    require(told.has_value(), "a message that came is received");
    const Got& got = told.assume_value();
    require(got.size == 1 && got.sender == SocketAddress<F>::loopback(7), "with its bytes and its sender");
    require(got.segment == expected.segment && got.count() == 1, "the size of its segments is what was written last");
    require(got.arrived == expected.arrived, "as is its time");
    if constexpr (std::same_as<F, V4>) {
        const auto index = static_cast<std::uint32_t>(expected.v4.ipi_ifindex);
        require(got.interface_index == (expected.has_v4 ? index : 0), "and its interface");
        require(got.destination.to_uint() == ntohl(expected.v4.ipi_addr.s_addr), "and where it was sent to");
    } else {
        require(got.interface_index == expected.v6.ipi6_ifindex, "and its interface");
        require(std::memcmp(got.destination.bytes().data(), &expected.v6.ipi6_addr, 16) == 0, "and where it was sent to");
    }
    answer.open.push_back(first_number);  // which the end of this function closes
}

void receive_descriptor(const Expected& expected) {
    std::byte room[8];
    answer.open.push_back(first_number);
    {
        const posix::BasicDescriptor<Saying> socket(first_number);
        const auto told = posix::UnixPassing<Saying>::recv_descriptor(socket, room, Deadline::never());
        require(told.has_value(), "a message that came is received");
        const auto& got = told.assume_value();
        const bool is_cut = expected.passed > 1 || (answer.flags & MSG_CTRUNC) != 0;
        require(got.cut == is_cut, "who gets more than one descriptor, or not all, is told");
        const int kept = !is_cut && expected.passed == 1 ? expected.only : -1;
        require(got.descriptor.number() == kept, "one is kept where it is the only one");
        require(answer.open.size() == (kept >= 0 ? 2U : 1U), "and the others are closed");
    }
    require(answer.open.empty() && !answer.closes_a_stranger, "each descriptor is closed once");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto with = [&](auto receive) {
        Input input(data, size);
        receive(fill(input));
    };
    with(receive_datagram<V4>);
    with(receive_datagram<V6>);
    with(receive_descriptor);
    return 0;
}
