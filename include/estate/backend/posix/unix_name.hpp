// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/net/unix_address.hpp>

namespace estate::posix {

/// The system's form of a Unix-domain address, and how much of it counts.
struct UnixName {
    sockaddr_un name;
    socklen_t size;

    static constexpr socklen_t head = offsetof(sockaddr_un, sun_path);

    /// Errors  unix_errc::address_unnamed, path_too_long; address_family_not_supported for an abstract name where the
    ///         system has none.
    static result<UnixName> from(const UnixAddress& address) noexcept {
        const auto name = address.name();
        if (address.is_unnamed()) return unix_errc::address_unnamed;
        if (address.is_abstract() && !Kernel::has_abstract_names) return Error::system(EAFNOSUPPORT);
        constexpr std::size_t room = sizeof(sockaddr_un::sun_path);
        const bool is_full = Kernel::takes_full_paths && address.is_path() && name.size() == room;
        if (name.size() >= room && !is_full) return unix_errc::path_too_long;
        UnixName made;
        std::memset(&made.name, 0, sizeof made.name);
        made.name.sun_family = AF_UNIX;
        std::memcpy(made.name.sun_path + (address.is_abstract() ? 1 : 0), name.data(), name.size());
        made.size = head + static_cast<socklen_t>(name.size() + (is_full ? 0 : 1));  // a NUL before or behind
        return made;
    }

    /// A path that fills its room has no NUL behind it. Systems answer less than the family's size for no name.
    [[nodiscard]] UnixAddress to() const noexcept {
        const std::size_t length = size > head ? size - head : 0;
        if (length == 0) return {};
        const std::string_view all(name.sun_path, length < sizeof name.sun_path ? length : sizeof name.sun_path);
        if (all[0] != '\0') return UnixAddress::from_system(UnixAddress::Kind::path, all.substr(0, all.find('\0')));
        if (!Kernel::has_abstract_names) return {};
        return UnixAddress::from_system(UnixAddress::Kind::abstract, all.substr(1));
    }
};

inline const sockaddr* generic(const UnixName& native) noexcept { return generic(native.name); }
inline sockaddr* generic(UnixName& native) noexcept { return generic(native.name); }

template <>
class AddressRoom<UnixAddress> {
public:
    template <class Call>
    int fill(Call call) noexcept {
        name_.size = sizeof name_.name;
        return call(generic(name_), &name_.size);
    }
    [[nodiscard]] UnixAddress told() const noexcept { return name_.to(); }

private:
    UnixName name_{};
};

/// getsockname() or getpeername().
template <End end, System S>
[[nodiscard]] result<UnixAddress> ask_unix_address(S system, int descriptor) noexcept {
    UnixName native;
    native.size = sizeof native.name;
    const int answer = end == End::local ? system.getsockname(descriptor, generic(native), &native.size)
                                         : system.getpeername(descriptor, generic(native), &native.size);
    if (answer != 0) return failure(system, descriptor);
    return native.to();
}

}  // namespace estate::posix
