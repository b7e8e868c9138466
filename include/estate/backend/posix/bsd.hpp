// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/event.h>
#include <time.h>

#include <estate/backend/observed.hpp>
#include <estate/backend/posix/calls.hpp>
#include <estate/backend/posix/option_name.hpp>

namespace estate::posix {

/// What macOS and FreeBSD have in common. Compiled, and not yet run: see doc/PORTABILITY.md.
class Bsd : public Calls {
public:
    /// A user event in a queue of its own: what EV_CLEAR makes an event of poll() until it is fetched.
    /// Source  kqueue(2), EVFILT_USER.
    static int open_event() noexcept {
        const int fd = ::kqueue();
        if (fd < 0) return -1;
        struct kevent made {};
        made.filter = EVFILT_USER;
        made.flags = EV_ADD | EV_CLEAR;
        if (set_close_on_exec(fd) == 0 && ::kevent(fd, &made, 1, nullptr, 0, nullptr) == 0) return fd;
        return refuse(fd);
    }
    static void raise_event(int fd) noexcept {
        const int kept = errno;
        struct kevent raised {};
        raised.filter = EVFILT_USER;
        raised.fflags = NOTE_TRIGGER;
        ::kevent(fd, &raised, 1, nullptr, 0, nullptr);
        errno = kept;
    }
    static void lower_event(int fd) noexcept {
        const timespec at_once{};
        struct kevent fetched {};
        ::kevent(fd, nullptr, 0, &fetched, 1, &at_once);
    }

    static constexpr bool tells_whole_length = false;
    static constexpr bool ignores_sin_zero = false;
    static constexpr int wait_for_one = 0;
    static constexpr int error_queue = 0;
    static constexpr bool has_abstract_names = false;
    static constexpr bool takes_full_paths = false;
    static constexpr short peer_closed = POLLHUP;
    static constexpr int device_option = -1;
    template <class F>
    using PacketForm = std::enable_if_t<!std::is_void_v<F>>;  // void, for every F
    static constexpr int link_family = AF_LINK;
    static constexpr int deferring_option = -1;
    static constexpr int fragments_never = -1;
    static constexpr int fragments_always = -1;
    static constexpr int fragments_of_probes = -1;
    static constexpr int time_option = -1;
    static constexpr int multipath_protocol = -1;
    static constexpr int segment_option = -1;
    static constexpr int join_option = -1;
    static constexpr int hold_back_option = -1;
    static constexpr int look_offset_option = -1;
    static constexpr int told_process = -1;

    /// The states in the order of <netinet/tcp_fsm.h>.
    static constexpr Observed observed(int tcp_state) noexcept {
        switch (tcp_state) {
            case 1: return Observed::listening;
            case 2:
            case 3: return Observed::connecting;
            case 4:
            case 5: return Observed::connected;
            case 6:
            case 7:
            case 8:
            case 9:
            case 10: return Observed::send_closed;
            default: return Observed::created;
        }
    }

    /// Source  accept(2).
    static constexpr bool is_of_one_connection(int error) noexcept { return error == ECONNABORTED || error == EPROTO; }

    /// EAI_ADDRFAMILY and EAI_NODATA of getaddrinfo(), which FreeBSD does not name.
    static constexpr bool is_no_address(int code) noexcept { return code == 1 || code == 7; }

protected:
    /// A descriptor that could not be made what it should be.
    static int refuse(int fd) noexcept {
        const int why = errno;
        ::close(fd);
        errno = why;
        return -1;
    }
};

}  // namespace estate::posix
