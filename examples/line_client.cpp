// SPDX-License-Identifier: BSL-1.0
//
// A client of a protocol of lines: says each line, and prints the line that is the answer.
//
//     line_client IP PORT SECONDS LINE...    each answer has so many seconds, the connect too
//
// The deadline is of a whole line: a server that sends a byte now and then does not keep the client for ever. The exit
// code is 1 where an answer is missing.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <string_view>

#include "terminal.hpp"

namespace {

using namespace estate;
using Server = Async<ConnectedSocket<NonBlocking<Tcp<V4>>>>;

//! [lines]
/// What comes, line by line.
class Lines {
public:
    explicit Lines(const Server& from) : from_{&from} {}

    /// The next line, without its end; valid until the next call.
    /// Errors  as recv(); end_of_stream in the middle of a line, too; message_size for a line that is too long.
    Task<std::string_view> next(Scope&, Deadline until) {
        std::memmove(room_.data(), room_.data() + taken_, size_ - taken_);
        size_ -= std::exchange(taken_, 0);
        for (std::size_t seen = 0;;) {
            const std::string_view there = as_text(std::span(room_).first(size_));
            if (const auto end = there.find('\n', seen); end != there.npos) {
                taken_ = end + 1;
                const bool has_return = end > 0 && there[end - 1] == '\r';
                co_return there.substr(0, end - (has_return ? 1 : 0));
            }
            seen = size_;
            if (size_ == room_.size()) co_return Error::system(EMSGSIZE);
            BOOST_OUTCOME_CO_TRY(const std::size_t got, co_await from_->recv(std::span(room_).subspan(size_), until));
            size_ += got;
        }
    }

private:
    const Server* from_;
    std::array<std::byte, 1024> room_;
    std::size_t size_ = 0;
    std::size_t taken_ = 0;
};
//! [lines]

//! [ask]
Task<> ask(Scope& scope, SocketAddress<V4> address, std::chrono::seconds patience, std::span<char*> questions) {
    const auto in_time = [&] { return scope.loop().in(patience); };
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto connected, co_await connect(std::move(created), address, in_time()));
    BOOST_OUTCOME_CO_TRY(const Server server, scope.loop().watch(std::move(connected)));
    Lines lines(server);
    for (const std::string_view question : questions) {
        const Deadline until = in_time();  // for question and answer together
        BOOST_OUTCOME_CO_TRYV(co_await server.send_all(question, until));
        BOOST_OUTCOME_CO_TRYV(co_await server.send_all("\n", until));
        BOOST_OUTCOME_CO_TRY(const std::string_view answer, co_await lines.next(scope, until));
        terminal::print_escaped(answer);
        std::printf("\n");
    }
    co_return success();
}
//! [ask]

FrameSlab<4096, 4> frames;

result<void> run(SocketAddress<V4> address, std::chrono::seconds patience, std::span<char*> questions) {
    BOOST_OUTCOME_TRY(auto mechanism, NativeMechanism::open());
    static NativeLoop<64> loop(std::move(mechanism));
    Scope scope(loop, frames);
    BOOST_OUTCOME_TRY(scope.spawn(ask(scope, address, patience, questions)));
    return loop.run(scope);
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "line_client IP PORT SECONDS LINE...";
    const auto patience = std::chrono::seconds(argc > 3 ? std::atoi(argv[3]) : 0);
    if (argc < 5 || patience.count() <= 0 || terminal::asks_for_help(argc, argv)) {
        return terminal::explain(argc, argv, usage);
    }
    const auto ip = Ipv4Address::parse(argv[1]);
    const auto port = Port::parse(argv[2]);
    if (!ip) return terminal::fail("line_client", ip.error(), usage);
    if (!port) return terminal::fail("line_client", port.error(), usage);
    const auto done = run({ip.value(), port.value()}, patience, std::span(argv + 4, static_cast<std::size_t>(argc - 4)));
    return done ? 0 : terminal::fail("line_client", done.error(), usage);
}
