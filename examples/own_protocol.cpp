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

#include "terminal.hpp"

//! [table]
namespace ledger {

struct Silent { static constexpr const char* name = "Silent"; };  // connected; nobody has spoken
struct Idle { static constexpr const char* name = "Idle"; };
struct Batch { static constexpr const char* name = "Batch"; };    // numbers are being gathered
struct Ended { static constexpr const char* name = "Ended"; };    // nothing more is said; the stream is still here
struct Gone { static constexpr const char* name = "Gone"; };

struct hello { static constexpr const char* name = "hello"; };
struct begin { static constexpr const char* name = "begin"; };
struct add { static constexpr const char* name = "add"; };
struct commit { static constexpr const char* name = "commit"; };
struct cancel { static constexpr const char* name = "cancel"; };
struct quit { static constexpr const char* name = "quit"; };
struct take_stream { static constexpr const char* name = "take_stream"; };

struct hangs_up { static constexpr const char* text = "closes the stream without a word"; };
struct loses_batch { static constexpr const char* text = "loses the batch"; };

using namespace estate::lifecycle;
using conversation = table<
    //   state    operation    on success  on failure
    row< Silent,  hello,       Idle,       Ended                >,
    row< Idle,    begin,       Batch,      Ended                >,
    row< Idle,    quit,        Ended,      Ended                >,
    keeps<Batch,  add>,
    row< Batch,   commit,      Idle,       either<Batch, Ended> >,  // refused: the batch is still open
    row< Batch,   cancel,      Idle,       Ended                >,
    row< Ended,   take_stream, into<estate::transport::tcp::Life, estate::Connected>, never>,
    ends<Gone>,
    drops<anywhere, hangs_up>,
    drops<Batch,    loses_batch>>;

static_assert(prove<conversation, Silent, Gone>());
static_assert(!allows<conversation, Silent, begin>, "nothing happens before hello");

}  // namespace ledger
//! [table]

//! [class]
namespace ledger {

template <class State, class Stream>
class Conversation;

}  // namespace ledger

/// What the machine must know: the table, what goes along from state to state, and the class.
template <class State, class Wire>
struct estate::lifecycle::object<ledger::Conversation<State, Wire>>
    : object_in<ledger::conversation, Wire, ledger::Conversation, State, Wire> {};

namespace ledger {

/// A conversation in State over any byte stream. Its members are what the table lists for the state.
template <class State, class Stream>
class Conversation : public members<Conversation<State, Stream>> {
public:
    explicit Conversation(Stream&& stream) noexcept : body_{std::move(stream)} {}

private:
    friend machine;
    template <class, class>
    friend struct estate::lifecycle::operation;

    /// Sends a line and reads the answer: true for `ok`, false for `no`.
    estate::result<bool> ask(std::string_view verb, std::string_view word = {}) const {
        std::string line(verb);
        if (!word.empty()) line.append(" ").append(word);
        BOOST_OUTCOME_TRY(body_.send_all(line.append("\n")));
        std::byte answer[3];
        BOOST_OUTCOME_TRY(body_.recv_exact(answer));
        return estate::as_text(answer) == "ok\n";
    }
    /// The same, where `no` is a failure too.
    estate::result<void> demand(std::string_view verb, std::string_view word = {}) const {
        BOOST_OUTCOME_TRY(const bool ok, ask(verb, word));
        if (!ok) return estate::errc::invalid_argument;
        return estate::success();
    }

    Stream body_;
};

}  // namespace ledger
//! [class]

//! [operations]
// Each operation once, for every state that has it. whole() is the object that the operation is a part of.
template <class Self>
struct estate::lifecycle::operation<ledger::hello, Self> : part<ledger::hello, Self> {
    [[nodiscard]] transition<ledger::hello, Self> hello(std::string_view name) && {
        return conclude<ledger::hello>(this->whole(), this->whole().demand("hello", name));
    }
};
template <class Self>
struct estate::lifecycle::operation<ledger::begin, Self> : part<ledger::begin, Self> {
    [[nodiscard]] transition<ledger::begin, Self> begin() && {
        return conclude<ledger::begin>(this->whole(), this->whole().demand("begin"));
    }
};
template <class Self>
struct estate::lifecycle::operation<ledger::add, Self> : part<ledger::add, Self> {
    [[nodiscard]] result<void> add(int number) { return this->whole().demand("add", std::to_string(number)); }
};
template <class Self>
struct estate::lifecycle::operation<ledger::commit, Self> : part<ledger::commit, Self> {
    /// A server that says no keeps the batch open; a stream that breaks ends the conversation.
    [[nodiscard]] transition<ledger::commit, Self> commit() && {
        auto& self = this->whole();
        const auto answer = self.ask("commit");
        if (!answer) return fail_in<ledger::commit, ledger::Ended>(self, answer.error());
        if (!answer.value()) return fail_in<ledger::commit, ledger::Batch>(self, errc::invalid_argument);
        return succeed<ledger::commit>(self);
    }
};
template <class Self>
struct estate::lifecycle::operation<ledger::cancel, Self> : part<ledger::cancel, Self> {
    [[nodiscard]] transition<ledger::cancel, Self> cancel() && {
        return conclude<ledger::cancel>(this->whole(), this->whole().demand("cancel"));
    }
};
template <class Self>
struct estate::lifecycle::operation<ledger::quit, Self> : part<ledger::quit, Self> {
    [[nodiscard]] transition<ledger::quit, Self> quit() && {
        return conclude<ledger::quit>(this->whole(), this->whole().demand("quit"));
    }
};
template <class Self>
struct estate::lifecycle::operation<ledger::take_stream, Self> : part<ledger::take_stream, Self> {
    /// The bridge back: the stream as it was before the conversation.
    [[nodiscard]] auto take_stream() && { return std::move(this->whole().body_); }
};
//! [operations]

namespace {

using namespace estate;

//! [use]
/// Adds numbers in one batch; gives the stream back, after a failure as well.
template <class Stream>
result<Stream> converse(Stream stream) {
    auto greeted = ledger::Conversation<ledger::Silent, Stream>(std::move(stream)).hello("client-1");
    if (!greeted) return std::move(greeted.error().left).take_stream();  // it has ended, and the stream is here
    BOOST_OUTCOME_TRY(auto batch, std::move(greeted.value()).begin());

    auto refused = std::move(batch).commit();  // an empty batch: the server says no
    if (refused) return errc::invalid_argument;
    if (!refused.error().left.template is<ledger::Batch>()) return refused.error().code;
    batch = std::move(refused.error().left).template take<ledger::Batch>();  // it is still open
    for (const int number : {20, 1, 21}) {
        BOOST_OUTCOME_TRY(batch.add(number));
    }
    static_assert(!requires { std::move(batch).quit(); }, "a batch is committed or cancelled first");
    BOOST_OUTCOME_TRY(auto idle, std::move(batch).commit());
    BOOST_OUTCOME_TRY(auto ended, std::move(idle).quit());
    static_assert(!requires { std::move(ended).hello("again"); }, "what has ended says no more");
    return std::move(ended).take_stream();
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
        const bool refused = line == "commit" && batch == 0;
        if (line == "commit") sum += batch;
        std::printf("server: %s%s\n", line.c_str(), refused ? " (refused)" : "");
        BOOST_OUTCOME_TRY(client.send_all(refused ? "no\n" : "ok\n"));
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
    auto stream = converse(std::move(client));
    server.join();
    if (!stream) return stream.error();
    BOOST_OUTCOME_TRY(std::move(stream.value()).close());
    return sum;
}

}  // namespace

int main(int argc, char** argv) {
    const bool draws = argc == 2 && std::string_view(argv[1]) == "--dot";
    if (argc > 1 && !draws) return terminal::explain(argc, argv, "own_protocol [--dot]");
    lifecycle::write_dot<ledger::conversation>("ledger", [](std::string_view text) { std::cout << text; });
    std::cout << std::flush;
    if (draws) return 0;
    const auto sum = run();
    if (!sum || sum.value() != 42) {
        std::fprintf(stderr, "own_protocol: %s\n", sum ? "the sum is wrong" : sum.error().message());
        return 1;
    }
    std::printf("the ledger says %d\n", sum.value());
}
