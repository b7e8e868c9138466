// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/error/result.hpp>
#include <estate/net/family.hpp>
#include <estate/net/unix_errc.hpp>
#include <string_view>

namespace estate {

/// Where a Unix-domain socket is: at a path of the file system, under an abstract name, or nowhere (unnamed).
///
/// Units   bytes; a path has no NUL in it, an abstract name may have.
/// Source  POSIX.1-2024 <sys/un.h> sockaddr_un; unix(7) for abstract names, which only Linux has.
class UnixAddress {
public:
    using family = Unix;
    enum class Kind : std::uint8_t { unnamed, path, abstract };

    /// The longest name: sun_path of Linux less a NUL, which ends a path and begins an abstract name. The BSDs take
    /// 103 bytes, and their sockets answer unix_errc::path_too_long to more.
    static constexpr std::size_t max_length = 107;

    /// The unnamed address: that of a socket which nobody bound.
    constexpr UnixAddress() noexcept = default;

    /// A path of the file system. A relative one means another file once the working directory has changed.
    /// Errors  unix_errc::malformed_path when it is empty or has a NUL in it; unix_errc::path_too_long.
    [[nodiscard]] static constexpr result<UnixAddress> path(std::string_view text) noexcept {
        if (text.empty() || text.find('\0') != text.npos) return unix_errc::malformed_path;
        if (text.size() > max_length) return unix_errc::path_too_long;
        return UnixAddress(Kind::path, text);
    }
    /// An abstract name, without the NUL before it: it has no file and goes with the last socket that has it. Anybody
    /// in the network namespace can bind it first or connect to it. Linux only.
    /// Errors  unix_errc::malformed_path when it is empty; unix_errc::path_too_long.
    [[nodiscard]] static constexpr result<UnixAddress> abstract(std::string_view name) noexcept {
        if (name.empty()) return unix_errc::malformed_path;
        if (name.size() > max_length) return unix_errc::path_too_long;
        return UnixAddress(Kind::abstract, name);
    }
    /// What a system answered: of Linux also a path of 108 bytes, which only others bind; what is longer is cut.
    [[nodiscard]] static constexpr UnixAddress from_system(Kind kind, std::string_view name) noexcept {
        return kind == Kind::unnamed ? UnixAddress() : UnixAddress(kind, name.substr(0, max_told));
    }

    [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
    [[nodiscard]] constexpr bool is_unnamed() const noexcept { return kind_ == Kind::unnamed; }
    [[nodiscard]] constexpr bool is_path() const noexcept { return kind_ == Kind::path; }
    [[nodiscard]] constexpr bool is_abstract() const noexcept { return kind_ == Kind::abstract; }

    /// The path, or the abstract name without its NUL; empty where there is none.
    [[nodiscard]] constexpr std::string_view name() const noexcept ESTATE_LIFETIMEBOUND { return {name_, size_}; }
    /// The same, with a NUL behind it.
    [[nodiscard]] constexpr const char* c_str() const noexcept ESTATE_LIFETIMEBOUND { return name_; }

    friend constexpr bool operator==(const UnixAddress& a, const UnixAddress& b) noexcept {
        return a.kind_ == b.kind_ && a.name() == b.name();
    }
    friend constexpr std::strong_ordering operator<=>(const UnixAddress& a, const UnixAddress& b) noexcept {
        if (const auto order = a.kind_ <=> b.kind_; order != 0) return order;
        return a.name().compare(b.name()) <=> 0;
    }

private:
    constexpr UnixAddress(Kind kind, std::string_view name) noexcept
        : size_{static_cast<std::uint8_t>(name.size())}, kind_{kind} {
        for (std::size_t i = 0; i < name.size(); ++i) name_[i] = name[i];
    }

    static constexpr std::size_t max_told = max_length + 1;  // sun_path whole, without a NUL

    char name_[max_told + 1] = {};
    std::uint8_t size_ = 0;
    Kind kind_ = Kind::unnamed;
};

// What no host would accept, found before any call; as net/admissible.hpp has it for Internet addresses.

[[nodiscard]] constexpr bool is_datagram_peer(const UnixAddress& to, Unix = {}) noexcept { return !to.is_unnamed(); }
[[nodiscard]] constexpr bool is_stream_peer(const UnixAddress& to, Unix = {}) noexcept { return !to.is_unnamed(); }
[[nodiscard]] constexpr Error why_not_peer(const UnixAddress&, Unix = {}) noexcept {
    return unix_errc::address_unnamed;
}

}  // namespace estate
