// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>

#include <cstdlib>
#include <cstring>
#include <estate/backend/posix/kernel.hpp>
#include <string>
#include <vector>

#include "two_hosts.hpp"

namespace estate::test {

/// The same socket on both machines.
struct TwinPair {
    int kernel;
    int simulated;
    int type;
    int domain = AF_UNIX;
};

/// The kernel of this machine and a simulated host with the same sockets, of which each call is asked twice. What the
/// two answered is told; the first difference ends a run.
class Twins {
public:
    Twins(const Twins&) = delete;
    Twins& operator=(const Twins&) = delete;
    virtual ~Twins() {
        for (const TwinPair& each : sockets_) {
            kernel_.close(each.kernel);
            simulated_.close(each.simulated);
        }
    }
    [[nodiscard]] const std::string& told() const { return told_; }
    [[nodiscard]] bool is_different() const { return is_different_; }

protected:
    template <class... Addresses>
    Twins(std::uint64_t seed, const char* stream, const Addresses&... addresses)
        : random_(seed, stream), host_{world_.host("twin", addresses...)} {}

    /// Called before answers are compared: what is in flight arrives.
    virtual void settle() {}

    void tell(const std::string& what, const TwinPair& on, const std::string& kernel, const std::string& simulated) {
        told_ += what + " on socket " + std::to_string(on.simulated) + ": " + kernel;
        if (kernel != simulated) {
            is_different_ = true;
            told_ += ", but simulated " + simulated;
        }
        told_ += '\n';
    }
    static std::string text(std::int64_t result, int error) {
        return result >= 0 ? std::to_string(result) : std::strerror(error);
    }
    template <class Call>
    void compare(const std::string& what, const TwinPair& on, Call call) {
        const auto real = call(kernel_, on.kernel);
        const std::string kernel = text(real, kernel_.error());
        const auto made = call(simulated_, on.simulated);
        const std::string simulated = text(made, simulated_.error());
        settle();
        tell(what, on, kernel, simulated);
    }

    void add(const TwinPair& made) {
        BOOST_TEST_REQUIRE(made.kernel >= 0);
        BOOST_TEST_REQUIRE(made.simulated >= 0);
        kernel_.set_nonblocking(made.kernel, true);
        simulated_.set_nonblocking(made.simulated, true);
        sockets_.push_back(made);
    }
    void close(const TwinPair& on) {
        compare("close", on, [](const auto& s, int fd) { return s.close(fd); });
        std::erase_if(sockets_, [&](const TwinPair& each) { return each.kernel == on.kernel; });
    }
    void disconnect(const TwinPair& on) {
        sockaddr nobody{};
        nobody.sa_family = AF_UNSPEC;
        compare("disconnect", on, [&](const auto& s, int fd) { return s.connect(fd, &nobody, sizeof nobody); });
    }
    void send(const TwinPair& on, std::uint64_t most) {
        const std::string bytes(random_.below(most), 'x');
        compare("send " + std::to_string(bytes.size()), on,
                [&](const auto& s, int fd) { return s.send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    }
    void shutdown(const TwinPair& on) {
        const int how = static_cast<int>(random_.below(3));
        compare("shutdown " + std::to_string(how), on, [&](const auto& s, int fd) { return s.shutdown(fd, how); });
    }
    void option(const char* what, const TwinPair& on, int name) {
        compare(what, on, [&](const auto& s, int fd) {
            int value = 0;
            socklen_t size = sizeof value;
            s.getsockopt(fd, SOL_SOCKET, name, &value, &size);
            return value;
        });
    }
    void poll(const TwinPair& on) {
        compare("poll", on, [](const auto& s, int fd) {
            pollfd one{fd, POLLIN | POLLOUT | POLLRDHUP | POLLRDNORM | POLLWRNORM, 0};
            s.poll(&one, 1, 0);
            return int{one.revents};
        });
    }

    sim::Random random_;
    sim::World world_;
    sim::Host host_;
    sim::System simulated_ = host_.system();
    posix::Kernel kernel_;
    std::vector<TwinPair> sockets_;
    std::string told_;

private:
    bool is_different_ = false;
};

/// Runs of `steps` from each of `usual` seeds, or from those that ESTATE_SIM_SEED and ESTATE_SIM_RUNS say.
template <class T>
void compare_twins(std::uint64_t usual, int steps) {
    const auto asked = [](const char* name, std::uint64_t otherwise) {
        const char* const text = std::getenv(name);
        return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
    };
    const std::uint64_t first = asked("ESTATE_SIM_SEED", 1);
    const std::uint64_t runs = asked("ESTATE_SIM_RUNS", usual);
    for (std::uint64_t seed = first; seed < first + runs; ++seed) {
        T twins(seed);
        for (int step = 0; step < steps && !twins.is_over(); ++step) twins.step();
        if (twins.is_different()) BOOST_ERROR("seed " << seed << ":\n" << twins.told());
    }
}

}  // namespace estate::test
