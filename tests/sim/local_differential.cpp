// SPDX-License-Identifier: BSL-1.0
// The kernel of this machine and a simulated host are asked the same things of Unix-domain sockets, in an order drawn by
// chance: each answer must be the same. Nothing is under way between such sockets, so nothing settles.
#include <sys/un.h>
#include <unistd.h>

#include "support/check.hpp"
#include "support/scratch.hpp"
#include "twins.hpp"

using namespace estate;
using namespace estate::test;

namespace {

class LocalTwins : public Twins {
public:
    explicit LocalTwins(std::uint64_t seed)
        : Twins(seed, "local differential"), seed_text_{std::to_string(seed) + '.' + std::to_string(::getpid())} {}

    void step() {
        const std::uint64_t what = random_.below(24);
        if (sockets_.size() < 3 || (what < 2 && sockets_.size() < 9)) return open();
        const TwinPair on = sockets_[random_.below(sockets_.size())];
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
            case 11: return send(on, 300);  // the buffers of the two differ: they are never filled
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
    [[nodiscard]] bool is_over() const { return is_different(); }

private:
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
    void bind(const TwinPair& on) {
        const Name to = some_name();
        compare("bind to " + to.text(), on, [&](const auto& s, int fd) { return s.bind(fd, to.get(), to.size); });
    }
    void connect(const TwinPair& on) {
        const Name to = some_name();
        compare("connect to " + to.text(), on, [&](const auto& s, int fd) { return s.connect(fd, to.get(), to.size); });
    }
    void send_to(const TwinPair& on) {
        const Name to = some_name();
        compare("send to " + to.text(), on,
                [&](const auto& s, int fd) { return s.sendto(fd, "hello", 5, MSG_NOSIGNAL, to.get(), to.size); });
    }
    void unlink(const TwinPair& on) {
        const Name at = some_name();
        if (at.native.sun_path[0] == '\0') return;
        const int real = ::unlink(at.native.sun_path);
        const std::string kernel = text(real, errno);
        const int made = simulated_.unlink(at.native.sun_path);
        tell("unlink " + at.text(), on, kernel, text(made, simulated_.error()));
    }
    void accept(const TwinPair& on) {
        Name real_name;
        Name made_name;
        const int real = kernel_.accept(on.kernel, real_name.get(), &real_name.size);
        const std::string kernel = real >= 0 ? "one of " + real_name.text() : std::strerror(kernel_.error());
        const int made = simulated_.accept(on.simulated, made_name.get(), &made_name.size);
        tell("accept", on, kernel, made >= 0 ? "one of " + made_name.text() : std::strerror(simulated_.error()));
        if (real >= 0 && made >= 0) add({real, made, on.type});
    }
    void recv(const TwinPair& on, int flags) {
        std::vector<char> room(random_.below(2) == 0 ? 100 : 20'000);
        Name real_name;
        Name made_name;
        const auto real = kernel_.recvfrom(on.kernel, room.data(), room.size(), flags, real_name.get(), &real_name.size);
        const std::string kernel = text(real, kernel_.error());
        const auto made = simulated_.recvfrom(on.simulated, room.data(), room.size(), flags, made_name.get(), &made_name.size);
        const std::string simulated = text(made, simulated_.error());
        // A receive that fails leaves what was there.
        tell(flags != 0 ? "peek" : "recv", on, kernel + " from " + std::to_string(real_name.size) + real_name.text(),
             simulated + " from " + std::to_string(made_name.size) + made_name.text());
    }
    void name(const TwinPair& on, bool own) {
        const auto ask = [&](const auto& s, int fd) {
            Name told;
            const int done = own ? s.getsockname(fd, told.get(), &told.size) : s.getpeername(fd, told.get(), &told.size);
            return done == 0 ? told.text() : std::string(std::strerror(s.error()));
        };
        tell(own ? "name" : "peer", on, ask(kernel_, on.kernel), ask(simulated_, on.simulated));
    }

    std::string seed_text_;
    Scratch scratch_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_kernel_and_the_simulation_answer_alike_of_unix_domain_sockets) {
    compare_twins<LocalTwins>(400, 100);
}
