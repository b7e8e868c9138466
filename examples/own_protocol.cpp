// SPDX-License-Identifier: BSL-1.0
//
// A lifecycle of one's own, with the machinery that sockets have: a small line protocol over a connected
// socket, where each state of the conversation is a type. Prints the lifecycle as DOT, then holds a
// conversation with a server in a thread of its own.
//
//     own_protocol                exits 0 when the conversation went as it should
//     own_protocol --dot          prints the lifecycle only: own_protocol --dot | dot -Tsvg
//
// The protocol: the client says `hello NAME`, then any number of batches `begin`, `add NUMBER`..., `commit` or
// `cancel`, and `quit`. The server answers each line with `ok` or `no`.

#include <cstdio>
#include <estate/estate.hpp>
#include <estate/lifecycle/diagram.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/lifecycle/proofs.hpp>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

//! [table]
namespace ledger {

struct Silent { static constexpr const char* name = "Silent"; };  // connected; nobody has spoken
struct Idle { static constexpr const char* name = "Idle"; };
struct Batch { static constexpr const char* name = "Batch"; };    // numbers are being gathered
struct Ended { static constexpr const char* name = "Ended"; };

struct hello { static constexpr const char* name = "hello"; };
struct begin { static constexpr const char* name = "begin"; };
struct add { static constexpr const char* name = "add"; };
struct commit { static constexpr const char* name = "commit"; };
struct cancel { static constexpr const char* name = "cancel"; };
struct quit { static constexpr const char* name = "quit"; };

using estate::keeps, estate::row;
using lifecycle = estate::table<
    //   state    operation  on success  on failure
    row< Silent,  hello,     Idle,       Ended >,
    row< Idle,    begin,     Batch,      Ended >,
    row< Idle,    quit,      Ended,      Ended >,
    keeps<Batch,  add>,
    row< Batch,   commit,    Idle,       Ended >,
    row< Batch,   cancel,    Idle,       Ended >>;

static_assert(estate::prove<lifecycle, Silent, Ended>());
static_assert(!estate::allows<lifecycle, Silent, begin>, "nothing happens before hello");

}  // namespace ledger
//! [table]

//! [class]
namespace ledger {

/// A conversation in State over any byte stream. Its members are what the table lists for the state.
template <class State, estate::ByteStream Stream>
class Conversation : public estate::members_of<lifecycle, State, Conversation<State, Stream>> {
public:
    explicit Conversation(Stream stream) noexcept : stream_{std::move(stream)} {}

private:
    template <class, class>
    friend struct estate::operation;

    /// Sends a line and waits for `ok`.
    static estate::result<void> ask(const Stream& stream, std::string_view verb, std::string_view word) {
        std::string line(verb);
        if (!word.empty()) line.append(" ").append(word);
        BOOST_OUTCOME_TRY(stream.send_all(line.append("\n")));
        std::byte answer[3];
        BOOST_OUTCOME_TRY(stream.recv_exact(answer));
        if (estate::as_text(answer) != "ok\n") return estate::errc::invalid_argument;
        return estate::success();
    }

    /// Asks for Op and gives the conversation in its next state. On failure it has ended and the stream is
    /// closed, since nobody knows what the server thinks.
    template <class Op>
    static estate::result<Conversation<estate::next<lifecycle, State, Op>, Stream>> turn(
        estate::operation<Op, Conversation>& member, std::string_view word = {}) {
        Stream stream = std::move(static_cast<Conversation&>(member).stream_);
        BOOST_OUTCOME_TRY(ask(stream, Op::name, word));
        return Conversation<estate::next<lifecycle, State, Op>, Stream>(std::move(stream));
    }

    Stream stream_;
};

}  // namespace ledger
//! [class]

//! [operations]
// Each operation once, for every state that has it.
template <class Self>
struct estate::operation<ledger::hello, Self> {
    [[nodiscard]] auto hello(std::string_view name) && { return Self::template turn<ledger::hello>(*this, name); }
};
template <class Self>
struct estate::operation<ledger::begin, Self> {
    [[nodiscard]] auto begin() && { return Self::template turn<ledger::begin>(*this); }
};
template <class Self>
struct estate::operation<ledger::add, Self> {
    [[nodiscard]] result<void> add(int number) {
        return Self::ask(static_cast<Self&>(*this).stream_, "add", std::to_string(number));
    }
};
template <class Self>
struct estate::operation<ledger::commit, Self> {
    [[nodiscard]] auto commit() && { return Self::template turn<ledger::commit>(*this); }
};
template <class Self>
struct estate::operation<ledger::cancel, Self> {
    [[nodiscard]] auto cancel() && { return Self::template turn<ledger::cancel>(*this); }
};
template <class Self>
struct estate::operation<ledger::quit, Self> {
    [[nodiscard]] auto quit() && { return Self::template turn<ledger::quit>(*this); }
};
//! [operations]

namespace {

using namespace estate;

//! [use]
template <class Stream>
result<void> converse(Stream stream) {
    ledger::Conversation<ledger::Silent, Stream> silent(std::move(stream));
    BOOST_OUTCOME_TRY(auto idle, std::move(silent).hello("client-1"));
    BOOST_OUTCOME_TRY(auto batch, std::move(idle).begin());
    for (const int number : {20, 1, 21}) {
        BOOST_OUTCOME_TRY(batch.add(number));
    }
    static_assert(!requires { std::move(batch).quit(); }, "a batch is committed or cancelled first");
    BOOST_OUTCOME_TRY(idle, std::move(batch).commit());  // idle was moved from, and is given a value again
    BOOST_OUTCOME_TRY(auto ended, std::move(idle).quit());
    static_assert(!requires { std::move(ended).hello("again"); }, "what has ended has no members");
    return success();
}
//! [use]

/// The other side: adds up what it is told, a line at a time.
template <ByteStream Stream>
result<int> keep_ledger(const Stream& client) {
    std::string line;
    int sum = 0;
    for (int batch = 0;;) {
        std::byte next{};
        BOOST_OUTCOME_TRY(client.recv_exact(std::span(&next, 1)));
        if (next != std::byte{'\n'}) {
            line.push_back(static_cast<char>(next));
            continue;
        }
        if (line.starts_with("add ")) batch += std::stoi(line.substr(4));
        if (line == "begin" || line == "cancel") batch = 0;
        if (line == "commit") sum += batch;
        std::printf("server: %s\n", line.c_str());
        BOOST_OUTCOME_TRY(client.send_all("ok\n"));
        if (line == "quit") return sum;
        line.clear();
    }
}

result<int> run() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(const auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(there));
    BOOST_OUTCOME_TRY(const auto peer, listener.accept());

    result<int> sum = errc::stopped;
    std::thread server([&] { sum = keep_ledger(peer); });
    const auto spoken = converse(std::move(client));
    server.join();
    if (!spoken) return spoken.error();
    return sum;
}

}  // namespace

int main(int argc, char** argv) {
    write_dot<ledger::lifecycle>("ledger", [](std::string_view text) { std::cout << text; });
    std::cout << std::flush;
    if (argc > 1 && std::string_view(argv[1]) == "--dot") return 0;
    const auto sum = run();
    if (!sum || sum.value() != 42) {
        std::fprintf(stderr, "own_protocol: %s\n", sum ? "the sum is wrong" : sum.error().message());
        return 1;
    }
    std::printf("the ledger says %d\n", sum.value());
}
