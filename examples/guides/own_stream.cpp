// SPDX-License-Identifier: BSL-1.0
// Guide: a stream of one's own. What is written for ByteStream runs on it: here a text in memory, for tests.

#include <algorithm>
#include <memory>
#include <string>

#include "../tutorial/lines.hpp"
#include "pair.hpp"

using namespace estate;

//! [stream]
/// Gives out a text, and keeps what is sent. The members are const, since a socket's are: sending changes the connection,
/// not the object that stands for it.
class TextStream {
public:
    explicit TextStream(std::string input) : state_(new State{std::move(input), {}, 0}) {}

    result<std::size_t> send(ConstBuffer bytes, Deadline = Deadline::never()) const {
        state_->output += as_text(bytes);
        return bytes.size();
    }
    transfer_result send_all(ConstBuffer bytes, Deadline = Deadline::never()) const {
        state_->output += as_text(bytes);
        return success();
    }
    transfer_result send_all(std::string_view text, Deadline until = Deadline::never()) const {
        return send_all(as_buffer(text), until);
    }
    result<std::size_t> send_vectored(std::span<const ConstBuffer> parts, Deadline = Deadline::never()) const {
        std::size_t size = 0;
        for (const auto part : parts) size += send(part).value();
        return size;
    }
    /// Three bytes at a time, so that code which takes one receive for one message is found out.
    result<std::size_t> recv(MutableBuffer buffer, Deadline = Deadline::never()) const {
        if (buffer.empty()) return errc::invalid_argument;
        if (state_->used == state_->input.size()) return errc::end_of_stream;
        const auto size = std::min({buffer.size(), state_->input.size() - state_->used, std::size_t{3}});
        std::copy_n(as_buffer(state_->input).begin() + static_cast<std::ptrdiff_t>(state_->used), size, buffer.begin());
        state_->used += size;
        return size;
    }
    transfer_result recv_exact(MutableBuffer buffer, Deadline = Deadline::never()) const {
        for (std::size_t done = 0; done < buffer.size();) {
            const auto size = recv(buffer.subspan(done));
            if (!size) return Incomplete{size.error(), done};
            done += size.value();
        }
        return success();
    }
    result<std::size_t> recv_vectored(std::span<const MutableBuffer> parts, Deadline = Deadline::never()) const {
        return recv(parts.front());
    }
    [[nodiscard]] const std::string& output() const { return state_->output; }

private:
    struct State {
        std::string input, output;
        std::size_t used = 0;
    };
    std::shared_ptr<State> state_;
};
static_assert(ByteStream<TextStream>);
static_assert(ByteStream<ConnectedSocket<Tcp<V6>>>);
//! [stream]

//! [test]
template <ByteStream Stream>
result<int> count_lines(Stream& stream) {
    Lines lines;
    for (int count = 0;; ++count) {
        const auto line = lines.next(stream, Deadline::never());
        if (!line && line.error() == errc::end_of_stream) return count;
        if (!line) return line.error();
        BOOST_OUTCOME_TRY(stream.send_all("ok\n"));
    }
}

result<void> run() {
    TextStream stream("one\ntwo\nthree\n");
    BOOST_OUTCOME_TRY(const int count, count_lines(stream));
    return count == 3 && stream.output() == "ok\nok\nok\n" ? success() : result<void>(errc::invalid_argument);
}
//! [test]

int main() { return ended(run()); }
