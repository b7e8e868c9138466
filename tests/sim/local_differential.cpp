// SPDX-License-Identifier: BSL-1.0
// The kernel of this machine and a simulated host are asked the same things of Unix-domain sockets, in an order drawn by
// chance: each answer must be the same. Nothing is under way between such sockets, so nothing settles.
#include <sys/un.h>
#include <unistd.h>

#include <estate/backend/posix/kernel.hpp>
#include <vector>

#include "support/check.hpp"
#include "support/scratch.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// Two machines with the same sockets; a number is the same socket on both.
class LocalTwins {
public:
    explicit LocalTwins(std::uint64_t seed)
        : random_(seed, "local differential"), seed_text_{std::to_string(seed) + '.' + std::to_string(::getpid())} {}
    LocalTwins(const LocalTwins&) = delete;
    LocalTwins& operator=(const LocalTwins&) = delete;
    ~LocalTwins() {
        for (const Pair& each : sockets_) {
            kernel_.close(each.kernel);
            simulated_.close(each.simulated);
        }
    }

    void step() {
        const std::uint64_t what = random_.below(24);
        if (sockets_.size() < 3 || (what < 2 && sockets_.size() < 9)) return open();
        const Pair on = sockets_[random_.below(sockets_.size())];
        switch (what) {
            case 0:
            case 1: return close(on);
            case 2:
            case 3: return bind(on);
            case 4: return compare("listen", on, [](const auto& s, int fd) { return s.listen(fd, 1); });
            case 5:
            case 6:
            case 7: return connect(on);
            case 8:
            case 9: return accept(on);
            case 10:
            case 11: return send(on);
            case 12:
            case 13: return recv(on, 0);
            case 14: return recv(on, MSG_PEEK);
            case 15: return shutdown(on);
            case 16: return option("error", on, SO_ERROR);
            case 17:
            case 18: return poll(on);
            case 19: return name(on, true);
            case 20: return name(on, false);
            case 21: return option("accepts", on, SO_ACCEPTCONN);
            case 22: return send_to(on);
            default: return random_.below(3) == 0 ? disconnect(on) : unlink(on);
        }
    }
    [[nodiscard]] const std::string& told() const { return told_; }
    [[nodiscard]] bool is_different() const { return is_different_; }

private:
    struct Pair {
        int kernel;
        int simulated;
        int type;
    };
    struct Name {
        sockaddr_un native{};
        socklen_t size = sizeof(sockaddr_un);
        [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&native); }
        [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&native); }
        [[nodiscard]] std::string text() const {
            const std::size_t head = offsetof(sockaddr_un, sun_path);
            if (size <= head) return "no name";
            const char* const from = native.sun_path;
            const std::string all(from, size - head);
            if (*from == '\0') return '@' + all.substr(1);
            const std::string path(from);
            return path.substr(path.rfind('/') + 1);
        }
    };

    void tell(const std::string& what, const Pair& on, const std::string& kernel, const std::string& simulated) {
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
    void compare(const std::string& what, const Pair& on, Call call) {
        const auto real = call(kernel_, on.kernel);
        const std::string kernel = text(real, kernel_.error());
        const auto made = call(simulated_, on.simulated);
        tell(what, on, kernel, text(made, simulated_.error()));
    }

    void open() {
        static constexpr int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
        const int type = types[random_.below(3)];
        const bool is_pair = random_.below(3) == 0;
        int kernel[2] = {-1, -1};
        int simulated[2] = {-1, -1};
        if (is_pair) {
            BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, type, 0, kernel) == 0);
            BOOST_TEST_REQUIRE(simulated_.socketpair(AF_UNIX, type, 0, simulated) == 0);
        } else {
            kernel[0] = kernel_.socket(AF_UNIX, type, 0);
            simulated[0] = simulated_.socket(AF_UNIX, type, 0);
        }
        for (int i = 0; i < (is_pair ? 2 : 1); ++i) add({kernel[i], simulated[i], type});
        told_ += std::string(is_pair ? "pair" : "socket") + " of type " + std::to_string(type) + ": " +
                 std::to_string(simulated[0]) + (is_pair ? ", " + std::to_string(simulated[1]) : "") + '\n';
    }
    void add(const Pair& made) {
        BOOST_TEST_REQUIRE(made.kernel >= 0);
        BOOST_TEST_REQUIRE(made.simulated >= 0);
        kernel_.set_nonblocking(made.kernel, true);
        simulated_.set_nonblocking(made.simulated, true);
        sockets_.push_back(made);
    }
    void close(const Pair& on) {
        compare("close", on, [](const auto& s, int fd) { return s.close(fd); });
        std::erase_if(sockets_, [&](const Pair& each) { return each.kernel == on.kernel; });
    }
    Name some_name() {
        Name made;
        made.native.sun_family = AF_UNIX;
        const std::uint64_t which = random_.below(5);
        const bool is_abstract = which >= 3;
        const std::string base = is_abstract ? "estate." + seed_text_ : scratch_.file("");
        const std::string text = base + static_cast<char>('a' + which);
        std::memcpy(made.native.sun_path + (is_abstract ? 1 : 0), text.data(), text.size());
        made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + 1);
        return made;
    }
    void bind(const Pair& on) {
        const Name to = some_name();
        compare("bind to " + to.text(), on, [&](const auto& s, int fd) { return s.bind(fd, to.get(), to.size); });
    }
    void connect(const Pair& on) {
        const Name to = some_name();
        compare("connect to " + to.text(), on, [&](const auto& s, int fd) { return s.connect(fd, to.get(), to.size); });
    }
    void send_to(const Pair& on) {
        const Name to = some_name();
        compare("send to " + to.text(), on,
                [&](const auto& s, int fd) { return s.sendto(fd, "hello", 5, MSG_NOSIGNAL, to.get(), to.size); });
    }
    void unlink(const Pair& on) {
        const Name at = some_name();
        if (at.native.sun_path[0] == '\0') return;
        const int real = ::unlink(at.native.sun_path);
        const std::string kernel = text(real, errno);
        const int made = simulated_.unlink(at.native.sun_path);
        tell("unlink " + at.text(), on, kernel, text(made, simulated_.error()));
    }
    void disconnect(const Pair& on) {
        sockaddr nobody{};
        nobody.sa_family = AF_UNSPEC;
        compare("disconnect", on, [&](const auto& s, int fd) { return s.connect(fd, &nobody, sizeof nobody); });
    }
    void accept(const Pair& on) {
        Name real_name;
        Name made_name;
        const int real = kernel_.accept(on.kernel, real_name.get(), &real_name.size);
        const std::string kernel = real >= 0 ? "one of " + real_name.text() : std::strerror(kernel_.error());
        const int made = simulated_.accept(on.simulated, made_name.get(), &made_name.size);
        tell("accept", on, kernel, made >= 0 ? "one of " + made_name.text() : std::strerror(simulated_.error()));
        if (real >= 0 && made >= 0) add({real, made, on.type});
    }
    void send(const Pair& on) {
        const std::string bytes(random_.below(300), 'x');  // the buffers of the two differ: they are never filled
        compare("send " + std::to_string(bytes.size()), on,
                [&](const auto& s, int fd) { return s.send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    }
    void recv(const Pair& on, int flags) {
        std::vector<char> room(random_.below(2) == 0 ? 100 : 20'000);
        Name real_name;
        Name made_name;
        const auto real = kernel_.recvfrom(on.kernel, room.data(), room.size(), flags, real_name.get(), &real_name.size);
        const std::string kernel = text(real, kernel_.error());
        const auto made = simulated_.recvfrom(on.simulated, room.data(), room.size(), flags, made_name.get(), &made_name.size);
        const std::string simulated = text(made, simulated_.error());
        const bool tells = on.type == SOCK_DGRAM && real >= 0 && made >= 0;
        tell(flags != 0 ? "peek" : "recv", on, kernel + (tells ? " from " + real_name.text() : ""),
             simulated + (tells ? " from " + made_name.text() : ""));
    }
    void shutdown(const Pair& on) {
        const int how = static_cast<int>(random_.below(3));
        compare("shutdown " + std::to_string(how), on, [&](const auto& s, int fd) { return s.shutdown(fd, how); });
    }
    void option(const char* what, const Pair& on, int name) {
        compare(what, on, [&](const auto& s, int fd) {
            int value = 0;
            socklen_t size = sizeof value;
            s.getsockopt(fd, SOL_SOCKET, name, &value, &size);
            return value;
        });
    }
    void poll(const Pair& on) {
        compare("poll", on, [](const auto& s, int fd) {
            pollfd one{fd, POLLIN | POLLOUT | POLLRDHUP, 0};
            s.poll(&one, 1, 0);
            return int{one.revents};
        });
    }
    void name(const Pair& on, bool own) {
        const auto ask = [&](const auto& s, int fd) {
            Name told;
            const int done = own ? s.getsockname(fd, told.get(), &told.size) : s.getpeername(fd, told.get(), &told.size);
            return done == 0 ? told.text() : std::string(std::strerror(s.error()));
        };
        tell(own ? "name" : "peer", on, ask(kernel_, on.kernel), ask(simulated_, on.simulated));
    }

    sim::Random random_;
    std::string seed_text_;
    Scratch scratch_;
    sim::World world_;
    sim::Host host_ = world_.host("twin");
    sim::System simulated_ = host_.system();
    posix::Kernel kernel_;
    std::vector<Pair> sockets_;
    std::string told_;
    bool is_different_ = false;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_kernel_and_the_simulation_answer_alike_of_unix_domain_sockets) {
    const char* const wanted = std::getenv("ESTATE_SIM_SEED");
    const std::uint64_t first = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 1;
    const char* const count = std::getenv("ESTATE_SIM_RUNS");
    const std::uint64_t runs = count != nullptr ? std::strtoull(count, nullptr, 10) : 400;
    for (std::uint64_t seed = first; seed < first + runs; ++seed) {
        LocalTwins twins(seed);
        for (int step = 0; step < 100 && !twins.is_different(); ++step) twins.step();
        if (twins.is_different()) BOOST_ERROR("seed " << seed << ":\n" << twins.told());
    }
}
