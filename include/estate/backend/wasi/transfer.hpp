// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/permit.hpp>
#include <estate/backend/wasi/wait.hpp>
#include <estate/net/buffer.hpp>

namespace estate::wasi {

/// TCP: moving bytes.
/// Source  wasi:io/streams.
struct Transfer {
    /// What one host call may write and flush (blocking-write-and-flush).
    static constexpr std::size_t one_call = 4096;

    static result<std::size_t> send(const StreamHandle& handle, ConstBuffer bytes) noexcept {
        if (!handle.out) return errc::moved_from;
        // jco traps where the two together exceed its buffer, though this call needs no permit.
        if (bytes.size() > one_call || handle.may_hold_back) return send_with(handle, bytes, Forever());
        auto contents = list_of(bytes);
        streams_stream_error_t error{};
        if (!streams_method_output_stream_blocking_write_and_flush(handle.out.borrow(), &contents, &error)) {
            return failure(error, Error::system(EPIPE));
        }
        return bytes.size();
    }
    static result<std::size_t> send(const StreamHandle& handle, ConstBuffer bytes, Deadline until) noexcept {
        if (!handle.out) return errc::moved_from;
        return send_with(handle, bytes, until);
    }

    /// Pre  buffer is not empty. Errors  errc::end_of_stream.
    static result<std::size_t> recv(const StreamHandle& handle, MutableBuffer buffer) noexcept {
        if (!handle.in) return errc::moved_from;
        for (;;) {
            const auto got = read(handle, buffer, streams_method_input_stream_blocking_read);
            if (!got || got.assume_value() > 0) return got;
        }
    }
    static result<std::size_t> recv(const StreamHandle& handle, MutableBuffer buffer, Deadline until) noexcept {
        if (!handle.in) return errc::moved_from;
        for (;;) {
            const auto got = read(handle, buffer, streams_method_input_stream_read);
            if (!got || got.assume_value() > 0) return got;
            const Pollable arrived(streams_method_input_stream_subscribe(handle.in.borrow()));
            if (const auto waited = wait(arrived, until); !waited) return waited.assume_error();
        }
    }

    /// Of sockets that never wait: what the host takes and has. Errors  errc::deadline_exceeded: it would block.
    static result<std::size_t> send_at_once(const StreamHandle& handle, ConstBuffer bytes) noexcept {
        if (!handle.out) return errc::moved_from;
        const auto permit = permitted_now(handle);
        if (!permit || bytes.empty()) return permit ? std::size_t{0} : permit;
        auto contents = list_of(bytes);
        if (contents.len > permit.assume_value()) contents.len = permit.assume_value();
        if (contents.len == 0) return errc::deadline_exceeded;
        handle.may_hold_back = true;
        streams_stream_error_t error{};
        if (!streams_method_output_stream_write(handle.out.borrow(), &contents, &error)) {
            return failure(error, Error::system(EPIPE));
        }
        return contents.len;
    }
    static result<std::size_t> recv_at_once(const StreamHandle& handle, MutableBuffer buffer) noexcept {
        if (!handle.in) return errc::moved_from;
        const auto got = read(handle, buffer, streams_method_input_stream_read);
        if (got && got.assume_value() == 0) return errc::deadline_exceeded;
        return got;
    }

    /// WASI neither gathers nor scatters: one buffer a call, the first that is not empty.
    static result<std::size_t> send_vectored(const StreamHandle& handle, std::span<const ConstBuffer> buffers,
                                             Deadline until) noexcept {
        return send(handle, first_of(buffers), until);
    }
    static result<std::size_t> recv_vectored(const StreamHandle& handle, std::span<const MutableBuffer> buffers,
                                             Deadline until) noexcept {
        return recv(handle, first_of(buffers), until);
    }

private:
    static wasip2_list_u8_t list_of(ConstBuffer bytes) noexcept {
        // The bindings take all lists by pointers to what is not const; the host only reads this one.
        return {const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data())), bytes.size()};
    }

    template <class Call>
    static result<std::size_t> read(const StreamHandle& handle, MutableBuffer buffer, Call call) noexcept {
        const Landing landing(buffer);
        wasip2_list_u8_t got{};
        streams_stream_error_t error{};
        if (!call(handle.in.borrow(), buffer.size(), &got, &error)) return failure(error, errc::end_of_stream);
        return got.len;
    }

    /// Writes what the host permits and waits until it has gone on to the system, or time is over: a host drops
    /// with the stream what it still has. Nothing is written at once.
    template <class Until>
    static result<std::size_t> send_with(const StreamHandle& handle, ConstBuffer bytes, Until until) noexcept {
        const auto permit = bytes.empty() ? permitted_now(handle) : permitted(handle, until);
        if (!permit) return permit.assume_error();
        auto contents = list_of(bytes);
        if (contents.len > permit.assume_value()) contents.len = permit.assume_value();
        if (contents.len == 0) return contents.len;
        streams_stream_error_t error{};
        if (!streams_method_output_stream_write(handle.out.borrow(), &contents, &error) ||
            !settle(handle, until, &error)) {
            return failure(error, Error::system(EPIPE));
        }
        return contents.len;
    }
    static bool settle(const StreamHandle& handle, Forever, streams_stream_error_t* error) noexcept {
        handle.may_hold_back = false;
        return streams_method_output_stream_blocking_flush(handle.out.borrow(), error);
    }
    /// No flush: hosts pass a write on at once, and flush(), which should not block, does on jco.
    static bool settle(const StreamHandle& handle, Deadline until, streams_stream_error_t*) noexcept {
        handle.may_hold_back = true;
        (void)permitted(handle, until);
        return true;
    }
    /// How many bytes the host takes, at least one.
    template <class Until>
    static result<std::size_t> permitted(const StreamHandle& handle, Until until) noexcept {
        for (;;) {
            const auto permit = permitted_now(handle);
            if (!permit || permit.assume_value() > 0) return permit;
            const Pollable writable(streams_method_output_stream_subscribe(handle.out.borrow()));
            if (const auto waited = wait(writable, until); !waited) return waited.assume_error();
        }
    }

    template <class Buffer>
    static Buffer first_of(std::span<const Buffer> buffers) noexcept {
        for (const Buffer& buffer : buffers) {
            if (!buffer.empty()) return buffer;
        }
        return {};
    }
};

}  // namespace estate::wasi
