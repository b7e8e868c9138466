// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

// What io_uring's calls and its shared memory look like. Written here, since the headers of a system are often older
// than its kernel. Source: <linux/io_uring.h> of Linux 6.1, io_uring_setup(2), io_uring_enter(2).

namespace estate::posix::uring {

/// What is asked for.
struct Submission {
    std::uint8_t opcode;
    std::uint8_t flags;
    std::uint16_t priority;
    std::int32_t number;
    std::uint64_t offset;  // of connect the size of the address
    std::uint64_t address;
    std::uint32_t length;
    std::uint32_t operation_flags;
    std::uint64_t key;
    std::uint64_t unused[3];
};
static_assert(sizeof(Submission) == 64);

/// What became of it.
struct Answer {
    std::uint64_t key;
    std::int32_t outcome;
    std::uint32_t flags;
};
static_assert(sizeof(Answer) == 16);

struct SubmissionOffsets {
    std::uint32_t head, tail, mask, entries, flags, dropped, array, unused;
    std::uint64_t address;
};
struct AnswerOffsets {
    std::uint32_t head, tail, mask, entries, overflow, answers, flags, unused;
    std::uint64_t address;
};
struct Parameters {
    std::uint32_t submissions, answers, flags, thread_cpu, thread_idle, features, worker, unused[3];
    SubmissionOffsets submission_at;
    AnswerOffsets answer_at;
};
static_assert(sizeof(Parameters) == 120);

struct Time {
    std::int64_t seconds;
    std::int64_t nanoseconds;
};
/// Of enter() with enter_argument.
struct EnterArgument {
    std::uint64_t signals;
    std::uint32_t signals_size;
    std::uint32_t unused;
    std::uint64_t time;  // the address of a Time: how long at most
};

/// Which operations there are.
struct Support {
    struct Operation {
        std::uint8_t opcode;
        std::uint8_t unused;
        std::uint16_t flags;  // 1: it is there
        std::uint32_t more_unused;
    };
    std::uint8_t last;
    std::uint8_t count;
    std::uint16_t unused;
    std::uint32_t more_unused[3];
    Operation operations[32];
};

inline constexpr std::uint8_t opcode_poll = 6;
inline constexpr std::uint8_t opcode_accept = 13;
inline constexpr std::uint8_t opcode_cancel = 14;
inline constexpr std::uint8_t opcode_connect = 16;
inline constexpr std::uint8_t opcode_send = 26;
inline constexpr std::uint8_t opcode_recv = 27;
inline constexpr std::uint8_t all_opcodes[] = {opcode_poll,    opcode_accept, opcode_cancel,
                                               opcode_connect, opcode_send,   opcode_recv};

inline constexpr std::uint8_t silent_success = 1U << 6U;  // of Submission::flags
inline constexpr std::uint32_t cancel_each = 1U << 0U;
inline constexpr std::uint32_t cancel_any = 1U << 2U;

inline constexpr std::uint32_t setup_answers = 1U << 3U;  // Parameters::answers is given
inline constexpr std::uint32_t setup_clamp = 1U << 4U;
inline constexpr std::uint32_t setup_submit_all = 1U << 7U;     // behind one that is refused too
inline constexpr std::uint32_t setup_single_issuer = 1U << 12U;  // one thread asks, since Linux 6.0
inline constexpr std::uint32_t setup_defer = 1U << 13U;          // work is done in enter() alone, since Linux 6.1

inline constexpr std::uint32_t feature_single_map = 1U << 0U;
inline constexpr std::uint32_t feature_no_drop = 1U << 1U;
inline constexpr std::uint32_t feature_argument = 1U << 8U;
inline constexpr std::uint32_t feature_silence = 1U << 11U;

inline constexpr std::uint32_t enter_get = 1U << 0U;
inline constexpr std::uint32_t enter_argument = 1U << 3U;

inline constexpr std::uint32_t register_support = 8;

inline constexpr std::int64_t map_rings = 0;
inline constexpr std::int64_t map_submissions = 0x10000000;

}  // namespace estate::posix::uring
