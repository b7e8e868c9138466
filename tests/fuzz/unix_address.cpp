// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: a name of a Unix-domain socket is taken exactly when it fits, goes to the system's form and back as the
// same, and whatever a system answers, of whatever size, is read within its bounds.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/unix_address.cpp -o unix_address
// ./unix_address -max_len=140 -max_total_time=60
#include <algorithm>
#include <estate/backend/posix/unix_name.hpp>
#include <string_view>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;

void goes_and_comes_back(const UnixAddress& address) {
    const auto native = posix::UnixName::from(address);
    require(native.has_value(), "what is an address has a form of the system");
    require(native.assume_value().size <= sizeof(sockaddr_un), "which fits");
    require(native.assume_value().to() == address, "and is the same when it comes back");
}

void probe(std::string_view text) {
    const bool has_nul = text.find('\0') != text.npos;
    const auto path = UnixAddress::path(text);
    require(path.has_value() == (!text.empty() && !has_nul && text.size() <= UnixAddress::max_length),
            "a path is taken exactly when it is one and fits");
    if (path) {
        require(path.assume_value().is_path() && path.assume_value().name() == text, "it keeps its text");
        require(path.assume_value().c_str()[text.size()] == '\0', "with a NUL behind it");
        goes_and_comes_back(path.assume_value());
    }
    const auto name = UnixAddress::abstract(text);
    require(name.has_value() == (!text.empty() && text.size() <= UnixAddress::max_length),
            "an abstract name is taken exactly when it fits; a NUL is a letter as others");
    if (name) goes_and_comes_back(name.assume_value());
    require(!path || !name || path.assume_value() != name.assume_value(), "a path is no abstract name");
}

/// As getsockname() answers it: a size that may be more than there was room for, and bytes.
void answer(std::string_view bytes) {
    if (bytes.empty()) return;
    posix::UnixName native;
    std::memset(&native.name, 0, sizeof native.name);
    native.name.sun_family = AF_UNIX;
    native.size = static_cast<socklen_t>(static_cast<unsigned char>(bytes[0]));
    bytes.remove_prefix(1);
    std::memcpy(native.name.sun_path, bytes.data(), std::min(bytes.size(), sizeof native.name.sun_path));
    const UnixAddress read = native.to();
    const auto most = UnixAddress::max_length + (read.is_path() ? 1U : 0U);  // of others a path fills its room on Linux
    require(read.name().size() <= most, "what is read fits");
    require(read.is_unnamed() == read.name().empty() || read.is_abstract(), "only what has a name is named");
    require(!read.is_path() || read.name().find('\0') == std::string_view::npos, "a path ends at its NUL");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    probe(text);
    answer(text);
    return 0;
}
