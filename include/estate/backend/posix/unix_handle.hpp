// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/unix_name.hpp>
#include <estate/backend/posix/unix_system.hpp>

namespace estate::posix {

/// Owns the descriptor of a Unix-domain socket, and the file that its bind() made, which goes before the descriptor
/// does. The file stays where it is no longer that one, where the process is a fork of the one that bound it, and where
/// the descriptor was given away by forget().
template <UnixSystem S>
class UnixHandle : public BasicDescriptor<S> {
    using Base = BasicDescriptor<S>;

public:
    UnixHandle() noexcept = default;
    UnixHandle(Base&& descriptor) noexcept : Base{std::move(descriptor)} {}  // what was accepted owns no file
    UnixHandle(UnixHandle&& other) noexcept : Base{std::move(other)}, file_{other.file_} { other.file_ = {}; }
    UnixHandle& operator=(UnixHandle&& other) noexcept {
        if (this == &other) return *this;
        remove_file();
        Base::operator=(std::move(other));
        file_ = other.file_;
        other.file_ = {};
        return *this;
    }
    ~UnixHandle() { remove_file(); }

    /// The file at the path is this socket's.
    void own_file(const char* path) noexcept {
        if (calls().identity(path, file_) != 0 || !file_.is_socket) file_ = {};
    }

    [[nodiscard]] int forget() noexcept {
        file_ = {};
        return Base::forget();
    }
    result<void> close() noexcept {
        remove_file();
        return Base::close();
    }

private:
    [[nodiscard]] UnixCalls<S> calls() const noexcept { return UnixCalls<S>(this->system()); }

    void remove_file() noexcept {
        const FileIdentity made = file_;
        file_ = {};
        if (made.process == 0 || this->number() < 0 || made.process != calls().process()) return;
        const auto at = ask_unix_address<End::local>(this->system(), this->number());
        if (!at || !at.assume_value().is_path()) return;
        FileIdentity found;
        if (calls().identity(at.assume_value().c_str(), found) != 0) return;
        if (found.device == made.device && found.inode == made.inode) calls().unlink(at.assume_value().c_str());
    }

    FileIdentity file_;
};

}  // namespace estate::posix
