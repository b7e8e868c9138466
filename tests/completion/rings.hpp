// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/completion.hpp>
#include <estate/estate.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../support/sockets.hpp"

namespace estate::test {

/// There is no ring on this machine; tells why.
[[nodiscard]] inline bool has_no_ring() {
    const auto probed = posix::Uring::open(1);
    if (probed) return false;
    print_skipped((std::string("io_uring: ") + probed.error().message()).c_str());
    return true;
}

/// Bytes that are placed in the slot of their operation.
struct Bytes {
    std::array<std::byte, 64> room{};

    Bytes() = default;
    explicit Bytes(std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) room[i] = static_cast<std::byte>(text[i]);
    }
    operator MutableBuffer() noexcept { return room; }
    [[nodiscard]] std::string text(std::size_t count) const { return std::string(as_text(std::span(room).first(count))); }
};

/// A ring and what it has reported, by kind.
template <class... Kinds>
struct Told {
    using R = Ring<8, Kinds...>;

    R ring{R::probe().value()};
    std::tuple<std::vector<Done<Kinds>>...> done;

    template <class Kind>
    std::vector<Done<Kind>>& of() {
        return std::get<std::vector<Done<Kind>>>(done);
    }
    Turn turn(Deadline until = soon()) {
        return ring.turn(until, on<Kinds>([this](Done<Kinds> one) { of<Kinds>().push_back(std::move(one)); })...).value();
    }
    /// Turns until `count` operations of the kind are over.
    template <class Kind>
    Done<Kind> next() {
        const Deadline until = soon();
        while (of<Kind>().empty()) {
            if (turn(until).events == 0 && until.has_passed(ring.now())) throw std::runtime_error("nothing is told");
        }
        Done<Kind> first = std::move(of<Kind>().front());
        of<Kind>().erase(of<Kind>().begin());
        return first;
    }
};

using S = ConnectedSocket<Tcp<V4>>;
using Receive = Flight<op::recv, S, Bytes>;
using ReceiveExactly = Flight<op::recv_exact, S, Bytes>;
using Send = Flight<op::send, S, Bytes>;
using SendAll = Flight<op::send_all, S, Bytes>;
using Accept = Flight<op::accept, ListeningSocket<Tcp<V4>>>;
using Connect = Flight<op::connect, CreatedSocket<Tcp<V4>>>;

}  // namespace estate::test
