// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <estate/completion.hpp>
#include <estate/estate.hpp>
#include <estate/halves.hpp>
#include <memory>
#include <optional>
#include <random>
#include <vector>

// Connections of the kernel that talk both ways by one ring, while what is in flight is cancelled, timed out and closed
// by chance. What is chosen follows from the seed; when the kernel answers does not.

namespace estate::test {

/// What came of it. Nothing may be lost or wrong.
struct RingStormOutcome {
    std::uint64_t cancels = 0;   // of what was in flight
    std::uint64_t too_late = 0;  // of these: what had moved bytes, accepted or connected
    std::uint64_t timeouts = 0;
    std::uint64_t closes = 0;    // one direction, or both with unread bytes
    std::uint64_t dropped = 0;   // operations in flight when their ring went
    std::uint64_t connections = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lost = 0;   // bytes that were sent into a direction that nobody tore, and did not arrive
    std::uint64_t wrong = 0;  // bytes that are not those which follow: doubled, or out of order
    std::uint64_t unexplained = 0;  // errors and ends that nobody caused

    [[nodiscard]] std::uint64_t disturbances() const { return cancels + timeouts + closes; }
};

class RingStorm {
    using T = Tcp<V4>;
    static constexpr std::size_t room = 256;
    static constexpr std::uint32_t unknown = UINT32_MAX;
    static constexpr std::size_t most_open = 48;
    static constexpr std::uint64_t of_a_ring = 20'000;  // disturbances

    /// A buffer that is placed in its slot, and says whose it is.
    struct Load {
        std::uint32_t end = 0;
        std::size_t asked = 0;
        std::array<std::byte, room> bytes{};
        operator MutableBuffer() noexcept { return bytes; }
    };
    using Reader = ConnectedSocket<ReadHalf<T>>;
    using Writer = ConnectedSocket<WriteHalf<T>>;
    using Accept = Flight<op::accept, ListeningSocket<T>>;
    using Connect = Flight<op::connect, CreatedSocket<T>>;
    using Receive = Flight<op::recv, Reader, Load>;
    using ReceiveAll = Flight<op::recv_exact, Reader, Load>;
    using Send = Flight<op::send, Writer, Load>;
    using SendAll = Flight<op::send_all, Writer, Load>;
    using R = Ring<512, Receive, Send, ReceiveAll, SendAll, Accept, Connect>;

    /// One direction of a connection.
    struct Way {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        bool is_torn = false;
    };
    /// An operation in flight, by whichever of its kinds.
    template <class One, class All>
    struct InFlight {
        Ticket<One> one;
        Ticket<All> all;
        bool is_there = false;
        bool is_cancelled = false;
    };
    /// One end of a connection. A half that rests is here.
    struct End {
        InFlight<Receive, ReceiveAll> reading;
        InFlight<Send, SendAll> writing;
        std::optional<Reader> reader;
        std::optional<Writer> writer;
        bool is_open = false;
        std::uint32_t out = unknown;  // its ways
        std::uint32_t in = unknown;
        std::uint64_t plan = 0;  // bytes to send
        std::array<std::byte, 4> head{};
        std::size_t head_size = 0;
    };

public:
    RingStorm(std::uint64_t seed, std::uint64_t goal) : random_(seed), goal_(goal) {}

    RingStormOutcome run() {
        while (!is_over()) {
            ring_.emplace(R::probe().value());
            is_ending_ = false;
            const std::uint64_t until = outcome_.disturbances() + of_a_ring;
            while (outcome_.disturbances() < until && !is_over()) {
                turn(Deadline::at_once());
                for (int i = 0; i < 4; ++i) disturb();
            }
            is_ending_ = is_over() || below(2) == 0;
            if (is_ending_) {
                for (int i = 0; i < 20'000 && open_ > 0; ++i) turn(Deadline::at(ring_->now() + 2'000'000));
            }
            for (End& end : ends_) tear(end);
            outcome_.dropped += ring_->in_flight();
            ring_.reset();  // with what is in flight
            listener_.reset();
            ends_.clear();
            open_ = connecting_ = 0;
            accepting_ = {};
        }
        count();
        return outcome_;
    }

private:
    [[nodiscard]] bool is_over() const { return outcome_.disturbances() >= goal_; }
    std::uint64_t below(std::uint64_t end) { return random_() % end; }
    /// The bytes of a way: the client first says which connection it is.
    static std::byte byte_of(std::uint32_t way, std::uint64_t at) {
        if (way % 2 == 0 && at < 4) return static_cast<std::byte>(way / 2 >> (8 * at));
        return static_cast<std::byte>(at ^ at >> 8U ^ std::uint64_t{way} * 131);
    }
    Deadline some_deadline() {
        if (is_ending_ || below(4) != 0) return Deadline::never();
        return Deadline::at(ring_->now() + static_cast<std::int64_t>(below(3'000'000)));
    }
    [[nodiscard]] static bool is_cancelled(Error why) { return why == errc::stopped || why == errc::deadline_exceeded; }
    void note(Error why, bool was_cancelled) {
        if (why == errc::deadline_exceeded) ++outcome_.timeouts;
        if (why == errc::stopped && !was_cancelled) ++outcome_.unexplained;
    }

    // Connections.

    void begin_connections() {
        if (!listener_ && !accepting_.is_there) {
            auto bound = tcp_v4().value().bind(SocketAddress<V4>::loopback(0)).value();
            bound.set(option::receive_buffer{4096}).value();  // so that senders wait
            listener_.emplace(std::move(bound).listen(Backlog(512)).value());
            address_ = listener_->local_addr().value();
        }
        if (listener_) {
            accepting_ = {ring_->accept<Accept>(std::move(*listener_), some_deadline()).value(), {}, true, false};
            listener_.reset();
        }
        while (!is_ending_ && open_ + connecting_ < most_open) {
            auto created = tcp_v4().value();
            created.set(option::send_buffer{4096}).value();
            connect_ = ring_->connect<Connect>(std::move(created), address_, some_deadline()).value();
            ++connecting_;
        }
    }
    void accepted(Done<Accept> done) {
        if (done.outcome && accepting_.is_cancelled) ++outcome_.too_late;
        if (!done.outcome) note(done.outcome.assume_error(), accepting_.is_cancelled);
        accepting_.is_there = false;
        listener_.emplace(std::move(done.socket));
        if (done.outcome) open(std::move(done.outcome).assume_value(), unknown, unknown);
    }
    void connected(Done<Connect> done) {
        --connecting_;
        if (!done.outcome) {
            note(done.outcome.assume_error(), true);
            if (!is_cancelled(done.outcome.assume_error())) ++outcome_.unexplained;
            return;
        }
        const auto number = static_cast<std::uint32_t>(ways_.size());
        ways_.resize(ways_.size() + 2);
        ++outcome_.connections;
        open(std::move(done.outcome).assume_value(), number, number + 1);
    }
    void open(ConnectedSocket<T>&& socket, std::uint32_t out, std::uint32_t in) {
        std::uint32_t index = 0;
        while (index < ends_.size() && ends_[index].is_open) ++index;
        if (index == ends_.size()) ends_.emplace_back();
        End& end = ends_[index];
        end = End();
        end.is_open = true;
        end.out = out;
        end.in = in;
        end.plan = 4 + below(8000);
        auto halves = std::move(socket).split().value();
        end.reader.emplace(std::move(halves.reader));
        end.writer.emplace(std::move(halves.writer));
        ++open_;
        read(index);
        write(index);
    }
    void look(End& end) {
        if (!end.is_open || end.reader || end.writer || end.reading.is_there || end.writing.is_there) return;
        end.is_open = false;
        --open_;
    }
    /// From now on bytes may be lost both ways.
    void tear(const End& end) {
        for (const std::uint32_t way : {end.in, end.out}) {
            if (end.is_open && way != unknown) ways_[way].is_torn = true;
        }
    }

    // What is received.

    void read(std::uint32_t index) {
        End& end = ends_[index];
        Load load;
        load.end = index;
        load.asked = 1 + below(room);
        const bool takes_all = below(2) == 0 && end.in != unknown;
        if (takes_all) {
            end.reading.all = begin<ReceiveAll>(std::move(*end.reader), std::move(load));
        } else {
            end.reading.one = begin<Receive>(std::move(*end.reader), std::move(load));
        }
        end.reader.reset();
        end.reading.is_there = true;
        end.reading.is_cancelled = false;
    }
    template <class Kind>
    Ticket<Kind> begin(typename Kind::socket&& socket, Load&& load) {
        const Part part{0, load.asked};
        return ring_->submit<Kind>(std::move(socket), std::move(load), some_deadline(), part).value();
    }
    template <class Kind>
    void received(Done<Kind> done, std::size_t count, Error why) {
        const std::uint32_t index = done.buffer.end;
        End& end = ends_[index];
        end.reading.is_there = false;
        end.reader.emplace(std::move(done.socket));
        if (end.reading.is_cancelled && count > 0) ++outcome_.too_late;
        take(end, ConstBuffer(done.buffer.bytes).first(count));
        if (done.outcome || is_cancelled(why)) {
            if (!done.outcome) note(why, end.reading.is_cancelled);
            if (is_ending_ || end.in == unknown || below(16) != 0) return read(index);
            ++outcome_.closes;
            tear(end);
        } else {
            const bool is_known = end.in != unknown && why != errc::end_of_stream;
            if (is_known && !ways_[end.in].is_torn && !ways_[end.out].is_torn) ++outcome_.unexplained;
        }
        end.reader.reset();
        if (end.in == unknown && !end.writing.is_there) end.writer.reset();  // it will never know what to send
        look(end);
    }
    void take(End& end, ConstBuffer bytes) {
        outcome_.bytes += bytes.size();
        while (end.in == unknown && !bytes.empty()) {
            end.head[end.head_size++] = bytes[0];
            bytes = bytes.subspan(1);
            if (end.head_size < end.head.size()) continue;
            std::uint32_t number = 0;
            for (std::size_t i = 0; i < 4; ++i) number |= std::to_integer<std::uint32_t>(end.head[i]) << (8 * i);
            if (number * std::size_t{2} >= ways_.size()) {
                ++outcome_.wrong;
                end.head_size = 0;
                continue;
            }
            end.in = number * 2;
            end.out = end.in + 1;
            ways_[end.in].received += 4;
            if (end.writer) write(static_cast<std::uint32_t>(&end - ends_.data()));
        }
        if (end.in == unknown) return;
        Way& way = ways_[end.in];
        for (const std::byte one : bytes) {
            if (one != byte_of(end.in, way.received++)) ++outcome_.wrong;
        }
    }

    // What is sent.

    void write(std::uint32_t index) {
        End& end = ends_[index];
        if (end.out == unknown) return;  // the server does not know yet who it is
        const std::uint64_t left = end.plan - ways_[end.out].sent;
        const bool has_said_who = ways_[end.out].sent >= end.head.size();
        if (left == 0 || (!is_ending_ && has_said_who && below(24) == 0)) {  // after the last byte, or earlier: both are an end
            outcome_.closes += left == 0 ? 0 : 1;
            end.writer.reset();
            return look(end);
        }
        Load load;
        load.end = index;
        load.asked = 1 + below(left < room ? left : room);
        for (std::size_t i = 0; i < load.asked; ++i) load.bytes[i] = byte_of(end.out, ways_[end.out].sent + i);
        if (below(2) == 0) {
            end.writing.all = begin<SendAll>(std::move(*end.writer), std::move(load));
        } else {
            end.writing.one = begin<Send>(std::move(*end.writer), std::move(load));
        }
        end.writer.reset();
        end.writing.is_there = true;
        end.writing.is_cancelled = false;
    }
    template <class Kind>
    void sent(Done<Kind> done, std::size_t count, Error why) {
        const std::uint32_t index = done.buffer.end;
        End& end = ends_[index];
        end.writing.is_there = false;
        end.writer.emplace(std::move(done.socket));
        if (end.writing.is_cancelled && count > 0) ++outcome_.too_late;
        ways_[end.out].sent += count;
        if (done.outcome || is_cancelled(why)) {
            if (!done.outcome) note(why, end.writing.is_cancelled);
            return write(index);
        }
        if (!ways_[end.out].is_torn && !ways_[end.out ^ 1U].is_torn) ++outcome_.unexplained;
        end.writer.reset();
        look(end);
    }

    void turn(Deadline until) {
        begin_connections();
        const auto why = [](const auto& done) -> Error {
            return done.outcome ? Error(errc::stopped) : static_cast<Error>(done.outcome.assume_error());
        };
        const auto part = [](const auto& done) { return done.outcome ? done.outcome.assume_value() : std::size_t{0}; };
        const auto whole = [](const auto& done) {
            return done.outcome ? done.buffer.asked : done.outcome.assume_error().transferred;
        };
        (void)ring_
            ->turn(until, on<Accept>([&](Done<Accept> done) { accepted(std::move(done)); }),
                   on<Connect>([&](Done<Connect> done) { connected(std::move(done)); }),
                   on<Receive>([&](Done<Receive> done) {
                       const std::size_t count = part(done);
                       const Error error = why(done);
                       received(std::move(done), count, error);
                   }),
                   on<ReceiveAll>([&](Done<ReceiveAll> done) {
                       const std::size_t count = whole(done);
                       const Error error = why(done);
                       received(std::move(done), count, error);
                   }),
                   on<Send>([&](Done<Send> done) {
                       const std::size_t count = part(done);
                       const Error error = why(done);
                       sent(std::move(done), count, error);
                   }),
                   on<SendAll>([&](Done<SendAll> done) {
                       const std::size_t count = whole(done);
                       const Error error = why(done);
                       sent(std::move(done), count, error);
                   }))
            .value();
    }
    void disturb() {
        const std::uint64_t which = below(ends_.size() * 2 + 2);
        if (which == 0) return cancel(accepting_.is_there, accepting_.is_cancelled, accepting_.one);
        if (which == 1) {
            if (connecting_ > 0) ring_->cancel(connect_).value();  // the last one, if it is in flight still
            return;
        }
        End& end = ends_[which / 2 - 1];
        if (which % 2 == 0) return cancel(end.reading.is_there, end.reading.is_cancelled, end.reading.one, end.reading.all);
        cancel(end.writing.is_there, end.writing.is_cancelled, end.writing.one, end.writing.all);
    }
    template <class... Tickets>
    void cancel(bool is_there, bool& was_cancelled, Tickets... tickets) {
        if (!is_there || was_cancelled) return;
        was_cancelled = true;
        ++outcome_.cancels;
        (ring_->cancel(tickets).value(), ...);  // one names what is in flight, the other what is over
    }

    void count() {
        for (const Way& way : ways_) {
            if (way.received > way.sent) outcome_.wrong += way.received - way.sent;
            if (way.is_torn) continue;
            if (way.received < way.sent) outcome_.lost += way.sent - way.received;
        }
    }

    std::mt19937_64 random_;
    std::uint64_t goal_;
    RingStormOutcome outcome_;
    std::optional<R> ring_;
    std::optional<ListeningSocket<T>> listener_;
    SocketAddress<V4> address_ = SocketAddress<V4>::loopback(1);
    InFlight<Accept, Accept> accepting_;
    Ticket<Connect> connect_;
    std::vector<End> ends_;
    std::vector<Way> ways_;
    std::size_t open_ = 0;
    std::size_t connecting_ = 0;
    bool is_ending_ = false;
};

}  // namespace estate::test
