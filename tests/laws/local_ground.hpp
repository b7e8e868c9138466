// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the laws of Unix-domain sockets stand on: paths, and what is there; on the kernel and on a simulated host.

#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/halves.hpp>
#include <estate/unix.hpp>
#include <estate/waker.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "../support/check.hpp"
#include "../support/counted_hold.hpp"
#include "../support/found_again.hpp"
#include "../support/loopback.hpp"

#if defined(ESTATE_LAWS_SIMULATED)
#include "../sim_laws/simulated.hpp"
#else
#include <fstream>

#include "../support/descriptor_count.hpp"
#include "../support/scratch.hpp"
#endif

namespace estate::test {

#if defined(ESTATE_LAWS_SIMULATED)

/// Paths of a law's own.
class Scratch {
public:
    Scratch() : path_{"/run/law." + std::to_string(++made_)} {}

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] UnixAddress at(const std::string& name) const { return UnixAddress::path(file(name)).value(); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    static inline int made_ = 0;
    std::string path_;
};
[[nodiscard]] inline bool is_there(const UnixAddress& at) { return the_law_host().has_file(at.c_str()); }
inline bool remove_file(const UnixAddress& at) { return law_host().unlink(at.c_str()) == 0; }
inline void put_file(const UnixAddress& at) { BOOST_TEST_REQUIRE(the_law_host().put_file(at.c_str())); }
inline void close_raw(int descriptor) { law_host().close(descriptor); }
[[nodiscard]] inline std::size_t open_descriptors() { return law_host_open(); }
[[nodiscard]] inline std::string unique_name() { return "estate.laws"; }

#else

inline bool remove_file(const UnixAddress& at) { return ::unlink(at.c_str()) == 0; }
inline void put_file(const UnixAddress& at) { std::ofstream(at.c_str()) << "precious"; }
inline void close_raw(int descriptor) { ::close(descriptor); }
[[nodiscard]] inline std::size_t open_descriptors() { return count_descriptors(); }
[[nodiscard]] inline std::string unique_name() { return "estate.laws." + std::to_string(::getpid()); }

#endif

}  // namespace estate::test
