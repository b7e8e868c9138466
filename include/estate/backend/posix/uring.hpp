// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/completion_mechanism.hpp>
#include <estate/backend/posix/sockets.hpp>
#include <estate/backend/posix/uring_calls.hpp>

namespace estate::posix {

/// Linux 6.1: two queues in memory that is shared with the kernel, one of what is asked for and one of what became of
/// it. One call gives the one and waits for the other. For the thread that opened it alone.
/// Source  io_uring(7).
template <UringSystem C>
class BasicUring {
public:
    /// Handles that it can be asked about: the kernel's.
    template <class Handle>
    static constexpr bool drives = std::is_base_of_v<BasicDescriptor<Kernel>, Handle>;
    /// An address as the kernel reads it, while a connect is in flight.
    template <class F, class Address>
    static auto native(const Address& address) noexcept {
        return Native<F>::from(address);
    }
    /// Owns what accept() answered.
    static BasicDescriptor<Kernel> adopt(std::int32_t accepted) noexcept { return BasicDescriptor<Kernel>(accepted); }

    /// For `most` in flight; more are possible and cost more. classify() says what an error means.
    static result<BasicUring> open(unsigned most, C calls = {}) noexcept {
        constexpr std::uint32_t features = uring::feature_single_map | uring::feature_no_drop |
                                           uring::feature_argument | uring::feature_silence;
        constexpr unsigned longest = 4096;  // of the submissions, which are given before they are more
        uring::Parameters made{};
        made.flags = uring::setup_answers | uring::setup_clamp | uring::setup_submit_all | uring::setup_single_issuer |
                     uring::setup_defer;
        made.answers = most < longest * 8 ? 2 * most + 16 : longest * 16;
        BasicDescriptor<Kernel> ring(calls.setup(most < longest ? most + 8 : longest, made));
        if (ring.number() < 0) return Error::system(calls.error() == EINVAL ? EOPNOTSUPP : calls.error());
        if ((made.features & features) != features) return Error::system(EOPNOTSUPP);
        uring::Support support{};
        if (calls.support(ring.number(), support) != 0) return Error::system(calls.error());
        if (!has_all(support)) return Error::system(EOPNOTSUPP);
        BasicUring opened(std::move(ring), made, calls);
        if (opened.rings_ == nullptr || opened.submissions_ == nullptr) return Error::system(calls.error());
        return opened;
    }
    static RingFailure classify(Error why) noexcept {
        if (why == Error::system(ENOSYS)) return RingFailure::absent;
        if (why == Error::system(EPERM) || why == Error::system(EACCES)) return RingFailure::forbidden;
        if (why == Error::system(EOPNOTSUPP)) return RingFailure::outdated;
        const bool is_out_of_descriptors = why == Error::system(EMFILE) || why == Error::system(ENFILE);
        return is_out_of_descriptors || why == Error::system(ENOMEM) ? RingFailure::resources : RingFailure::other;
    }

    BasicUring(BasicUring&& other) noexcept
        : calls_{other.calls_}, ring_{std::move(other.ring_)}, made_{other.made_}, process_{other.process_},
          rings_{std::exchange(other.rings_, nullptr)}, submissions_{std::exchange(other.submissions_, nullptr)},
          at_{other.at_}, queued_{other.queued_}, given_{other.given_}, told_{other.told_} {}
    BasicUring& operator=(BasicUring&&) = delete;
    ~BasicUring() {
        if (submissions_ != nullptr) calls_.unmap(submissions_, submissions_size());
        if (rings_ != nullptr) calls_.unmap(rings_, rings_size());
    }

    ESTATE_INLINE result<void> recv(int number, MutableBuffer buffer, std::uint64_t key) noexcept {
        return put(uring::opcode_recv, number, at(buffer.data()), buffer.size(), 0, key);
    }
    ESTATE_INLINE result<void> send(int number, ConstBuffer bytes, std::uint64_t key) noexcept {
        return put(uring::opcode_send, number, at(bytes.data()), bytes.size(), C::send_flags, key);
    }
    result<void> accept(int number, std::uint64_t key) noexcept {
        return put(uring::opcode_accept, number, 0, 0, C::accept_flags, key);
    }
    template <class Form>
    result<void> connect(int number, const Form& to, std::uint64_t key) noexcept {
        return put(uring::opcode_connect, number, at(&to), 0, 0, key, sizeof to);
    }
    result<void> await_event(int number, std::uint64_t key) noexcept {
        return put(uring::opcode_poll, number, 0, 0, poll_mask(POLLIN), key);
    }
    result<void> cancel(std::uint64_t which, std::uint64_t key) noexcept {
        return put(uring::opcode_cancel, -1, which, 0, 0, key, 0, uring::silent_success);
    }
    result<void> cancel_all(std::uint64_t key) noexcept {
        return put(uring::opcode_cancel, -1, 0, 0, uring::cancel_each | uring::cancel_any, key);
    }

    /// Gives what was asked for and waits for the first that is over, if none is yet.
    ESTATE_INLINE result<void> wait(Deadline until) noexcept {
        if (until.is_never() || count() != 0) {
            if (give(1, uring::enter_get, nullptr)) [[likely]]
                return success();
            return why_not();
        }
        return wait_for(until);
    }
    [[nodiscard]] ESTATE_INLINE std::uint32_t count() const noexcept {
        return __atomic_load_n(at_.told_tail, __ATOMIC_ACQUIRE) - told_;
    }
    /// Pre  count() is not 0.
    ESTATE_INLINE Completion take() noexcept {
        const uring::Answer& answer = at_.answers[told_ & at_.told_mask];
        const Completion completion{answer.key, answer.outcome};
        __atomic_store_n(at_.told_head, ++told_, __ATOMIC_RELEASE);
        return completion;
    }
    [[nodiscard]] bool is_elsewhere() const noexcept { return calls_.process() != process_; }
    static std::int64_t now() noexcept { return Kernel::now(); }
    /// The kernel has no memory for what is asked, or too much to report.
    static bool is_passing(Error why) noexcept { return why == Error::system(EAGAIN) || why == Error::system(EBUSY); }
    static bool is_cancelled(int outcome) noexcept { return outcome == -ECANCELED || outcome == -EINTR; }

private:
    BasicUring(BasicDescriptor<Kernel>&& ring, const uring::Parameters& made, C calls) noexcept
        : calls_{calls}, ring_{std::move(ring)}, made_{made}, process_{calls_.process()},
          rings_{static_cast<std::byte*>(calls_.map(ring_.number(), rings_size(), uring::map_rings))},
          submissions_{rings_ == nullptr ? nullptr
                                         : static_cast<uring::Submission*>(calls_.map(
                                               ring_.number(), submissions_size(), uring::map_submissions))} {
        if (submissions_ == nullptr) return;
        for (std::uint32_t i = 0; i < made_.submissions; ++i) word(made_.submission_at.array)[i] = i;
        at_ = {word(made_.submission_at.tail), word(made_.answer_at.head), word(made_.answer_at.tail),
               reinterpret_cast<const uring::Answer*>(rings_ + made_.answer_at.answers),
               made_.submissions - 1,          made_.answers - 1};
    }

    static bool has_all(const uring::Support& support) noexcept {
        for (const std::uint8_t opcode : uring::all_opcodes) {
            if (opcode > support.last || (support.operations[opcode].flags & 1U) == 0) return false;
        }
        return true;
    }
    [[nodiscard]] std::size_t rings_size() const noexcept {
        const std::size_t asked = made_.submission_at.array + made_.submissions * sizeof(std::uint32_t);
        const std::size_t answered = made_.answer_at.answers + made_.answers * sizeof(uring::Answer);
        return asked > answered ? asked : answered;
    }
    [[nodiscard]] std::size_t submissions_size() const noexcept {
        return made_.submissions * sizeof(uring::Submission);
    }
    [[nodiscard]] ESTATE_INLINE std::uint32_t* word(std::uint32_t offset) const noexcept {
        return reinterpret_cast<std::uint32_t*>(rings_ + offset);
    }
    /// Gives the kernel what is queued; it has taken nothing where that fails.
    ESTATE_INLINE bool give(unsigned awaited, unsigned flags, const uring::EnterArgument* argument) noexcept {
        const int taken = calls_.enter(ring_.number(), queued_ - given_, awaited, flags, argument);
        if (taken < 0) [[unlikely]]
            return false;
        given_ += static_cast<std::uint32_t>(taken);
        return true;
    }
    /// The kernel reads 32 bits with their halves changed where the machine is big-endian.
    static std::uint32_t poll_mask(unsigned events) noexcept {
        return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? events << 16U : events;
    }

    static std::uint64_t at(const void* address) noexcept { return reinterpret_cast<std::uintptr_t>(address); }
    ESTATE_INLINE result<void> put(std::uint8_t opcode, int number, std::uint64_t address, std::size_t length,
                                   std::uint32_t flags, std::uint64_t key, std::uint64_t offset = 0,
                                   std::uint8_t silence = 0) noexcept {
        if (queued_ - given_ > at_.asked_mask) [[unlikely]] {
            if (const auto given = make_room(); !given) return given;
        }
        uring::Submission& asked = submissions_[queued_ & at_.asked_mask];
        asked.opcode = opcode;
        asked.flags = silence;
        asked.number = number;
        asked.offset = offset;
        asked.address = address;
        asked.length = length < INT32_MAX ? static_cast<std::uint32_t>(length) : std::uint32_t{INT32_MAX};
        asked.operation_flags = flags;
        asked.key = key;  // the rest is 0 since the kernel made it
        __atomic_store_n(at_.asked_tail, ++queued_, __ATOMIC_RELEASE);
        return success();
    }
    ESTATE_COLD result<void> make_room() noexcept {
        const std::uint32_t before = given_;
        while (!give(0, 0, nullptr)) {
            if (calls_.error() != EINTR) return Error::system(calls_.error());
        }
        if (given_ == before) return Error::system(EAGAIN);
        return success();
    }
    ESTATE_COLD result<void> wait_for(Deadline until) noexcept {
        const std::int64_t left = until.nanoseconds() <= 0 ? 0 : until.nanoseconds() - now();
        const uring::Time time{left / 1'000'000'000, left % 1'000'000'000};
        uring::EnterArgument argument{};
        argument.time = at(&time);
        const unsigned awaited = left > 0 ? 1 : 0;
        const unsigned flags = uring::enter_get | uring::enter_argument;
        return give(awaited, flags, &argument) ? success() : why_not();
    }
    /// The kernel has too much to report (EBUSY), or too little memory to be asked (EAGAIN): what is over makes room.
    ESTATE_COLD result<void> why_not() noexcept {
        const int why = calls_.error();
        if (why == EINTR || why == C::timed_out) return success();
        if ((why == EBUSY || why == EAGAIN) && count() != 0) return success();
        return Error::system(why);
    }

    /// Where the queues are in the memory that is shared.
    struct Queues {
        std::uint32_t* asked_tail = nullptr;
        std::uint32_t* told_head = nullptr;
        std::uint32_t* told_tail = nullptr;
        const uring::Answer* answers = nullptr;
        std::uint32_t asked_mask = 0;
        std::uint32_t told_mask = 0;
    };

    [[no_unique_address]] C calls_;
    BasicDescriptor<Kernel> ring_;
    uring::Parameters made_;
    int process_;
    std::byte* rings_;
    uring::Submission* submissions_;
    Queues at_;
    std::uint32_t queued_ = 0;  // as the kernel counts: it goes round
    std::uint32_t given_ = 0;   // of these, what the kernel has taken
    std::uint32_t told_ = 0;    // answers that were taken
};

using Uring = BasicUring<UringCalls>;

static_assert(CompletionMechanism<Uring>);

}  // namespace estate::posix
